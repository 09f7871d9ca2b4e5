package cmd

import "testing"

func TestSizesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "1048576": 1 << 20, "32MiB": 32 << 20, "32Mi": 32 << 20, "1.5GiB": 3 << 29, "10GB": 10e9, "500M": 500e6, "4k": 4000,
		"2 KiB": 2048, "100B": 100, "1T": 1e12,
	} {
		var size byteSize
		if err := size.Set(text); err != nil || size.bytes != want {
			t.Errorf("%s: got %d and %v, want %d", text, size.bytes, err, want)
		}
	}
	for _, text := range []string{"", "lots", "-1", "0", "MiB", "1e300G", "NaN", "12 parsecs"} {
		if err := (&byteSize{}).Set(text); err == nil {
			t.Errorf("%q is taken for a size", text)
		}
	}
	for bytes, want := range map[int64]string{32 << 20: "32MiB", 256 << 30: "256GiB", 1000: "1000", 1024: "1KiB"} {
		if got := (&byteSize{bytes: bytes}).String(); got != want {
			t.Errorf("%d: got %s, want %s", bytes, got, want)
		}
	}
}

func TestPairsComeTogetherAndListsReplaceEachOther(t *testing.T) {
	var p pairs
	var l list
	for _, text := range []string{"a:b,c:d", "e:f"} {
		if err := p.Set(text); err != nil {
			t.Fatal(err)
		}
		if err := l.Set(text); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := p.String(), "a:b,c:d,e:f"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := l.String(), "e:f"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
