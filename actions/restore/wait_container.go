package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
)

// WaitAction is the name of the action that adds the waiting init container, by which its ConfigMap is labelled.
func WaitAction(profile actions.Profile) string { return waitContainerOf(profile).action }

// WaitContainer returns the init container of a pod that waits for its volumes, nil where it has none.
func WaitContainer(profile actions.Profile, pod *object.Value) *object.Value {
	containers := pod.Get("spec", "initContainers").Elements()
	if len(containers) == 0 || !containers[0].Get("name").Is(waitContainerOf(profile).name) {
		return nil
	}
	return containers[0]
}

// replaces says whether the container takes the place of one of this name that comes first in a pod.
func (w waitContainer) replaces(name string) bool {
	return name == w.name || name == resticWait
}
