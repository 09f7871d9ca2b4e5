package oracle

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sirupsen/logrus"
	riav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v2"
)

// restoreItemActions makes every restore item action that Velero registers,
// under the name it is registered with. Velero lists the actions of the first
// interface before those of the second, each sorted by name.
func (r *Release) restoreItemActions(f *Factory, log logrus.FieldLogger) ([]riav2.RestoreItemAction, error) {
	made, err := r.Actions(f, log)
	if err != nil {
		return nil, err
	}
	var out []riav2.RestoreItemAction
	for _, name := range slices.Sorted(maps.Keys(made.First)) {
		out = append(out, adaptedAction{crossing{name: name}, made.First[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(made.Second)) {
		out = append(out, namedAction{crossing{name: name}, made.Second[name]})
	}
	return out, nil
}

// Make makes actions of the second interface with what Velero makes them with.
func Make[A any, I ~func(logrus.FieldLogger) (any, error)](log logrus.FieldLogger, by map[string]I) (map[string]A, error) {
	out := map[string]A{}
	for name, initialise := range by {
		made, err := initialise(log)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		a, ok := made.(A)
		if !ok {
			return nil, fmt.Errorf("%s is a %T", name, made)
		}
		out[name] = a
	}
	return out, nil
}
