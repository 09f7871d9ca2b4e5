package builtin

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
)

// registered has the names that each version registers (pkg/cmd/server/plugin/plugin.go), and the one that veltx adds
// to 1.18: the node mapping.
var registered = map[actions.Profile]struct{ v1, v2 string }{
	actions.V1_18: {
		v1: "add-pvc-from-pod admission-webhook-configuration apiservice change-image-name change-pvc-node-selector " +
			"change-storage-class cluster-role-bindings crd-preserve-fields dataupload init-restore-hook job pod " +
			"pod-volume-restore pvc role-bindings secret service service-account",
		v2: "csi-pvc-restorer csi-volumesnapshot-restorer csi-volumesnapshotclass-restorer csi-volumesnapshotcontent-restorer",
	},
	actions.V1_6: {
		v1: "add-pv-from-pvc add-pvc-from-pod apiservice change-pvc-node-selector change-storage-class " +
			"cluster-role-bindings crd-preserve-fields init-restore-hook job pod restic role-bindings service service-account",
	},
}

func TestRestoreActionsStandInVelerosOrder(t *testing.T) {
	for profile, names := range registered {
		var want []string
		for _, version := range []string{names.v1, names.v2} {
			sorted := strings.Fields(version)
			for i := range sorted {
				sorted[i] = "velero.io/" + sorted[i]
			}
			slices.Sort(sorted)
			want = append(want, sorted...)
		}
		var got []string
		for _, a := range Restore(profile) {
			got = append(got, a.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", profile, got, want)
		}
	}
}

func TestRestoreActionsAreDescribed(t *testing.T) {
	for profile := range registered {
		seen := map[string]bool{}
		for _, a := range Restore(profile) {
			if seen[a.Name] {
				t.Errorf("%s: %s stands twice", profile, a.Name)
			}
			seen[a.Name] = true
			if a.Summary == "" || len(a.AppliesTo.Resources) == 0 || a.Execute == nil {
				t.Errorf("%s: %s lacks a summary, resources or what it does", profile, a.Name)
			}
			if csi := strings.Contains(a.Name, "velero.io/csi-"); csi != (a.Feature == actions.FeatureCSI) {
				t.Errorf("%s: %s has feature %q", profile, a.Name, a.Feature)
			}
		}
	}
}

// waits are the actions of which everything has to wait for the restore of an archive.
const waits = "secret service-account pvc add-pv-from-pvc apiservice dataupload csi-pvc-restorer csi-volumesnapshot-restorer " +
	"csi-volumesnapshotclass-restorer csi-volumesnapshotcontent-restorer"

func TestActionsThatMustWaitAreNotRunOnArchives(t *testing.T) {
	for profile := range registered {
		for _, a := range Restore(profile) {
			if slices.Contains(strings.Fields(waits), strings.TrimPrefix(a.Name, "velero.io/")) && a.Archive {
				t.Errorf("%s: %s is run on archives", profile, a.Name)
			}
		}
	}
}
