package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
)

// APIService skips the APIServices that the target's aggregator makes itself, told by their label.
// Source: Velero v1.18.2 pkg/restore/actions/apiservice_action.go:38-51, v1.6.3 pkg/restore/apiservice_action.go:38-51;
// the label is autoregister.AutoRegisterManagedLabel of k8s.io/kube-aggregator.
func APIService() actions.Action {
	return actions.Action{
		Name:    "velero.io/apiservice",
		Summary: "skips APIServices that the API server creates itself",
		AppliesTo: actions.Selector{
			Resources:     []string{layout.APIServices},
			LabelSelector: "kube-aggregator.kubernetes.io/automanaged",
		},
		Execute: func(*actions.Input) (*actions.Output, error) {
			return &actions.Output{Skip: "the API server creates this APIService itself"}, nil
		},
	}
}
