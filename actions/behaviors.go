package actions

// Behavior is something that Velero does since a release, or did until one, and that shows in a restore or a backup. A
// clause asks a profile for it and never compares releases.
type Behavior int

// The behaviors, in the order of the releases that brought or ended them.
const (
	TypesOf119 Behavior = iota
	DropsItemsOfUnselectedActions
	DeletesUnnamedNodePortsByName
	RestoresDownwardAPIVolumes
	AdaptsWebhooks
	MapsClassesOfClaimTemplates
	MapsClaimsOfRetainedVolumes
	KeepsProvisionedBy
	MatchesHooksInTargetNamespace
	BringsPriorityClasses
	ReadsWholeSecurityContext
	RestoresStatus
	KnowsOrSelectors
	MayUpdateExisting
	RemapsDefinitionsUnlessGroupVersions
	PrioritizesClusterClasses
	RunsCSIPlugin
	RestoresClusterBootstrapsLast
	RestoresClustersLast
	SkipsAttachmentsAndNodeDrivers
	NamesRestoreWait
	ChecksInitHooks
	DropsStorageProvisioner
	TakesEmptyBackups
	ExcludesLabelledNamespaces
	KeepsManagedNodePorts
	SkipsBackupRepositories
	KeepsFinalizers
	RestoresServiceAccountsBeforeSecrets
	PrioritizesServices
	PrioritizesEndpoints
	MapsImages
	FiltersBackupsByScope
	RunsVersion2Actions
	PrioritizesDataUploads
	WaitsForMovedData
	RunsResourceModifiers
	FreesClaimsOfBackups
	PatchesByMerge
	DropsBatchControllerUID
	HonorsNodeMappings
	ReadsVolumeInfo
	RestoresNamespaceItems
	ReprovisionsSnapshotVolumes
	DropsHealthCheckNodePorts
	KeepsEmptySecretValues
	ReadsWaitForReady
	CountsFailedHooks
	AsksForCSIModules
	ExcusesMustHaveResources
	WaitsForTrackedHooks
	ExcusesUnlabelledUploads
	IgnoresSnapshotVolumes
	CountsPodVolumesOfOthers
	MatchesItemsAsTheyWere
	ChecksExistingPolicies
	RunsCSIActions
	MustIncludeAdditionalItems
	TracksNamespacesOfBackups
	RunsItemBlocks
	TakesMissingPaths
	RestoresKappLast
	DefaultsSecurityContext
	MakesVolumesOfClaims
	RenamesSnapshots
	ReadsStatusAnnotation
	KeepsUploadsWithRestores
	TellsNodeOS
	CopiesSecurityContext
	FindsServerImage
	NeedsVolumesForPodVolumes
	ExcusesSnapshotContents
	DropsOldWaits
	DropsSelectedNodes
	BringsSnapshotsOfClaims
	GroupsVolumeSnapshots
	PrioritizesPriorityClasses
	PrioritizesRoles
	PrefersConfiguredSecurityContext
	ObeysSkipAnnotation
	ExpandsNamespacePatternsOfBackups
	TellsSnapshotSize
	ClearsSnapshotClasses
	StubsSnapshotGroups
	IncludesSnapshotsOfClaims
	TakesSnapshotsWithoutAnnotations
	BoundsHookWaits
	CopiesPodUser
	CountsCompletedPodVolumes
	FiltersRestoresByPolicy
	WritesNullTimestamps
	RunsDefaultModifiers
	RefusesUnfinishedBackups
	ExpandsNamespacePatternsOfRestores
	KeepsUploadsInVelerosNamespace
	TakesNullHealthCheckPorts
	LeavesClaimsWithoutSnapshots
	TellsFileSystems
	CapsExtraction
	TellsMissingClassesOnce
	RestoresKopiaOnly

	behaviors // how many there are
)

// BehaviorPage is what people are told of a Behavior.
type BehaviorPage struct {
	Name     string  `json:"name"`
	Sentence string  `json:"sentence"` // what Velero does with it
	Since    Profile `json:"since,omitzero"`
	Until    Profile `json:"until,omitzero"` // the first release without it
	Source   string  `json:"source"`         // in the release that brought or ended it
}

var pages = [behaviors]BehaviorPage{
	TypesOf119:                           {"types-of-1.19", "typed actions know the fields of Kubernetes 1.19 only, and lose all others", 0, release(7, 0), "go.mod"},
	DropsItemsOfUnselectedActions:        {"drops-items-of-unselected-actions", "an item is dropped once the label selector of one of its actions does not match it", 0, release(9, 0), "pkg/restore/restore.go:1149"},
	DeletesUnnamedNodePortsByName:        {"matches-node-ports-by-name", "node ports in last-applied-configuration are matched by the name of the port, and read as typed values", 0, release(7, 0), "pkg/restore/service_action.go:87-128"},
	RestoresDownwardAPIVolumes:           {"restores-downward-api-volumes", "files of downwardAPI volumes are restored", 0, release(7, 0), "pkg/restic/common.go:106"},
	MapsClassesOfClaimTemplates:          {"maps-classes-of-claim-templates", "storage classes are mapped in the volumeClaimTemplates of StatefulSets as well", release(8, 0), 0, "pkg/restore/change_storageclass_action.go:61"},
	MapsClaimsOfRetainedVolumes:          {"maps-claims-of-retained-volumes", "the namespace of the claim is mapped in every PersistentVolume, not only in those made from a snapshot", release(8, 0), 0, "pkg/restore/restore.go:1084"},
	KeepsProvisionedBy:                   {"keeps-provisioned-by", "volumes and claims keep the annotation pv.kubernetes.io/provisioned-by", release(8, 0), 0, "pkg/restore/restore.go (resetVolumeBindingInfo)"},
	MatchesHooksInTargetNamespace:        {"matches-hooks-in-target-namespace", "the namespaces of init hooks are compared with the target namespace, not with the original one", release(9, 0), 0, "internal/hook/item_hook_handler.go:148"},
	BringsPriorityClasses:                {"brings-priority-classes", "a pod brings its PriorityClass into the backup and the restore", release(9, 0), 0, "pkg/restore/pod_action.go:90"},
	ReadsWholeSecurityContext:            {"reads-secCtx", "the key secCtx in the ConfigMap of restore-wait gives the whole security context", release(9, 0), 0, "pkg/restore/restic_restore_action.go"},
	RestoresStatus:                       {"restores-status", "restoreStatus restores the status subresource", release(9, 0), 0, "pkg/restore/restore.go:1409"},
	SkipsAttachmentsAndNodeDrivers:       {"skips-csinodes", "csinodes and volumeattachments are never restored", release(9, 1), 0, "pkg/controller/restore_controller.go:82"},
	NamesRestoreWait:                     {"names-restore-wait", "the init container that waits for volumes is restore-wait, and its ConfigMap is labelled velero.io/pod-volume-restore; before: restic-wait, velero.io/restic", release(10, 0), 0, "pkg/restore/pod_volume_restore_action.go"},
	ChecksInitHooks:                      {"checks-init-hooks", "an init container of a hook without name, image or command fails the restore", release(10, 0), 0, "internal/hook/item_hook_handler.go:545"},
	TakesEmptyBackups:                    {"takes-empty-backups", "a backup without items restores nothing; before, that was an error", release(10, 0), 0, "pkg/restore/restore.go:428"},
	KeepsManagedNodePorts:                {"keeps-managed-node-ports", "without last-applied-configuration, node ports that managedFields name are kept", release(10, 0), 0, "pkg/restore/service_action.go"},
	SkipsBackupRepositories:              {"skips-backup-repositories", "backuprepositories.velero.io are never restored", release(10, 0), 0, "pkg/controller/restore_controller.go:88"},
	KeepsFinalizers:                      {"keeps-finalizers", "metadata keeps all but what a server sets, finalizers and managedFields included; before: name, namespace, labels and annotations", release(10, 2), 0, "pkg/restore/restore.go:1742"},
	DropsBatchControllerUID:              {"drops-batch-controller-uid", "the label batch.kubernetes.io/controller-uid of a Job is removed as well", release(12, 1), 0, "pkg/restore/job_action.go:31"},
	HonorsNodeMappings:                   {"honors-node-mappings", "the selected node of a claim is mapped by a ConfigMap", 0, release(18, 0), "pkg/restore/actions/pvc_action.go"},
	ReadsVolumeInfo:                      {"reads-volume-info", "the backup's volume information decides how a PersistentVolume comes back", release(13, 0), 0, "pkg/restore/restore.go:1227"},
	RestoresNamespaceItems:               {"restores-namespace-items", "Namespaces are items of their own, empty ones included", release(13, 0), 0, "pkg/restore/restore.go:722,768"},
	ReprovisionsSnapshotVolumes:          {"reprovisions-snapshot-volumes", "a new volume is provisioned for a PersistentVolume with a CSI snapshot or moved data", release(12, 2), 0, "pkg/restore/restore.go:1304,1316"},
	DropsHealthCheckNodePorts:            {"drops-health-check-node-ports", "a generated healthCheckNodePort is removed", release(13, 0), 0, "pkg/restore/actions/service_action.go:69"},
	KeepsEmptySecretValues:               {"keeps-empty-secret-values", "an empty value of a token secret stays empty; before, it became null", release(13, 0), 0, "k8s.io/apimachinery v0.29.0 pkg/runtime/converter.go (sliceFromUnstructured), by go.mod"},
	ExcusesMustHaveResources:             {"excuses-must-have-resources", "DataUploads pass every filter", release(13, 2), 0, "pkg/restore/restore.go:1126"},
	CopiesSecurityContext:                {"copies-security-context", "without options of its own, restore-wait has the security context of the pod's first container", release(16, 0), 0, "pkg/restore/actions/pod_volume_restore_action.go:171"},
	FindsServerImage:                     {"finds-server-image", "restore-wait runs the image of the Velero server; before, a helper image", release(16, 0), 0, "pkg/restore/actions/pod_volume_restore_action.go:67"},
	NeedsVolumesForPodVolumes:            {"needs-volumes-for-pod-volumes", "volumes of pods are filled only if the restore includes persistentvolumes and persistentvolumeclaims", release(9, 1), release(18, 3), "pkg/restore/restore.go:1425"},
	DropsOldWaits:                        {"drops-old-waits", "restore-wait containers that the backup has are removed from every pod", release(17, 0), 0, "pkg/restore/actions/pod_volume_restore_action.go:128"},
	AdaptsWebhooks:                       {"adapts-webhooks", "webhooks whose side effects v1 does not allow are adapted", release(8, 0), 0, "pkg/restore/admissionwebhook_config_action.go"},
	KnowsOrSelectors:                     {"knows-or-selectors", "orLabelSelectors selects items by any of several selectors", release(9, 0), 0, "pkg/restore/restore.go:187"},
	RemapsDefinitionsUnlessGroupVersions: {"remaps-definitions-unless-group-versions", "with EnableAPIGroupVersions, definitions are backed up in their preferred version", release(9, 0), 0, "pkg/cmd/server/plugin/plugin.go"},
	PrioritizesClusterClasses:            {"prioritizes-cluster-classes", "clusterclasses.cluster.x-k8s.io are restored early", release(9, 0), 0, "pkg/cmd/server/server.go"},
	RestoresClusterBootstrapsLast:        {"restores-cluster-bootstraps-last", "clusterbootstraps.run.tanzu.vmware.com are restored last", release(9, 1), 0, "pkg/restore/restore.go:378"},
	RestoresClustersLast:                 {"restores-clusters-last", "clusters.cluster.x-k8s.io and clusterresourcesets.addons.cluster.x-k8s.io are restored last; before, early", release(9, 4), 0, "pkg/cmd/server/server.go"},
	ExcludesLabelledNamespaces:           {"excludes-labelled-namespaces", "a namespace with the label velero.io/exclude-from-backup=true is left out of backups", release(10, 0), 0, "pkg/controller/backup_controller.go"},
	RestoresServiceAccountsBeforeSecrets: {"restores-service-accounts-before-secrets", "serviceaccounts are restored before secrets; token secrets are adapted", release(10, 2), 0, "pkg/cmd/server/server.go, pkg/restore/secret_action.go"},
	PrioritizesServices:                  {"prioritizes-services", "services are restored early", release(10, 3), 0, "pkg/cmd/server/config.go"},
	PrioritizesEndpoints:                 {"prioritizes-endpoints", "endpoints are restored before services", release(11, 1), 0, "pkg/cmd/server/server.go"},
	MapsImages:                           {"maps-images", "images are mapped by a ConfigMap", release(11, 0), 0, "pkg/restore/change_image_name_action.go"},
	FiltersBackupsByScope:                {"filters-backups-by-scope", "backups have filters by scope, and resource policies", release(11, 0), 0, "pkg/util/collections/includes_excludes.go"},
	RunsVersion2Actions:                  {"runs-version-2-actions", "plugins may have item actions of version 2 of the interface; before, Velero's server did not start with one", release(11, 0), 0, "pkg/plugin/framework/plugin_kinds.go"},
	PrioritizesDataUploads:               {"prioritizes-data-uploads", "datauploads.velero.io are restored before volumes; moved data is restored", release(12, 0), 0, "pkg/restore/restore.go:74, pkg/cmd/server/server.go"},
	FreesClaimsOfBackups:                 {"frees-claims-of-backups", "a backup drops selector and data source of claims that Velero restored before", release(12, 0), 0, "pkg/backup/backup_pv_action.go"},
	ReadsWaitForReady:                    {"reads-wait-for-ready", "an exec hook may wait until its container is ready, not only until it runs", release(13, 0), 0, "internal/hook/item_hook_handler.go"},
	CountsFailedHooks:                    {"counts-failed-hooks", "an exec hook that fails, or does not run in time, is an error of the restore whatever its onError, and ends the hooks that have not run by then", release(13, 0), 0, "internal/hook/wait_exec_hook_handler.go"},
	ExcusesUnlabelledUploads:             {"excuses-unlabelled-uploads", "DataUploads pass label selectors as well", release(14, 0), 0, "pkg/restore/restore.go:2305"},
	IgnoresSnapshotVolumes:               {"ignores-snapshot-volumes", "volumes are made from native snapshots though the Backup has snapshotVolumes false", release(14, 0), 0, "pkg/restore/pv_restorer.go:57"},
	WaitsForTrackedHooks:                 {"waits-for-tracked-hooks", "a restore ends once each of its exec hooks is recorded as run; one for a container that the pod lacks never is", release(14, 0), 0, "pkg/controller/restore_finalizer_controller.go"},
	RunsCSIActions:                       {"runs-csi-actions", "the actions for CSI snapshots are Velero's own; before, those of velero-plugin-for-csi, which put the snapshot of a claim into dataSourceRef as well", release(14, 0), 0, "pkg/cmd/server/plugin/plugin.go"},
	MustIncludeAdditionalItems:           {"must-include-additional-items", "an action of a backup may have additional items backed up whatever the filters say", release(14, 0), 0, "pkg/backup/item_backupper.go"},
	CountsPodVolumesOfOthers:             {"counts-pod-volumes-of-others", "PodVolumeBackups of a backup of the same name in the namespace of another Velero count for the volumes of a pod", release(13, 0), release(18, 1), "pkg/restore/pod_volume_restore_action.go:89"},
	MatchesItemsAsTheyWere:               {"matches-items-as-they-were", "the rules of resource modifiers are matched against the item as it was, and strategic patches know apps and batch; before, they are matched against what the rules before made of it, strategic patches fail on apps and batch, and to replace what an item lacks adds it", release(14, 0), 0, "internal/resourcemodifiers/resource_modifiers.go:92"},
	RunsCSIPlugin:                        {"runs-csi-plugin", "CSI snapshots are restored by velero-plugin-for-csi 0.3 to 0.7, or by what Velero has of it; before, by older releases of the plugin, which veltx does not have", release(9, 0), 0, "velero-plugin-for-csi v0.3.5 internal/restore"},
	WaitsForMovedData:                    {"waits-for-moved-data", "with velero-plugin-for-csi 0.6 a claim waits for its moved data, and one that the target has is left alone", release(12, 0), 0, "velero-plugin-for-csi v0.6.3 internal/restore/pvc_action.go:107-223"},
	DropsStorageProvisioner:              {"drops-storage-provisioner", "velero-plugin-for-csi removes the annotation volume.kubernetes.io/storage-provisioner of a claim as well, in 0.4 and later", release(10, 0), 0, "velero-plugin-for-csi v0.4.3 internal/restore/pvc_action.go:107"},
	AsksForCSIModules:                    {"asks-for-csi-modules", "without EnableCSI, a PersistentVolume with a CSI snapshot is an error", release(13, 0), release(14, 0), "pkg/restore/restore.go:1252"},
	ChecksExistingPolicies:               {"checks-existing-policies", "an existingResourcePolicy other than none and update refuses the restore; before, it counted as none", release(14, 0), 0, "pkg/controller/restore_controller.go:351"},
	TracksNamespacesOfBackups:            {"tracks-namespaces-of-backups", "the Namespaces of all items are in the backup", release(14, 0), 0, "pkg/backup/item_collector.go"},
	RunsItemBlocks:                       {"runs-item-blocks", "a backup groups items that belong together into blocks", release(15, 0), 0, "pkg/cmd/server/plugin/plugin.go"},
	RestoresKappLast:                     {"restores-kapp-last", "apps.kappctrl.k14s.io and packageinstalls.packaging.carvel.dev are restored last", release(15, 0), 0, "pkg/cmd/server/config/config.go"},
	MakesVolumesOfClaims:                 {"strips-claims-by-type", "every claim passes through its Go type and loses the annotations of its binding; the volumes of claims that Velero brings come from the same action", release(16, 0), 0, "pkg/restore/actions/pvc_action.go:130"},
	GroupsVolumeSnapshots:                {"groups-volume-snapshots", "claims with the label of a volume group are snapshotted together", release(17, 0), 0, "pkg/controller/backup_controller.go"},
	PrioritizesPriorityClasses:           {"prioritizes-priority-classes", "priorityclasses are restored before pods", release(17, 0), 0, "pkg/cmd/server/config/config.go"},
	PrioritizesRoles:                     {"prioritizes-roles", "roles and bindings are restored before pods", release(17, 2), 0, "pkg/cmd/server/config/config.go:116"},
	ObeysSkipAnnotation:                  {"obeys-skip-annotation", "an action of a backup may leave an item out by an annotation", release(18, 0), 0, "pkg/backup/item_backupper.go"},
	ExpandsNamespacePatternsOfBackups:    {"expands-namespace-patterns-of-backups", "patterns of namespaces become names before a backup", release(18, 0), 0, "pkg/util/wildcard/wildcard.go"},
	MayUpdateExisting:                    {"may-update-existing", "existingResourcePolicy update patches what the target has", release(9, 0), 0, "pkg/restore/restore.go:1331"},
	RunsResourceModifiers:                {"runs-resource-modifiers", "resource modifiers patch items", release(12, 0), 0, "internal/resourcemodifiers/resource_modifiers.go"},
	PatchesByMerge:                       {"patches-by-merge", "resource modifiers have merge patches, strategic patches, conditions and globs; before, JSON patches alone", release(12, 2), 0, "internal/resourcemodifiers/resource_modifiers.go:42"},
	TakesMissingPaths:                    {"takes-missing-paths", "a condition of a resource modifier on a path that an item lacks does not match; before, that was an error", release(15, 0), 0, "internal/resourcemodifiers/resource_modifiers.go:184"},
	DefaultsSecurityContext:              {"defaults-security-context", "without options of its own, restore-wait has a security context that the policy restricted lets pass; options that cannot be read count as none", release(15, 1), 0, "pkg/restore/actions/pod_volume_restore_action.go:151"},
	PrefersConfiguredSecurityContext:     {"prefers-configured-security-context", "the security context in the ConfigMap of restore-wait wins over that of the pod's first container", release(17, 2), 0, "pkg/restore/actions/pod_volume_restore_action.go:189"},
	RenamesSnapshots:                     {"renames-snapshots", "VolumeSnapshots get a new name, and their contents are restored from the backup under the same one; before, the action made a content for the handle in the snapshot's annotations, where the target has no such snapshot", release(16, 0), 0, "pkg/restore/actions/csi/volumesnapshot_action.go:93"},
	ReadsStatusAnnotation:                {"reads-status-annotation", "the annotation velero.io/restore-status decides whether the status of an object is restored", release(16, 0), 0, "pkg/restore/restore.go:2545"},
	KeepsUploadsWithRestores:             {"keeps-uploads-with-restores", "the result of a data upload is kept in the namespace of the Restore; before, in that of the DataUpload", release(16, 0), 0, "pkg/restore/actions/dataupload_retrieve_action.go:97"},
	TellsNodeOS:                          {"tells-node-os", "the result of a data upload names the operating system of its node", release(16, 0), 0, "pkg/restore/actions/dataupload_retrieve_action.go:80"},
	ExcusesSnapshotContents:              {"excuses-snapshot-contents", "VolumeSnapshotContents pass every filter", release(16, 1), release(18, 3), "pkg/restore/restore.go:86"},
	DropsSelectedNodes:                   {"drops-selected-nodes", "the selected node of a claim is removed unless it is mapped; before, only that of a node that the target lacks", release(17, 0), 0, "pkg/restore/actions/pvc_action.go:128"},
	BringsSnapshotsOfClaims:              {"brings-snapshots-of-claims", "a claim brings its VolumeSnapshot; before, that had to be in the target, and the claim asked for as much storage as the snapshot needs", release(17, 0), 0, "pkg/restore/actions/csi/pvc_action.go:172"},
	TellsSnapshotSize:                    {"tells-snapshot-size", "the result of a data upload has the size of the snapshot", release(18, 0), 0, "pkg/restore/actions/dataupload_retrieve_action.go:79"},
	ClearsSnapshotClasses:                {"clears-snapshot-classes", "a restored VolumeSnapshot has no class, and its content the first class of the target for its driver; before, both kept theirs", release(18, 1), 0, "pkg/restore/actions/csi/volumesnapshot_action.go:280, pkg/restore/actions/csi/volumesnapshotcontent_action.go:117"},
	StubsSnapshotGroups:                  {"stubs-snapshot-groups", "a snapshot of a volume group gets a VolumeGroupSnapshotContent", release(18, 1), 0, "pkg/restore/actions/csi/volumesnapshot_action.go:73"},
	IncludesSnapshotsOfClaims:            {"includes-snapshots-of-claims", "an action of a restore may have additional items restored whatever the filters say", release(18, 3), 0, "pkg/restore/restore.go:1681"},
	TakesSnapshotsWithoutAnnotations:     {"takes-snapshots-without-annotations", "a VolumeSnapshot without annotations is restored; before, its action panicked", release(18, 3), 0, "pkg/restore/actions/csi/volumesnapshot_action.go:69"},
	BoundsHookWaits:                      {"bounds-hook-waits", "a restore waits for its exec hooks for the server's resource timeout at most, 10 minutes by default, and then counts an error", release(18, 3), 0, "pkg/controller/restore_finalizer_controller.go:573"},
	CopiesPodUser:                        {"copies-pod-user", "restore-wait runs as user and group of the pod, where neither its ConfigMap nor the first container has a security context", release(18, 3), 0, "pkg/restore/actions/pod_volume_restore_action.go:204"},
	CountsCompletedPodVolumes:            {"counts-completed-pod-volumes", "only after a completed backup of a pod's volume, a new volume is provisioned for its PersistentVolume", release(18, 3), 0, "pkg/restore/restore.go:2373"},
	FiltersRestoresByPolicy:              {"filters-restores-by-policy", "resource policies filter a restore by namespace, kind, name and label", release(18, 3), 0, "pkg/restore/restore.go:241"},
	WritesNullTimestamps:                 {"writes-null-timestamps", "actions that write an item back from its Go type give it a creationTimestamp of null, by which it differs from an equal one of the target", 0, V1_19, "k8s.io/apimachinery v0.36.0 pkg/apis/meta/v1/types.go (creationTimestamp is omitzero), by go.mod of d2241adba"},
	RunsDefaultModifiers:                 {"runs-default-modifiers", "a restore without resource modifiers of its own runs those of the server's flag --default-resource-modifier-configmap, unless it has skipDefaultResourceModifier; where they cannot be read, it runs none", V1_19, 0, "d2241adba pkg/controller/restore_controller.go:438-502"},
	RefusesUnfinishedBackups:             {"refuses-unfinished-backups", "a backup that is neither Completed nor PartiallyFailed cannot be restored", V1_19, 0, "d2241adba pkg/controller/restore_controller.go:407-416"},
	ExpandsNamespacePatternsOfRestores:   {"expands-namespace-patterns-of-restores", "patterns of included namespaces become the names of the namespaces that have items, so that a Namespace without items is left out, and patterns that match none select all", V1_19, 0, "d2241adba pkg/restore/restore.go:2885, pkg/util/wildcard/expand.go:10"},
	KeepsUploadsInVelerosNamespace:       {"keeps-uploads-in-veleros-namespace", "a DataUpload that would be restored outside of Velero's namespace is an error", V1_19, 0, "d2241adba pkg/restore/restore.go:1008"},
	TakesNullHealthCheckPorts:            {"takes-null-health-check-ports", "null as healthCheckNodePort in last-applied-configuration counts as none, and what is no whole number of 32 bits fails the Service; before, null failed it", V1_19, 0, "d2241adba pkg/restore/actions/service_action.go:97"},
	LeavesClaimsWithoutSnapshots:         {"leaves-claims-without-snapshots", "a claim whose backup names no CSI snapshot keeps its volume and its data source, also with restorePVs false", V1_19, 0, "d2241adba pkg/restore/actions/csi/pvc_action.go:92"},
	TellsFileSystems:                     {"tells-file-systems", "the result of a data upload names the type of its file system and the class of its snapshot", V1_19, 0, "d2241adba pkg/restore/actions/dataupload_retrieve_action.go:83-87"},
	CapsExtraction:                       {"caps-extraction", "a backup whose files are larger than 16 GiB together is not restored, unless the server has another --max-backup-extraction-size", V1_19, 0, "d2241adba pkg/archive/extractor.go:41,112"},
	TellsMissingClassesOnce:              {"tells-missing-classes-once", "a claim that waits for a storage class that the target lacks is one error; before, two", V1_19, 0, "d2241adba pkg/controller/restore_finalizer_controller.go:383"},
	RestoresKopiaOnly:                    {"restores-kopia-only", "what restic backed up is not restored", V1_19, 0, "d2241adba pkg/podvolume/util.go:97-114, pkg/uploader/types.go:44"},
}

// Does says whether this release of Velero has a behavior.
func (p Profile) Does(b Behavior) bool {
	page := &pages[b]
	return p >= page.Since && (page.Until == 0 || p < page.Until)
}

// Differs are the pages of what one of two releases does and the other does not.
func (p Profile) Differs(other Profile) []BehaviorPage {
	var list []BehaviorPage
	for b := range behaviors {
		if p.Does(b) != other.Does(b) {
			list = append(list, pages[b])
		}
	}
	return list
}

// Behaviors are the pages of all behaviors.
func Behaviors() []BehaviorPage { return append([]BehaviorPage(nil), pages[:]...) }
