package modifiers

import "testing"

// A text without such a number keeps its bytes when it is decoded as Velero decodes a patched item; that is what the
// look saves.
func TestNumbersThatDecodingRewrites(t *testing.T) {
	for text, unusual := range map[string]bool{
		`{"a":0}`: false, `{"a":9}`: false, `{"a":-1}`: false, `[1,20,300]`: false, `{"a":"1.5"}`: false, `{"1.5":"\"1.5"}`: false, `{"a":"1.5`: false,
		`{"a":123456789012345678}`: false, `{"a":1234567890123456789}`: true,
		`{"a":1.0}`: true, `{"a":0.5}`: true, `{"a":9.5}`: true, `{"a":1e3}`: true, `{"a":1E3}`: true, `{"a":-0}`: true, `[1,2.5]`: true, `-0`: true, `0`: false,
	} {
		if got := hasUnusualNumber([]byte(text)); got != unusual {
			t.Errorf("%s: got %v", text, got)
		}
	}
	for text, want := range map[string]string{`{"a":1.0,"b":-0,"c":1e3,"d":12}`: `{"a":1,"b":0,"c":1000,"d":12}`} {
		if got, err := asVelero([]byte(text)); err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}
