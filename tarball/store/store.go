// Package store keeps objects under keys, as Velero keeps its backups, and has a provider that keeps them as files.
//
//	files := &store.FileSystem{}
//	err := files.Init(map[string]string{store.ConfigRoot: dir})
//	names, err := store.Backups(files, store.NoBucket, prefix)
//
// The verbs are those that Velero asks of an object store plugin, so that a provider written for one serves the other.
// Package storetest holds what every provider has to do.
package store

import (
	"errors"
	"io"
	"time"
)

// ObjectStore is Velero's contract with a provider of object storage. A key is a path with slashes; there are no
// folders, only prefixes that keys have in common.
// Source: v1.18.2 pkg/plugin/velero/object_store.go:26-67.
type ObjectStore interface {
	// Init is called once, before all else, with the settings of the location.
	Init(config map[string]string) error
	// PutObject stores all of body under the key, in place of what was there. After an error what was there is there
	// still, and a reader sees the old object or the new one, never a part.
	PutObject(bucket, key string, body io.Reader) error
	// ObjectExists says whether there is an object with this very key; a mere prefix of keys is none.
	ObjectExists(bucket, key string) (bool, error)
	// GetObject opens an object; without one the error wraps ErrNoObject.
	GetObject(bucket, key string) (io.ReadCloser, error)
	// ListCommonPrefixes returns what the keys that start with prefix have in common up to the next delimiter, which
	// is part of it: sorted, each once. Keys without a further delimiter add nothing.
	ListCommonPrefixes(bucket, prefix, delimiter string) ([]string, error)
	// ListObjects returns all keys that start with prefix, sorted.
	ListObjects(bucket, prefix string) ([]string, error)
	// DeleteObject removes an object. One that is not there is no error. A prefix without keys is gone with the last.
	DeleteObject(bucket, key string) error
	// CreateSignedURL returns a URL by which anyone can read the object until ttl has passed.
	CreateSignedURL(bucket, key string, ttl time.Duration) (string, error)
}

// What callers tell apart.
var (
	ErrNoObject = errors.New("no such object")
	ErrKey      = errors.New("not a key")
	ErrExpired  = errors.New("the URL has expired")
	ErrURL      = errors.New("not a URL of this store")
)
