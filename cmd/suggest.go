package cmd

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
)

// meant is the end of a message about a name that is none, with those that were probably meant.
func meant(near ...string) string {
	if len(near) == 0 || near[0] == "" {
		return ""
	}
	return "; did you mean " + strings.Join(near, " or ") + "?"
}

// nearCommands are the commands that were probably meant by a word.
func nearCommands(c *cobra.Command, word string) []string {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "") }
	var near []string
	for _, sub := range c.Commands() {
		if name := sub.Name(); sub.IsAvailableCommand() && len(word) > 2 && strings.Contains(plain(name), plain(word)) {
			near = append(near, name)
		}
	}
	if len(near) == 0 {
		return c.SuggestionsFor(word)
	}
	return near
}

// flagProblem is the error of a flag that cannot be read, with the one that was probably meant.
func flagProblem(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return wrongUsage("%v", err)
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return wrongUsage("%v%s", err, meant(layout.Nearest("--"+unknown.GetSpecifiedName(), names)))
}

// noBackup adds to the error for a path that is no backup what the user can do, where the path tells.
func noBackup(path string, err error) error {
	if !errors.Is(err, tarball.ErrNotBackup) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	hint := pathHint(path)
	if hint == "" {
		return err
	}
	return errors.Join(err, errors.New(hint))
}

// copiers are the programs that copy a folder out of an object store, by the scheme of its addresses.
var copiers = map[string]string{
	"s3": "aws s3 sync", "gs": "gcloud storage cp -r", "oss": "ossutil cp -r", "az": "azcopy copy --recursive", "https": "curl -LO", "http": "curl -LO",
}

func pathHint(path string) string {
	if u, err := url.Parse(path); err == nil && u.Scheme != "" && strings.Contains(path, "://") {
		with := copiers[u.Scheme]
		if with == "" {
			return "veltx reads files and folders: copy the backup's folder out of the object store first"
		}
		return "veltx reads files and folders: copy the backup's folder first, such as with " + with
	}
	switch {
	case isStore(path):
		return path + " is a copy of an object store: name one of its backups with --store " + path + "; veltx backups --store " + path + " lists them"
	case isFolderOfBackups(path):
		return path + " is the folder of all backups in a store: name one of them, as " + filepath.Join(path, firstBackup(path))
	}
	if dir := filepath.Dir(path); filepath.Base(path) == "velero-backup.json" {
		return "it lies in the folder of a backup: name the folder, " + dir
	}
	if near := layout.Nearest(filepath.Base(path), namesIn(filepath.Dir(path))); near != "" && near != filepath.Base(path) {
		return "did you mean " + filepath.Join(filepath.Dir(path), near) + "?"
	}
	if !onDisk(path) && filepath.Base(path) == path && filepath.Ext(path) == "" {
		return "the name of a backup is known in its store only: give --store DIR as well, or set VELTX_STORE"
	}
	return ""
}

// isStore says that a folder has backups where Velero's object storage has them.
func isStore(path string) bool { return isFolderOfBackups(filepath.Join(path, "backups")) }

func isFolderOfBackups(path string) bool { return firstBackup(path) != "" }

// firstBackup is the name of the first backup in a folder of backups, "" for none.
func firstBackup(path string) string {
	names := namesIn(path)
	if i := slices.IndexFunc(names, func(name string) bool { return onDisk(filepath.Join(path, name, "velero-backup.json")) }); i >= 0 {
		return names[i]
	}
	return ""
}

func onDisk(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// namesIn are the names in a folder, none where it cannot be read.
func namesIn(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
