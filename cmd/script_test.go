package cmd

import (
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/testdata/plugintest"
	"github.com/veltx/veltx/transform/apiserver/real"
	"github.com/veltx/veltx/transform/plugins"
)

func TestMain(m *testing.M) {
	if is, err := plugins.BecomePlugin(os.Args, os.Environ(), os.Stdout); is {
		os.Exit(became(err))
	}
	if is, err := real.Become(os.Args, os.Stdin); is {
		os.Exit(became(err))
	}
	plugintest.BecomePlugin()
	testscript.Main(m, map[string]func(){"veltx": func() { os.Exit(Main()) }})
}

// scripts are the tests of the command line; a new file there is a new test.
const scripts = "../testdata/script"

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                scripts,
		RequireUniqueNames: true,
		UpdateScripts:      os.Getenv("UPDATE_SCRIPTS") != "",
		Setup:              scriptEnvironment,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"mkbackup": makeBackup,
			"mktar":    makeTar,
			"cut":      cutFile,
			"gzip":     gzipFile,
			"flip":     flipByte,
			"join":     joinFiles,
			"hasline":  hasLine,
			"empty":    emptyFolder,
			"samedir":  sameFolder,
			"narrow":   narrow,
			"plugins":  makePlugins,
			"image":    makeImage,
			"bucket":   serveBucket,
		},
	})
}

// scriptEnvironment gives each script its own folder for temporary files, so that it can see what is left there, and
// the path of the real backups, which a machine may lack.
func scriptEnvironment(e *testscript.Env) error {
	tmp := filepath.Join(e.WorkDir, ".tmp")
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return err
	}
	e.Setenv("TMPDIR", tmp)
	e.Setenv("TMP", tmp)
	e.Setenv("NO_COLOR", "")
	return nil
}

// makePlugins makes test plugins, of package plugintest: plugins FOLDER NAME...
func makePlugins(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: plugins FOLDER NAME...")
	}
	program, err := os.Executable()
	ts.Check(err)
	ts.Check(plugintest.Link(program, ts.MkAbs(args[0]), args[1:]...))
}

// makeImage makes an image with test plugins, as docker save writes it: image FILE NAME...
func makeImage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: image FILE NAME...")
	}
	program, err := os.Executable()
	ts.Check(err)
	ts.Check(plugintest.WriteImage(ts.MkAbs(args[0]), program, runtime.GOARCH, args[1:]...))
}

// serveBucket serves a folder of buckets on the network, for the test plugins that are stores: bucket FOLDER. Its URL is in $BUCKETS.
func serveBucket(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: bucket FOLDER")
	}
	files, err := store.OpenFileSystem(ts.MkAbs(args[0]))
	ts.Check(err)
	server := httptest.NewServer(&plugintest.Remote{Store: files})
	ts.Setenv("BUCKETS", server.URL)
	ts.Defer(func() {
		server.Close()
		_ = files.Close() // it was read and written
	})
}

// exits runs a command and checks its exit code: exits CODE COMMAND...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code: got %d, want %d", got, want)
	}
}
