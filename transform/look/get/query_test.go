package get

import (
	"slices"
	"testing"
)

func TestWhatIsAskedForIsReadAsKubectlReadsIt(t *testing.T) {
	for _, row := range []struct {
		args []string
		want []Wanted
	}{
		{nil, nil},
		{[]string{"pods"}, []Wanted{{"pods", ""}}},
		{[]string{"po,svc"}, []Wanted{{"po", ""}, {"svc", ""}}},
		{[]string{"po", "a", "b"}, []Wanted{{"po", "a"}, {"po", "b"}}},
		{[]string{"po/a", "svc/b"}, []Wanted{{"po", "a"}, {"svc", "b"}}},
	} {
		got, err := Parse(row.args)
		if err != nil || !slices.Equal(got, row.want) {
			t.Errorf("%q: got %v, %v, want %v", row.args, got, err, row.want)
		}
	}
	for _, bad := range [][]string{{"po/a", "b"}, {"po/"}, {"/a"}, {"a/b/c"}, {"po,"}} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("%q: got %v, want an error", bad, got)
		}
	}
}
