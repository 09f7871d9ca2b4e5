package cmd

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
)

// cutFile leaves the first bytes of a file, or with a negative number all but the last: cut FILE N
func cutFile(ts *testscript.TestScript, neg bool, args []string) {
	name, n := fileAndNumber(ts, neg, args, "cut FILE N")
	data := []byte(ts.ReadFile(name))
	if n < 0 {
		n += len(data)
	}
	ts.Check(os.WriteFile(ts.MkAbs(name), data[:n], 0o644))
}

// gzipFile packs a file: gzip FILE OUT
func gzipFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: gzip FILE OUT")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), zipped([]byte(ts.ReadFile(args[0]))), 0o644))
}

// flipByte changes one byte of a file, counted from the end if the number is negative: flip FILE N
func flipByte(ts *testscript.TestScript, neg bool, args []string) {
	name, n := fileAndNumber(ts, neg, args, "flip FILE N")
	data := []byte(ts.ReadFile(name))
	if n < 0 {
		n += len(data)
	}
	data[n] ^= 0xff
	ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o644))
}

func fileAndNumber(ts *testscript.TestScript, neg bool, args []string, usage string) (string, int) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: %s", usage)
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	return args[0], n
}

// joinFiles writes files one behind the other: join OUT FILE...
func joinFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: join OUT FILE...")
	}
	var all bytes.Buffer
	for _, name := range args[1:] {
		all.WriteString(ts.ReadFile(name))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), all.Bytes(), 0o644))
}

// hasLine looks for a line that holds all texts, byte for byte: [!] hasline FILE TEXT...
func hasLine(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] hasline FILE TEXT...")
	}
	found := false
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		all := true
		for _, text := range args[1:] {
			all = all && strings.Contains(line, text)
		}
		found = found || all
	}
	if found == neg {
		ts.Fatalf("a line of %s with %q: got %v, want %v", args[0], args[1:], found, !neg)
	}
}

// emptyFolder checks that nothing is in a folder, such as what a failed run left behind: empty FOLDER
func emptyFolder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: empty FOLDER")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, e := range entries {
		ts.Fatalf("%s holds %s", args[0], e.Name())
	}
}

// sameFolder checks that two folders hold the same files: samedir A B
func sameFolder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: samedir A B")
	}
	a, b := readFolder(ts, args[0]), readFolder(ts, args[1])
	for name, text := range a {
		if other, ok := b[name]; !ok || other != text {
			ts.Fatalf("%s differs: %q in %s, %q in %s", name, text, args[0], other, args[1])
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			ts.Fatalf("%s is in %s only", name, args[1])
		}
	}
}

func readFolder(ts *testscript.TestScript, name string) map[string]string {
	files := map[string]string{}
	root := os.DirFS(ts.MkAbs(name))
	ts.Check(fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		files[filepath.ToSlash(path)] = string(data)
		return err
	}))
	return files
}

// command is a line that is to be copied whole, which is never broken.
var command = regexp.MustCompile(`^ +(kubectl|velero|veltx) `)

// narrow fails where a line of a file is wider than a terminal of 80 columns, though it could be broken: narrow FILE
func narrow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: narrow FILE")
	}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 80 && len(strings.Fields(line)) > 3 && !command.MatchString(line) {
			ts.Fatalf("%d columns: %s", utf8.RuneCountInString(line), line)
		}
	}
}
