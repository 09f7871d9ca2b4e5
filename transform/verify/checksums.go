package verify

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strings"
)

// checksumList collects checksums by path, in one piece of memory for all paths.
type checksumList struct {
	paths []byte
	rows  []checksumRow
}

type checksumRow struct {
	from, to int // of the path
	sum      [sha256.Size]byte
}

func (l *checksumList) add(path string, sum [sha256.Size]byte) {
	from := len(l.paths)
	l.paths = append(l.paths, path...)
	l.rows = append(l.rows, checksumRow{from, len(l.paths), sum})
}

func (l *checksumList) path(r checksumRow) []byte { return l.paths[r.from:r.to] }

// write writes the list as sha256sum does, sorted by path: in a folder with the unpacked backup, sha256sum -c takes it.
func (l *checksumList) write(out io.Writer) error {
	slices.SortFunc(l.rows, func(a, b checksumRow) int { return bytes.Compare(l.path(a), l.path(b)) })
	w := bufio.NewWriter(out)
	for _, r := range l.rows {
		fmt.Fprintf(w, "%x  %s\n", r.sum, l.path(r))
	}
	return w.Flush()
}

// Checksums are what the entries of a backup once were.
type Checksums struct {
	file string
	seed maphash.Seed
	sums map[uint64]knownSum
}

type knownSum struct {
	sum  [sha256.Size]byte
	seen bool
}

// ReadChecksums reads a list written by verify or by sha256sum.
func ReadChecksums(file string) (*Checksums, error) {
	c := &Checksums{file: file, seed: maphash.MakeSeed(), sums: map[uint64]knownSum{}}
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
	for n := 1; lines.Scan(); n++ {
		path, sum, ok := parseChecksum(lines.Text())
		if !ok {
			return fmt.Errorf("%s:%d: is no line of sha256sum: 64 hexadecimal digits, two spaces, a path", c.file, n)
		}
		visit(path, sum)
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
func (v *verifier) checksum(path string, body []byte) {
	if v.sums == nil && v.o.Check == nil {
		return
	}
	sum := sha256.Sum256(body)
	if v.sums != nil {
		v.sums.add(path, sum)
	}
	c := v.o.Check
	if c == nil {
		return
	}
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
