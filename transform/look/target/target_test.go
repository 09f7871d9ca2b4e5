package target

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/config"
)

// A resource that the target is known not to serve is not unknown, and one of another group than those that are listed in full is.
func TestWhatATargetDoesNotServeIsNotUnknown(t *testing.T) {
	const core = `{kind: APIResourceList, groupVersion: v1, resources: [{name: pods}, {name: limitranges}]}`
	const networking = `{groupVersion: networking.k8s.io/v1}`
	for _, c := range []struct {
		name, text string
		ranges     bool
	}{
		{"its group is not described", `{kind: APIGroupList, groups: [{name: networking.k8s.io, versions: [` + networking + `]}]}` + "\n---\n" + core, true},
		{"no version of its group has it", `{kind: APIGroupList, groups: [{name: networking.k8s.io, versions: [` + networking + `]}]}` + "\n---\n" +
			`{kind: APIResourceList, groupVersion: networking.k8s.io/v1, resources: [{name: ingresses}]}`, false},
	} {
		var of config.Target
		if err := of.Read("f", strings.NewReader(c.text)); err != nil {
			t.Fatal(err)
		}
		unknown := slices.ContainsFunc(Describe(&of, nil, nil).Unknown, func(u Unknown) bool { return strings.Contains(u.Ask, "servicecidrs") })
		if unknown != c.ranges {
			t.Errorf("%s: ServiceCIDRs are unknown: %v", c.name, unknown)
		}
	}
}
