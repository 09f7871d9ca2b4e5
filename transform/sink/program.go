package sink

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// CopyProgram writes a program that anyone may run, beside its place first. One that is there is replaced: an init container that
// is started once more finds what it wrote before.
func CopyProgram(path string, program io.Reader) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = io.Copy(file, program)
	if err = errors.Join(err, file.Chmod(0o755), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
