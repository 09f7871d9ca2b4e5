package html_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/veltx/veltx/cmd"
	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// browser starts a headless Chromium, or skips the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine (Debian: apt-get install chromium): the report was not tried in a browser")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(2*time.Minute),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[int]("1")); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// visit is a report that is open in a browser.
type visit struct {
	*testing.T
	ctx     context.Context
	address string

	mu       sync.Mutex
	requests []string
	problems []string // what the page complained about
}

// open writes the report to a file and opens that; it returns how long the page took until it could be used.
func open(t *testing.T, page []byte) (*visit, time.Duration) {
	t.Helper()
	v := &visit{T: t, ctx: browser(t)}
	name := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(name, page, 0o600); err != nil {
		t.Fatal(err)
	}
	v.failed(chromedp.Listen(v.ctx, v.event))
	_, err := chromedp.Call(v.ctx, network.Enable, network.EnableParams{})
	v.failed(err)
	_, err = chromedp.Call(v.ctx, log.Enable, cdp.Empty{})
	v.failed(err)
	v.address = "file://" + name
	took := v.load()
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, url := range v.requests {
			if !strings.HasPrefix(url, "file://") {
				t.Errorf("the page asked for %s", url)
			}
		}
		for _, problem := range v.problems {
			t.Errorf("the page complained: %s", problem)
		}
	})
	return v, took
}

// load opens the report, and returns how long that takes.
func (v *visit) load() time.Duration {
	v.Helper()
	begin := time.Now()
	v.run(chromedp.Navigate(v.address))
	v.soon(`"ready" in document.documentElement.dataset`)
	return time.Since(begin)
}

func (v *visit) event(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		v.requests = append(v.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		v.problems = append(v.problems, fmt.Sprintf("%+v", e.ExceptionDetails.Exception))
	case *log.EventEntryAdded: // such as what the policy forbids
		v.problems = append(v.problems, e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		v.problems = append(v.problems, fmt.Sprintf("%s %s", e.Type, e.Args[0].Value))
	}
}

func (v *visit) run(steps ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	v.failed(chromedp.Do(v.ctx, steps...))
}

func (v *visit) failed(err error) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
}

// value is what an expression has as its value in the page; promises are waited for.
func (v *visit) value(expression string) string {
	v.Helper()
	result, err := chromedp.Run(v.ctx, chromedp.Evaluate[any](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		v.Fatalf("%s: %v", expression, err)
	}
	text, err := json.Marshal(result)
	if err != nil {
		v.Fatal(err)
	}
	return strings.Trim(string(text), `"`)
}

// number is a value that is one.
func (v *visit) number(expression string) float64 {
	v.Helper()
	n, err := strconv.ParseFloat(v.value(expression), 64)
	v.failed(err)
	return n
}

func (v *visit) want(expression, want string) {
	v.Helper()
	if got := v.value(expression); got != want {
		v.Errorf("%s: got %s, want %s", expression, got, want)
	}
}

// soon waits until an expression is true.
func (v *visit) soon(expression string) {
	v.Helper()
	for end := time.Now().Add(20 * time.Second); v.value(expression) != "true"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			v.Fatalf("%s: is still not true", expression)
		}
	}
}

// veltx is what the command prints.
func veltx(t *testing.T, arguments ...string) []byte {
	t.Helper()
	var out, problems bytes.Buffer
	code := cmd.Run(t.Context(), cmd.Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, arguments)
	if code != 0 && code != 3 {
		t.Fatalf("%v: exit code %d: %s", arguments, code, &problems)
	}
	return out.Bytes()
}

// rendered is the report of items.
func rendered(t *testing.T, summary *report.Summary, items func(yield func(*report.Item) bool)) []byte {
	t.Helper()
	about := &render.About{Source: "b.tar.gz", Format: "tar.gz", VeleroVersion: "1.18", Release: "v1.18.2", Restore: &velero.Restore{}}
	about.Restore.Name, about.Restore.Spec.BackupName = "r", "b"
	var out bytes.Buffer
	p, err := render.NewPreview(render.HTML, &out, about, render.Style{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range items {
		summary.Count(i)
		i.Order = summary.Items
		if err := p.Item(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(summary); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
