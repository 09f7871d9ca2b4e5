package pipeline

import (
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
)

// Env is what the stages share: what was asked for, and what is known of the target and of the backup's volumes. It is
// made once and never changes. In a restore, where one item is on its way at a time, Target also shows what the restore
// has created; ahead of one it stays as it is, too.
type Env struct {
	Profile      actions.Profile
	Restore      *velero.Restore
	AsRun        *velero.Restore // as Velero's server completes it, where there are plugins
	Features     []string
	Chain        *actions.Chain
	Modifiers    *modifiers.Rules
	VolumeIDs    volume.Mapping
	Snapshotters volume.Snapshotters // plugins that know the ids of volumes; nil for none
	VeleroImage  string
	Backup       *actions.Backup
	Target       actions.Target
	Volumes      *Volumes
	References   *references.Scanner   // for the namespaces that are mapped; nil without any
	Rewriting    *references.Rewriting // which references get their new names; nil leaves all as they are
	APIServer    APIServer             // nil where nothing describes it
	Argument     string                // what a command line names the backup by
	Unread       report.Parts          // parts of the report that are not made
	Archive      bool                  // items go into an archive, ahead of a restore
	Files        bool                  // items go into a folder of manifests
}

// Has says whether a feature of Velero is on.
func (env *Env) Has(feature string) bool { return slices.Contains(env.Features, feature) }

// TargetNamespace maps a namespace of the backup.
func (env *Env) TargetNamespace(original string) string {
	if to, ok := env.Restore.Spec.NamespaceMapping[original]; ok {
		return to
	}
	return original
}

// Edits says whether an action or a resource modifier may edit items of the resource.
func (env *Env) Edits(resource string) bool {
	return len(env.Chain.For(resource)) > 0 || env.modifies(resource)
}

// modifies says whether a resource modifier may change items of the resource. Velero makes Namespaces without them.
func (env *Env) modifies(resource string) bool {
	return resource != layout.Namespaces && env.Modifiers.MayMatch(resource)
}

// RestorePVsIsFalse says that the Restore asks for no volumes from snapshots.
func (env *Env) RestorePVsIsFalse() bool {
	restorePVs := env.Restore.Spec.RestorePVs
	return restorePVs != nil && !*restorePVs
}

// BackupSnapshotsAreIgnored says that a Backup with snapshotVolumes false keeps Velero from its snapshots.
func (env *Env) BackupSnapshotsAreIgnored() bool {
	takes := env.Backup.Spec.SnapshotVolumes
	return takes != nil && !*takes && !env.Profile.Does(actions.IgnoresSnapshotVolumes)
}
