package restore

import (
	"github.com/veltx/veltx/actions"
)

// Job frees a Job of the selector that its first cluster generated for it: the labels controller-uid and
// batch.kubernetes.io/controller-uid (the first only in profile 1.6) leave spec.selector.matchLabels and
// spec.template.metadata.labels.
// Source: Velero v1.18.2 pkg/restore/actions/job_action.go:44-66, v1.6.3 pkg/restore/job_action.go.
func Job(profile actions.Profile) actions.Action {
	labels := []string{"controller-uid", "batch.kubernetes.io/controller-uid"}
	if profile == actions.V1_6 {
		labels = labels[:1]
	}
	return actions.Action{
		Name:      "velero.io/job",
		Summary:   "removes the generated controller-uid labels from a Job's selector and pod template",
		AppliesTo: actions.Selector{Resources: []string{"jobs.batch"}},
		Archive:   true,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			for _, label := range labels {
				in.Item.Remove("spec", "selector", "matchLabels", label)
				in.Item.Remove("spec", "template", "metadata", "labels", label)
			}
			return nil, nil
		},
	}
}
