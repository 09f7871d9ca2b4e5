package pipeline

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// pv is a PersistentVolume with the rest of its spec.
func pv(spec string) string {
	return `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {` + spec + `}}`
}

const (
	claimRef   = `claimRef: {namespace: shop, name: data}`
	deletes    = `persistentVolumeReclaimPolicy: Delete`
	dataUpload = `{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME, namespace: velero, labels: {` +
		`velero.io/restore-uid: UID, velero.io/pvc-namespace-name: shop.data, velero.io/resource-usage: USE}}}`
)

func upload(name, uid, use string) string {
	return strings.NewReplacer("NAME", name, "UID", uid, "USE", use).Replace(dataUpload)
}

func TestHowAPersistentVolumeComesBack(t *testing.T) {
	how := func(want Method) func(*testing.T, *Item) {
		return func(t *testing.T, it *Item) {
			t.Helper()
			if it.Volume.How != want {
				t.Errorf("it comes back by %d, want %d", it.Volume.How, want)
			}
		}
	}
	info := func(method string) side {
		return side{infos: `[{pvName: pv, backupMethod: ` + method + `}, {pvName: other}]`}
	}
	const native = `[{spec: {persistentVolumeName: pv}}]`
	const podVolumes = `[{metadata: {annotations: {velero.io/pvc-name: data}}, spec: {pod: {namespace: shop, name: p}}}]`
	const csi = `[{metadata: {namespace: shop, name: s}, spec: {source: {persistentVolumeClaimName: data}}}, {metadata: {namespace: shop, name: t}, spec: {source: {}}}]`
	runRows(t, decideVolume, []row{
		{name: "as it is", item: pv(claimRef), check: how(AsItIs)},
		{name: "anew by its policy", item: pv(deletes), outcome: report.Skip, reason: "reclaim policy is Delete", check: how(Provisioned)},
		{name: "the volume information tells of a native snapshot", side: info("NativeSnapshot"), item: pv(deletes), check: how(FromSnapshot)},
		{name: "of a pod volume backup", side: info("PodVolumeBackup"), item: pv(""), outcome: report.Skip, reason: "in a pod volume backup", check: how(Provisioned)},
		{name: "of a CSI snapshot", side: info("CSISnapshot"), item: pv(""), outcome: report.Skip, reason: "in a CSI snapshot", check: how(Provisioned)},
		{name: "of nothing: the policy decides", side: info(`""`), item: pv(deletes), outcome: report.Skip, reason: "reclaim policy", check: how(Provisioned)},
		{name: "of nothing, whatever else is there", side: side{infos: info(`""`).infos, native: native, podVolumes: podVolumes}, item: pv(claimRef), check: how(AsItIs)},
		{name: "Velero 1.6 has no volume information", profile: actions.V1_6, side: info("CSISnapshot"), item: pv(claimRef), check: how(AsItIs)},
		{name: "that of another one", side: side{infos: `[{pvName: other, backupMethod: CSISnapshot}]`}, item: pv(claimRef), check: how(AsItIs)},
		{name: "a native snapshot", side: side{native: native}, item: pv(deletes), check: how(FromSnapshot)},
		{name: "a native snapshot of another one", side: side{native: `[{spec: {persistentVolumeName: other}}]`}, item: pv(""), check: how(AsItIs)},
		{name: "a native snapshot goes before a pod volume backup", side: side{native: native, podVolumes: podVolumes}, item: pv(claimRef), check: how(FromSnapshot)},
		{name: "a pod volume backup of its claim", side: side{podVolumes: podVolumes}, item: pv(claimRef), outcome: report.Skip, reason: "in a pod volume backup", check: how(Provisioned)},
		{name: "in Velero 1.6 too", profile: actions.V1_6, side: side{podVolumes: podVolumes}, item: pv(claimRef), outcome: report.Skip, reason: "in a pod volume backup", check: how(Provisioned)},
		{name: "one of another claim", side: side{podVolumes: podVolumes}, item: pv(`claimRef: {namespace: shop, name: other}`), check: how(AsItIs)},
		{name: "one without a claim", side: side{podVolumes: `[{spec: {pod: {namespace: "", name: p}}}]`}, item: pv(""), check: how(AsItIs)},
		{name: "a claim that Velero cannot read", side: side{podVolumes: podVolumes}, item: pv(claimRef + `, capacity: 1`), check: how(AsItIs)},
		{name: "a CSI snapshot of its claim", side: side{csi: csi}, item: pv(claimRef), outcome: report.Skip, reason: "in a CSI snapshot", check: how(Provisioned)},
		{name: "Velero 1.6 does not look for one", profile: actions.V1_6, side: side{csi: csi}, item: pv(claimRef), check: how(AsItIs)},
		{name: "one of another claim than its own", side: side{csi: csi}, item: pv(`claimRef: {namespace: shop, name: other}`), check: how(AsItIs)},
		{name: "data that were moved", target: []string{upload("u", "u", "DataUpload")}, item: pv(claimRef), outcome: report.Skip, reason: "in a CSI snapshot", check: how(Provisioned)},
		{name: "for another restore", target: []string{upload("u", "v", "DataUpload")}, item: pv(claimRef), check: how(AsItIs)},
		{name: "of another use", target: []string{upload("u", "u", "VolumeSnapshot")}, item: pv(claimRef), check: how(AsItIs)},
		{name: "for another claim", target: []string{upload("u", "u", "DataUpload")}, item: pv(`claimRef: {namespace: shop, name: other}`), check: how(AsItIs)},
		{name: "twice, so that it is not clear which", target: []string{upload("u", "u", "DataUpload"), upload("v", "u", "DataUpload")}, item: pv(claimRef), check: how(AsItIs)},
	})
}

func TestWhatStandsBesideTheTarballIsIndexed(t *testing.T) {
	v := NewVolumes(side{
		native:     `[{spec: {persistentVolumeName: pv}, status: {providerSnapshotID: first}}, {spec: {persistentVolumeName: pv}, status: {providerSnapshotID: second}}]`,
		podVolumes: `[{spec: {pod: {namespace: shop, name: p}, volume: a}}, {spec: {pod: {namespace: shop, name: p}, volume: b}}]`,
	}.read(t))
	if got := v.Snapshot("pv"); got.Status.ProviderSnapshotID != "first" {
		t.Errorf("of two snapshots, %s is taken", got.Status.ProviderSnapshotID)
	}
	if v.Snapshot("other") != nil {
		t.Error("a PersistentVolume without one has a snapshot")
	}
	if got := v.PodVolumes[layout.NamespacedName{Namespace: "shop", Name: "p"}]; len(got) != 2 {
		t.Errorf("pod volume backups: %+v", got)
	}
	for name, test := range map[string]struct {
		side tarball.Side
		want bool
	}{
		"a bare tarball":                 {tarball.Side{}, false},
		"a backup":                       {tarball.Side{Backup: &velero.Backup{}}, true},
		"a folder without a Backup":      {tarball.Side{Files: []tarball.SideFile{{}}}, true},
		"what was read of no known file": {tarball.Side{VolumeInfos: []velero.VolumeInfo{{}}}, false},
	} {
		if got := NewVolumes(&test.side).Recorded; got != test.want {
			t.Errorf("%s: recorded %v", name, got)
		}
	}
}

func TestTheNamespaceOfAClaimIsMapped(t *testing.T) {
	const mapping = `{namespaceMapping: {shop: store}}`
	asItIs, snapshot, anew := &Volume{}, &Volume{How: FromSnapshot}, &Volume{How: Provisioned}
	mapped := pv(`claimRef: {namespace: store, name: data}`)
	unfit := pv(claimRef + `, capacity: 1`)
	runRows(t, mapClaim, []row{
		{name: "it is", restore: mapping, volume: asItIs, item: pv(claimRef), want: mapped},
		{name: "not without a mapping", volume: asItIs, item: pv(claimRef)},
		{name: "a volume that is not read without a mapping", volume: asItIs, item: unfit},
		{name: "not another one", restore: mapping, volume: asItIs, item: pv(`claimRef: {namespace: data, name: data}`)},
		{name: "a volume without a claim", restore: mapping, volume: asItIs, item: pv("")},
		{name: "a claim of null", restore: mapping, volume: asItIs, item: pv("claimRef: null")},
		{name: "a claim without a namespace", restore: `{namespaceMapping: {"": store}}`, volume: asItIs, item: pv("claimRef: {name: data}"), want: pv("claimRef: {name: data, namespace: store}")},
		{name: "Velero 1.6 leaves it where the volume stays", profile: actions.V1_6, restore: mapping, volume: asItIs, item: pv(claimRef)},
		{name: "and maps it with a snapshot", profile: actions.V1_6, restore: mapping, volume: snapshot, item: pv(claimRef), want: mapped},
		{name: "one that does not fit its type", restore: mapping, volume: asItIs, item: unfit, fails: "wrong-type", reason: "capacity"},
		{name: "one that does not, and is provisioned anew", restore: mapping, volume: anew, item: unfit},
		{name: "a namespace of null", restore: mapping, volume: asItIs, item: pv("claimRef: {namespace: null}"), fails: "wrong-type", reason: "spec.claimRef.namespace: is null, not a string"},
	})
}

// boundPV is a PersistentVolume that is bound.
const boundPV = `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv, annotations: {pv.kubernetes.io/bind-completed: "yes", ` +
	`pv.kubernetes.io/bound-by-controller: "yes", pv.kubernetes.io/provisioned-by: d, a: b}}, ` +
	`spec: {claimRef: {namespace: shop, name: data, uid: u, resourceVersion: "1"}, awsElasticBlockStore: {volumeID: vol-1}}}`

// freed is what is left of it, with annotations and spec to be filled in.
func freed(name, annotations, claim string) string {
	return `{apiVersion: v1, kind: PersistentVolume, metadata: {name: ` + name + `, annotations: {` + annotations + `}}, ` +
		`spec: {claimRef: {namespace: ` + claim + `, name: data}, awsElasticBlockStore: {volumeID: vol-1}}}`
}

func TestAPersistentVolumeIsFreedOfItsBinding(t *testing.T) {
	asItIs := &Volume{}
	const provisioned = `pv.kubernetes.io/provisioned-by: d, a: b`
	runRows(t, bindVolume, []row{
		{name: "in Velero 1.18", volume: asItIs, item: boundPV, want: freed("pv", provisioned, "shop")},
		{name: "in Velero 1.6", volume: asItIs, profile: actions.V1_6, item: boundPV, want: freed("pv", "a: b", "shop")},
		{name: "of annotations that Velero cannot read none stays", volume: asItIs, item: `{metadata: {name: pv, annotations: {a: 1, b: c}}, spec: {claimRef: {uid: u}}}`,
			want: `{metadata: {name: pv}, spec: {claimRef: {}}}`},
		{name: "one without annotations", volume: asItIs, item: `{metadata: {name: pv}, spec: {claimRef: {uid: u}}}`, want: `{metadata: {name: pv}, spec: {claimRef: {}}}`},
		{name: "the target's own is not asked for", volume: asItIs, target: []string{`{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, status: {phase: Released}}`},
			item: boundPV, want: freed("pv", provisioned, "shop")},
	})
}

func snapshotOf(status, spec string) side {
	return side{native: `[{spec: {persistentVolumeName: pv, ` + spec + `}, status: {` + status + `}}]`}
}

func TestAVolumeIsMadeFromItsSnapshot(t *testing.T) {
	const complete, located = `providerSnapshotID: snap-1, phase: Completed`, `location: aws, volumeType: gp3, volumeAZ: z, volumeIOPS: 3000`
	verbs := func(made bool, want ...string) func(*testing.T, *Item) {
		return func(t *testing.T, it *Item) {
			t.Helper()
			var got []string
			for _, c := range it.Volume.Calls {
				got = append(got, c.Verb)
			}
			if it.Volume.Made != made || strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("made %v, calls %v", it.Volume.Made, got)
			}
		}
	}
	message := func(next func(*testing.T, *Item), want string, there bool) func(*testing.T, *Item) {
		return func(t *testing.T, it *Item) {
			t.Helper()
			next(t, it)
			if got := slices.Concat(it.Report.Notices, it.Report.Warnings)[0].Message; strings.Contains(got, want) != there {
				t.Errorf("the finding says %s", got)
			}
		}
	}
	all := verbs(true, volume.VerbInit, volume.VerbCreateVolume, volume.VerbSetVolumeID)
	want := freed("pv", `pv.kubernetes.io/provisioned-by: d, a: b`, "shop")
	const dropped = "passes on IOPS of io1 and io2 only"
	location := func(rest string) []string {
		return []string{`{apiVersion: velero.io/v1, kind: VolumeSnapshotLocation, metadata: {name: aws, namespace: velero}, spec: {` + rest + `}}`}
	}
	unknown := []string{"volume-id-unknown"}
	rows := []row{
		{name: "it is", side: snapshotOf(complete, located), item: boundPV, want: want, warnings: unknown, check: message(all, "from snapshot snap-1 (type gp3, zone z)", true)},
		{name: "its IOPS get lost", side: snapshotOf(complete, located), item: boundPV, want: want, warnings: unknown, check: message(all, dropped, true)},
		{name: "by the plugin of AWS", target: location("provider: velero.io/aws"), side: snapshotOf(complete, located), item: boundPV, want: want, warnings: unknown, check: message(all, dropped, true)},
		{name: "not by that of others", target: location("provider: example.org/aws"), side: snapshotOf(complete, located), item: boundPV, want: want, warnings: unknown, check: message(all, dropped, false)},
		{name: "not those of io2", side: snapshotOf(complete, `location: aws, volumeType: io2, volumeIOPS: 3000`), item: boundPV, want: want, warnings: unknown, check: message(all, dropped, false)},
		{name: "not where there are none", side: snapshotOf(complete, `location: aws, volumeType: gp3`), item: boundPV, want: want, warnings: unknown, check: message(all, dropped, false)},
		{name: "nor where they are 0", side: snapshotOf(complete, `location: aws, volumeType: gp3, volumeIOPS: 0`), item: boundPV, want: want, warnings: unknown, check: message(all, dropped, false)},
		{name: "nor on other storage", side: snapshotOf(complete, located), item: pv("gcePersistentDisk: {pdName: d}"), warnings: unknown, check: message(all, dropped, false)},
		{name: "with the user's mapping there is another stage that warns", ids: map[string]string{"vol-1": "vol-2"}, side: snapshotOf(complete, located), item: boundPV, want: want, check: all},
		{name: "with the location's configuration", target: location("provider: aws, config: {region: eu}"), side: snapshotOf(complete, located), item: boundPV, want: want, warnings: unknown,
			check: func(t *testing.T, it *Item) {
				if got := it.Volume.Calls[0].Config["region"]; got != "eu" {
					t.Errorf("region %q", got)
				}
			}},
		{name: "not if the Restore wants none", restore: `{restorePVs: false}`, side: snapshotOf(complete, located), item: boundPV, want: want, check: verbs(false)},
		{name: "not without a snapshot in the list", item: boundPV, want: want, check: verbs(false)},
		{name: "not of a snapshot without a location", side: snapshotOf(complete, ""), item: boundPV, fails: "volume-snapshot-without-location", reason: "has no VolumeSnapshotLocation"},
		{name: "not of one that was not completed", side: snapshotOf("phase: Failed", located), item: boundPV, want: want, warnings: []string{"volume-snapshot-incomplete"},
			check: message(verbs(false, volume.VerbInit), "phase Failed", true)},
		{name: "of which not even the phase is known", side: snapshotOf("", located), item: boundPV, want: want, warnings: []string{"volume-snapshot-incomplete"},
			check: message(verbs(false, volume.VerbInit), "phase unknown", true)},
	}
	for i := range rows {
		rows[i].volume = &Volume{How: FromSnapshot}
	}
	runRows(t, bindVolume, rows)
}

// Velero waits for a PersistentVolume of the target that is on its way out, or takes another name beside it.
func TestATargetThatHasThePersistentVolume(t *testing.T) {
	has := func(rest string) string {
		return `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}` + rest + `}`
	}
	claimed := has(`, spec: {claimRef: {namespace: shop, name: data}}`)
	claim := func(metadata string) string {
		return `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop` + metadata + `}}`
	}
	space := func(rest string) string {
		return `{apiVersion: v1, kind: Namespace, metadata: {name: shop` + rest + `}`
	}
	otherClaim := `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: other}}`
	const gone = "which is gone or being deleted"
	const mapping = `{namespaceMapping: {shop: store}}`
	side := snapshotOf("providerSnapshotID: s", "location: aws")
	clone := freed(cloneName("pv"), `a: b, pv.kubernetes.io/provisioned-by: d, velero.io/original-pv-name: pv`, "shop")
	rows := []row{
		{name: "without a claim", target: []string{has("")}, item: boundPV},
		{name: "released", target: []string{has(", status: {phase: Released}")}, item: boundPV, fails: "wrong-type", reason: "released or being deleted"},
		{name: "being deleted", target: []string{`{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv, deletionTimestamp: "2024-01-01T00:00:00Z"}}`}, item: boundPV, fails: "wrong-type", reason: "released or being deleted"},
		{name: "that cannot be read", target: []string{has(", spec: {capacity: 1}")}, item: boundPV, fails: "wrong-type", reason: "cannot be read"},
		{name: "with its claim and namespace", target: []string{claimed, claim(""), space("}")}, item: boundPV},
		{name: "with its claim, and of namespaces nothing is known", target: []string{claimed, claim("")}, item: boundPV},
		{name: "where no claims are known", target: []string{claimed}, item: boundPV, warnings: []string{"volume-claim-unknown"}},
		{name: "whose claim is gone", target: []string{claimed, otherClaim}, item: boundPV, fails: "wrong-type", reason: gone},
		{name: "whose claim is being deleted", target: []string{claimed, claim(`, deletionTimestamp: "2024-01-01T00:00:00Z"`)}, item: boundPV, fails: "wrong-type", reason: gone},
		{name: "whose namespace ends", target: []string{claimed, claim(""), space(`}, status: {phase: Terminating}`)}, item: boundPV, fails: "wrong-type", reason: gone},
		{name: "whose namespace is being deleted", target: []string{claimed, claim(""), space(`, deletionTimestamp: "2024-01-01T00:00:00Z"}`)}, item: boundPV, fails: "wrong-type", reason: gone},
		{name: "whose namespace is not there", target: []string{claimed, claim(""), `{apiVersion: v1, kind: Namespace, metadata: {name: other}}`}, item: boundPV, fails: "wrong-type", reason: gone},
		{name: "where the claim moves, it gets a name of its own", restore: mapping, target: []string{claimed}, item: boundPV, want: clone, side: side, warnings: []string{"volume-id-unknown"},
			check: func(t *testing.T, it *Item) {
				if it.Volume.Renamed != cloneName("pv") {
					t.Errorf("renamed to %q", it.Volume.Renamed)
				}
			}},
		{name: "where the claim moves and annotations cannot be read", restore: mapping, target: []string{claimed}, side: side, warnings: []string{"volume-id-unknown"},
			item: `{metadata: {name: pv, annotations: [a]}, spec: {claimRef: {namespace: shop}}}`,
			want: `{metadata: {name: ` + cloneName("pv") + `, annotations: {velero.io/original-pv-name: pv}}, spec: {claimRef: {namespace: shop}}}`},
		{name: "without it, it keeps its name", restore: mapping, item: boundPV, want: freed("pv", `pv.kubernetes.io/provisioned-by: d, a: b`, "shop"), side: side, warnings: []string{"volume-id-unknown"}},
		{name: "an item whose claim is null does not move", restore: `{namespaceMapping: {"": store}}`, target: []string{has("")}, item: pv("claimRef: null"), side: side},
	}
	for i := range rows {
		rows[i].volume = &Volume{How: FromSnapshot}
	}
	runRows(t, bindVolume, rows)
	if got := cloneName("pv"); len(got) != len("velero-clone-")+36 || got == cloneName("pw") || got != cloneName("pv") {
		t.Errorf("a clone is called %s", got)
	}
}

func TestAClaimIsFreedOfItsBinding(t *testing.T) {
	const path = "persistentvolumeclaims/namespaces/shop/data"
	claim := func(annotations, volumeName string) string {
		return `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop, annotations: {` + annotations + `}}, spec: {` + volumeName + `}}`
	}
	const bound = `pv.kubernetes.io/bind-completed: "yes", a: b`
	volumes := func(v *Volume) around { return around{volumes: map[string]*Volume{"pv": v}} }
	runRows(t, bindClaim, []row{
		{name: "of a volume that stays", path: path, around: volumes(&Volume{}), item: claim(bound, "volumeName: pv"), want: claim("a: b", "volumeName: pv")},
		{name: "of one that is provisioned anew", path: path, around: volumes(&Volume{How: Provisioned}), item: claim(bound, "volumeName: pv"), want: claim("a: b", "")},
		{name: "of one with a new name", path: path, around: volumes(&Volume{How: FromSnapshot, Renamed: "clone"}), item: claim(bound, "volumeName: pv"), want: claim("a: b", "volumeName: clone")},
		{name: "one without a volume stays as it is", path: path, item: claim(bound, "")},
		{name: "one that does not fit its type", path: path, item: claim(bound, "volumeName: 1"), fails: "wrong-type", reason: "spec.volumeName"},
	})
}

func TestTheUsersVolumeTakesThePlaceOfTheOldOne(t *testing.T) {
	ids := map[string]string{"vol-1": "vol-2"}
	ebs := func(id string) string { return pv("awsElasticBlockStore: {volumeID: " + id + "}") }
	decided := func(pair, id string) func(*testing.T, *Item) {
		return func(t *testing.T, it *Item) {
			t.Helper()
			if it.Volume.Pair != pair || it.Volume.NewID != id {
				t.Errorf("pair %q, new id %q", it.Volume.Pair, it.Volume.NewID)
			}
		}
	}
	native := side{native: `[{spec: {persistentVolumeName: pv}}]`}
	unmapped, unknown := []string{"volume-id-unmapped"}, []string{"volume-id-unknown"}
	runRows(t, mapVolumeID, []row{
		{name: "it does", ids: ids, volume: &Volume{}, item: ebs("vol-1"), want: ebs("vol-2"), check: decided("vol-1", "vol-2")},
		{name: "no mapping", volume: &Volume{Made: true}, item: ebs("vol-1"), check: decided("", "")},
		{name: "another volume stays", ids: ids, volume: &Volume{}, item: ebs("vol-9"), warnings: unmapped, check: decided("", "")},
		{name: "one without an id", ids: ids, volume: &Volume{}, item: pv("nfs: {server: s}")},
		{name: "an id that cannot be told", ids: ids, volume: &Volume{}, item: pv("awsElasticBlockStore: {}"), warnings: unmapped},
		{name: "a new one that is no id for it", ids: map[string]string{"vol-1": "no/id/"}, volume: &Volume{}, item: ebs("vol-1"), fails: "volume-id-not-written"},
		{name: "one that Velero makes", ids: ids, volume: &Volume{How: FromSnapshot, Made: true}, side: native, item: ebs("vol-9"), warnings: unknown},
		{name: "one that Velero makes and the user named", ids: ids, volume: &Volume{How: FromSnapshot, Made: true}, side: native, item: ebs("vol-1"), want: ebs("vol-2"), check: decided("vol-1", "vol-2")},
		{name: "one that Velero could not make", ids: ids, volume: &Volume{How: FromSnapshot}, item: ebs("vol-9"), warnings: unmapped},
		{name: "ahead of a restore that makes it", archive: true, ids: ids, volume: &Volume{How: FromSnapshot}, item: ebs("vol-9")},
		{name: "ahead of one without volumes", archive: true, restore: `{restorePVs: false}`, ids: ids, volume: &Volume{How: FromSnapshot}, item: ebs("vol-9"), warnings: unmapped},
		{name: "ahead of one that provisions it anew", archive: true, ids: ids, volume: &Volume{How: Provisioned}, item: ebs("vol-9")},
		{name: "ahead of one that leaves it as it is", archive: true, ids: ids, volume: &Volume{}, item: ebs("vol-9"), warnings: unmapped},
	})
}

func TestALocationIsTheTargetsOrTheBackups(t *testing.T) {
	inBackup := object.MustParse(`{"spec":{"provider":"backup"}}`)
	s := &velero.VolumeSnapshot{}
	s.Spec.Location = "aws"
	for name, test := range map[string]struct{ name, want string }{"the target has it": {"aws", "target"}, "it does not": {"other", "backup"}} {
		r := row{target: []string{`{apiVersion: velero.io/v1, kind: VolumeSnapshotLocation, metadata: {name: ` + test.name + `, namespace: velero}, spec: {provider: target}}`}}
		env := r.env(t)
		env.Backup.Get = func(ref actions.ItemRef) *object.Value {
			if ref != (layout.Address{Resource: "volumesnapshotlocations.velero.io", Namespace: "velero", Name: "aws"}) {
				t.Errorf("the backup is asked for %s", ref)
			}
			return inBackup
		}
		if got := env.LocationOf(s).Get("spec", "provider").Str(); got != test.want {
			t.Errorf("%s: got that of the %s", name, got)
		}
	}
}
