package store

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrTooLarge says that objects have more bytes than they may.
var ErrTooLarge = errors.New("larger than the limit")

// Fetch copies the objects whose keys start with a prefix into a store of files, under the same keys; most is how many bytes they may
// have in all. Keys that no file can have, such as those of empty folders, are left where they are.
func Fetch(from ObjectStore, bucket, prefix string, into *FileSystem, most int64) error {
	keys, err := from.ListObjects(bucket, prefix)
	if err != nil {
		return err
	}
	left := most
	for _, key := range keys {
		if keyProblem(key) != "" {
			continue
		}
		n, err := fetch(from, bucket, key, into, left)
		if errors.Is(err, ErrTooLarge) {
			return fmt.Errorf("%s: %w: the objects have more than %d bytes", strings.TrimSuffix(prefix, "/"), ErrTooLarge, most)
		}
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

func fetch(from ObjectStore, bucket, key string, into *FileSystem, most int64) (n int64, err error) {
	in, err := from.GetObject(bucket, key)
	if err != nil {
		return 0, err
	}
	body := &bounded{in: in, left: most}
	put := into.PutObject(NoBucket, key, body)
	if body.err != nil { // it was not the writing
		put = body.err
	}
	return most - body.left, errors.Join(put, in.Close())
}

// bounded is an object of which no more than so many bytes may be read.
type bounded struct {
	in   io.Reader
	left int64
	err  error // that ended it too early
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	if b.left -= int64(n); b.left < 0 {
		n, err = 0, ErrTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}
