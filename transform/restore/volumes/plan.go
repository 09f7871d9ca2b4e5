// Package volumes makes the volume plan of a restore: how each volume comes back, and what of its data does not.
package volumes

import (
	"bytes"
	"strings"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// Plan keeps of PersistentVolumes, claims and pods, as they come to their end, what the volume plan is made of. Of pods it
// keeps only those with volumes in the backup.
type Plan struct {
	env    *pipeline.Env
	fills  func() bool           // the restore fills volumes of pods
	pvs    map[string]*plannedPV // by name in the backup
	claims []*plannedClaim
	pods   map[layout.NamespacedName]*plannedPod // by original namespace and name
}

type plannedPV struct {
	name     string
	claim    layout.NamespacedName // namespace in the backup
	decided  *pipeline.Volume
	volumeID string
	class    string
	outcome  report.Outcome
	reason   string
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

// NewPlan returns an empty plan. fills says, once all items were seen, whether the restore fills volumes of pods.
func NewPlan(env *pipeline.Env, fills func() bool) *Plan {
	return &Plan{env: env, fills: fills, pvs: map[string]*plannedPV{}, pods: map[layout.NamespacedName]*plannedPod{}}
}

// See takes an item at the end of its way.
func (p *Plan) See(it *pipeline.Item) {
	switch it.Key.Resource {
	case layout.PersistentVolumes:
		p.seePV(it)
	case layout.PersistentVolumeClaims:
		p.seeClaim(it)
	case layout.Pods:
		p.seePod(it)
	}
}

// undecided stands for what was decided on a PersistentVolume that failed before.
var undecided = new(pipeline.Volume)

func (p *Plan) seePV(it *pipeline.Item) {
	from := it.Original()
	pv := &plannedPV{
		name: it.Key.Name, decided: undecided, class: from.Get("spec", "storageClassName").Str(),
		claim:   layout.NamespacedName{Namespace: from.Get("spec", "claimRef", "namespace").Str(), Name: from.Get("spec", "claimRef", "name").Str()},
		outcome: it.Report.Outcome, reason: it.Report.Reason,
	}
	if it.Volume != nil {
		pv.decided = it.Volume
	}
	if ids := volume.For(from); ids != nil {
		pv.volumeID, _ = ids.GetVolumeID(from)
	}
	p.pvs[pv.name] = pv
}

// The marks that the CSI actions leave on a claim.
const (
	csiSnapshotName = "velero.io/volume-snapshot-name"
	csiMovedData    = "velero.io/dynamic-pv-restore"
)

func (p *Plan) seeClaim(it *pipeline.Item) {
	from, now := it.Original(), it.Object
	c := &plannedClaim{
		namespace: it.Namespace, original: it.Key.Namespace, name: it.Key.Name, outcome: it.Report.Outcome, reason: it.Report.Reason,
		before: from.Get("spec", "volumeName").Str(), after: now.Get("spec", "volumeName").Str(),
		class: now.Get("spec", "storageClassName").Str(), moved: now.Has("spec", "selector", "matchLabels", csiMovedData),
	}
	if snapshot := from.Annotation(csiSnapshotName); snapshot != "" && now.Get("spec", "dataSource", "kind").Is("VolumeSnapshot") {
		c.snapshot = snapshot
	}
	p.claims = append(p.claims, c)
}

// backupVolumes is the annotation by which a pod asks for backups of its volumes.
const backupVolumes = "backup.velero.io/backup-volumes"

func (p *Plan) seePod(it *pipeline.Item) {
	from := it.Original()
	key := layout.NamespacedName{Namespace: it.Key.Namespace, Name: it.Key.Name}
	var asked []string
	if bytes.Contains(from.JSON(), []byte(backupVolumes)) { // most pods need not be opened again for it
		asked = strings.FieldsFunc(from.Annotation(backupVolumes), func(r rune) bool { return r == ',' || r == ' ' })
	}
	if len(asked) == 0 && len(p.env.Volumes.PodVolumes[key]) == 0 {
		return
	}
	pod := &plannedPod{
		namespace: it.Namespace, original: it.Key.Namespace, name: it.Key.Name, asked: asked, outcome: it.Report.Outcome, reason: it.Report.Reason,
		waits: map[string]bool{}, claims: map[string]string{},
	}
	for _, podVolume := range from.Get("spec", "volumes").Elements() {
		if claim := podVolume.Get("persistentVolumeClaim", "claimName").Str(); claim != "" {
			pod.claims[podVolume.Get("name").Str()] = claim
		}
	}
	if pod.outcome == report.Create {
		pod.waits = waitedFor(it.Object)
	}
	p.pods[key] = pod
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
