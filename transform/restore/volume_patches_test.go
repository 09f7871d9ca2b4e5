package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

func TestAMissingClassIsOneErrorIn119(t *testing.T) {
	for profile, want := range map[actions.Profile]int{actions.V1_18_3: 2, actions.V1_19: 1} {
		p := &volumePatches{
			env:  &pipeline.Env{Profile: profile, Target: actiontest.NewTarget(t, []string{layout.StorageClasses})},
			wait: []waitingClaim{{"persistentvolumeclaims/shop/data", "shop", "gone"}},
		}
		e := newEnding()
		p.conclude(e, func(layout.ItemKey) bool { return false })
		if got := e.errors["claim-waits-for-class"]; got == nil || got.Count != want {
			t.Errorf("%s: got %+v, want %d errors", profile, got, want)
		}
	}
}
