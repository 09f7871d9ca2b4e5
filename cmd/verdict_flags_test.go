package cmd

import (
	"testing"

	"github.com/spf13/pflag"
)

func TestFindingsThatChangeNothing(t *testing.T) {
	for _, row := range []struct {
		args []string
		want bool
	}{
		{nil, false},
		{[]string{"--fail-on", "never"}, true},
		{[]string{"--fail-on", "never,crd-missing"}, false},
		{[]string{"--fail-on", "never", "--github"}, false},
		{[]string{"--fail-on", "never", "--baseline", "a"}, false},
		{[]string{"--fail-on", "never", "--write-baseline", "a"}, false},
	} {
		var f verdictFlags
		flags := pflag.NewFlagSet("t", pflag.ContinueOnError)
		f.bind(flags)
		f.bindGitHub(flags)
		if err := flags.Parse(row.args); err != nil {
			t.Fatal(err)
		}
		if got := f.isDeaf(); got != row.want {
			t.Errorf("%q: got %v, want %v", row.args, got, row.want)
		}
	}
}
