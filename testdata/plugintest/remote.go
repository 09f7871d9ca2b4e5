package plugintest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/veltx/veltx/tarball/store"
)

// Remote serves a store on the network, for the test plugins that are stores. Objects come and go as bodies, and all else is in the query.
type Remote struct {
	Store *store.FileSystem
}

// ServeHTTP implements http.Handler.
func (r *Remote) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	bucket, key, prefix := q.FormValue("bucket"), q.FormValue("key"), q.FormValue("prefix")
	var answer any
	var err error
	switch q.Method + " " + q.URL.Path {
	case "PUT /object":
		err = r.Store.PutObject(bucket, key, q.Body)
	case "DELETE /object":
		err = r.Store.DeleteObject(bucket, key)
	case "GET /object":
		r.get(w, bucket, key, q.FormValue("expires"))
		return
	case "GET /exists":
		answer, err = r.Store.ObjectExists(bucket, key)
	case "GET /list":
		answer, err = r.Store.ListObjects(bucket, prefix)
	case "GET /common":
		answer, err = r.Store.ListCommonPrefixes(bucket, prefix, q.FormValue("delimiter"))
	default:
		err = errors.New("there is no such verb")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_ = json.NewEncoder(w).Encode(answer) // who asked may be gone
}

func (r *Remote) get(w http.ResponseWriter, bucket, key, expires string) {
	if until, err := strconv.ParseInt(expires, 10, 64); err == nil && time.Now().Unix() >= until {
		http.Error(w, "the URL has expired", http.StatusForbidden)
		return
	}
	in, err := r.Store.GetObject(bucket, key)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	defer in.Close()
	_, _ = io.Copy(w, in) // who asked may be gone
}

// remoteStore is a store at a URL, the setting "url".
type remoteStore struct{ at string }

// Init implements store.ObjectStore.
func (s *remoteStore) Init(config map[string]string) error {
	if config["url"] == "" {
		return errors.New("the setting url is missing")
	}
	s.at = config["url"]
	return nil
}

func (s *remoteStore) url(verb string, values ...string) string {
	query := url.Values{}
	for i := 0; i < len(values); i += 2 {
		query.Set(values[i], values[i+1])
	}
	return s.at + "/" + verb + "?" + query.Encode()
}

func (s *remoteStore) send(method, at string, body io.Reader) (io.ReadCloser, error) {
	request, err := http.NewRequest(method, at, body)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusOK {
		return response.Body, nil
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return nil, errors.Join(fmt.Errorf("the server says: %s", bytes.TrimSpace(text)), err)
}

func (s *remoteStore) ask(method, at string, body io.Reader, answer any) error {
	out, err := s.send(method, at, body)
	if err != nil {
		return err
	}
	defer out.Close()
	return json.NewDecoder(out).Decode(answer)
}

// PutObject implements store.ObjectStore.
func (s *remoteStore) PutObject(bucket, key string, body io.Reader) error {
	return s.ask(http.MethodPut, s.url("object", "bucket", bucket, "key", key), body, new(any))
}

// ObjectExists implements store.ObjectStore.
func (s *remoteStore) ObjectExists(bucket, key string) (is bool, err error) {
	return is, s.ask(http.MethodGet, s.url("exists", "bucket", bucket, "key", key), nil, &is)
}

// GetObject implements store.ObjectStore.
func (s *remoteStore) GetObject(bucket, key string) (io.ReadCloser, error) {
	return s.send(http.MethodGet, s.url("object", "bucket", bucket, "key", key), nil)
}

// ListCommonPrefixes implements store.ObjectStore.
func (s *remoteStore) ListCommonPrefixes(bucket, prefix, delimiter string) (list []string, err error) {
	return list, s.ask(http.MethodGet, s.url("common", "bucket", bucket, "prefix", prefix, "delimiter", delimiter), nil, &list)
}

// ListObjects implements store.ObjectStore.
func (s *remoteStore) ListObjects(bucket, prefix string) (list []string, err error) {
	return list, s.ask(http.MethodGet, s.url("list", "bucket", bucket, "prefix", prefix), nil, &list)
}

// DeleteObject implements store.ObjectStore.
func (s *remoteStore) DeleteObject(bucket, key string) error {
	return s.ask(http.MethodDelete, s.url("object", "bucket", bucket, "key", key), nil, new(any))
}

// CreateSignedURL implements store.ObjectStore.
func (s *remoteStore) CreateSignedURL(bucket, key string, ttl time.Duration) (string, error) {
	return s.url("object", "bucket", bucket, "key", key, "expires", strconv.FormatInt(time.Now().Add(ttl).Unix(), 10)), nil
}
