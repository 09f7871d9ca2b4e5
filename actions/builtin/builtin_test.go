package builtin

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
)

// lists are all lists of a profile, by the name of their kind.
func lists(profile actions.Profile) map[string][]actions.Action {
	return map[string][]actions.Action{
		"restore": Restore(profile), "backup": Backup(profile), "item block": ItemBlock(profile), "delete": Delete(profile),
	}
}

var profiles = []actions.Profile{actions.V1_18, actions.V1_6}

func names(list []actions.Action) []string {
	var all []string
	for _, a := range list {
		all = append(all, a.Name)
	}
	return all
}

// The rule of the order, told another way than in the code: the names of version 1, sorted, then those of version 2.
func TestActionsStandInVelerosOrder(t *testing.T) {
	for _, profile := range profiles {
		for kind, list := range lists(profile) {
			var v1, v2 []string
			for _, a := range list {
				if a.V2 {
					v2 = append(v2, a.Name)
				} else {
					v1 = append(v1, a.Name)
				}
			}
			slices.Sort(v1)
			slices.Sort(v2)
			if got, want := names(list), slices.Concat(v1, v2); !slices.Equal(got, want) {
				t.Errorf("%s actions of %s:\n got %q\nwant %q", kind, profile, got, want)
			}
		}
	}
}

// What Velero does for that rule: a claim's snapshot is looked for after its annotations are dropped.
func TestTheCSIActionsComeLast(t *testing.T) {
	order := names(Restore(actions.V1_18))
	if claim, csi := slices.Index(order, "velero.io/pvc"), slices.Index(order, "velero.io/csi-pvc-restorer"); claim < 0 || csi < claim {
		t.Errorf("velero.io/csi-pvc-restorer does not come after velero.io/pvc: %q", order)
	}
	if first := order[0]; first != "velero.io/add-pvc-from-pod" {
		t.Errorf("the first action is %s", first)
	}
}

func TestActionsAreDescribed(t *testing.T) {
	for _, profile := range profiles {
		for kind, list := range lists(profile) {
			seen := map[string]bool{}
			for _, a := range list {
				if seen[a.Name] {
					t.Errorf("%s, %s: %s stands twice", profile, kind, a.Name)
				}
				seen[a.Name] = true
				if a.Summary == "" || len(a.AppliesTo.Resources) == 0 || a.Execute == nil {
					t.Errorf("%s, %s: %s lacks a summary, resources or what it does", profile, kind, a.Name)
				}
				if a.Archive && kind != "restore" {
					t.Errorf("%s, %s: %s is run on archives", profile, kind, a.Name)
				}
			}
		}
	}
}

// Of Velero's own actions those that need the feature EnableCSI, and no others, are of version 2 of the interface.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:141-172, pkg/util/csi/util.go:30.
func TestCSIActionsAreOfVersion2(t *testing.T) {
	for _, profile := range profiles {
		for kind, list := range lists(profile) {
			for _, a := range list {
				csi := strings.HasPrefix(a.Name, "velero.io/csi-") && kind != "delete"
				if a.V2 != csi || (a.Feature == actions.FeatureCSI) != csi {
					t.Errorf("%s, %s: %s has version 2 %v and feature %q", profile, kind, a.Name, a.V2, a.Feature)
				}
			}
		}
	}
}

// waits are the actions that have to wait, all of them, for the restore of an archive.
const waits = "secret service-account pvc add-pv-from-pvc apiservice dataupload csi-pvc-restorer csi-volumesnapshot-restorer " +
	"csi-volumesnapshotclass-restorer csi-volumesnapshotcontent-restorer"

func TestActionsThatMustWaitAreNotRunOnArchives(t *testing.T) {
	for _, profile := range profiles {
		for _, a := range Restore(profile) {
			if slices.Contains(strings.Fields(waits), strings.TrimPrefix(a.Name, "velero.io/")) && a.Archive {
				t.Errorf("%s: %s is run on archives", profile, a.Name)
			}
		}
	}
}
