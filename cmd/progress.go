package cmd

import (
	"cmp"
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report"
)

// The choices of --progress.
const (
	progressAuto  = "auto"
	progressPlain = "plain"
	progressNone  = "none"
)

const (
	quietTime  = time.Second     // work that takes no longer shows no progress
	plainEvery = 2 * time.Second // between two plain lines
	// headerBytes is about what an entry takes in a tar beside its body: a header, and padding.
	headerBytes = 768
)

// progress shows on standard error how far the reading of a backup has come. A nil progress shows nothing.
type progress struct {
	out   io.Writer
	begun time.Time
	total int64 // bytes, 0 if unknown
	over  bool  // the bar is gone, and comes no more
	items bool  // the bar is of items that are restored or backed up, no longer of what is read
	bar   *progressbar.ProgressBar
	said  time.Time

	unit   string    // what is counted, "" for items
	turned time.Time // when the bar turned to items
}

func newProgress(how string, out io.Writer, quiet bool) *progress {
	if quiet || how == progressNone || how == progressAuto && !isTerminal(out) {
		return nil
	}
	p := &progress{out: out, begun: time.Now()}
	if how == progressAuto {
		p.bar = p.newBar(-1)
	}
	return p
}

func (p *progress) newBar(total int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(total, progressbar.OptionSetWriter(&late{out: p.out, from: p.begun.Add(quietTime)}),
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionSetWidth(8),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionEnableColorCodes(false))
}

// backingUp tells of items on their way into a backup, after all has been read.
func (p *progress) backingUp(of int, into report.Sink) report.Sink {
	if p == nil {
		return into
	}
	items := 0
	return report.SinkFunc(func(i *report.Item) error {
		if items++; items%1024 == 0 {
			p.done("backing up", "backed up", items, of)
		}
		return into.Item(i)
	})
}

// done tells how many items something has been done with, by its present and its past.
func (p *progress) done(doing, did string, items, of int) {
	if p.over {
		return
	}
	of = max(items, of)
	if p.bar == nil {
		p.sayPlainly(func(took time.Duration) string { return doneLine(did, cmp.Or(p.unit, "items"), items, of, took) })
		return
	}
	if !p.items {
		p.items = true
		_ = p.bar.Clear()
		p.bar = p.newBar(int64(of))
		p.turned = time.Now()
	}
	p.bar.Describe(fmt.Sprintf("%s %d/%d%s", doing, items, of, p.left(p.turned, int64(items), int64(of))))
	_ = p.bar.Set(min(items, of-1))
}

// backups tells how many backups have been looked at.
func (p *progress) backups(n, of int) {
	if p != nil {
		p.unit = "backups"
		p.done("backups", "looked at", n, of)
	}
}

// reading says of which backup the progress is.
func (p *progress) reading(b *opened) {
	if p == nil {
		return
	}
	p.total = b.UnpackedSize()
	if p.bar != nil && p.total > 0 {
		p.bar = p.newBar(p.total)
	}
}

// telling is what is to be told of the reading.
func (p *progress) telling() func(entries, bytes int64) {
	if p == nil {
		return nil
	}
	return p.tell
}

// restoring is what is to be told of items that have come out, after all has been read.
func (p *progress) restoring() func(items, of int) {
	if p == nil {
		return nil
	}
	return func(items, of int) { p.done("restoring", "restored", items, of) }
}

func (p *progress) tell(entries, bytes int64) {
	if p.over {
		return
	}
	if p.bar == nil {
		p.sayPlainly(func(took time.Duration) string { return plainLine(entries, bytes, p.total, took) })
		return
	}
	at := bytes + entries*headerBytes
	p.bar.Describe(fmt.Sprintf("%d entries, %s%s", entries, render.Bytes(bytes), p.left(p.begun, at, p.total)))
	if p.total > 0 {
		at = min(at, p.total-1)
	}
	_ = p.bar.Set64(at)
}

// left is how much time is left in words, behind a comma; "" where nothing tells yet.
func (p *progress) left(from time.Time, at, of int64) string {
	took := time.Since(from)
	if at <= 0 || of <= at || took < quietTime {
		return ""
	}
	return ", " + timeLeft(time.Duration(float64(took)*float64(of-at)/float64(at)))
}

// timeLeft is a time for people, in a unit and never in two.
func timeLeft(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return render.Count(max(1, int(d.Round(time.Second)/time.Second)), "second") + " left"
	case d < 90*time.Minute:
		return render.Count(int(d.Round(time.Minute)/time.Minute), "minute") + " left"
	}
	return render.Count(int(d.Round(time.Hour)/time.Hour), "hour") + " left"
}

// sayPlainly writes a line now and then.
func (p *progress) sayPlainly(line func(took time.Duration) string) {
	now := time.Now()
	if now.Sub(p.begun) < quietTime || now.Sub(p.said) < plainEvery {
		return
	}
	p.said = now
	_, _ = io.WriteString(p.out, line(now.Sub(p.begun)))
}

// doneLine is a line of --progress=plain after the backup has been read.
func doneLine(did, unit string, items, of int, took time.Duration) string {
	return fmt.Sprintf("veltx: %s %d of about %d %s after %s\n", did, items, of, unit, took.Round(time.Second))
}

// plainLine is one line of --progress=plain.
func plainLine(entries, bytes, total int64, took time.Duration) string {
	line := fmt.Sprintf("veltx: read %d entries, %s, %s/s", entries, render.Bytes(bytes), render.Bytes(int64(float64(bytes)/took.Seconds())))
	at := bytes + entries*headerBytes
	if total <= at || at == 0 {
		return line + "\n"
	}
	left := time.Duration(float64(took) * float64(total-at) / float64(at))
	return fmt.Sprintf("%s, about %s left\n", line, left.Round(time.Second))
}

// end takes the bar away, before anything else is written.
func (p *progress) end() {
	if p != nil && p.bar != nil {
		_ = p.bar.Finish()
		p.bar, p.over = nil, true
	}
}

// late is a writer that writes nothing before a time.
type late struct {
	out  io.Writer
	from time.Time
}

// Write implements io.Writer.
func (l *late) Write(p []byte) (int, error) {
	if time.Now().Before(l.from) {
		return len(p), nil
	}
	return l.out.Write(p)
}
