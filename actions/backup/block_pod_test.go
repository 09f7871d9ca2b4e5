package backup

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestPodBlock(t *testing.T) {
	actiontest.Run(t, PodBlock(), []actiontest.Case{{
		Name: "what the pod needs",
		Item: mountingPod,
		Additional: []actions.ItemRef{
			{Resource: "priorityclasses.scheduling.k8s.io", Name: "critical"}, shopClaim("data-a"), shopClaim("data-b"),
		},
	}})
	actiontest.Selector(t, PodBlock(), "", "pods")
}
