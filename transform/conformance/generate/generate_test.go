package generate

import (
	"bytes"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/conformance"
)

func TestOneSeedMakesOneCase(t *testing.T) {
	first, err := Case("1.18", 1, 7)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Case("1.18", 1, 7)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("the same seed made another case: %v", err)
	}
	other, err := Case("1.18", 1, 8)
	if err != nil || bytes.Equal(first, other) {
		t.Errorf("another number made the same case: %v", err)
	}
}

func TestEachCaseCanBeRead(t *testing.T) {
	kinds := map[string]bool{}
	for _, version := range []string{"1.18", "1.6"} {
		for n := range uint64(300) {
			text, err := Case(version, 3, n)
			if err != nil {
				t.Fatal(err)
			}
			c, err := conformance.ParseCase(text)
			if err != nil {
				t.Fatalf("case %d: %v\n%s", n, err, text)
			}
			if len(c.Items) == 0 {
				t.Errorf("case %d has no items", n)
			}
			for _, item := range c.Items {
				kinds[strings.Split(item.Path, "/")[1]] = true
			}
		}
	}
	if len(kinds) < 25 {
		t.Errorf("only %d resources occur: %v", len(kinds), kinds)
	}
}

func TestShrinkingKeepsTheDifferenceAndLittleElse(t *testing.T) {
	text, err := Case("1.18", 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, []byte("-- resources/configmaps/namespaces/shop/odd.json --\n"+`{"data":{"a":"1","needle":"x"},"kind":"ConfigMap","spec":{"b":[1,2]}}`+"\n")...)
	small := Shrink(text, 1000, func(t []byte) bool { return bytes.Contains(t, []byte("needle")) })
	if !bytes.Contains(small, []byte("needle")) || len(small) > 250 {
		t.Errorf("%d bytes are left:\n%s", len(small), small)
	}
}
