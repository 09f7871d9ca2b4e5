package filters

import "testing"

func TestNamesAreGlobsUntilOneIsNone(t *testing.T) {
	s := NewSet([]string{"team-*", "shop", "shop", "*.apps"})
	for name, want := range map[string]bool{"shop": true, "team-a": true, "deployments.apps": true, "shops": false, "*": false} {
		if got := s.Match(name); got != want {
			t.Errorf("Match(%q) = %v", name, got)
		}
	}
	if s.Len() != 3 || !s.Has("team-*") || s.Has("team-a") {
		t.Errorf("names %q", s.Names())
	}
	if broken := NewSet([]string{"A", "[", "z"}); !broken.Match("A") || broken.Match("z") {
		t.Error("what stands after a broken glob, sorted, is not reached")
	}
}
