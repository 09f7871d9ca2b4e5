package verify

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/spool"
)

// Checksums are what the entries of a backup once were.
type Checksums struct {
	file string
	most int64 // lines
	seed maphash.Seed
	sums map[uint64]knownSum
}

type knownSum struct {
	sum  [sha256.Size]byte
	seen bool
}

// ReadChecksums reads a list written by verify or by sha256sum, of at most so many lines as the backup may have entries.
func ReadChecksums(file string, most int64) (*Checksums, error) {
	c := &Checksums{file: file, most: cmp.Or(max(most, 0), tarball.DefaultEntries), seed: maphash.MakeSeed(), sums: map[uint64]knownSum{}}
	err := c.each(func(path string, sum [sha256.Size]byte) { c.sums[maphash.String(c.seed, path)] = knownSum{sum: sum} })
	return c, err
}

func (c *Checksums) each(visit func(path string, sum [sha256.Size]byte)) error {
	f, err := os.Open(c.file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n := int64(0)
	for lines.Scan() {
		if n++; n > c.most {
			return fmt.Errorf("%s: has more than %d lines, the limit for the entries of a backup; raise the limit if you trust it", c.file, c.most)
		}
		path, sum, ok := parseChecksum(lines.Text())
		if !ok {
			return fmt.Errorf("%s:%d: is not a line of sha256sum: 64 hexadecimal digits, two spaces, a path", c.file, n)
		}
		visit(path, sum)
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("%s:%d: is longer than a line of sha256sum can be", c.file, n+1)
	}
	return lines.Err()
}

func parseChecksum(line string) (path string, sum [sha256.Size]byte, ok bool) {
	digits, path, ok := strings.Cut(strings.TrimSuffix(line, "\r"), " ")
	if !ok || len(path) < 2 || path[0] != ' ' && path[0] != '*' || len(digits) != 2*len(sum) {
		return "", sum, false
	}
	_, err := hex.Decode(sum[:], []byte(digits))
	return strings.TrimPrefix(path[1:], "./"), sum, err == nil
}

// checksum notes an entry's checksum and holds it against what it was.
func (v *verifier) checksum(path string, body []byte) error {
	if v.sums == nil && v.o.Check == nil {
		return nil
	}
	sum := sha256.Sum256(body)
	if v.o.Check != nil {
		v.checkSum(path, sum)
	}
	if v.sums != nil {
		return v.sums.add(path, sum)
	}
	return nil
}

func (v *verifier) checkSum(path string, sum [sha256.Size]byte) {
	c := v.o.Check
	h := maphash.String(c.seed, path)
	was, known := c.sums[h]
	switch {
	case !known:
		v.find(ChecksumNew, path, "is not among the checksums in %s", c.file)
	case was.sum != sum:
		v.find(ChecksumDiffers, path, "is not what it was: its SHA-256 is %x, and was %x", sum, was.sum)
	}
	c.sums[h] = knownSum{was.sum, true}
}

// concludeChecksums names the entries that are gone.
func (v *verifier) concludeChecksums() error {
	c := v.o.Check
	if c == nil {
		return nil
	}
	return c.each(func(path string, _ [sha256.Size]byte) {
		if !c.sums[maphash.String(c.seed, path)].seen {
			v.find(ChecksumMissing, path, "is among the checksums in %s, and not in the archive", c.file)
		}
	})
}

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
