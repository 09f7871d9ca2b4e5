package pack

import (
	"archive/tar"
	"bytes"
	"errors"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/internal/ustar"
)

// blockSize is the unit of a tar.
const blockSize = 512

var zeroBlock [blockSize]byte

// padding fills the last block of a body.
func padding(size int) []byte { return zeroBlock[:-size&(blockSize-1)] }

// Where the fields of a ustar header stand (POSIX.1-1988). Fields that are not here stay zero bytes.
const (
	nameSize      = 100
	modeAt        = 100
	uidAt         = 108
	gidAt         = 116
	sizeAt        = 124
	modTimeAt     = 136
	checksumAt    = 148
	typeAt        = 156
	magicAt       = 257
	devMajorAt    = 329
	devMinorAt    = 337
	prefixAt      = 345
	prefixSize    = 155
	shortOctal    = 8  // bytes of a field, with the zero byte at its end
	longOctal     = 12 // the same
	checksumOctal = 7  // the same; a space follows
	ustarMagic    = "ustar\x0000"
	largestShort  = 1<<21 - 1
	largestLong   = 1<<33 - 1
)

// blankHeader is that of a regular file of root before name, mode, size and time are in it. As the checksum is defined,
// its own field counts as spaces.
var blankHeader = func() (h [blockSize]byte) {
	octal(h[uidAt:], shortOctal, 0)
	octal(h[gidAt:], shortOctal, 0)
	copy(h[checksumAt:], "        ")
	h[typeAt] = tar.TypeReg
	copy(h[magicAt:], ustarMagic)
	octal(h[devMajorAt:], shortOctal, 0)
	octal(h[devMinorAt:], shortOctal, 0)
	return h
}()

// appendHeader adds the header of a regular file. The bytes are those that archive/tar writes when it may choose the
// format: ustar, or PAX for what ustar cannot say.
func appendHeader(dst []byte, e *Entry) ([]byte, error) {
	if e.Path == "" || strings.HasSuffix(e.Path, "/") {
		return nil, errors.New("not the name of a file")
	}
	modTime := seconds(e.ModTime)
	prefix, name, ok := splitName(e.Path)
	if !ok || e.Mode < 0 || e.Mode > largestShort || modTime < 0 || modTime > largestLong || int64(len(e.Body)) > largestLong {
		return appendForeignHeader(dst, e)
	}
	at := len(dst)
	dst = append(dst, blankHeader[:]...)
	h := dst[at:]
	copy(h, name)
	octal(h[modeAt:], shortOctal, e.Mode)
	octal(h[sizeAt:], longOctal, int64(len(e.Body)))
	octal(h[modTimeAt:], longOctal, modTime)
	copy(h[prefixAt:], prefix)
	octal(h[checksumAt:], checksumOctal, ustar.Sum(h))
	return dst, nil
}

// seconds rounds as archive/tar does, to which no time is the time 0.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Round(time.Second).Unix()
}

// octal fills a field but for its last byte, which becomes zero.
func octal(field []byte, size int, n int64) {
	field[size-1] = 0
	for i := size - 2; i >= 0; i-- {
		field[i] = '0' + byte(n&7)
		n >>= 3
	}
}

// splitName cuts a name into ustar's two fields, at the last slash that leaves a prefix short enough.
func splitName(path string) (prefix, name string, ok bool) {
	for i := range len(path) {
		if path[i] == 0 || path[i] >= 0x80 {
			return "", "", false
		}
	}
	if len(path) <= nameSize {
		return "", path, true
	}
	slash := strings.LastIndexByte(path[:min(len(path)-1, prefixSize+1)], '/')
	if slash <= 0 || len(path)-slash-1 > nameSize {
		return "", "", false
	}
	return path[:slash], path[slash+1:], true
}

// appendForeignHeader leaves the rare ones to the library.
func appendForeignHeader(dst []byte, e *Entry) ([]byte, error) {
	var b bytes.Buffer
	err := tar.NewWriter(&b).WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: e.Path, Mode: e.Mode, ModTime: e.ModTime, Size: int64(len(e.Body)),
	})
	if err != nil {
		return nil, err
	}
	return append(dst, b.Bytes()...), nil
}
