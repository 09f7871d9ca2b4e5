package apiserver

import "strings"

// builtinTable lists what a cluster with Velero in it serves, in the order in
// which its groups are discovered. A line is: group version resource kind
// scope singular short names. The first version of a group is preferred.
const builtinTable = `
- v1 bindings Binding N binding
- v1 componentstatuses ComponentStatus C componentstatus cs
- v1 configmaps ConfigMap N configmap cm
- v1 endpoints Endpoints N endpoints ep
- v1 events Event N event ev
- v1 limitranges LimitRange N limitrange limits
- v1 namespaces Namespace C namespace ns
- v1 nodes Node C node no
- v1 persistentvolumeclaims PersistentVolumeClaim N persistentvolumeclaim pvc
- v1 persistentvolumes PersistentVolume C persistentvolume pv
- v1 pods Pod N pod po
- v1 podtemplates PodTemplate N podtemplate
- v1 replicationcontrollers ReplicationController N replicationcontroller rc
- v1 resourcequotas ResourceQuota N resourcequota quota
- v1 secrets Secret N secret
- v1 serviceaccounts ServiceAccount N serviceaccount sa
- v1 services Service N service svc
apiregistration.k8s.io v1 apiservices APIService C apiservice
apps v1 controllerrevisions ControllerRevision N controllerrevision
apps v1 daemonsets DaemonSet N daemonset ds
apps v1 deployments Deployment N deployment deploy
apps v1 replicasets ReplicaSet N replicaset rs
apps v1 statefulsets StatefulSet N statefulset sts
events.k8s.io v1 events Event N event ev
autoscaling v2 horizontalpodautoscalers HorizontalPodAutoscaler N horizontalpodautoscaler hpa
autoscaling v1 horizontalpodautoscalers HorizontalPodAutoscaler N horizontalpodautoscaler hpa
batch v1 cronjobs CronJob N cronjob cj
batch v1 jobs Job N job
certificates.k8s.io v1 certificatesigningrequests CertificateSigningRequest C certificatesigningrequest csr
networking.k8s.io v1 ingressclasses IngressClass C ingressclass
networking.k8s.io v1 ingresses Ingress N ingress ing
networking.k8s.io v1 ipaddresses IPAddress C ipaddress ip
networking.k8s.io v1 networkpolicies NetworkPolicy N networkpolicy netpol
networking.k8s.io v1 servicecidrs ServiceCIDR C servicecidr
policy v1 poddisruptionbudgets PodDisruptionBudget N poddisruptionbudget pdb
rbac.authorization.k8s.io v1 clusterrolebindings ClusterRoleBinding C clusterrolebinding
rbac.authorization.k8s.io v1 clusterroles ClusterRole C clusterrole
rbac.authorization.k8s.io v1 rolebindings RoleBinding N rolebinding
rbac.authorization.k8s.io v1 roles Role N role
storage.k8s.io v1 csidrivers CSIDriver C csidriver
storage.k8s.io v1 csinodes CSINode C csinode
storage.k8s.io v1 csistoragecapacities CSIStorageCapacity N csistoragecapacity
storage.k8s.io v1 storageclasses StorageClass C storageclass sc
storage.k8s.io v1 volumeattachments VolumeAttachment C volumeattachment
admissionregistration.k8s.io v1 mutatingwebhookconfigurations MutatingWebhookConfiguration C mutatingwebhookconfiguration
admissionregistration.k8s.io v1 validatingadmissionpolicies ValidatingAdmissionPolicy C validatingadmissionpolicy
admissionregistration.k8s.io v1 validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding C validatingadmissionpolicybinding
admissionregistration.k8s.io v1 validatingwebhookconfigurations ValidatingWebhookConfiguration C validatingwebhookconfiguration
apiextensions.k8s.io v1 customresourcedefinitions CustomResourceDefinition C customresourcedefinition crd,crds
scheduling.k8s.io v1 priorityclasses PriorityClass C priorityclass pc
coordination.k8s.io v1 leases Lease N lease
node.k8s.io v1 runtimeclasses RuntimeClass C runtimeclass
discovery.k8s.io v1 endpointslices EndpointSlice N endpointslice
flowcontrol.apiserver.k8s.io v1 flowschemas FlowSchema C flowschema
flowcontrol.apiserver.k8s.io v1 prioritylevelconfigurations PriorityLevelConfiguration C prioritylevelconfiguration
snapshot.storage.k8s.io v1 volumesnapshotclasses VolumeSnapshotClass C volumesnapshotclass vsclass
snapshot.storage.k8s.io v1 volumesnapshotcontents VolumeSnapshotContent C volumesnapshotcontent vsc
snapshot.storage.k8s.io v1 volumesnapshots VolumeSnapshot N volumesnapshot vs
velero.io v1 backuprepositories BackupRepository N backuprepository
velero.io v1 backups Backup N backup
velero.io v1 backupstoragelocations BackupStorageLocation N backupstoragelocation bsl
velero.io v1 deletebackuprequests DeleteBackupRequest N deletebackuprequest
velero.io v1 downloadrequests DownloadRequest N downloadrequest
velero.io v1 podvolumebackups PodVolumeBackup N podvolumebackup
velero.io v1 podvolumerestores PodVolumeRestore N podvolumerestore
velero.io v1 resticrepositories ResticRepository N resticrepository
velero.io v1 restores Restore N restore
velero.io v1 schedules Schedule N schedule
velero.io v1 serverstatusrequests ServerStatusRequest N serverstatusrequest ssr
velero.io v1 volumesnapshotlocations VolumeSnapshotLocation N volumesnapshotlocation vsl
velero.io v2alpha1 datadownloads DataDownload N datadownload
velero.io v2alpha1 datauploads DataUpload N dataupload
`

// builtin reads the table.
func builtin() []Resource {
	var out []Resource
	for _, line := range strings.Split(strings.TrimSpace(builtinTable), "\n") {
		f := strings.Fields(line)
		r := Resource{Group: f[0], Version: f[1], Name: f[2], Kind: f[3], Namespaced: f[4] == "N", Singular: f[5]}
		if r.Group == "-" {
			r.Group = ""
		}
		if len(f) > 6 {
			r.Short = strings.Split(f[6], ",")
		}
		out = append(out, r)
	}
	return out
}
