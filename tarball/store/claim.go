package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
)

// claimFile marks that somebody writes objects below a prefix. No list shows it.
const claimFile = reserved + "claim"

// ErrClaimed says that somebody else writes at the same place.
var ErrClaimed = errors.New("another process is writing there")

// Claim keeps everybody else who claims from the folder of a key until it is released. What a dead process leaves is not
// taken over: of two that would, neither could know of the other.
func (f *FileSystem) Claim(bucket, key string) (release func(), err error) {
	name, err := f.name(bucket, key)
	if err != nil {
		return nil, err
	}
	claim := path.Join(path.Dir(name), claimFile)
	file, err := f.create(claim)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w: wait for it, or remove %s if there is none", ErrClaimed, f.path(claim))
	}
	if err != nil {
		return nil, f.failed(claim, err)
	}
	return func() {
		_ = file.Close()
		_ = f.root.Remove(filepath.FromSlash(claim))
		f.removeEmpty(path.Dir(key), bucket)
	}, nil
}
