package verify

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"

	"github.com/veltx/veltx/tarball/spool"
)

// runLines is how many lines are sorted in memory at once.
const runLines = 1 << 15

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
	slices.SortFunc(l.lines, func(a, b string) int { return cmp.Compare(linePath(a), linePath(b)) })
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
	var runs []*bufio.Scanner // each stands on its first line that is not written
	for _, run := range l.runs {
		if s := bufio.NewScanner(run); s.Scan() {
			runs = append(runs, s)
		}
	}
	w := bufio.NewWriter(out)
	for len(runs) > 0 {
		next := slices.MinFunc(runs, func(a, b *bufio.Scanner) int { return bytes.Compare(linePath(a.Bytes()), linePath(b.Bytes())) })
		_, _ = w.Write(next.Bytes())
		_ = w.WriteByte('\n')
		if next.Scan() {
			continue
		}
		if err := next.Err(); err != nil {
			return err
		}
		runs = slices.DeleteFunc(runs, func(s *bufio.Scanner) bool { return s == next })
	}
	return w.Flush()
}

func (l *checksumList) close() error {
	if l == nil || l.file == nil {
		return nil
	}
	return l.file.Close()
}

// linePath is what comes after the checksum.
func linePath[T string | []byte](line T) T { return line[min(len(line), 2*sha256.Size+2):] }
