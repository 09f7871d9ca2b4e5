package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/object"
)

// Job frees a Job of the selector that its first cluster generated for it: the labels controller-uid and
// batch.kubernetes.io/controller-uid (the first only in profile 1.6) leave spec.selector.matchLabels and
// spec.template.metadata.labels.
// Source: Velero v1.18.2 pkg/restore/actions/job_action.go:44-66, v1.6.3 pkg/restore/job_action.go.
func Job(profile actions.Profile) actions.Action {
	labels := []string{"controller-uid", "batch.kubernetes.io/controller-uid"}
	if !profile.Does(actions.DropsBatchControllerUID) {
		labels = labels[:1]
	}
	return actions.Action{
		Name:      "velero.io/job",
		Summary:   "removes the generated controller-uid labels from a Job's selector and pod template",
		AppliesTo: actions.Selector{Resources: []string{"jobs.batch"}},
		Typed:     typed.Job,
		Archive:   true,
		Retypes:   actions.Always,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			jobForget(in.Item.Get("spec", "selector"), "matchLabels", labels)
			jobForget(in.Item.Get("spec", "template", "metadata"), "labels", labels)
			return nil, nil
		},
	}
}

// jobForget takes the labels out of one map of its parent, and the map as well if nothing is left in it: Velero's typed
// Job does not write an empty one.
func jobForget(parent *object.Value, name string, labels []string) {
	for _, label := range labels {
		if parent.Remove(name, label) && parent.Get(name).Len() == 0 {
			parent.Remove(name)
		}
	}
}
