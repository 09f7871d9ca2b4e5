package plugins

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"sync"
)

const (
	maxLine = 16 << 10 // of a line of a log; the rest of it is dropped
	maxLog  = 64 << 20 // of what plugins log in all; what comes after is dropped
)

// logs takes what all plugins of a run log.
type logs struct {
	mu   sync.Mutex
	out  io.Writer // nil drops it
	left int
}

// write writes a line of a plugin. A writer that fails is not written to again: a log must not end a run.
func (l *logs) write(plugin string, line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out == nil {
		return
	}
	text := plugin + ": " + string(line) + "\n"
	if l.left -= len(text); l.left < 0 {
		text, l.left = "what the plugins log beyond "+sizeOf(maxLog)+" is dropped\n", -1
	}
	if _, err := io.WriteString(l.out, text); err != nil || l.left < 0 {
		l.out = nil
	}
}

// lines takes what one process writes to its standard error, line by line, and keeps the last one.
type lines struct {
	plugin string
	to     *logs

	mu       sync.Mutex
	line     []byte
	last     string
	noMemory bool // Go's runtime said that it got none
}

// Write implements io.Writer; it never fails, as that would stop the plugin.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := p; len(rest) > 0; {
		at := bytes.IndexByte(rest, '\n')
		end := at
		if at < 0 {
			end = len(rest)
		}
		l.line = append(l.line, rest[:min(end, max(0, maxLine-len(l.line)))]...)
		if at < 0 {
			break
		}
		l.end()
		rest = rest[at+1:]
	}
	return len(p), nil
}

func (l *lines) end() {
	if text := bytes.TrimSpace(l.line); len(text) > 0 {
		l.to.write(l.plugin, text)
		l.last = message(text)
		l.noMemory = l.noMemory || bytes.Contains(text, []byte("cannot allocate memory")) || bytes.Contains(text, []byte("out of memory"))
	}
	l.line = l.line[:0]
}

// message is what a line of hclog says, or the whole line.
func message(line []byte) string {
	var entry struct {
		Message string `json:"@message"`
		Err     string `json:"error"`
	}
	if json.Unmarshal(line, &entry) != nil || entry.Message == "" {
		return strings.ToValidUTF8(string(line), "\uFFFD")
	}
	if entry.Err != "" {
		return entry.Message + ": " + entry.Err
	}
	return entry.Message
}

// lastLine is the last thing that was said.
func (l *lines) lastLine() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if text := bytes.TrimSpace(l.line); len(text) > 0 {
		return message(text)
	}
	return l.last
}

// lackedMemory says whether it was said that there is no memory left.
func (l *lines) lackedMemory() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.noMemory
}

// firstLine takes the first line that is written, and drops all else.
type firstLine struct {
	got  chan string
	line []byte
	done bool
}

func newFirstLine() *firstLine { return &firstLine{got: make(chan string, 1)} }

// Write implements io.Writer.
func (f *firstLine) Write(p []byte) (int, error) {
	if f.done {
		return len(p), nil
	}
	at := bytes.IndexByte(p, '\n')
	end := at + 1
	if at < 0 {
		end = len(p)
	}
	f.line = append(f.line, p[:min(end, maxLine-len(f.line))]...)
	if at >= 0 || len(f.line) == maxLine {
		f.done = true
		f.got <- string(f.line)
	}
	return len(p), nil
}
