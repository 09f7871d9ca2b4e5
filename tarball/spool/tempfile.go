package spool

import (
	"errors"
	"os"
)

// TempFile is a file without a name: it is removed right after it was made where the system lets an open file go, so
// that even a kill leaves nothing behind, and when it is closed everywhere else.
type TempFile struct {
	*os.File
	named bool
}

// NewTempFile makes one in dir, or in the system's folder for such files when dir is empty.
func NewTempFile(dir string) (*TempFile, error) {
	f, err := os.CreateTemp(dir, "veltx-*.tmp")
	if err != nil {
		return nil, err
	}
	return &TempFile{File: f, named: os.Remove(f.Name()) != nil}, nil
}

// Close closes and removes the file.
func (t *TempFile) Close() error {
	err := t.File.Close()
	if t.named {
		t.named = false
		err = errors.Join(err, os.Remove(t.Name()))
	}
	return err
}
