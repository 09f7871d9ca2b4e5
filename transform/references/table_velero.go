package references

// velero are the kinds of Velero. Source: v1.18.2 pkg/apis/velero/v1/backup_types.go, schedule_types.go, restore_types.go,
// pod_volume_backup_types.go, pkg/apis/velero/v2alpha1/data_upload_types.go.
var velero = []row{
	{of: "schedules.velero.io", path: "/spec/template/includedNamespaces/*"},
	{of: "schedules.velero.io", path: "/spec/template/excludedNamespaces/*"},
	{of: "schedules.velero.io", path: "/spec/template/orderedResources/*", form: pairs, kind: Pair},
	{of: "schedules.velero.io", path: "/spec/template/hooks/resources/*/includedNamespaces/*"},
	{of: "schedules.velero.io", path: "/spec/template/hooks/resources/*/excludedNamespaces/*"},
	{of: "backups.velero.io restores.velero.io", path: "/spec/includedNamespaces/*"},
	{of: "backups.velero.io restores.velero.io", path: "/spec/excludedNamespaces/*"},
	{of: "backups.velero.io restores.velero.io", path: "/spec/hooks/resources/*/*Namespaces/*"},
	{of: "backups.velero.io", path: "/spec/orderedResources/*", form: pairs, kind: Pair},
	{of: "podvolumebackups.velero.io podvolumerestores.velero.io", path: "/spec/pod/namespace"},
	{of: "backuprepositories.velero.io", path: "/spec/volumeNamespace"},
	{of: "datadownloads.velero.io", path: "/spec/targetVolume/namespace"},
}
