package plugins_test

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/testdata/plugintest"
	"github.com/veltx/veltx/testdata/storetest"
	"github.com/veltx/veltx/transform/plugins"
)

const bucket = "velero"

// remote serves an empty store with one bucket, and says where.
func remote(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, bucket), 0o755); err != nil {
		t.Fatal(err)
	}
	files, err := store.OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&plugintest.Remote{Store: files})
	t.Cleanup(func() {
		server.Close()
		if err := files.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}

// storesHost runs the test plugin with the stores: this very program, or the one that Velero's framework serves.
func storesHost(t *testing.T, o plugins.Options) *plugins.Host {
	t.Helper()
	program := os.Getenv("VELTX_TEST_PLUGINS")
	if program == "" {
		return host(t, o, plugintest.StoresPlugin)
	}
	folder := t.TempDir()
	if err := plugintest.Link(program, folder, plugintest.StoresPlugin); err != nil {
		t.Fatal(err)
	}
	h, err := plugins.Start(t.Context(), []string{folder}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// storeOf is a store of the test plugin.
func storeOf(t *testing.T, name, url string, o plugins.Options, environment ...string) *plugins.Store {
	t.Helper()
	s, err := storesHost(t, o).ObjectStore(name, environment)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(map[string]string{"url": url}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAStoreThroughAPluginConforms(t *testing.T) {
	storetest.Conform(t, storetest.Provider{
		New: func(t *testing.T) (store.ObjectStore, string) {
			return storeOf(t, "example.com/store", remote(t), plugins.Options{}), bucket
		},
		Open: func(_ store.ObjectStore, url string) (io.ReadCloser, error) {
			response, err := http.Get(url)
			if err == nil && response.StatusCode != http.StatusOK {
				err = errors.Join(errors.New(response.Status), response.Body.Close())
			}
			if err != nil {
				return nil, err
			}
			return response.Body, nil
		},
	})
}

func TestStoresWithTroubles(t *testing.T) {
	url := remote(t)
	healthy := storeOf(t, "example.com/store", url, plugins.Options{})
	if err := healthy.PutObject(bucket, "backups/web/web.tar.gz", strings.NewReader(strings.Repeat("x", 200))); err != nil {
		t.Fatal(err)
	}
	const key = "backups/web/web.tar.gz"
	get := func(s *plugins.Store) error {
		in, err := s.GetObject(bucket, key)
		if err != nil {
			return err
		}
		defer in.Close()
		_, err = io.Copy(io.Discard, in)
		return err
	}
	for _, c := range []struct {
		store, want string
		do          func(*plugins.Store) error
		timeout     time.Duration
	}{
		{"hangs", "GetObject of bucket velero, key backups/web/web.tar.gz: stores did not go on with GetObject within", get, 0},
		{"hangs", "PutObject of bucket velero, key a: stores did not go on with PutObject within", func(s *plugins.Store) error {
			return s.PutObject(bucket, "a", strings.NewReader("x"))
		}, 0},
		{"hangs", "ListCommonPrefixes of bucket velero, prefix backups/: stores did not answer", func(s *plugins.Store) error {
			_, err := s.ListCommonPrefixes(bucket, "backups/", "/")
			return err
		}, 0},
		{"slow", "", get, 0},
		{"dies", "GetObject of bucket velero, key backups/web/web.tar.gz: rpc error: code = Unavailable", get, 0},
		{"breaks", "GetObject of bucket velero, key backups/web/web.tar.gz: rpc error: code = Unknown desc = the line was cut", get, 0},
		{"panics", "plugin panicked: the disk is gone", get, 0},
		{"wrong", `it answers with "backups/another/velero-backup.json", which does not begin with the prefix`, func(s *plugins.Store) error {
			_, err := s.ListObjects(bucket, "backups/web/")
			return err
		}, 0},
		{"floods", "ListObjects of bucket velero, prefix : stores answered ListObjects with message too large", func(s *plugins.Store) error {
			_, err := s.ListObjects(bucket, "")
			return err
		}, time.Minute},
		{"store", "DeleteObject of bucket none, key a: rpc error: code = Unknown desc = the server says", func(s *plugins.Store) error { return s.DeleteObject("none", "a") }, 0},
		{"store", "the wire was cut", func(s *plugins.Store) error {
			return s.PutObject(bucket, "a", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("the wire was cut"))))
		}, 0},
	} {
		s := storeOf(t, "example.com/"+c.store, url, plugins.Options{})
		s.Impatient(cmp.Or(c.timeout, 2*time.Second)) // less than the slow one takes in all
		err := c.do(s)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.store, err, c.want)
		}
	}
}

// A plugin that died is started again for the next verb, and gets its settings again.
func TestAStoreThatDiedIsStartedAgain(t *testing.T) {
	s := storeOf(t, "example.com/dies", remote(t), plugins.Options{})
	if err := s.PutObject(bucket, "a", strings.NewReader(strings.Repeat("x", 200))); err != nil {
		t.Fatal(err)
	}
	in, err := s.GetObject(bucket, "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(in); err == nil {
		t.Error("the end of an object came out of a process that died")
	}
	in.Close()
	if is, err := s.ObjectExists(bucket, "a"); !is || err != nil {
		t.Errorf("got %v, %v", is, err)
	}
}

func TestALargeObjectNeedsLittleMemory(t *testing.T) {
	s := storeOf(t, "example.com/huge", remote(t), plugins.Options{})
	if err := s.PutObject(bucket, "a", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	in, err := s.GetObject(bucket, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	most, read, chunk := uint64(0), 0, make([]byte, 1<<20)
	for {
		n, err := in.Read(chunk)
		if read += n; err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			break
		}
		if read%(32<<20) < n {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
	}
	if read != 512<<20 || most > 100<<20 {
		t.Errorf("%d bytes, with %d MiB of memory", read, most>>20)
	}
}

// The process of a store sees the files that the user named, and its environment, and nothing else of the user's.
func TestWhatAStoreSees(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	credentials, token, other := file("credentials", "secret"), file("token", "jwt"), file("other", "x")
	link := filepath.Join(folder, "link")
	if err := os.Symlink(token, link); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELTX_OF_THE_USER", "x")
	h := storesHost(t, plugins.Options{})
	s, err := h.ObjectStore("example.com/looks", []string{"TOKEN_FILE=" + link, "REGION=here"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(map[string]string{"url": "http://127.0.0.1", "credentialsFile": credentials, "region": "here"}); err != nil {
		t.Fatal(err)
	}
	get := func(key string) (string, error) {
		in, err := s.GetObject(bucket, strings.TrimPrefix(key, "/"))
		if err != nil {
			return "", err
		}
		defer in.Close()
		text, err := io.ReadAll(in)
		return string(text), err
	}
	for path, want := range map[string]string{credentials: "secret", link: "jwt"} {
		if text, err := get(path); text != want || err != nil {
			t.Errorf("%s: got %q, %v", path, text, err)
		}
	}
	if text, err := get(other); err == nil && h.Holds().Files {
		t.Errorf("another file is read: %q", text)
	}
	environment, err := get("environment")
	if err != nil || !strings.Contains(environment, "REGION=here") || strings.Contains(environment, "VELTX_OF_THE_USER") {
		t.Errorf("got %s, %v", environment, err)
	}
}

func TestWhichStoreIsMeant(t *testing.T) {
	h := storesHost(t, plugins.Options{})
	for name, want := range map[string]string{
		"aws":              "no plugin that was given has a ObjectStore velero.io/aws, only example.com/",
		"example.com/disk": "only example.com/",
	} {
		if _, err := h.ObjectStore(name, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	s, err := h.ObjectStore("example.com/store", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(map[string]string{}); err == nil || !strings.Contains(err.Error(), "plugin example.com/store: Init: rpc error: code = Unknown desc = the setting url is missing") {
		t.Errorf("got %v", err)
	}
	var broken *actions.Broken
	if err := s.Init(nil); errors.As(err, &broken) {
		t.Errorf("got %v", err)
	}
}

// What is logged, the user may see: no setting is among it, as some are keys.
func TestSettingsAreNotTold(t *testing.T) {
	var log bytes.Buffer
	s, err := storesHost(t, plugins.Options{Log: &log}).ObjectStore("example.com/store", nil)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Init(map[string]string{"key": "hidden"})
	if err == nil || strings.Contains(err.Error()+log.String(), "hidden") {
		t.Errorf("got %v\n%s", err, &log)
	}
}
