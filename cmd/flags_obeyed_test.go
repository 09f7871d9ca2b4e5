package cmd

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/sample"
	"github.com/veltx/veltx/testdata/plugintest"
)

// obeyed shows of one flag of one command that it is obeyed: two command lines, with and without it, whose results
// differ. In both, $W is a folder with the files that obeyedWorld makes.
type obeyed struct {
	command, flag string
	without       string
	with          string // what comes behind, or in place of a line that it takes the place of
	instead       bool
	slow          bool // reads a long backup slowly from standard input, so that there is progress
	terminal      bool // standard output is a terminal
}

// A flag that nothing obeys is not bound.
func TestEachFlagOfEachCommandIsObeyed(t *testing.T) {
	t.Setenv("PAGER", "dd of=/dev/stderr status=none")
	t.Setenv(stepSummary, "")
	rows := obeyedRows()
	for _, f := range flagsOfAllCommands(t) {
		is := func(r obeyed) bool { return r.command == f[0] && r.flag == f[1] }
		if !slices.ContainsFunc(rows, is) {
			t.Errorf("%s --%s: no row shows that it is obeyed", f[0], f[1])
		}
	}
	w := newObeyedWorld(t)
	var running sync.WaitGroup
	busy := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, row := range rows {
		running.Go(func() {
			if !row.slow {
				busy <- struct{}{}
				defer func() { <-busy }()
			}
			w.check(row)
		})
	}
	running.Wait()
}

// flagsOfAllCommands are pairs of a command and one of its flags.
func flagsOfAllCommands(t *testing.T) (all [][2]string) {
	t.Helper()
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			all = append(all, [2]string{strings.TrimPrefix(c.CommandPath(), "veltx "), f.Name})
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(NewRoot(Streams{}))
	if len(all) < 200 {
		t.Fatalf("only %d flags were found", len(all))
	}
	return all
}

// obeyedWorld is where the command lines are run.
type obeyedWorld struct {
	t     *testing.T
	dir   string
	long  []byte // a backup of more than a thousand entries
	mutex sync.Mutex
	known map[string]string // results by command line
	n     int
}

func newObeyedWorld(t *testing.T) *obeyedWorld {
	t.Helper()
	w := &obeyedWorld{t: t, dir: t.TempDir(), long: longBackup(t), known: map[string]string{}}
	folder, err := sample.Write("")
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Remove()
	world := filepath.Join(w.dir, "world")
	for _, name := range []string{"store/backups/csi", "cut/east/backups", "out-store", "scheduled/backups/a", "scheduled/backups/b"} {
		if err := os.MkdirAll(filepath.Join(world, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(world, "store/backups/shop"), os.DirFS(folder.Path)); err != nil {
		t.Fatal(err)
	}
	files := maps.Clone(obeyedFiles)
	files["store/backups/csi/csi.tar.gz"] = string(packed(t, csiItems))
	files["store/backups/csi/velero-backup.json"] = `{"apiVersion":"velero.io/v1","kind":"Backup","metadata":{"name":"csi","namespace":"velero"}}`
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(world, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []string{
		"backup $W/store/backups/shop -o $W/cut --to-store --to-prefix east --backup-name shop --include-namespaces shop-db -q",
		"backup $W/store/backups/shop -o $W/old.tar.gz --include-namespaces shop-db -q",
		"backup $W/store/backups/shop -o $W/out-store --to-store --backup-name taken --include-namespaces shop-db -q",
		"transform $W/store/backups/shop -o $W/manifests --include-namespaces shop-db -q",
		"verify $W/old.tar.gz --write-checksums $W/wrong.sha256",
		"restore-preview $W/store/backups/shop --write-baseline $W/baseline.json --fail-on note",
		"backup-preview $W/cluster.yaml --write-baseline $W/backup-baseline.json --fail-on note",
	} {
		if code, problems := runIn(t, world, line, strings.NewReader(""), io.Discard); code != exitFine {
			t.Fatalf("veltx %s: exit code %d: %s", line, code, problems)
		}
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugintest.Link(program, filepath.Join(w.dir, "plugins"), "order-a", "writes", "backup-order-a", "backup-writes", "deletes-all", "deletes-writes", plugintest.StoresPlugin); err != nil { // beside the world, as it is large
		t.Fatal(err)
	}
	for name, line := range map[string]string{
		"plan.json": "restore-preview $W/old.tar.gz -o plan", "other-plan.json": "restore-preview $W/store/backups/shop -o plan",
		"part.jsonl": "restore-preview --all --store $W/store --fail-on never --shard 1/2 -o jsonl", "other-part.jsonl": "restore-preview --all --store $W/store --fail-on never --shard 2/2 -o jsonl",
	} {
		var plan bytes.Buffer
		if code, problems := runIn(t, world, line, strings.NewReader(""), &plan); code != exitFine {
			t.Fatal(problems)
		}
		if err := os.WriteFile(filepath.Join(world, name), plan.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func runIn(t *testing.T, dir, line string, in io.Reader, out io.Writer) (code int, problems string) {
	var text bytes.Buffer
	code = Run(t.Context(), Streams{In: in, Out: out, Err: &text}, strings.Fields(strings.ReplaceAll(line, "$W", dir)))
	return code, text.String()
}

func (w *obeyedWorld) check(row obeyed) {
	with := row.without + " " + row.with
	if row.instead {
		with = row.with
	}
	if !slices.ContainsFunc(strings.Fields(with), func(word string) bool {
		name, _, _ := strings.Cut(word, "=")
		return name == "--"+row.flag
	}) || strings.Contains(row.without+" ", "--"+row.flag+" ") {
		w.t.Errorf("%s --%s: the row does not try it: %q, %q", row.command, row.flag, row.without, with)
		return
	}
	before := w.result(row, row.without)
	if after := w.result(row, with); after == before {
		w.t.Errorf("veltx %s %s: does the same without --%s:\n%s", row.command, with, row.flag, after)
	}
}

// result is all that a command line does. Without progress, which knows times, it is the same each time.
func (w *obeyedWorld) result(row obeyed, line string) string {
	if line = row.command + " " + line; row.command == "veltx" {
		line = strings.TrimPrefix(line, "veltx ")
	}
	if row.slow || row.terminal {
		return w.try(row, line)
	}
	w.mutex.Lock()
	known, ok := w.known[line]
	w.mutex.Unlock()
	if ok {
		return known
	}
	result := w.try(row, line)
	if again := w.try(row, line); again != result {
		w.t.Errorf("veltx %s: twice, and not the same:\n%s\n%s", line, result, again)
	}
	w.mutex.Lock()
	w.known[line] = result
	w.mutex.Unlock()
	return result
}

// try runs a command line in a copy of the world.
func (w *obeyedWorld) try(row obeyed, line string) string {
	w.mutex.Lock()
	w.n++
	dir := filepath.Join(w.dir, fmt.Sprintf("run-%06d", w.n))
	w.mutex.Unlock()
	w.link(dir)
	defer os.RemoveAll(dir)
	var in io.Reader = strings.NewReader("")
	if row.slow {
		in = io.MultiReader(pause{}, bytes.NewReader(w.long))
	}
	var shown bytes.Buffer
	var out io.Writer = &shown
	if row.terminal {
		terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
		if err != nil || !isTerminal(terminal) {
			return line // a system without terminals to open
		}
		defer terminal.Close()
		out = terminal
	}
	code, problems := runIn(w.t, dir, line, in, out)
	text := fmt.Sprintf("exit code %d\n%s\n%s\n%s", code, &shown, problems, w.tree(dir))
	return strings.ReplaceAll(text, dir, "$W")
}

// link makes a copy of the world; what veltx replaces or deletes there stays as it was in the world.
func (w *obeyedWorld) link(dir string) {
	world := filepath.Join(w.dir, "world")
	err := filepath.WalkDir(world, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, world))
		if e.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		return os.Link(path, to)
	})
	if err != nil {
		w.t.Error(err)
	}
}

// tree lists the files with their digests; those of a new backup in a store have the time in them.
func (w *obeyedWorld) tree(dir string) string {
	var b strings.Builder
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if strings.HasPrefix(name, "out-store/") {
			text = nil
		}
		fmt.Fprintf(&b, "%s %x\n", name, sha256.Sum256(bytes.ReplaceAll(text, []byte(dir), []byte("$W"))))
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	return b.String()
}

// pause is an empty input that takes until progress is shown.
type pause struct{}

// Read implements io.Reader.
func (pause) Read([]byte) (int, error) {
	time.Sleep(quietTime + 100*time.Millisecond)
	return 0, io.EOF
}

func longBackup(t *testing.T) []byte {
	t.Helper()
	items := map[string]string{"metadata/version": "1.1.0\n"}
	for i := range 1100 {
		items[fmt.Sprintf("resources/configmaps/namespaces/n/c%d.json", i)] = fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c%d","namespace":"n"}}`, i)
	}
	return packed(t, items)
}

func packed(t *testing.T, items map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	archive := tar.NewWriter(zip)
	for _, name := range slices.Sorted(maps.Keys(items)) {
		if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(items[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(archive, items[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), zip.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
