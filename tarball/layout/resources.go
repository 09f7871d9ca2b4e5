package layout

// The names of resources, with their groups, that Velero treats in a way of their own.
const (
	APIServices            = "apiservices.apiregistration.k8s.io"
	ClusterRoleBindings    = "clusterrolebindings.rbac.authorization.k8s.io"
	ClusterRoles           = "clusterroles.rbac.authorization.k8s.io"
	ConfigMaps             = "configmaps"
	CRDs                   = "customresourcedefinitions.apiextensions.k8s.io"
	CSISnapshotClasses     = "volumesnapshotclasses.snapshot.storage.k8s.io"
	CSISnapshotContents    = "volumesnapshotcontents.snapshot.storage.k8s.io"
	CSISnapshots           = "volumesnapshots.snapshot.storage.k8s.io"
	DataUploads            = "datauploads.velero.io"
	Jobs                   = "jobs.batch"
	MutatingWebhooks       = "mutatingwebhookconfigurations.admissionregistration.k8s.io"
	Namespaces             = "namespaces"
	PersistentVolumeClaims = "persistentvolumeclaims"
	PersistentVolumes      = "persistentvolumes"
	Pods                   = "pods"
	PriorityClasses        = "priorityclasses.scheduling.k8s.io"
	RoleBindings           = "rolebindings.rbac.authorization.k8s.io"
	Secrets                = "secrets"
	ServiceAccounts        = "serviceaccounts"
	Services               = "services"
	StorageClasses         = "storageclasses.storage.k8s.io"
	ValidatingWebhooks     = "validatingwebhookconfigurations.admissionregistration.k8s.io"
	VolumeGroupClasses     = "volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io"
	VolumeGroupContents    = "volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io"
)
