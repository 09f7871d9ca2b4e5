package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

const (
	classRows = `
		kind: ConfigMap
		metadata:
		  name: classes
		  namespace: velero
		  labels: {velero.io/plugin-config: "", velero.io/change-storage-class: RestoreItemAction}
		data: {slow: fast, fast: gone, void: ""}`
	fastClass = `{kind: StorageClass, metadata: {name: fast}}`
)

// ofClass is a claim, or a volume for all that this action sees, of a storage class.
func ofClass(class string) string {
	return `{kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}, spec: {storageClassName: ` + class + `, x: 1}}`
}

func TestChangeStorageClass(t *testing.T) {
	for _, profile := range []actions.Profile{actions.V1_18, actions.V1_6} {
		t.Run(profile.Minor(), func(t *testing.T) {
			actiontest.Run(t, ChangeStorageClass(profile), []actiontest.Case{
				{Name: "the class is mapped", Item: ofClass("slow"), Want: ofClass("fast"), Target: []string{classRows, fastClass}},
				{Name: "of a volume too", Resource: "persistentvolumes", Target: []string{classRows, fastClass},
					Item: `{kind: PersistentVolume, metadata: {name: pv}, spec: {storageClassName: slow}}`,
					Want: `{kind: PersistentVolume, metadata: {name: pv}, spec: {storageClassName: fast}}`},
				{Name: "an archive gets the new class", Archive: true, Item: ofClass("slow"), Want: ofClass("fast"), Target: []string{classRows, fastClass}},
				{Name: "a new class that the target lacks fails the item", Item: ofClass("fast"), Target: []string{classRows, fastClass},
					Err: "spec.storageClassName: fast is mapped to gone, a storage class that the target does not have"},
				{Name: "one that Velero cannot read fails the item", Item: ofClass("slow"), Target: []string{classRows, `{kind: StorageClass, metadata: {name: fast}, provisioner: 3.5}`},
					Err: "spec.storageClassName: slow is mapped to storage class fast, which Velero cannot read: provisioner: is number, not a string"},
				{Name: "one that nobody named gets a warning", Item: ofClass("slow"), Want: ofClass("fast"), Target: []string{classRows},
					Warnings: []string{"storage-class-unknown"}},
				{Name: "an empty new class fails the item", Item: ofClass("void"), Target: []string{classRows},
					Err: "spec.storageClassName: void is mapped to a storage class without a name"},
				{Name: "a class without a row stays", Item: ofClass("other"), Target: []string{classRows, fastClass}},
				{Name: "an empty class stays", Item: ofClass(`""`), Target: []string{classRows, fastClass}},
				{Name: "an item without a class stays", Item: `{metadata: {name: data}, spec: {}}`, Target: []string{classRows, fastClass}},
				{Name: "an item without spec stays", Item: `{metadata: {name: data}}`, Target: []string{classRows, fastClass}},
				{Name: "without a ConfigMap nothing is looked at", Item: ofClass("[]"), Target: []string{fastClass}},
				{Name: "nor with one in another namespace", Item: ofClass("slow"), Restore: "metadata: {namespace: backup}", Target: []string{classRows, fastClass}},
				{Name: "null for a class is an error", Item: ofClass("null"), Target: []string{classRows},
					Err: "spec.storageClassName: is null, not a string"},
				{Name: "a class of the wrong type is an error", Item: ofClass("1"), Target: []string{classRows},
					Err: "spec.storageClassName: is number, not a string"},
				{Name: "a row of the wrong type is an error", Item: ofClass("slow"), Err: "ConfigMap classes: data[slow]: is boolean, not a string", Target: []string{`
					kind: ConfigMap
					metadata:
					  name: classes
					  namespace: velero
					  labels: {velero.io/plugin-config: "", velero.io/change-storage-class: RestoreItemAction}
					data: {slow: true}`}},
			})
		})
	}
	actiontest.Selector(t, ChangeStorageClass(actions.V1_18), "", "persistentvolumeclaims", "persistentvolumes", "statefulsets.apps")
	actiontest.Selector(t, ChangeStorageClass(actions.V1_6), "", "persistentvolumeclaims", "persistentvolumes")
}

func TestChangeStorageClassOfTemplates(t *testing.T) {
	actiontest.Run(t, ChangeStorageClass(actions.V1_18), []actiontest.Case{{
		Name: "every claim template is mapped; null and missing classes stay", Resource: "statefulsets.apps",
		Target: []string{classRows, fastClass},
		Item: `
			kind: StatefulSet
			spec: {volumeClaimTemplates: [{spec: {storageClassName: slow}}, {spec: {storageClassName: null}}, {}, {spec: {storageClassName: other}}]}`,
		Want: `
			kind: StatefulSet
			spec: {volumeClaimTemplates: [{spec: {storageClassName: fast}}, {spec: {storageClassName: null}}, {}, {spec: {storageClassName: other}}]}`,
	}, {
		Name: "a set's own storageClassName is no class", Resource: "statefulsets.apps", Target: []string{classRows, fastClass},
		Item: `{kind: StatefulSet, spec: {storageClassName: slow}}`,
	}, {
		Name: "a new class that the target lacks fails the set", Resource: "statefulsets.apps", Target: []string{classRows, fastClass},
		Item: `{kind: StatefulSet, spec: {volumeClaimTemplates: [{}, {spec: {storageClassName: fast}}]}}`,
		Err:  "spec.volumeClaimTemplates[1].spec.storageClassName: fast is mapped to gone",
	}, {
		Name: "a class of the wrong type is an error", Resource: "statefulsets.apps", Target: []string{classRows},
		Item: `{kind: StatefulSet, spec: {volumeClaimTemplates: [{spec: {storageClassName: 1}}]}}`,
		Err:  "spec.volumeClaimTemplates[0].spec.storageClassName: is number, not a string",
	}, {
		Name: "templates of the wrong type are an error", Resource: "statefulsets.apps", Target: []string{classRows},
		Item: `{kind: StatefulSet, spec: {volumeClaimTemplates: {}}}`,
		Err:  "spec.volumeClaimTemplates: is object, not an array",
	}})
}
