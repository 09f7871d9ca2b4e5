package restore

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
)

func TestPatternsOfNamespacesBecomeNames(t *testing.T) {
	active := []string{"shop-a", "shop-b", "data"}
	for _, test := range []struct {
		name               string
		profile            actions.Profile
		includes, excludes string
		takes, err         string
		everything         bool
	}{
		{name: "a pattern takes what holds items", profile: actions.V1_19, includes: "shop-*", takes: "shop-a shop-b"},
		{name: "before, it takes empty namespaces, too", profile: actions.V1_18_3, includes: "shop-*", takes: "shop-a shop-b shop-empty"},
		{name: "names stay beside patterns", profile: actions.V1_19, includes: "shop-[a] shop-empty", takes: "shop-a shop-empty"},
		{name: "patterns leave out", profile: actions.V1_19, includes: "shop-a shop-b", excludes: "*-b", takes: "shop-a"},
		{name: "excluded patterns alone are not expanded", profile: actions.V1_19, excludes: "shop-*", takes: "data"},
		{name: "no name at all selects everything", profile: actions.V1_19, includes: "none*", takes: "shop-a shop-b data shop-empty", everything: true},
		{name: "before, it selects nothing", profile: actions.V1_18_3, includes: "none*"},
		{name: "all is no pattern", profile: actions.V1_19, includes: "*", excludes: "shop-?", takes: "data shop-empty"},
		{name: "braces cannot be expanded", profile: actions.V1_19, includes: "shop-* {a,b}", err: "includedNamespaces: \"{a,b}\": a pattern has none of | ( ) ! { } ,; Velero cannot expand it, and restores nothing"},
		{name: "braces alone are no pattern", profile: actions.V1_19, includes: "shop-{a,b}", takes: "shop-a shop-b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := &Options{Profile: test.profile, Restore: &velero.Restore{Spec: velero.RestoreSpec{
				IncludedNamespaces: strings.Fields(test.includes), ExcludedNamespaces: strings.Fields(test.excludes),
			}}}
			var errs []string
			for _, err := range o.checkExpansion() {
				errs = append(errs, err.Error())
			}
			if got := strings.Join(errs, "\n"); got != test.err {
				t.Fatalf("got error %q, want %q", got, test.err)
			}
			if test.err != "" {
				return
			}
			pair := o.spaces(active)
			takes := slices.DeleteFunc(append(slices.Clone(active), "shop-empty"), func(name string) bool { return !pair.Has(name) })
			if got := strings.Join(takes, " "); got != test.takes || pair.Everything() != test.everything {
				t.Errorf("takes %q, everything %v", got, pair.Everything())
			}
		})
	}
}
