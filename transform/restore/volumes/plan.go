// Package volumes makes the volume plan of a restore: how each volume comes back, and what of its data does not.
package volumes

import (
	"bytes"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// World is what a plan may ask.
type World struct {
	Env       *pipeline.Env
	Resources *discovery.Resolver
	Backup    Backup
	Fills     func() bool // once all items were seen: the restore fills volumes of pods
}

// Backup is the backup's items, and what the restore did with them.
type Backup interface {
	// Has says whether the backup has the item.
	Has(key layout.ItemKey) bool
	// Restored says whether the restore has come across the item.
	Restored(key layout.ItemKey) bool
	// LeftOut says why the restore does not bring an item of the backup, and which filter or flag would, "" for none.
	LeftOut(key layout.ItemKey) (why, bring string)
	// LeavesOutResource says why the restore takes no item of a resource, "" if it does, and which flag would.
	LeavesOutResource(resource string) (why, bring string)
	// TakesNamespace says whether the restore takes items of a namespace of the backup.
	TakesNamespace(name string) bool
}

// Plan keeps of PersistentVolumes, claims and pods, as they come to their end, what the volume plan is made of.
type Plan struct {
	world     *World
	env       *pipeline.Env
	pvs       map[string]*plannedPV                   // by name in the backup
	claims    map[layout.NamespacedName]*plannedClaim // by original namespace and name
	pods      map[layout.NamespacedName]*plannedPod   // those whose volumes Velero fills or was to back up, by original namespace and name
	absent    map[layout.NamespacedName][]user        // restored pods by a claim that the filters leave out
	snapshots map[layout.NamespacedName]*plannedSnapshot
	owners    map[layout.Address]*owner
	nodes     *nodes
	offers    map[string]*offer                // PersistentVolumes that will be there, by name; nil until the first claim asks
	left      map[layout.NamespacedName]string // claims that get none of them; nil until the first claim asks
	old       []*plannedPod                    // those with annotations of very old backups
	moves     bool                             // a claim waits for moved data
	marked    bool                             // a claim has what a backup with CSI snapshots leaves on it
	replacing map[string]bool                  // workloads that replace their restored pods
	missing   map[layout.Address]missing       // what the findings say is not there
	told      map[[2]string]bool               // findings by id and subject
	timesOut  map[string]bool                  // pods, by address, of which Velero waits for files until its time is over
}

type plannedPV struct {
	name     string
	claim    layout.NamespacedName // namespace in the backup
	decided  *pipeline.Volume
	volumeID string
	class    string
	noNode   string // why no described node of the target can attach it
	offer    *offer // where it is not reserved for its claim
	outcome  report.Outcome
	reason   string
}

type plannedClaim struct {
	namespace, original, name string
	before, after             string // the PersistentVolume that it asks for: in the backup, restored
	class                     string
	noClass                   bool           // it says that it has none
	selects                   bool           // it has a selector for volumes
	snapshot                  string         // the VolumeSnapshot of the backup that it comes from
	moved                     bool           // it waits for moved data
	consumed                  bool           // a pod that is restored, or one of a restored workload, mounts it
	selected                  bool           // it says which node its pod is on
	bound                     bool           // in the backup
	fresh                     bool           // a manifest, which does not say whether it was ever bound
	asks                      *asked         // nil where it does not matter
	source                    layout.Address // in the target, what its data come from by its own word
	outcome                   report.Outcome
	reason                    string
	users                     []user // restored pods that mount it
}

// plannedSnapshot is a VolumeSnapshot of the restore.
type plannedSnapshot struct {
	name    string // in the target
	content string // the VolumeSnapshotContent in the backup
	outcome report.Outcome
	reason  string
}

type plannedPod struct {
	namespace, original, name string
	waits                     map[string]bool   // the volumes that it waits for
	claims                    map[string]string // volume -> claim
	asked                     []string          // volumes that its annotation names
	lacks                     []string          // those of them that it does not have
	has                       []string          // its volumes, where it lacks some
	old                       map[string]string // volume -> snapshot, by annotations of very old backups
	owner                     *owner
	outcome                   report.Outcome
	reason                    string
	displaced                 string // the target's workload that removes it, "" for none
	refused                   bool   // by the API server, for the container that waits for the volumes
	stuck                     bool   // the container that waits for the volumes never starts
}

// NewPlan returns an empty plan.
func NewPlan(w *World) *Plan {
	return &Plan{
		world: w, env: w.Env, pvs: map[string]*plannedPV{}, claims: map[layout.NamespacedName]*plannedClaim{},
		told: map[[2]string]bool{}, pods: map[layout.NamespacedName]*plannedPod{}, absent: map[layout.NamespacedName][]user{},
		snapshots: map[layout.NamespacedName]*plannedSnapshot{}, owners: map[layout.Address]*owner{}, nodes: newNodes(w.Env.Target),
		replacing: map[string]bool{}, missing: map[layout.Address]missing{},
		timesOut: map[string]bool{},
	}
}

// See takes an item at the end of its way, once the other findings on it are known.
func (p *Plan) See(it *pipeline.Item) {
	p.seeConsumer(it)
	switch it.Key.Resource {
	case layout.PersistentVolumes:
		p.seePV(it)
	case layout.CSISnapshots:
		p.seeSnapshot(it)
	case layout.PersistentVolumeClaims:
		p.seeClaim(it)
	case layout.Pods:
		p.seePod(it)
	case replicaSets, layout.Jobs:
		p.seeOwner(it)
	default:
		if has(it, replacesPods) {
			p.replacing[it.Key.String()] = true
		}
	}
}

// The findings of others that keep files from coming back.
const (
	waitNeverStarts = "restore-wait-cannot-start"
	waitLacksVolume = "restore-wait-volume-missing"
	replacesPods    = "template-differs-from-pods"
)

// has says whether an item has an error of this id.
func has(it *pipeline.Item, id string) bool {
	return slices.ContainsFunc(it.Report.Errors, func(f report.Finding) bool { return f.ID == id })
}

// undecided stands for what was decided on a PersistentVolume that failed before.
var undecided = new(pipeline.Volume)

func (p *Plan) seePV(it *pipeline.Item) {
	from := it.Original()
	ref := from.Get("spec", "claimRef")
	pv := &plannedPV{
		name: it.Key.Name, decided: undecided, class: from.Get("spec", "storageClassName").Str(),
		claim:   layout.NamespacedName{Namespace: ref.Get("namespace").Str(), Name: ref.Get("name").Str()},
		outcome: it.Report.Outcome, reason: it.Report.Reason,
	}
	if it.Volume != nil {
		pv.decided = it.Volume
	}
	if ids := pv.decided.IDs(from); ids != nil {
		pv.volumeID, _ = ids.GetVolumeID(from)
	}
	if pv.outcome == report.Create && pv.decided.How != pipeline.Provisioned && !p.nodes.fits(it.Object.Get("spec", "nodeAffinity", "required"), nil) {
		pv.noNode = "no Node of the target fits the PersistentVolume's nodeAffinity" + after(": ", termsText(it.Object.Get("spec", "nodeAffinity", "required")))
	}
	if pv.outcome == report.Create && pv.decided.How != pipeline.Provisioned {
		p.seeOffer(it, pv)
	}
	p.pvs[pv.name] = pv
}

// seeOffer keeps what claims may ask of a PersistentVolume that is not reserved for the claim that it had.
func (p *Plan) seeOffer(it *pipeline.Item, pv *plannedPV) {
	ref := it.Object.Get("spec", "claimRef")
	if pv.claim.Name != "" && ref.Get("name").Is(pv.claim.Name) && ref.Get("namespace").Is(p.env.TargetNamespace(pv.claim.Namespace)) {
		return
	}
	pv.offer = newOffer(it.Object)
	pv.offer.restored = true
	if pv.noNode != "" {
		pv.offer.affinity = it.Object.Get("spec", "nodeAffinity", "required").Clone()
	}
}

func (p *Plan) seeSnapshot(it *pipeline.Item) {
	p.snapshots[layout.NamespacedName{Namespace: it.Key.Namespace, Name: it.Key.Name}] = &plannedSnapshot{
		name: it.Object.Name(), content: it.Original().Get("status", "boundVolumeSnapshotContentName").Str(),
		outcome: it.Report.Outcome, reason: it.Report.Reason,
	}
}

// The marks that the CSI actions leave on a claim: of a backup, and for a DataDownload.
const (
	csiSnapshotName = "velero.io/volume-snapshot-name"
	csiMovedData    = "velero.io/dynamic-pv-restore"
	csiUploadName   = "velero.io/data-upload-name"
)

func (p *Plan) seeClaim(it *pipeline.Item) {
	from, now := it.Original(), it.Object
	spec := now.Get("spec")
	class := spec.Get("storageClassName")
	c := &plannedClaim{
		namespace: it.Namespace, original: it.Key.Namespace, name: it.Key.Name, outcome: it.Report.Outcome, reason: it.Report.Reason,
		before: from.Get("spec", "volumeName").Str(), after: spec.Get("volumeName").Str(),
		class: class.Str(), noClass: class.Kind() == object.String && class.Str() == "", moved: spec.Has("selector", "matchLabels", csiMovedData), selects: spec.Get("selector").Len() > 0,
		source: p.sourceOf(it),
	}
	if p.mayAsk(c) {
		c.asks = newAsked(now)
	}
	c.fresh = c.before == "" && !from.Has("status", "phase")
	c.bound = c.before != "" && !from.Get("status", "phase").Is("Pending")
	snapshot := from.Annotation(csiSnapshotName)
	if snapshot != "" && c.source.Resource == layout.CSISnapshots {
		c.snapshot = snapshot
	}
	c.selected = now.Annotation(selectedNode) != ""
	p.moves = p.moves || c.moved
	p.marked = p.marked || snapshot != "" || from.Annotation(csiUploadName) != ""
	p.claims[layout.NamespacedName{Namespace: c.original, Name: c.name}] = c
}

// sourceOf is the object that a claim is to be made from, in the target; the zero Address for none.
func (p *Plan) sourceOf(it *pipeline.Item) layout.Address {
	for _, field := range []string{"dataSourceRef", "dataSource"} {
		source := it.Object.Get("spec", field)
		if source.IsNull() {
			continue
		}
		group := source.Get("apiGroup").Str()
		if group != "" {
			group += "/v1"
		}
		resource, _ := p.world.Resources.ForKind(group, source.Get("kind").Str())
		namespace := it.Namespace
		if other := source.Get("namespace").Str(); other != "" {
			namespace = other
		}
		return layout.Address{Resource: resource, Namespace: namespace, Name: source.Get("name").Str()}
	}
	return layout.Address{}
}

// The annotations of pods that tell of backups of their volumes.
const (
	backupVolumes = "backup.velero.io/backup-volumes" // which to back up
	oldSnapshots  = "snapshot.velero.io/"             // very old: volume -> snapshot
)

func (p *Plan) seePod(it *pipeline.Item) {
	from := it.Original()
	key := layout.NamespacedName{Namespace: it.Key.Namespace, Name: it.Key.Name}
	if it.Report.Outcome == report.Create {
		p.seeUser(it)
		p.schedules(it)
	}
	var asked []string
	old := map[string]string{}
	if text := from.JSON(); bytes.Contains(text, []byte(backupVolumes)) || bytes.Contains(text, []byte(oldSnapshots)) { // most pods need not be opened again for it
		asked = strings.FieldsFunc(from.Annotation(backupVolumes), func(r rune) bool { return r == ',' || r == ' ' })
		for name, snapshot := range from.Get("metadata", "annotations").Members() {
			if volumeName, ok := strings.CutPrefix(name, oldSnapshots); ok {
				old[volumeName] = snapshot.Str()
			}
		}
	}
	if len(asked) == 0 && len(old) == 0 && len(p.env.Volumes.PodVolumes[key]) == 0 {
		return
	}
	pod := &plannedPod{
		namespace: it.Namespace, original: it.Key.Namespace, name: it.Key.Name, asked: asked, old: old, owner: p.ownerOf(from, it.Key.Namespace),
		outcome: it.Report.Outcome, reason: it.Report.Reason, waits: map[string]bool{}, claims: map[string]string{},
	}
	for _, podVolume := range from.Get("spec", "volumes").Elements() {
		if claim := podVolume.Get("persistentVolumeClaim", "claimName").Str(); claim != "" {
			pod.claims[podVolume.Get("name").Str()] = claim
		}
	}
	pod.lacksAsked(from)
	if pod.outcome == report.Create {
		pod.waits = waitedFor(it.Object)
		pod.refused = has(it, waitLacksVolume)
		pod.stuck = pod.refused || has(it, waitNeverStarts) || has(it, podNoNode)
		if len(pod.waits) > 0 {
			pod.displaced = p.displacedBy(it)
		}
	}
	if len(old) > 0 {
		p.old = append(p.old, pod)
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
