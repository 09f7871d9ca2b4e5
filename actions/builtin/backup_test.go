package builtin

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
)

func TestOtherActionsStandInVelerosOrder(t *testing.T) {
	for _, kind := range []struct {
		name string
		of   func(actions.Profile) []actions.Action
		want map[actions.Profile]string
	}{
		{"backup", Backup, map[actions.Profile]string{
			actions.V1_18: "crd-remap-version pod pv service-account csi-pvc-backupper csi-volumesnapshot-backupper " +
				"csi-volumesnapshotclass-backupper csi-volumesnapshotcontent-backupper",
			actions.V1_6: "crd-remap-version pod pv service-account",
		}},
		{"item block", ItemBlock, map[actions.Profile]string{actions.V1_18: "pod pvc service-account"}},
		{"delete", Delete, map[actions.Profile]string{actions.V1_18: "csi-volumesnapshotcontent-delete dataupload-delete"}},
	} {
		for _, profile := range []actions.Profile{actions.V1_18, actions.V1_6} {
			var got []string
			for _, a := range kind.of(profile) {
				got = append(got, strings.TrimPrefix(a.Name, "velero.io/"))
				if a.Summary == "" || len(a.AppliesTo.Resources) == 0 || a.Execute == nil {
					t.Errorf("%s, %s: %s lacks a summary, resources or what it does", profile, kind.name, a.Name)
				}
				if csi := kind.name == "backup" && strings.Contains(a.Name, "/csi-"); csi != (a.Feature == actions.FeatureCSI) {
					t.Errorf("%s, %s: %s has feature %q", profile, kind.name, a.Name, a.Feature)
				}
			}
			if want := strings.Fields(kind.want[profile]); !slices.Equal(got, want) {
				t.Errorf("%s actions of %s:\n got %q\nwant %q", kind.name, profile, got, want)
			}
		}
	}
}
