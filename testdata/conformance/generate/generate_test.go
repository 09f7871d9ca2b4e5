package generate

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
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

func TestEachPairOfOptionsOccurs(t *testing.T) {
	all := pairs()
	if len(all) > 2000 {
		t.Fatalf("%d pairs of values are more than 2000 cases can have one each of", len(all))
	}
	seen := map[[4]string]bool{}
	for n := range uint64(len(all)) {
		g := &generator{r: rand.New(rand.NewPCG(1, n))}
		g.choose(1, n)
		for a, o := range options {
			for b := range a {
				seen[[4]string{o.name, fmt.Sprint(g.chosen[o.name]), options[b].name, fmt.Sprint(g.chosen[options[b].name])}] = true
			}
		}
	}
	for _, p := range all {
		a, b := options[p.a], options[p.b]
		if !seen[[4]string{a.name, fmt.Sprint(a.values[p.valueOfA]), b.name, fmt.Sprint(b.values[p.valueOfB])}] {
			t.Errorf("%s %v never occurs with %s %v", a.name, a.values[p.valueOfA], b.name, b.values[p.valueOfB])
		}
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
