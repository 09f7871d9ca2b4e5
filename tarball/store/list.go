package store

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ListObjects implements ObjectStore.
func (f *FileSystem) ListObjects(bucket, prefix string) ([]string, error) {
	var keys []string
	err := f.walk(bucket, prefix, func(key string) error {
		keys = append(keys, key)
		return nil
	})
	slices.Sort(keys)
	return keys, err
}

// ListCommonPrefixes implements ObjectStore. Of a folder no more is looked at than whether it holds any object.
func (f *FileSystem) ListCommonPrefixes(bucket, prefix, delimiter string) ([]string, error) {
	if delimiter == "/" {
		return f.listFolders(bucket, prefix)
	}
	seen := map[string]bool{}
	var common []string
	err := f.walk(bucket, prefix, func(key string) error {
		at := strings.Index(key[len(prefix):], delimiter)
		if at < 0 || delimiter == "" {
			return nil
		}
		if p := key[:len(prefix)+at+len(delimiter)]; !seen[p] {
			seen[p] = true
			common = append(common, p)
		}
		return nil
	})
	slices.Sort(common)
	return common, err
}

func (f *FileSystem) listFolders(bucket, prefix string) ([]string, error) {
	if err := f.wantBucket(bucket); err != nil {
		return nil, err
	}
	parent, start := path.Split(prefix)
	if !validParent(parent) {
		return nil, nil
	}
	folder := path.Join(".", bucket, parent)
	if _, err := f.lookUp(folder); err != nil {
		return nil, unlessMissing(err)
	}
	entries, err := f.readFolder(folder)
	if err != nil {
		return nil, err
	}
	var common []string
	for _, entry := range entries {
		if !entry.IsDir() || !strings.HasPrefix(entry.Name(), start) {
			continue
		}
		holds, err := f.holdsObject(bucket, parent+entry.Name()+"/")
		if err != nil {
			return nil, err
		}
		if holds {
			common = append(common, parent+entry.Name()+"/")
		}
	}
	slices.Sort(common)
	return common, nil
}

// unlessMissing lets a folder that is not there pass: it has no keys.
func unlessMissing(err error) error {
	if errors.Is(err, ErrNoObject) {
		return nil
	}
	return err
}

var errFound = errors.New("found")

func (f *FileSystem) holdsObject(bucket, folder string) (bool, error) {
	err := f.walk(bucket, folder, func(string) error { return errFound })
	if errors.Is(err, errFound) {
		return true, nil
	}
	return false, err
}

// readFolder lists a folder; one that is not there is empty.
func (f *FileSystem) readFolder(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(f.root.FS(), name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, f.failed(name, err)
	}
	return entries, nil
}

// validParent says whether any key can start with this: "" or folders, each with a slash.
func validParent(parent string) bool {
	return parent == "" || keyProblem(strings.TrimSuffix(parent, "/")) == ""
}

// walk visits the keys that start with prefix. Links, devices and unfinished files are no objects. What is deleted
// meanwhile is passed over.
func (f *FileSystem) walk(bucket, prefix string, visit func(key string) error) error {
	if err := f.wantBucket(bucket); err != nil {
		return err
	}
	parent, _ := path.Split(prefix)
	if !validParent(parent) {
		return nil
	}
	start := path.Join(".", bucket, parent)
	if _, err := f.lookUp(start); err != nil {
		return unlessMissing(err)
	}
	return fs.WalkDir(f.root.FS(), start, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return f.failed(name, err)
		}
		key := strings.TrimPrefix(name, bucket+"/")
		if bucket == NoBucket {
			key = name
		}
		switch {
		case entry.IsDir() && name != start && (partProblem(entry.Name()) != "" || !mayHold(key, prefix)):
			return fs.SkipDir
		case !entry.Type().IsRegular() || !strings.HasPrefix(key, prefix) || partProblem(entry.Name()) != "":
			return nil
		}
		return visit(key)
	})
}

// mayHold says whether a folder can hold keys that start with prefix.
func mayHold(folder, prefix string) bool {
	folder += "/"
	return strings.HasPrefix(folder, prefix) || strings.HasPrefix(prefix, folder)
}
