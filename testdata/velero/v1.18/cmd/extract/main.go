// Command extract unpacks a backup and decodes all of its items as the real Velero does before a restore, and does no
// more: the least that any work on a backup costs with Velero's own code.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/archive"
	"github.com/vmware-tanzu/velero/pkg/util/filesystem"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: extract FILE")
		os.Exit(2)
	}
	if err := extract(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(1)
	}
}

func extract(file string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	log := logrus.New()
	log.SetOutput(io.Discard)
	system := filesystem.NewFileSystem()
	dir, err := archive.NewExtractor(log, system).UnzipAndExtractBackup(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return filepath.WalkDir(filepath.Join(dir, "resources"), func(path string, entry fs.DirEntry, err error) error {
		// A restore decodes one copy of each item.
		if err != nil || entry.IsDir() || strings.Contains(path, "-preferredversion") {
			return err
		}
		_, err = archive.Unmarshal(system, path)
		return err
	})
}
