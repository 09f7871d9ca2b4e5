package redact

import (
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

func newKnown() *known {
	return &known{seed: maphash.MakeSeed(), names: map[uint64]bool{}, ids: map[string]int{}}
}

func TestHowMuchAValueTells(t *testing.T) {
	for value, alphabet := range map[string]float64{
		"abcd": 26, "wxyz": 26, "ABCD": 26, "WXYZ": 26, "0123": 10, "6789": 10, "`{@[": 33, "/:é": 33, "aB1!": 95, "ab12": 36, "abc": 1, "aaab": 1, "": 1,
	} {
		if got, want := bits(value), float64(len(value))*math.Log2(alphabet); math.Abs(got-want) > 1e-9 {
			t.Errorf("%q: got %v bits, want %v", value, got, want)
		}
	}
}

// Words of a language, short values and certificates stand in half the texts of a backup.
func TestWhichValuesOfSecretsAreLookedFor(t *testing.T) {
	for value, want := range map[string]bool{
		"a1b2c3d4e": false, "a1b2c3d4e5": true, "123456789012345": true, "12345678901234": false, "ABCDEFGHIJK": true, "administrator": false, "kube-system.cluster.local": true,
		"abcdefghijklmnopqrs": false, "abcdefghijklmnopqrst": true, "correct horse": true, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": false,
		"-----BEGIN CERTIFICATE-----\nMIIB0123456789abcdef\n-----END CERTIFICATE-----":                                               false,
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nMIIC\n-----END PRIVATE KEY-----": true,
	} {
		if got := searched(value); got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
}

func TestWhatIsLearnedOfASecret(t *testing.T) {
	k := newKnown()
	k.secret(object.MustParse(`{"data":{"a":"ZW5jb2RlZC1WYWx1ZS0x","namespace":"bmFtZXNwYWNlLVZhbHVlLTE=","empty":""},` +
		`"stringData":{"b":"plain-Value-1","c":"plain-Value-1","f":"{\"x\":{\"password\":\"json-Value-1\",\"color\":\"json-Value-2\",\"tokens\":[\"json-Value-3\"]}}","g":"user=other-Value-1\npassword=line-Value-1\n"},` +
		`"metadata":{"annotations":{"kapp.k14s.io/original":"{\"stringData\":{\"a\":\"kept-Value-1\"}}","other":"{\"stringData\":{\"a\":\"other-Value-2\"}}"}}}`))
	got := slices.DeleteFunc(k.values, func(v string) bool { return strings.ContainsAny(v, "{=") }) // the files themselves
	slices.Sort(got)
	want := []string{"encoded-Value-1", "json-Value-1", "json-Value-3", "kept-Value-1", "line-Value-1", "plain-Value-1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A value that an item is called by stays; others are found plain and in base64, and stay what they are.
func TestValuesAreFoundPlainAndEncoded(t *testing.T) {
	k := newKnown()
	k.names[maphash.String(k.seed, "Name-of-item-1")] = true
	k.add("Name-of-item-1")
	k.add("Secret-Value-1")
	k.index()
	s := &scrubber{archive: &archive{key: []byte("key"), known: k, result: &Result{}}}
	const text = "Name-of-item-1 Secret-Value-1 U2VjcmV0LVZhbHVlLTE="
	got := anyPlaceholder.ReplaceAllString(anyEncoded.ReplaceAllString(s.text(text, config), "B"), "#")
	if got != "Name-of-item-1 # B" || s.values != 2 {
		t.Errorf("got %s, %d values", got, s.values)
	}
}

func TestValuesAreKeptUpToALimit(t *testing.T) {
	k := newKnown()
	const value = "Secret-Value-1"
	k.bytes = maxKnown - len(value)
	k.add(value)
	k.add(value)
	if len(k.values) != 1 || k.bytes != maxKnown || k.beyond != 0 {
		t.Errorf("what just fits: got %d values, %d bytes, %d beyond", len(k.values), k.bytes, k.beyond)
	}
	k.add("Secret-Value-2")
	if len(k.values) != 1 || k.beyond != 1 {
		t.Errorf("what does not: got %d values, %d beyond", len(k.values), k.beyond)
	}
}
