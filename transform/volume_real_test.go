package transform_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// TestTheVolumePlanIsWhatTheRealVeleroDid holds the plan of each recorded restore against what Velero sent: which
// PersistentVolumes it created, and which of them each claim asked for.
func TestTheVolumePlanIsWhatTheRealVeleroDid(t *testing.T) {
	needReal(t)
	cases, err := judge.ReadReal(sharedReal)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(cases, func(c judge.Real) bool { return c.Name == "01-plain" }) {
		t.Fatal("no recording of 01-plain")
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			o := recordedOptions(t, c)
			backup := filepath.Join(sharedReal, "backups", o.Restore.Spec.BackupName)
			summary, err := restore.Preview(context.Background(), open(t, backup), completed(t, o), discard)
			if err != nil {
				t.Fatal(err)
			}
			comparePlan(t, summary.Volumes, c)
		})
	}
}

func comparePlan(t *testing.T, plan []report.Volume, c judge.Real) {
	pvs, claims := map[string]bool{}, map[string]string{}
	for _, sent := range c.Sent {
		switch {
		case sent.Verb == "create" && sent.Resource == "persistentvolumes":
			pvs[sent.Name] = true
		case sent.Verb == "create" && sent.Resource == "persistentvolumeclaims":
			claims[sent.Namespace+"/"+sent.Name] = mustParse(t, sent.Object).Get("spec", "volumeName").Str()
		}
	}
	if len(pvs) < 3 || len(claims) < 5 {
		t.Fatalf("the recording has only %d PersistentVolumes and %d claims", len(pvs), len(claims))
	}
	for _, v := range plan {
		if v.PersistentVolume != "" && (v.PersistentVolumeOutcome == report.Create) != pvs[v.PersistentVolume] {
			t.Errorf("PersistentVolume %s: the plan says %s; Velero created it: %v", v.PersistentVolume, v.PersistentVolumeOutcome, pvs[v.PersistentVolume])
		}
		isNew, failed := v.Method != report.AsItIs && v.Method != report.NativeSnapshot, v.PersistentVolumeOutcome == report.Fail
		if v.PersistentVolume != "" && !failed && isNew == pvs[v.PersistentVolume] {
			t.Errorf("PersistentVolume %s: the method is %s; Velero created it: %v", v.PersistentVolume, v.Method, pvs[v.PersistentVolume])
		}
		delete(pvs, v.PersistentVolume)
		if v.ClaimOutcome == "" {
			continue
		}
		asked, sent := claims[v.Namespace+"/"+v.Claim]
		if sent != (v.ClaimOutcome == report.Create) || sent && asked != v.VolumeName {
			t.Errorf("claim %s/%s: the plan has %s with volume %q; Velero sent it: %v, with %q", v.Namespace, v.Claim, v.ClaimOutcome, v.VolumeName, sent, asked)
		}
		delete(claims, v.Namespace+"/"+v.Claim)
	}
	if len(pvs)+len(claims) > 0 {
		t.Errorf("the plan lacks %v, %v", pvs, claims)
	}
}

func completed(t *testing.T, o *restore.Options) *restore.Options {
	t.Helper()
	if err := o.Complete("all"); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestTheVolumePlansOfTheRealBackups(t *testing.T) {
	shop := []string{
		"pod-volume-backup shop uploader/scratch=",
		"as-it-is shop/assets pv-nfs !its data was not backed up (podvolume: opted out due to annotation in pod web-",
		"as-it-is shop/csi-retain pvc-0e0e0e0e-1111-2222-3333-444444444444 !its data was not backed up",
		"native-snapshot shop/ebs-data pvc-0c0c0c0c-1111-2222-3333-444444444444 snap-7f0b2e31ddb1b3a84",
		"dynamic-provisioning shop/ephemeral-vol-scratch",
		"pod-volume-backup shop/uploads pvc-0d0d0d0d-1111-2222-3333-444444444444 uploader/uploads=",
	}
	all := append([]string{
		"as-it-is  pv-spare !its data was not backed up (volumeSnapshot: no applicable volumesnapshotter found)",
		"dynamic-provisioning data/data-db-0 pvc-0a0a0a0a-1111-2222-3333-444444444444 !its data was not backed up",
		"dynamic-provisioning data/data-db-1 pvc-0b0b0b0b-1111-2222-3333-444444444444 !its data was not backed up",
		"as-it-is legacy/host-claim pv-hostpath !its data was not backed up",
		"dynamic-provisioning legacy/pending-claim",
	}, shop...)
	wants := map[string][]string{"all": all, "all-agv": all, "shop-only": shop}
	for _, folder := range backups.Folders(t) {
		name := filepath.Base(folder)
		t.Run(folder, func(t *testing.T) {
			o := &restore.Options{Profile: actions.V1_18, Restore: &velero.Restore{}, Actions: builtin.Restore(actions.V1_18), Secrets: true}
			if err := o.Complete(name); err != nil {
				t.Fatal(err)
			}
			_, summary := previewVolumes(t, folder, o)
			checkPlan(t, summary.Volumes, wants[name])
			for _, v := range summary.Volumes {
				if v.Method != report.NativeSnapshot {
					continue
				}
				if d := v.Data; d.Type != "gp3" || d.Zone != "us-east-1a" || *d.IOPS != 3000 || len(v.Calls) != 3 || v.VolumeID != "vol-0123456789abcdef0" {
					t.Errorf("got %+v, %+v", v, d)
				}
			}
		})
	}
}

func TestWhatBecomesOfTheDataOfTheRealBackup(t *testing.T) {
	for _, folder := range backups.Folders(t) {
		if filepath.Base(folder) != "all" {
			continue
		}
		o := &restore.Options{Profile: actions.V1_18, Restore: &velero.Restore{}, Actions: builtin.Restore(actions.V1_18), Secrets: true}
		if err := o.Complete("all"); err != nil {
			t.Fatal(err)
		}
		_, summary := previewVolumes(t, folder, o)
		data := summary.Told().Data
		want := map[report.Fate]int{report.DataBack: 3, report.DataLost: 2, report.DataOld: 4, report.DataNone: 2}
		if data.Volumes != 11 || !maps.Equal(data.Fates, want) {
			t.Errorf("%s: got %+v, want %v of 11", folder, data, want)
		}
		if data.Bytes[report.DataBack] != 2468 || data.Unsized[report.DataBack] != 1 {
			t.Errorf("%s: sizes %+v", folder, data)
		}
		var errors []string
		for _, f := range summary.Findings {
			if f.Severity == report.Error {
				errors = append(errors, f.ID+" "+f.Subject+" "+strings.Join(f.Items, " "))
			}
		}
		if want := []string{
			"volume-comes-back-empty persistentvolumeclaims/data/data-db-0 persistentvolumeclaims/data/data-db-0 persistentvolumes/pvc-0a0a0a0a-1111-2222-3333-444444444444 pods/data/db-0 statefulsets.apps/data/db",
			"volume-comes-back-empty persistentvolumeclaims/data/data-db-1 persistentvolumeclaims/data/data-db-1 persistentvolumes/pvc-0b0b0b0b-1111-2222-3333-444444444444 pods/data/db-1 statefulsets.apps/data/db",
			"ephemeral-claim-restored persistentvolumeclaims/shop/ephemeral-vol-scratch persistentvolumeclaims/shop/ephemeral-vol-scratch pods/shop/ephemeral-vol",
		}; !slices.Equal(errors, want) {
			t.Errorf("%s: got\n%s", folder, strings.Join(errors, "\n"))
		}
	}
}
