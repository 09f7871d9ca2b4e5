package verify

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"os"
	"strings"
)

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
