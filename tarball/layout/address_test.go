package layout

import (
	"slices"
	"testing"
)

func TestAddressesAreNamedForPeople(t *testing.T) {
	for want, a := range map[string]Address{
		"pods/shop/web": {Resource: "pods", Namespace: "shop", Name: "web"},
		"nodes/n1":      {Resource: "nodes", Name: "n1"},
		"notes.txt":     {Name: "notes.txt"},
	} {
		if a.String() != want {
			t.Errorf("%+v is called %s, want %s", a, a, want)
		}
		if key := a.Key(); key.String() != want || key.Plain() != key {
			t.Errorf("the key of %s is %+v", want, key)
		}
	}
	for want, n := range map[string]NamespacedName{"shop/web": {"shop", "web"}, "n1": {"", "n1"}} {
		if n.String() != want {
			t.Errorf("%+v is called %s, want %s", n, n, want)
		}
	}
}

func TestAddressesAreInOrder(t *testing.T) {
	want := []Address{{"nodes", "", "b"}, {"pods", "", "z"}, {"pods", "a", "b"}, {"pods", "a", "c"}, {"pods", "b", "a"}}
	got := []Address{want[3], want[1], want[4], want[0], want[2]}
	slices.SortFunc(got, Address.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
