package cmd

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/transform/report"
)

func TestAPlainLineOfProgress(t *testing.T) {
	for _, row := range []struct {
		name                  string
		entries, bytes, total int64
		want                  string
	}{
		{"without a total", 1024, 2 << 20, 0, "veltx: read 1024 entries, 2.0 MiB, 1.0 MiB/s\n"},
		{"half way", 0, 2 << 20, 4 << 20, "veltx: read 0 entries, 2.0 MiB, 1.0 MiB/s, about 2s left\n"},
		{"past what the file says", 1024, 2 << 20, 1 << 20, "veltx: read 1024 entries, 2.0 MiB, 1.0 MiB/s\n"},
	} {
		if got := plainLine(row.entries, row.bytes, row.total, 2*time.Second); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestTheTimeLeftIsInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1 second left", 1400 * time.Millisecond: "1 second left", 42 * time.Second: "42 seconds left", 89 * time.Second: "89 seconds left",
		2 * time.Minute: "2 minutes left", 61 * time.Minute: "61 minutes left", 3 * time.Hour: "3 hours left",
	} {
		if got := timeLeft(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

// A bar that is wider than the terminal leaves a line behind at each turn.
func TestABarFitsSixtyColumns(t *testing.T) {
	for _, total := range []int64{0, 40 << 30} {
		var out bytes.Buffer
		p := &progress{out: &out, begun: time.Now().Add(-200 * time.Hour), total: total}
		p.bar = p.newBar(max(total, -1))
		p.tell(199_999, 20<<30)
		time.Sleep(110 * time.Millisecond)
		p.tell(200_000, 21<<30)
		p.done("backing up", "", 12_345, 200_000)
		time.Sleep(110 * time.Millisecond)
		p.turned = time.Now().Add(-100 * time.Hour)
		p.done("backing up", "", 12_346, 200_000)
		shown := false
		for _, line := range strings.FieldsFunc(out.String(), func(r rune) bool { return r == '\r' || r == '\n' }) {
			if n := len([]rune(strings.TrimRight(line, " "))); n > 60 {
				t.Errorf("%d columns: %q", n, line)
			}
			shown = shown || strings.Contains(line, "hours left")
		}
		if !shown {
			t.Errorf("no time is left: %q", &out)
		}
	}
}

func TestShortWorkShowsNoProgress(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(progressPlain, &out, false)
	p.tell(1024, 1<<20)
	p.end()
	if out.Len() > 0 {
		t.Errorf("got %q", &out)
	}
	p.begun = p.begun.Add(-2 * quietTime)
	p.tell(2048, 2<<20)
	p.tell(3072, 3<<20)
	if n := bytes.Count(out.Bytes(), []byte("\n")); n != 1 {
		t.Errorf("got %q, want one line", &out)
	}
}

func TestProgressIsForTerminalsAndNeverWithQuiet(t *testing.T) {
	var out bytes.Buffer
	for _, p := range []*progress{newProgress(progressAuto, &out, false), newProgress(progressPlain, &out, true), newProgress(progressNone, &out, false)} {
		if p != nil {
			t.Errorf("got %+v, want none", p)
		}
		p.end()
		if p.reading(nil); p.telling() != nil || p.restoring() != nil {
			t.Error("nothing is to be told")
		}
	}
}

func TestABarThatIsGoneStaysAway(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, begun: time.Now().Add(-2 * quietTime)}
	p.bar = p.newBar(1000)
	p.tell(1024, 1<<20)
	p.restoring()(1024, 4096)
	if shown := out.String(); !strings.Contains(shown, "\rrestoring 1024/4096 ") {
		t.Errorf("got %q, want a bar of items", shown)
	}
	p.end()
	out.Reset()
	p.tell(2048, 2<<20)
	p.restoring()(2048, 4096)
	if out.Len() > 0 {
		t.Errorf("got %q after the end", &out)
	}
}

func TestPlainProgressTellsOfReadingAndOfRestoring(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(progressPlain, &out, false)
	p.begun = p.begun.Add(-2 * quietTime)
	p.restoring()(1024, 4096)
	p.restoring()(2048, 4096)
	if got, want := out.String(), "veltx: restored 1024 of about 4096 items after 2s\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlainProgressTellsOfBackingUp(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(progressPlain, &out, false)
	p.begun = p.begun.Add(-2 * quietTime)
	passed := 0
	sink := p.backingUp(1500, report.SinkFunc(func(*report.Item) error { passed++; return nil }))
	for range 2048 {
		if err := sink.Item(&report.Item{}); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := out.String(), "veltx: backed up 1024 of about 1500 items after 2s\n"; got != want || passed != 2048 {
		t.Errorf("got %q and %d items, want %q and 2048", got, passed, want)
	}
}
