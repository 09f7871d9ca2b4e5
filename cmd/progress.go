package cmd

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/veltx/veltx/cmd/render"
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
	bar   *progressbar.ProgressBar
	said  time.Time
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
		progressbar.OptionShowBytes(true), progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(20),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionEnableColorCodes(false))
}

// reading says of which backup the progress is, and returns what is to be told of it.
func (p *progress) reading(b *backup) func(entries, bytes int64) {
	if p == nil {
		return nil
	}
	p.total = b.UnpackedSize()
	if p.bar != nil && p.total > 0 {
		p.bar = p.newBar(p.total)
	}
	return p.tell
}

// counting is reading of something of which nothing is known before.
func (p *progress) counting() func(entries, bytes int64) {
	if p == nil {
		return nil
	}
	return p.tell
}

func (p *progress) tell(entries, bytes int64) {
	if p.bar == nil {
		p.tellPlainly(entries, bytes)
		return
	}
	p.bar.Describe(fmt.Sprintf("%d entries", entries))
	at := bytes + entries*headerBytes
	if p.total > 0 {
		at = min(at, p.total-1)
	}
	_ = p.bar.Set64(at)
}

func (p *progress) tellPlainly(entries, bytes int64) {
	now := time.Now()
	if now.Sub(p.begun) < quietTime || now.Sub(p.said) < plainEvery {
		return
	}
	p.said = now
	_, _ = io.WriteString(p.out, plainLine(entries, bytes, p.total, now.Sub(p.begun)))
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
		p.bar = nil
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
