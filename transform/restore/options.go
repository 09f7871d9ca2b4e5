package restore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/restore"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
	"github.com/veltx/veltx/transform/policies"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
)

// APIServer answers what Velero sends.
type APIServer = pipeline.APIServer

// Options say how to restore, and into what.
type Options struct {
	Profile   actions.Profile
	Restore   *velero.Restore // with its name, namespace and uid; Complete fills what is missing
	Actions   []actions.Action
	Features  []string
	Modifiers *modifiers.Rules // nil for none
	// Release is the release that restores, for which Profile stands; 0 for Profile itself.
	Release actions.Profile
	// Policies are the resource policies, nil for none.
	Policies *policies.Policies
	// PolicyText is the text of Policies, where they are not those that the Restore names among Target.
	PolicyText string
	// ModifierText is the text of Modifiers, where they are not those that the Restore names among Target.
	ModifierText string
	VolumeIDs    volume.Mapping  // volumes that stand in the place of others
	Target       []*object.Value // objects of the target cluster
	// Config are those of Target that Velero's namespace must be given first, as flags stand for them; Displaced are the
	// ConfigMaps, as namespace/name, that they take the place of.
	Config    []*object.Value
	Displaced []string
	// TargetSources are what Target and the rest of the target were read from.
	TargetSources []report.TargetSource
	// TargetEmpty are resources of which the target is known to have no objects.
	TargetEmpty []string
	// TargetRegistries are the registries that the target can reach, none for all of them.
	TargetRegistries []string
	// ExactTarget says that the target holds Target and nothing else, not even what an empty cluster has; with
	// Controllers, also what controllers put into each namespace.
	ExactTarget, Controllers bool
	// APIServer begins the API server of a restore, which answers what Velero sends as the target's would; each restore that is
	// simulated has one of its own, since what it creates uses up ports and quotas. It is nil where the target is not described so far.
	APIServer func(context.Context) (APIServer, error)
	// TargetVersion is the version whose API server APIServer is, with nothing but what Target has; "" where that is not all.
	TargetVersion string
	// RealServer says that a real kube-apiserver answers.
	RealServer bool
	// TargetRelease is that of the target's Kubernetes, "v1.33.4", where something but its Nodes tells.
	TargetRelease string
	// VeleroImage is the image of the target's Velero server, where no Deployment velero among Target tells.
	VeleroImage string
	TempDir     string
	// Argument is what a command line names the backup by, "" for its name.
	Argument string
	// Plugins are those that some of Actions are of.
	Plugins []report.Plugin
	// Snapshotters are the volume snapshotters among the plugins; nil for none.
	Snapshotters volume.Snapshotters
	// PluginCluster is the cluster that plugins ask; nil for none.
	PluginCluster *clusterapi.Cluster
	// Secrets keeps the values of Secrets in what is reported.
	Secrets bool
	// Wipe overwrites the memory of each item at its end, so that a use after it shows. It is for tests.
	Wipe bool

	forgotten []string // what was asked for and the profile does not know
	byDefault defaultModifiers
	ahead     bool   // an archive is rewritten, and the restore to come runs the server's modifiers
	asked     string // the backup that the Restore names
	named     bool   // the user gave the restore its name
	files     bool   // what is restored is written as manifests

	readsSchemas bool // references are looked for without a mapping, too

	// Unread are the parts of items that the sink never looks at, and that are left out.
	Unread report.Parts

	// References, where given, has references to mapped namespaces rewritten.
	References *references.Rewriting

	// OnIndexed, if set, is called every 1,024 entries with how many were added to the index; cmd raises the memory limit
	// by it.
	OnIndexed func(entries int64)
	// Restored, where given, is told now and then how many items have come out, of about how many.
	Restored func(items, of int)
}

// neverRestored are the resources that Velero adds to every restore's excludes.
// Source: v1.18.2 pkg/controller/restore_controller.go:67, v1.6.3 pkg/controller/restore_controller.go:60.
func neverRestored(p actions.Profile) []string {
	list := []string{
		"nodes", "events", "events.events.k8s.io", "backups.velero.io", "restores.velero.io", "resticrepositories.velero.io",
	}
	if p.Does(actions.SkipsAttachmentsAndNodeDrivers) {
		list = append(list, "csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io")
	}
	if p.Does(actions.SkipsBackupRepositories) {
		list = append(list, "backuprepositories.velero.io")
	}
	return list
}

// Defaults for a Restore that does not say.
const (
	defaultVeleroNamespace = "velero"
	unknownRestoreUID      = "00000000-0000-0000-0000-000000000000"
)

// Complete fills in what the Restore leaves open: the backup's name, a name of its own, Velero's namespace, and a UID
// that stands for the one that only the cluster will give. It checks the rest as Velero's controller does and returns
// all problems in one error.
func (o *Options) Complete(backupName string) error {
	r := o.Restore
	if r.Spec.BackupName != "" && r.Spec.ScheduleName != "" {
		return errors.New("the Restore's backupName and scheduleName: only one of them can be given")
	}
	o.asked = r.Spec.BackupName
	r.Spec.BackupName = cmp.Or(r.Spec.BackupName, backupName)
	o.named = r.Name != ""
	r.Name = cmp.Or(r.Name, r.Spec.BackupName+"-preview")
	r.Namespace = cmp.Or(r.Namespace, defaultVeleroNamespace)
	r.UID = cmp.Or(r.UID, unknownRestoreUID)
	o.VeleroImage = o.serverImage()
	o.forgetNewer()
	return o.validate()
}

// serverImage is the image of the target's Velero server: of the Deployment velero among the target's objects, else the
// one that the user named, else the profile's. Velero 1.6 has a helper image of its own instead.
// Source: v1.18.2 pkg/util/velero/velero.go:98.
func (o *Options) serverImage() string {
	if containers := o.serverContainers(); len(containers) > 0 && o.Profile.Does(actions.FindsServerImage) {
		return containers[0].Get("image").Str()
	}
	return cmp.Or(o.VeleroImage, defaultImage(o.Profile))
}

func defaultImage(p actions.Profile) string {
	switch {
	case p.Does(actions.FindsServerImage):
		return "velero/velero:" + p.Release()
	case p.Does(actions.NamesRestoreWait):
		return "velero/velero-restore-helper:" + p.Release()
	}
	return "velero/velero-restic-restore-helper:" + p.Release()
}

// validate checks what Velero's controller checks before a restore begins, and that the profile knows what is asked.
func (o *Options) validate() error {
	spec, status := &o.Restore.Spec, &velero.RestoreStatusSpec{}
	if spec.RestoreStatus != nil {
		status = spec.RestoreStatus
	}
	errs := o.failedValidation()
	if len(errs) > 0 {
		errs = slices.Insert(errs, 0, errors.New("the Restore ends as FailedValidation, since Velero refuses these settings"))
	}
	for _, list := range []struct {
		name  string
		names []string
	}{
		{"includedNamespaces", spec.IncludedNamespaces}, {"excludedNamespaces", spec.ExcludedNamespaces},
		{"includedResources", spec.IncludedResources}, {"excludedResources", spec.ExcludedResources},
		{"restoreStatus.includedResources", status.IncludedResources}, {"restoreStatus.excludedResources", status.ExcludedResources},
	} {
		errs = append(errs, filters.CheckNames(list.name, list.names)...)
	}
	errs = append(errs, o.checkExpansion()...)
	errs = append(errs, o.checkName()...)
	errs = append(errs, checkSelectors(spec)...)
	errs = append(errs, checkMapping(spec.NamespaceMapping)...)
	return errors.Join(errs...)
}

// failedValidation is what Velero's controller refuses. Source: v1.18.2 pkg/controller/restore_controller.go:306-427.
func (o *Options) failedValidation() []error {
	spec := &o.Restore.Spec
	var errs []error
	for _, never := range neverRestored(o.Profile) {
		if slices.Contains(spec.IncludedResources, never) {
			errs = append(errs, fmt.Errorf("includedResources: Velero never restores %s; take it out", never))
		}
	}
	errs = append(errs, filters.Check("includedResources", "excludedResources", spec.IncludedResources, spec.ExcludedResources)...)
	errs = append(errs, filters.Check("includedNamespaces", "excludedNamespaces", spec.IncludedNamespaces, spec.ExcludedNamespaces)...)
	if spec.LabelSelector != nil && spec.OrLabelSelectors != nil {
		errs = append(errs, errors.New("labelSelector and orLabelSelectors: only one of them can be given"))
	}
	if err := restore.CheckHooks(o.Profile, o.Restore); err != nil {
		errs = append(errs, err)
	}
	switch policy := spec.ExistingResourcePolicy; {
	case policy == "", policy == "none", policy == "update", !o.Profile.Does(actions.ChecksExistingPolicies):
	default:
		errs = append(errs, fmt.Errorf("existingResourcePolicy: %q is neither none nor update", spec.ExistingResourcePolicy))
	}
	return errs
}

// checkName refuses names that the API server gives no Restore. A name that was not given follows from the backup's.
func (o *Options) checkName() []error {
	var errs []error
	if o.named {
		for _, why := range utilvalidation.IsDNS1123Subdomain(o.Restore.Name) {
			errs = append(errs, fmt.Errorf("the name of the Restore: %q is not a valid name: %s", o.Restore.Name, why))
		}
	}
	for _, why := range utilvalidation.IsDNS1123Label(o.Restore.Namespace) {
		errs = append(errs, fmt.Errorf("the namespace of the Restore: %q is not a valid namespace name: %s", o.Restore.Namespace, why))
	}
	return errs
}

// checkMapping refuses names that no namespace can have. Differs from Velero: it sends the Namespace, which the API server
// refuses, and restores nothing into it.
func checkMapping(mapping map[string]string) []error {
	var errs []error
	for _, from := range slices.Sorted(maps.Keys(mapping)) {
		to := mapping[from]
		if from == "" || to == "" {
			errs = append(errs, fmt.Errorf("namespaceMapping: %q:%q needs a name on both sides", from, to))
			continue
		}
		for _, why := range utilvalidation.IsDNS1123Label(to) {
			errs = append(errs, fmt.Errorf("namespaceMapping: %s:%s: %s is not a valid namespace name: %s", from, to, to, why))
		}
	}
	return errs
}

// forgetNewer drops what the profile's Velero does not know: its API server drops such fields without a word. The names of those
// that were used are remembered for the report.
func (o *Options) forgetNewer() {
	spec := &o.Restore.Spec
	for _, newer := range []struct {
		name   string
		needs  actions.Behavior
		used   bool
		forget func()
	}{
		{"existingResourcePolicy", actions.MayUpdateExisting, spec.ExistingResourcePolicy != "", func() { spec.ExistingResourcePolicy = "" }},
		{"orLabelSelectors", actions.KnowsOrSelectors, spec.OrLabelSelectors != nil, func() { spec.OrLabelSelectors = nil }},
		{"resource modifiers", actions.RunsResourceModifiers, o.Modifiers != nil || spec.ResourceModifier != nil, func() { o.Modifiers, spec.ResourceModifier = nil, nil }},
		{"resource policies", actions.FiltersRestoresByPolicy, o.Policies != nil || spec.ResourcePolicy != nil, func() { o.Policies, spec.ResourcePolicy = nil, nil }},
		{"skipDefaultResourceModifier", actions.RunsDefaultModifiers, spec.SkipDefaultResourceModifier != nil, func() { spec.SkipDefaultResourceModifier = nil }},
		{"restoreStatus", actions.RestoresStatus, spec.RestoreStatus != nil, func() { spec.RestoreStatus = nil }},
	} {
		if newer.used && !o.Profile.Does(newer.needs) {
			o.forgotten = append(o.forgotten, newer.name)
			newer.forget()
		}
	}
}

func checkSelectors(spec *velero.RestoreSpec) []error {
	var errs []error
	check := func(s *metav1.LabelSelector, path *field.Path) {
		if s == nil {
			return
		}
		if list := validation.ValidateLabelSelector(s, validation.LabelSelectorValidationOptions{}, path); len(list) > 0 {
			errs = append(errs, list.ToAggregate())
		}
	}
	check(spec.LabelSelector, field.NewPath("labelSelector"))
	for i, s := range spec.OrLabelSelectors {
		check(s, field.NewPath("orLabelSelectors").Index(i))
	}
	return errs
}

// Has says whether a feature of Velero is on.
func (o *Options) Has(feature string) bool { return slices.Contains(o.Features, feature) }

// setting is what is known before the archive is read.
type setting struct {
	o             *Options
	env           *pipeline.Env
	target        *target
	formatVersion string // of the backup, where velero-backup.json tells it
	summary       *report.Summary
}

// readsSchemas says whether references are looked for that are likely by a schema.
func (s *setting) readsSchemas() bool {
	return s.o.readsSchemas || len(s.o.Restore.Spec.NamespaceMapping) > 0
}

// newSetting reads what stands beside the tarball and what the user gave of the target. get returns an item of the backup, and
// objects tell what it has.
func newSetting(src *tarball.Source, o *Options, get func(layout.Address) *object.Value, objects references.Objects) (*setting, error) {
	side, err := src.Side()
	if err != nil {
		return nil, err
	}
	if err := o.refuses(side); err != nil {
		return nil, err
	}
	o.readDefaultModifiers()
	told, err := incomplete(src, side)
	if err != nil {
		return nil, err
	}
	s := &setting{o: o, summary: newSummary(src, side, o, told)}
	chain, err := actions.NewChain(o.Actions, o.Has)
	if err != nil {
		return nil, err
	}
	location := ""
	if side.Backup != nil {
		location = side.Backup.Spec.StorageLocation
	}
	if s.target, err = newTarget(o, chain.Needs(), location); err != nil {
		return nil, err
	}
	own, others, err := podVolumesOfTarget(o)
	if err != nil {
		return nil, err
	}
	side = withPodVolumes(side, own)
	volumes := pipeline.NewVolumes(side)
	s.env = &pipeline.Env{
		Profile: o.Profile, Restore: o.Restore, Features: o.Features, Chain: chain, Modifiers: o.Modifiers, VolumeIDs: o.VolumeIDs, Snapshotters: o.Snapshotters, VeleroImage: o.VeleroImage,
		Target: s.target.view, Volumes: volumes, Unread: o.Unread, Files: o.files,
		Argument: cmp.Or(o.Argument, o.Restore.Spec.BackupName),
		Backup: &actions.Backup{
			Name: o.Restore.Spec.BackupName, PodVolumeBackups: podVolumesOfPods(o, volumes.PodVolumes, others), CSISnapshots: side.CSISnapshots,
			VolumeInfos: side.VolumeInfos, Get: get,
		},
	}
	if chain.HasPlugins() {
		s.env.AsRun = o.asRun()
	}
	if err := beginPluginCluster(o, src, side); err != nil {
		return nil, err
	}
	if s.env.Modifiers == nil {
		s.env.Modifiers = new(modifiers.Rules)
	}
	if mapping := o.Restore.Spec.NamespaceMapping; len(mapping) > 0 {
		s.env.References, s.env.Rewriting = references.New(mapping, objects), o.References
	}
	s.env.Modifiers = s.env.Modifiers.Within(src.Limits().EntryBytes)
	if !o.Profile.Does(actions.MatchesItemsAsTheyWere) {
		s.env.Modifiers = s.env.Modifiers.AsBefore114()
	}
	if !o.Profile.Does(actions.TakesMissingPaths) {
		s.env.Modifiers = s.env.Modifiers.FailingOnMissingPaths()
	}
	if side.Backup != nil {
		spec := side.Backup.Spec
		if spec.SnapshotMoveData == nil { // it is unknown only without the file
			spec.SnapshotMoveData = new(bool)
		}
		s.env.Backup.Spec, s.formatVersion = spec, side.Backup.Status.FormatVersion
	}
	return s, nil
}

// beginServer begins the API server of the target, where there is one.
func (s *setting) beginServer(ctx context.Context) (err error) {
	if s.o.APIServer == nil {
		return nil
	}
	if s.env.APIServer, err = s.o.APIServer(ctx); err != nil {
		return err
	}
	for _, f := range s.env.APIServer.Told() {
		s.summary.Add(f)
	}
	return nil
}

// newSummary begins with what is known of the options and of the backup as a whole.
func newSummary(src *tarball.Source, side *tarball.Side, o *Options, incomplete []report.Finding) *report.Summary {
	s := &report.Summary{Outcomes: map[report.Outcome]int{}, Plugins: o.Plugins, Target: o.TargetSources}
	for _, name := range o.forgotten {
		s.FindOn(report.Warning, "not-in-velero-1.6", name, fmt.Sprintf("Velero %s does not know %s and ignores it", o.Profile.Minor(), name))
	}
	tellRelease(s, o)
	o.byDefault.tell(s, o.Restore.Namespace)
	tellUnknownFeatures(s, o.Features)
	tellOtherBackup(s, o.asked, side.Backup, src.Name())
	for _, f := range incomplete {
		s.Add(f)
	}
	return s
}
