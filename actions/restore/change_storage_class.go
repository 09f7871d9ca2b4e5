package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

const storageClassActionName = "velero.io/change-storage-class"

// ChangeStorageClass maps the storage class of claims, volumes and (not in profile 1.6) the claim templates of
// StatefulSets by the rows of its ConfigMap, old: new. A new class that the target lacks fails the item.
// Source: Velero v1.18.2 pkg/restore/actions/change_storageclass_action.go:67-161, v1.6.3
// pkg/restore/change_storageclass_action.go:64-119.
func ChangeStorageClass(profile actions.Profile) actions.Action {
	resources := []string{"persistentvolumeclaims", "persistentvolumes", "statefulsets.apps"}
	if !profile.Does(actions.MapsClassesOfClaimTemplates) {
		resources = resources[:2]
	}
	return actions.Action{
		Name:      storageClassActionName,
		Summary:   "maps the storage class of claims, volumes and claim templates",
		AppliesTo: actions.Selector{Resources: resources},
		Needs:     []string{layout.ConfigMaps, layout.StorageClasses},
		Archive:   true,
		Retypes:   mapsTemplates,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			config, err := actions.PluginConfig(in.Target, in.Restore.Namespace, actions.RestoreItemAction, storageClassActionName)
			if err != nil {
				return nil, err
			}
			classes, err := configRows(config)
			if err != nil || len(classes) == 0 {
				return nil, err
			}
			mapping := storageClassMapping{classes: classes, target: in.Target, out: &actions.Output{}}
			if in.Item.ObjectKind() == "StatefulSet" {
				return mapping.out, mapping.templates(in.Item)
			}
			return mapping.out, mapping.item(in.Item)
		},
	}
}

// mapsTemplates says whether a StatefulSet has claim templates that the mapping is asked for.
// Source: Velero v1.18.2 pkg/restore/actions/change_storageclass_action.go:92-117.
func mapsTemplates(in *actions.Input) bool {
	if in.Resource != layout.StatefulSets || in.Item.Get("spec", "volumeClaimTemplates").Len() == 0 {
		return false
	}
	config, err := actions.PluginConfig(in.Target, in.Restore.Namespace, actions.RestoreItemAction, storageClassActionName)
	return err == nil && config.Get("data").Len() > 0
}

// storageClassMapping maps classes, old to new.
type storageClassMapping struct {
	classes map[string]string
	target  actions.Target
	out     *actions.Output
}

// item maps the class of a claim or a volume. Null for a class is an error here, in Velero as well.
func (m storageClassMapping) item(item *object.Value) error {
	class, err := field.GetStrict(item, "", object.String, "spec", "storageClassName")
	if err != nil {
		return err
	}
	return m.change(item.Get("spec"), "spec.storageClassName", class.Str())
}

// templates maps the classes of a StatefulSet's claim templates, which Velero reads as a typed object.
func (m storageClassMapping) templates(item *object.Value) error {
	if err := item.Fits(typed.StatefulSet()); err != nil {
		return err
	}
	for i, template := range item.Get("spec", "volumeClaimTemplates").Elements() {
		class := template.Get("spec", "storageClassName").Str()
		at := field.Index("spec.volumeClaimTemplates", i)
		if err := m.change(template.Get("spec"), field.Path(at, "spec", "storageClassName"), class); err != nil {
			return err
		}
	}
	return nil
}

// change gives the spec of a claim or a volume the class that stands for its own.
func (m storageClassMapping) change(spec *object.Value, at, class string) error {
	mapped, ok := m.classes[class]
	if class == "" || !ok {
		return nil
	}
	m.out.Use(class)
	if mapped == "" {
		return fmt.Errorf("%s: %s is mapped to a storage class without a name", at, class)
	}
	given, ok := m.target.Get(layout.StorageClasses, "", mapped)
	switch err := given.Fits(typed.StorageClass()); {
	case ok && err != nil:
		return fmt.Errorf("%s: %s is mapped to storage class %s, which Velero cannot read: %w", at, class, mapped, err)
	case !ok && m.target.Complete(layout.StorageClasses):
		return fmt.Errorf("%s: %s is mapped to %s, a storage class that the target does not have", at, class, mapped)
	case !ok:
		m.out.WarnUnless("storage-class-unknown", at, fmt.Sprintf("mapped to %s on the assumption that the target has this storage class; "+
			"Velero does not restore the item if it is missing", mapped), layout.Address{Resource: layout.StorageClasses, Name: mapped})
	}
	spec.Set("storageClassName", object.Text(mapped))
	return nil
}

// configRows returns the data of a ConfigMap that configures an action, nil where there is no ConfigMap.
func configRows(config *object.Value) (map[string]string, error) {
	rows, err := field.Texts(config, "", "data")
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", config.Name(), err)
	}
	return rows, nil
}
