package transform

import (
	"strings"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// volumePlan keeps of PersistentVolumes, claims and pods, as they are emitted, what the volume plan is made of: a line
// each, and of pods only those with volumes in the backup.
type volumePlan struct {
	pvs    map[string]*plannedPV // by name in the backup
	claims []*plannedClaim
	pods   map[[2]string]*plannedPod // by original namespace and name
}

type plannedPV struct {
	name, newName         string
	claim                 [2]string // namespace in the backup, name
	how                   method
	why                   string
	made                  bool // a volume from its snapshot
	volumeID, newVolumeID string
	class                 string
	calls                 []volume.Call
	outcome               report.Outcome
	reason                string
}

type plannedClaim struct {
	namespace, original, name string
	before, after             string // the PersistentVolume that it asks for: in the backup, restored
	class                     string
	snapshot                  string // the VolumeSnapshot of the backup that it comes from
	moved                     bool   // it waits for moved data
	outcome                   report.Outcome
	reason                    string
}

type plannedPod struct {
	namespace, original, name string
	waits                     map[string]bool   // the volumes that it waits for
	claims                    map[string]string // volume -> claim
	asked                     []string          // volumes that its annotation names
	outcome                   report.Outcome
	reason                    string
}

func newVolumePlan() *volumePlan {
	return &volumePlan{pvs: map[string]*plannedPV{}, pods: map[[2]string]*plannedPod{}}
}

// pv returns the line of a PersistentVolume.
func (p *volumePlan) pv(name string) *plannedPV {
	if p.pvs[name] == nil {
		p.pvs[name] = &plannedPV{name: name}
	}
	return p.pvs[name]
}

// note takes an item at the end of its way.
func (v *volumes) note(it *item) {
	switch it.resource {
	case persistentVolumes:
		v.notePV(it)
	case persistentVolumeClaims:
		v.noteClaim(it)
	case "pods":
		v.notePod(it)
	}
}

// original is the item as it stands in the backup; an item that failed early has nothing else, or nothing at all.
func (it *item) original() *object.Value {
	if it.fromBackup != nil {
		return it.fromBackup
	}
	return it.object
}

func (v *volumes) notePV(it *item) {
	pv := v.plan.pv(it.key.Name)
	pv.outcome, pv.reason = it.report.Outcome, it.report.Reason
	from := it.original()
	pv.claim = [2]string{from.Get("spec", "claimRef", "namespace").Str(), from.Get("spec", "claimRef", "name").Str()}
	pv.class = from.Get("spec", "storageClassName").Str()
	if ids := volume.For(from); ids != nil {
		pv.volumeID, _ = ids.GetVolumeID(from)
	}
	pv.newName = v.renamed[it.key.Name]
}

// The marks that the CSI actions leave on a claim.
const (
	csiSnapshotName = "velero.io/volume-snapshot-name"
	csiMovedData    = "velero.io/dynamic-pv-restore"
)

func (v *volumes) noteClaim(it *item) {
	from, now := it.original(), it.object
	c := &plannedClaim{
		namespace: it.namespace, original: it.key.Namespace, name: it.key.Name, outcome: it.report.Outcome, reason: it.report.Reason,
		before: from.Get("spec", "volumeName").Str(), after: now.Get("spec", "volumeName").Str(),
		class: now.Get("spec", "storageClassName").Str(), moved: now.Has("spec", "selector", "matchLabels", csiMovedData),
	}
	if snapshot := from.Annotation(csiSnapshotName); snapshot != "" && now.Get("spec", "dataSource", "kind").Is("VolumeSnapshot") {
		c.snapshot = snapshot
	}
	v.plan.claims = append(v.plan.claims, c)
}

// backupVolumes is the annotation by which a pod asks for backups of its volumes.
const backupVolumes = "backup.velero.io/backup-volumes"

func (v *volumes) notePod(it *item) {
	from := it.original()
	asked := strings.FieldsFunc(from.Annotation(backupVolumes), func(r rune) bool { return r == ',' || r == ' ' })
	if len(asked) == 0 && len(v.podVolumes[[2]string{it.key.Namespace, it.key.Name}]) == 0 {
		return
	}
	p := &plannedPod{
		namespace: it.namespace, original: it.key.Namespace, name: it.key.Name, asked: asked, outcome: it.report.Outcome, reason: it.report.Reason,
		waits: map[string]bool{}, claims: map[string]string{},
	}
	for _, podVolume := range from.Get("spec", "volumes").Elements() {
		if claim := podVolume.Get("persistentVolumeClaim", "claimName").Str(); claim != "" {
			p.claims[podVolume.Get("name").Str()] = claim
		}
	}
	if p.outcome == report.Create {
		p.waits = waitedFor(it.object)
	}
	v.plan.pods[[2]string{p.original, p.name}] = p
}

// waitedFor are the volumes that the pod's waiting init container has below /restores.
func waitedFor(pod *object.Value) map[string]bool {
	found := map[string]bool{}
	for _, c := range pod.Get("spec", "initContainers").Elements() {
		if name := c.Get("name").Str(); name != "restore-wait" && name != "restic-wait" {
			continue
		}
		for _, mount := range c.Get("volumeMounts").Elements() {
			if volumeName, ok := strings.CutPrefix(mount.Get("mountPath").Str(), "/restores/"); ok {
				found[volumeName] = true
			}
		}
	}
	return found
}
