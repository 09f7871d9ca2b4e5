package volumes_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/volumes"
)

// seen is an item at its end: how it stands in the backup, and how it is restored.
type seen struct {
	resource, name string
	from, to       string
	outcome        report.Outcome
	reason         string
	decided        *pipeline.Volume
}

// backup is a Backup for tests that has nothing but what the plan was shown.
type backup struct{}

func (backup) Has(layout.ItemKey) bool                       { return false }
func (backup) Restored(layout.ItemKey) bool                  { return true }
func (backup) TakesNamespace(string) bool                    { return true }
func (backup) LeftOut(layout.ItemKey) (filter, bring string) { return "", "" }
func (backup) LeavesOutResource(string) (why, bring string)  { return "", "" }

func claim(from, to string) seen {
	return seen{resource: layout.PersistentVolumeClaims, name: "data", from: `{spec: {` + from + `}}`, to: `{spec: {` + to + `}}`}
}

func pv(decided *pipeline.Volume, spec string) seen {
	text := `{spec: {claimRef: {namespace: shop, name: data}, ` + spec + `}}`
	return seen{resource: layout.PersistentVolumes, name: "pv", from: text, to: text, decided: decided}
}

func pod(name, from, to string) seen {
	return seen{resource: layout.Pods, name: name, from: from, to: to}
}

// TestHowVolumesComeBack shows items to a plan and looks at its lines, "method namespace/claim pv snapshot/uploader pods: missing".
func TestHowVolumesComeBack(t *testing.T) {
	anew := func(why string) *pipeline.Volume { return &pipeline.Volume{How: pipeline.Provisioned, Why: why} }
	const moved = `snapshotDataMoved: true, snapshotDataMovementInfo: {snapshotHandle: m1, uploaderType: kopia}`
	const info = `- {pvName: pv, `
	const waiting = `{spec: {initContainers: [{name: init, volumeMounts: [{mountPath: /restores/cache}]}, {name: restore-wait, volumeMounts: [{mountPath: /data}, {mountPath: /restores/files}]}]}}`
	mounted := `{spec: {volumes: [{name: files, persistentVolumeClaim: {claimName: data}}, {name: cache}]}}`
	files := func(pods ...string) string {
		var list []string
		for _, p := range pods {
			name, volume, _ := strings.Cut(p, "/")
			list = append(list, `{spec: {pod: {namespace: shop, name: `+name+`}, volume: `+volume+`}, status: {snapshotID: `+name+volume+`}}`)
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	for _, test := range []struct {
		name       string
		infos      string
		podVolumes string
		features   []string
		bare       bool // nothing stands beside the tarball
		items      []seen
		want       []string
	}{
		{
			name: "moved data", infos: info + moved + "}", items: []seen{claim("volumeName: pv", "selector: {matchLabels: {velero.io/dynamic-pv-restore: x}}")},
			want: []string{"data-mover store/data pv m1/kopia"},
		},
		{
			name: "moved data of which nothing is recorded", items: []seen{claim("volumeName: pv", "selector: {matchLabels: {velero.io/dynamic-pv-restore: x}}")},
			want: []string{"data-mover store/data pv"},
		},
		{
			name: "moved data that nothing leads to", infos: info + `backupMethod: CSISnapshot, csiSnapshotInfo: {snapshotHandle: h1}, ` + moved + "}", features: []string{actions.FeatureCSI},
			items: []seen{pv(anew(pipeline.ReasonCSI), ""), claim("volumeName: pv", "")},
			want:  []string{"dynamic-provisioning store/data pv m1/kopia: the claim in the backup does not refer to its moved data: the new volume is empty"},
		},
		{
			name: "a snapshot that was not moved", infos: info + `csiSnapshotInfo: {snapshotHandle: h1}, snapshotDataMovementInfo: {snapshotHandle: m1}}`, features: []string{actions.FeatureCSI},
			items: []seen{pv(anew(pipeline.ReasonCSI), ""), claim("volumeName: pv", "")},
			want:  []string{"dynamic-provisioning store/data pv h1/: the claim in the backup does not refer to its CSI snapshot: the new volume is empty"},
		},
		{
			name: "a moved snapshot of which nothing is recorded", infos: info + `snapshotDataMoved: true, csiSnapshotInfo: {snapshotHandle: h1}}`,
			items: []seen{pv(anew(pipeline.ReasonCSI), ""), claim("volumeName: pv", "")},
			want:  []string{"dynamic-provisioning store/data pv h1/: Velero's feature EnableCSI is off, so the moved data is not used: the new volume is empty"},
		},
		{
			name: "a claim whose volume the target has", items: []seen{claim("volumeName: inTarget", "volumeName: inTarget")}, want: []string{"as-it-is store/data inTarget"},
		},
		{
			name: "a claim whose volume is gone", items: []seen{claim("volumeName: pv", "")}, want: []string{"dynamic-provisioning store/data pv: the new volume is empty"},
		},
		{
			name: "a volume that is not restored", items: []seen{{resource: layout.PersistentVolumes, name: "pv", from: `{}`, to: `{}`, outcome: report.Fail, reason: "so"}},
			want: []string{"as-it-is  pv: the backup has no snapshot of its data: the data comes back only if the target can attach the old volume | the PersistentVolume is not restored: so"},
		},
		{
			name: "a bare tarball", bare: true, items: []seen{pv(&pipeline.Volume{}, ""), claim("volumeName: pv", "volumeName: pv")},
			want: []string{"as-it-is store/data pv: how its data was saved is unknown from the tarball alone (give the backup's folder to know)"},
		},
		{
			name: "a bare tarball with a volume to be deleted", bare: true, items: []seen{pv(anew("so"), ""), claim("volumeName: pv", "")},
			want: []string{"dynamic-provisioning store/data pv: how its data was saved is unknown from the tarball alone (give the backup's folder to know)"},
		},
		{
			name: "a bare tarball with a pod that asks for a backup", bare: true, items: []seen{pod("a", `{metadata: {annotations: {backup.velero.io/backup-volumes: other}}, spec: {volumes: [{name: other}]}}`, `{}`)},
			want: []string{"dynamic-provisioning store  a/other: how its data was saved is unknown"},
		},
		{
			name:  "a claim that is not restored",
			items: []seen{{resource: layout.PersistentVolumeClaims, name: "data", from: `{}`, to: `{}`, outcome: report.Skip, reason: "so"}},
			want:  []string{"dynamic-provisioning store/data : the claim is not restored: so"},
		},
		{
			name: "a claim that fails", items: []seen{{resource: layout.PersistentVolumeClaims, name: "data", from: `{}`, to: `{}`, outcome: report.Fail, reason: "no"}},
			want: []string{"dynamic-provisioning store/data : the claim is not restored: no"},
		},
		{
			name: "files through one of two pods", podVolumes: files("b/files", "a/files"),
			items: []seen{pv(anew(pipeline.ReasonPodVolume), ""), claim("volumeName: pv", ""), pod("b", mounted, waiting), {resource: layout.Pods, name: "a", from: mounted, to: mounted, outcome: report.Skip}},
			want:  []string{"pod-volume-backup store/data pv a/files b/files+"},
		},
		{
			name: "files through none", podVolumes: files("b/files", "a/files"),
			items: []seen{pv(anew(pipeline.ReasonPodVolume), ""), claim("volumeName: pv", ""), pod("b", mounted, `{}`), {resource: layout.Pods, name: "a", from: mounted, to: mounted, outcome: report.Skip, reason: "so"}},
			want:  []string{"pod-volume-backup store/data pv a/files b/files: pod store/a is not created, and the files of volume files come back only through it: so | Velero restores no files into volume files of pod store/b"},
		},
		{
			name: "two volumes of one pod, by name", podVolumes: files("a/z", "a/b"),
			items: []seen{pod("a", `{}`, `{}`)},
			want:  []string{"pod-volume-backup store  a/b: Velero restores no files", "pod-volume-backup store  a/z: Velero restores no files"},
		},
		{
			name: "a pod that asks in vain, and an init container that is not Velero's", podVolumes: files("a/files", "a/cache"), items: []seen{pod("a", `{metadata: {annotations: {backup.velero.io/backup-volumes: "files, other,held"}}, spec: {volumes: [{name: files}, {name: other}, {name: held, persistentVolumeClaim: {claimName: c}}]}}`, waiting)},
			want: []string{"pod-volume-backup store  a/cache: Velero restores no files into volume cache", "pod-volume-backup store  a/files+", "dynamic-provisioning store  a/other: pod store/a asks for backups of volume other, and the backup has none"},
		},
		{
			name: "a pod that asks for volumes of a backup without any", items: []seen{pod("a", `{metadata: {annotations: {backup.velero.io/backup-volumes: other}}, spec: {volumes: [{name: other}]}}`, `{}`)},
			want: []string{"dynamic-provisioning store  a/other: pod store/a asks"},
		},
		{name: "a pod without backups", podVolumes: files("other/files"), items: []seen{pod("a", mounted, mounted)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			side := &tarball.Side{Backup: &velero.Backup{}}
			if test.bare {
				side.Backup = nil
			}
			for text, into := range map[string]any{test.infos: &side.VolumeInfos, test.podVolumes: &side.PodVolumeBackups} {
				if err := yaml.UnmarshalStrict([]byte(text), into); err != nil && text != "" {
					t.Fatal(err)
				}
			}
			restore := &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": "store"}}}
			env := &pipeline.Env{
				Profile: actions.V1_18, Restore: restore, Features: test.features, Volumes: pipeline.NewVolumes(side),
				Target: actiontest.NewTarget(t, nil, `{apiVersion: v1, kind: PersistentVolume, metadata: {name: inTarget}}`),
			}
			plan := volumes.NewPlan(&volumes.World{Env: env, Resources: discovery.New(), Backup: backup{}, Fills: func() bool { return true }})
			for _, s := range test.items {
				plan.See(s.item(t, env))
			}
			summary := &report.Summary{}
			plan.Conclude(summary)
			check(t, summary.Volumes, test.want)
		})
	}
}

func (s *seen) item(t *testing.T, env *pipeline.Env) *pipeline.Item {
	t.Helper()
	address := layout.Address{Resource: s.resource, Namespace: "shop", Name: s.name}
	if s.resource == layout.PersistentVolumes {
		address.Namespace = ""
	}
	it := pipeline.New(env, address.Key(), actiontest.Parse(t, s.to))
	it.FromBackup, it.Volume = actiontest.Parse(t, s.from), s.decided
	it.Report.Outcome, it.Report.Reason = s.outcome, s.reason
	if s.outcome == "" {
		it.Report.Outcome = report.Create
	}
	return it
}

// check compares the lines with the beginnings that are wanted.
func check(t *testing.T, lines []report.Volume, want []string) {
	t.Helper()
	var got []string
	for _, l := range lines {
		text := string(l.Method) + " " + strings.TrimSuffix(l.Namespace+"/"+l.Claim, "/") + " " + l.PersistentVolume
		if l.Data != nil {
			text += " " + l.Data.Snapshot + "/" + l.Data.Uploader
		}
		for _, p := range l.Pods {
			text += " " + p.Name + "/" + p.Volume + map[bool]string{true: "+"}[p.Waits]
		}
		if len(l.Missing) > 0 {
			text += ": " + strings.Join(l.Missing, " | ")
		}
		got = append(got, text)
	}
	if len(got) != len(want) {
		t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for i := range got {
		if !strings.HasPrefix(got[i], want[i]) || !strings.Contains(want[i], ": ") && got[i] != want[i] {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}
