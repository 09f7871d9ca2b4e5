package plugins

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// find lists the binaries of plugins at a path: a binary, or those in a folder and in the folders in it, by name.
// Source: v1.18.3 pkg/plugin/clientmgmt/process/registry.go:127-160, which passes over what cannot be executed.
func find(path string) ([]string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if !executable(info) {
			return nil, fmt.Errorf("%s: is no program: make it executable (chmod +x)", path)
		}
		return []string{path}, nil
	}
	found, err := findIn(path, 0)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s: has no program in it: plugins have to be executable (chmod +x)", path)
	}
	return found, err
}

// deepFolders is how deep folders of plugins may stand in each other.
const deepFolders = 16

func findIn(folder string, depth int) (found []string, err error) {
	if depth > deepFolders {
		return nil, fmt.Errorf("%s: folders stand in each other more than %d deep", folder, deepFolders)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		info, err := entry.Info() // of a link itself, as in Velero
		if err != nil {
			return nil, err
		}
		switch {
		case info.IsDir():
			inside, err := findIn(path, depth+1)
			if err != nil {
				return nil, err
			}
			found = append(found, inside...)
		case executable(info):
			found = append(found, path)
		}
	}
	return found, nil
}

func executable(info os.FileInfo) bool {
	if runtime.GOOS == "windows" {
		return strings.EqualFold(filepath.Ext(info.Name()), ".exe")
	}
	return info.Mode()&0o111 != 0
}
