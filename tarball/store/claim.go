package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// claimFile marks that somebody writes objects below a prefix. No list shows it.
const claimFile = reserved + "claim"

// ErrClaimed says that somebody else writes at the same place.
var ErrClaimed = errors.New("another process is writing there")

// errReleased says that a claim went away while it was looked at.
var errReleased = errors.New("the claim was released")

// Claim keeps everybody else who claims from the folder of a key until it is released.
//
// A claim stays behind where its process dies. Of two that would replace it neither could know of the other, so it stays
// where it is, and exactly one succeeds it: whoever makes the file that is named after it. If that one dies, too, it
// is succeeded in the same way. The successor removes the first claim before its own.
func (f *FileSystem) Claim(bucket, key string) (release func(), err error) {
	name, err := f.name(bucket, key)
	if err != nil {
		return nil, err
	}
	dir := path.Dir(name)
	for range 10 {
		var own string
		if own, err = f.claim(dir); err == nil {
			return func() {
				f.release(dir, own)
				f.removeEmpty(path.Dir(key), bucket)
			}, nil
		}
		if !errors.Is(err, errReleased) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: try again", ErrClaimed)
}

// claim returns the name of the claim that it has made. Only a claim of a dead process is succeeded.
func (f *FileSystem) claim(dir string) (own string, err error) {
	first := path.Join(dir, claimFile)
	dead := "" // the first claim, if it is succeeded
	for own = first; ; {
		err := f.writeClaim(own)
		if err == nil {
			break
		}
		if errors.Is(err, fs.ErrNotExist) { // the folder went with the claim
			return "", errReleased
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", f.failed(own, err)
		}
		h, err := f.holder(own)
		if err != nil {
			return "", err
		}
		if !h.isDead() {
			return "", fmt.Errorf("%w: %s made %s. Wait for it; if it does not run any more, remove that file", ErrClaimed, h, f.path(own))
		}
		if own == first {
			dead = h.ID
		}
		own = path.Join(dir, claimFile+"-"+h.ID)
	}
	if dead == "" {
		return own, nil
	}
	if h, err := f.holder(first); err != nil || h.ID != dead {
		_ = f.root.Remove(filepath.FromSlash(own))
		return "", errReleased
	}
	return own, nil
}

// release removes a claim and those that it has succeeded. Its own goes last: as long as the first one is there, it is what
// says that the first one is succeeded.
func (f *FileSystem) release(dir, own string) {
	entries, _ := f.readFolder(dir)
	for _, entry := range entries {
		if name := path.Join(dir, entry.Name()); strings.HasPrefix(entry.Name(), claimFile+"-") && name != own {
			_ = f.root.Remove(filepath.FromSlash(name))
		}
	}
	first := path.Join(dir, claimFile)
	_ = f.root.Remove(filepath.FromSlash(first))
	if own != first { // which somebody else may have made by now
		_ = f.root.Remove(filepath.FromSlash(own))
	}
}

// writeClaim makes a claim of this process; it fails where there is one.
func (f *FileSystem) writeClaim(name string) error {
	text, err := json.Marshal(thisProcess(f.now()))
	if err != nil {
		return err
	}
	file, err := f.create(name)
	if err != nil {
		return err
	}
	_, err = file.Write(append(text, '\n'))
	if err = errors.Join(err, file.Close()); err != nil {
		_ = f.root.Remove(filepath.FromSlash(name))
	}
	return err
}

// holder reads whose claim it is; nothing is known where it cannot be understood.
func (f *FileSystem) holder(name string) (h holder, err error) {
	file, err := f.open(name)
	if errors.Is(err, ErrNoObject) || errors.Is(err, fs.ErrNotExist) {
		return h, errReleased
	}
	if err != nil {
		return h, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 4<<10))
	if err != nil {
		return h, f.failed(name, err)
	}
	if err := json.Unmarshal(bytes.TrimSpace(text), &h); err != nil || h.ID == "" || strings.ContainsAny(h.ID, `/\`) {
		return holder{}, nil
	}
	return h, nil
}
