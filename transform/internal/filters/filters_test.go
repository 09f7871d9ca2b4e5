package filters

import (
	"errors"
	"strings"
	"testing"
)

func TestAPairTakesWhatIsIncludedAndNotExcluded(t *testing.T) {
	for _, row := range []struct {
		includes, excludes []string
		name               string
		has, everything    bool
	}{
		{nil, nil, "pods", true, true},
		{[]string{"*"}, nil, "pods", true, true},
		{[]string{"*", "pods"}, nil, "secrets", true, false},
		{[]string{"pods"}, nil, "pods", true, false},
		{[]string{"pods"}, nil, "secrets", false, false},
		{nil, []string{"pods"}, "pods", false, false},
		{nil, []string{"pods"}, "secrets", true, false},
		{[]string{"p*"}, []string{"pods"}, "pods", false, false},
	} {
		p := NewPair(row.includes, row.excludes)
		if got := p.Has(row.name); got != row.has {
			t.Errorf("%v without %v has %s: got %v", row.includes, row.excludes, row.name, got)
		}
		if got := p.Everything(); got != row.everything {
			t.Errorf("%v without %v is everything: got %v", row.includes, row.excludes, got)
		}
	}
}

func TestListsThatVeleroRefuses(t *testing.T) {
	for _, row := range []struct {
		includes, excludes []string
		want               string
	}{
		{[]string{"*"}, []string{"a"}, ""},
		{[]string{"*", "a"}, nil, "in: * stands alone or not at all"},
		{nil, []string{"*"}, "out: * is not allowed"},
		{[]string{strings.Repeat("?", 4097)}, nil, "in: a pattern of 4097 bytes is longer than 4096: shorten it"},
		{nil, []string{strings.Repeat("?", 4097)}, "out: a pattern of 4097 bytes is longer than 4096: shorten it"},
		{[]string{"a", "b"}, []string{"b", "a"}, "out: b is included as well\nout: a is included as well"},
	} {
		got := ""
		if err := errors.Join(Check("in", "out", row.includes, row.excludes)...); err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%v without %v: got %q, want %q", row.includes, row.excludes, got, row.want)
		}
	}
}
