package ustar

import (
	"bytes"
	"testing"
)

func TestSumOfAnyLength(t *testing.T) {
	for _, b := range []byte{0, 1, 0x7f, 0xff} {
		for size := range 513 {
			if got, want := Sum(bytes.Repeat([]byte{b}, size)), int64(b)*int64(size); got != want {
				t.Fatalf("%d bytes of %d: got %d, want %d", size, b, got, want)
			}
		}
	}
	if got := Sum([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}); got != 55 {
		t.Errorf("got %d, want 55", got)
	}
}
