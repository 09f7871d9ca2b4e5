package plugins

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// Store is an object store behind a plugin. Its process reaches the network. Verbs may be called from several goroutines.
type Store struct {
	of     *binary
	name   string
	config map[string]string

	mu    sync.Mutex
	ready *process // that Init was called in
}

var _ store.ObjectStore = (*Store)(nil)

// ObjectStore is the object store of a name that one of the binaries has. Init starts a process for it that reaches the network,
// with some variables in its environment, "NAME=value".
// Source: v1.18.3 pkg/plugin/clientmgmt/manager.go:352-358, which takes a name without a slash for one of velero.io.
func (h *Host) ObjectStore(name string, environment []string) (*Store, error) {
	name = fullName(name)
	of, err := h.only(wire.ObjectStore, name)
	if err != nil {
		return nil, err
	}
	to := &reach{environment: environment}
	return &Store{of: &binary{host: h, path: of.path, shown: of.shown, digest: of.digest, module: of.module, to: to}, name: name}, nil
}

// fullName is a plugin's name as Velero looks it up.
func fullName(name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return "velero.io/" + name
}

// only is the one binary that has a plugin of a kind and a name.
func (h *Host) only(kind wire.Kind, name string) (found *binary, err error) {
	var others []string
	for _, b := range h.binaries {
		for _, r := range b.plugins {
			switch {
			case r.Kind != kind:
			case r.Name != name:
				others = append(others, r.Name)
			case found != nil:
				return nil, fmt.Errorf("both %s and %s have a %s %s: leave one of the two out", found.shown, b.shown, kind, name)
			default:
				found = b
			}
		}
	}
	if found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("no plugin that was given has a %s %s, only %s", kind, name, cmp.Or(strings.Join(others, ", "), "other kinds"))
}

// About says which binary it is of.
func (s *Store) About() (path, digest, module string) { return s.of.shown, s.of.digest, s.of.module }

// Name is the name of the plugin.
func (s *Store) Name() string { return s.name }

// Init implements store.ObjectStore. Files that values of the configuration name can be read by the plugin.
func (s *Store) Init(config map[string]string) error {
	s.config = maps.Clone(config)
	s.of.to = newReach(config, s.of.to.environment)
	s.of.host.own(s.of)
	_, err := s.process()
	return err
}

// process is the process, a new one if the last one has ended, in which Init was called.
// Source: v1.18.3 pkg/plugin/clientmgmt/restartable_object_store.go:54-62.
func (s *Store) process() (*process, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.of.running()
	if err != nil || p == s.ready {
		return p, s.failed("Init", "", err)
	}
	request := wire.InitRequest{Plugin: s.name, Config: s.config}
	if _, err := p.call(s.of.host.ctx, wire.StoreInit, wire.Frame(request.Append(wire.NewFrame()))); err != nil {
		return nil, s.failed("Init", "", err)
	}
	s.ready = p
	return p, nil
}

// processFor is process for a verb of one object.
func (s *Store) processFor(key string) (*process, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	return s.process()
}

// failed is an error of a verb, with what it was called for.
func (s *Store) failed(verb, of string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("plugin %s: %s%s: %w", s.name, verb, of, err)
}

func ofKey(bucket, key string) string { return fmt.Sprintf(" of bucket %s, key %s", bucket, key) }

// call makes one call.
func (s *Store) call(method wire.Method, request []byte) ([]byte, error) {
	p, err := s.process()
	if err != nil {
		return nil, err
	}
	return p.call(s.of.host.ctx, method, wire.Frame(request))
}

// callOf makes a call for one object.
func (s *Store) callOf(method wire.Method, request *wire.ObjectRequest) ([]byte, error) {
	if err := checkKey(request.Key); err != nil {
		return nil, err
	}
	return s.call(method, request.Append(wire.NewFrame()))
}

// checkKey refuses keys that a server on the way may take for a path to elsewhere. Velero makes no such keys.
func checkKey(key string) error {
	for i, part := range strings.Split(key, "/") {
		if part == "." || part == ".." || part == "" && i == 0 {
			return fmt.Errorf("%w: %q leads elsewhere", store.ErrKey, key)
		}
	}
	return nil
}

// ObjectExists implements store.ObjectStore.
func (s *Store) ObjectExists(bucket, key string) (bool, error) {
	answer, err := s.callOf(wire.ObjectExists, &wire.ObjectRequest{Plugin: s.name, Bucket: bucket, Key: key})
	if err != nil {
		return false, s.failed("ObjectExists", ofKey(bucket, key), err)
	}
	return wire.ParseExists(answer)
}

// ListCommonPrefixes implements store.ObjectStore.
func (s *Store) ListCommonPrefixes(bucket, prefix, delimiter string) ([]string, error) {
	return s.list(wire.ListCommonPrefixes, &wire.ListRequest{Plugin: s.name, Bucket: bucket, Prefix: prefix, Common: true, Delimiter: delimiter})
}

// ListObjects implements store.ObjectStore.
func (s *Store) ListObjects(bucket, prefix string) ([]string, error) {
	return s.list(wire.ListObjects, &wire.ListRequest{Plugin: s.name, Bucket: bucket, Prefix: prefix})
}

// list lists what begins with a prefix. A store that names something else is not believed: what it names would be deleted or fetched.
func (s *Store) list(method wire.Method, request *wire.ListRequest) ([]string, error) {
	of := fmt.Sprintf(" of bucket %s, prefix %s", request.Bucket, request.Prefix)
	answer, err := s.call(method, request.Append(wire.NewFrame()))
	if err != nil {
		return nil, s.failed(brief(method), of, err)
	}
	list, err := wire.ParseTexts(answer)
	if err != nil {
		return nil, s.failed(brief(method), of, err)
	}
	for _, key := range list {
		if !strings.HasPrefix(key, request.Prefix) {
			return nil, s.failed(brief(method), of, fmt.Errorf("it answers with %.200q, which does not begin with the prefix", key))
		}
	}
	return sorted(list), nil
}

// DeleteObject implements store.ObjectStore.
func (s *Store) DeleteObject(bucket, key string) error {
	_, err := s.callOf(wire.DeleteObject, &wire.ObjectRequest{Plugin: s.name, Bucket: bucket, Key: key})
	return s.failed("DeleteObject", ofKey(bucket, key), err)
}

// CreateSignedURL implements store.ObjectStore.
func (s *Store) CreateSignedURL(bucket, key string, ttl time.Duration) (string, error) {
	answer, err := s.callOf(wire.CreateSignedURL, &wire.ObjectRequest{Plugin: s.name, Bucket: bucket, Key: key, TTL: ttl})
	if err != nil {
		return "", s.failed("CreateSignedURL", ofKey(bucket, key), err)
	}
	url, err := wire.ParseData(answer)
	return string(url), s.failed("CreateSignedURL", ofKey(bucket, key), err)
}

// PutObject implements store.ObjectStore. Differs from Velero: a body that cannot be read to its end breaks the stream, where Velero
// ends it as if that were all; and an empty object has one message without bytes, where Velero sends none.
// Source: v1.18.3 pkg/plugin/framework/object_store_client.go:75-106.
func (s *Store) PutObject(bucket, key string, body io.Reader) error {
	p, err := s.processFor(key)
	if err != nil {
		return s.failed("PutObject", ofKey(bucket, key), err)
	}
	parts := &parts{body: body, request: wire.ObjectRequest{Plugin: s.name, Bucket: bucket, Key: key}}
	ctx, cancel := context.WithCancelCause(s.of.host.ctx)
	defer cancel(nil)
	in, err := p.stream(ctx, cancel, wire.PutObject, parts)
	if err == nil {
		_, err = in.next()
		err = errors.Join(unlessEnd(err), in.close())
	}
	if broken := parts.problem(); broken != nil {
		return s.failed("PutObject", ofKey(bucket, key), broken)
	}
	return s.failed("PutObject", ofKey(bucket, key), err)
}

func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// GetObject implements store.ObjectStore. Whether an object is missing no error of a plugin tells, so ObjectExists is asked after one.
func (s *Store) GetObject(bucket, key string) (io.ReadCloser, error) {
	p, err := s.processFor(key)
	if err != nil {
		return nil, s.failed("GetObject", ofKey(bucket, key), err)
	}
	request := wire.ObjectRequest{Plugin: s.name, Bucket: bucket, Key: key}
	ctx, cancel := context.WithCancelCause(s.of.host.ctx)
	in, err := p.stream(ctx, cancel, wire.GetObject, &once{frame: wire.Frame(request.Append(wire.NewFrame()))})
	if err == nil {
		o := &reading{store: s, of: ofKey(bucket, key), in: in}
		if err = o.fill(); err == nil || errors.Is(err, io.EOF) {
			return o, nil
		}
		err = errors.Join(err, in.close())
	}
	cancel(nil)
	if is, existsErr := s.ObjectExists(bucket, key); existsErr == nil && !is {
		return nil, s.failed("GetObject", ofKey(bucket, key), fmt.Errorf("%w: %w", store.ErrNoObject, err))
	}
	return nil, s.failed("GetObject", ofKey(bucket, key), err)
}

// reading is an object that is read, part by part.
type reading struct {
	store *Store
	of    string
	in    *stream
	part  []byte
	err   error
}

// fill receives the next part that is not empty.
func (o *reading) fill() error {
	for len(o.part) == 0 && o.err == nil {
		var message []byte
		if message, o.err = o.in.next(); o.err == nil {
			o.part, o.err = wire.ParseData(message)
		}
	}
	return o.err
}

// Read implements io.Reader.
func (o *reading) Read(p []byte) (int, error) {
	if len(o.part) == 0 {
		if err := o.fill(); errors.Is(err, io.EOF) {
			return 0, io.EOF
		} else if err != nil {
			return 0, o.store.failed("GetObject", o.of, err)
		}
	}
	n := copy(p, o.part)
	o.part = o.part[n:]
	return n, nil
}

// Close implements io.Closer.
func (o *reading) Close() error { return o.in.close() }
