package verify

import (
	"bufio"
	"cmp"
	"container/heap"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/spool"
)

// runLines is how many lines are sorted in memory at once.
const runLines = 1 << 14

// checksumList sorts the lines of a checksum file by path. All but the last few thousand wait in a temporary file, in
// sorted runs that are merged at the end.
type checksumList struct {
	dir   string // for the temporary file
	lines []string
	file  *spool.TempFile
	at    int64
	runs  []*io.SectionReader
}

func (l *checksumList) add(path string, sum [sha256.Size]byte) error {
	l.lines = append(l.lines, hex.EncodeToString(sum[:])+"  "+path)
	if len(l.lines) < runLines {
		return nil
	}
	return l.spill()
}

// spill writes the lines in memory as one run.
func (l *checksumList) spill() (err error) {
	if l.file == nil {
		if l.file, err = spool.NewTempFile(l.dir); err != nil {
			return err
		}
	}
	slices.SortFunc(l.lines, byPath)
	w := bufio.NewWriter(l.file)
	var size int64
	for _, line := range l.lines {
		_, _ = w.WriteString(line)
		_ = w.WriteByte('\n')
		size += int64(len(line)) + 1
	}
	l.runs = append(l.runs, io.NewSectionReader(l.file, l.at, size))
	l.at += size
	l.lines = l.lines[:0]
	return w.Flush()
}

// write merges the runs: the file is that of sha256sum, sorted by path. In a folder with the unpacked backup,
// sha256sum -c takes it.
func (l *checksumList) write(out io.Writer) error {
	if err := l.spill(); err != nil {
		return err
	}
	var m merge
	for _, run := range l.runs {
		if s := bufio.NewScanner(run); s.Scan() {
			m = append(m, s)
		}
	}
	heap.Init(&m)
	w := bufio.NewWriter(out)
	for len(m) > 0 {
		_, _ = w.Write(m[0].Bytes())
		_ = w.WriteByte('\n')
		if m[0].Scan() {
			heap.Fix(&m, 0)
			continue
		}
		if err := m[0].Err(); err != nil {
			return err
		}
		heap.Pop(&m)
	}
	return w.Flush()
}

func (l *checksumList) close() error {
	if l == nil || l.file == nil {
		return nil
	}
	return l.file.Close()
}

// byPath compares lines by what comes after the checksum.
func byPath(a, b string) int { return cmp.Compare(linePath(a), linePath(b)) }

func linePath(line string) string { return line[min(len(line), 2*sha256.Size+2):] }

// merge is a heap of runs by their next line.
type merge []*bufio.Scanner

func (m merge) Len() int { return len(m) }
func (m merge) Less(i, j int) bool {
	return strings.Compare(linePath(m[i].Text()), linePath(m[j].Text())) < 0
}
func (m merge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }

// Push implements heap.Interface.
func (m *merge) Push(any) { panic(errors.New("runs are not added to a merge")) }

// Pop implements heap.Interface.
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
