package restore

import (
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

func TestTheReleaseOfATargetIsThatOfItsNewestNode(t *testing.T) {
	node := func(version string) *object.Value {
		return object.MustParse(`{"kind":"Node","status":{"nodeInfo":{"kubeletVersion":"` + version + `"}}}`)
	}
	for name, c := range map[string]struct {
		given []*object.Value
		want  int
	}{
		"none is given":      {nil, 0},
		"two":                {[]*object.Value{node("v1.24.17-eks-1"), node("v1.33.2"), node("v1.29.0+k3s1")}, 33},
		"one that says none": {[]*object.Value{object.MustParse(`{"kind":"Node"}`)}, 0},
		"one that is odd":    {[]*object.Value{node("33")}, 0},
		"another object":     {[]*object.Value{object.MustParse(`{"kind":"Thing","status":{"nodeInfo":{"kubeletVersion":"v1.33.0"}}}`)}, 0},
	} {
		if got := readMinor(c.given); got != c.want {
			t.Errorf("%s: 1.%d, want 1.%d", name, got, c.want)
		}
	}
}
