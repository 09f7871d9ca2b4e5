package judge

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/veltx/veltx/testdata/conformance"
)

// Store is an object store in memory, with the backup's folder in it.
type Store struct {
	mu    sync.Mutex
	files map[string][]byte
}

// EmptyStore returns an object store with nothing in it.
func EmptyStore() *Store { return &Store{files: map[string][]byte{}} }

// NewStore returns an object store with the input's backup in it.
func NewStore(in conformance.Input) (*Store, error) {
	s := EmptyStore()
	name := BackupName(in)
	prefix := "backups/" + name + "/"
	s.files[prefix+"velero-backup.json"] = in.Backup
	s.files[prefix+name+".tar.gz"] = in.Tarball
	for suffix, data := range map[string][]byte{
		"-podvolumebackups.json.gz":    in.PodVolumeBackups,
		"-volumesnapshots.json.gz":     in.VolumeSnapshots,
		"-volumeinfo.json.gz":          in.VolumeInfo,
		"-csi-volumesnapshots.json.gz": in.CSIVolumeSnapshots,
	} {
		if data == nil {
			continue
		}
		packed, err := pack(data)
		if err != nil {
			return nil, err
		}
		s.files[prefix+name+suffix] = packed
	}
	return s, nil
}

func pack(data []byte) ([]byte, error) {
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	if _, err := zip.Write(data); err != nil {
		return nil, fmt.Errorf("packing a side file: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("packing a side file: %w", err)
	}
	return buf.Bytes(), nil
}

// Read decodes a packed JSON file; one that is not there is left alone.
func (s *Store) Read(key string, into any) error {
	s.mu.Lock()
	data, ok := s.files[key]
	s.mu.Unlock()
	if !ok {
		return nil
	}
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("unpacking %s: %w", key, err)
	}
	if err := json.NewDecoder(zip).Decode(into); err != nil {
		return fmt.Errorf("reading %s: %w", key, err)
	}
	return nil
}

// File returns a kept file.
func (s *Store) File(key string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.files[key]
	return data, ok
}

// Init has nothing to set up.
func (s *Store) Init(map[string]string) error { return nil }

// PutObject keeps an object.
func (s *Store) PutObject(_, key string, body io.Reader) error {
	data, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[key] = data
	return nil
}

// ObjectExists tells whether an object is kept.
func (s *Store) ObjectExists(_, key string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.files[key]
	return ok, nil
}

// GetObject returns a kept object.
func (s *Store) GetObject(_, key string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.files[key]
	if !ok {
		return nil, fmt.Errorf("no object %s", key)
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// ListCommonPrefixes lists the folders below a prefix.
func (s *Store) ListCommonPrefixes(_, prefix, delimiter string) ([]string, error) {
	keys, err := s.ListObjects("", prefix)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, k := range keys {
		head, _, ok := strings.Cut(strings.TrimPrefix(k, prefix), delimiter)
		folder := prefix + head + delimiter
		if ok && (len(out) == 0 || out[len(out)-1] != folder) {
			out = append(out, folder)
		}
	}
	return out, nil
}

// ListObjects lists the objects below a prefix.
func (s *Store) ListObjects(_, prefix string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for k := range s.files {
		if strings.HasPrefix(k, prefix) {
			out = append(out, k)
		}
	}
	sort.Strings(out)
	return out, nil
}

// DeleteObject forgets an object.
func (s *Store) DeleteObject(_, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, key)
	return nil
}

// CreateSignedURL fails: there is no way in from outside.
func (s *Store) CreateSignedURL(_, key string, _ time.Duration) (string, error) {
	return "", fmt.Errorf("no URL for %s", key)
}
