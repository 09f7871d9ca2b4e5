package backuptest

// Items that belong together: nothing refers to what is not there, and the data of both claims are in the backup.
const (
	healthySpace    = `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}`
	healthyAccount  = `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"web","namespace":"shop"}}`
	healthySettings = `{"apiVersion":"v1","data":{"a":"b"},"kind":"ConfigMap","metadata":{"name":"settings","namespace":"shop"}}`
	healthyPassword = `{"apiVersion":"v1","data":{"password":"c2VjcmV0LW9uZQ=="},"kind":"Secret","metadata":{"name":"password","namespace":"shop"},"type":"Opaque"}`
	healthyClass    = `{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"fast"},"provisioner":"ebs.csi.aws.com","reclaimPolicy":"Delete"}`
	healthyTemplate = `{"metadata":{"labels":{"app":"web"}},"spec":{"serviceAccountName":"web","containers":[{"name":"web","image":"registry.example.com/web:1",` +
		`"envFrom":[{"configMapRef":{"name":"settings"}},{"secretRef":{"name":"password"}}],"volumeMounts":[{"name":"data","mountPath":"/data"},{"name":"files","mountPath":"/files"}]}],` +
		`"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}},{"name":"files","persistentVolumeClaim":{"claimName":"files"}}]}}`
	healthyDeployment = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"d1","labels":{"app":"web"}},` +
		`"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":` + healthyTemplate + `},"status":{"replicas":1,"readyReplicas":1}}`
	healthySet = `{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web-1","namespace":"shop","uid":"r1","labels":{"app":"web"},` +
		`"ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"d1","controller":true}]},` +
		`"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":` + healthyTemplate + `},"status":{"replicas":1}}`
	healthyPod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1-abcde","namespace":"shop","uid":"p1","labels":{"app":"web"},` +
		`"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-1","uid":"r1","controller":true}]},` +
		`"spec":{"serviceAccountName":"web","nodeName":"node-a","containers":[{"name":"web","image":"registry.example.com/web:1",` +
		`"envFrom":[{"configMapRef":{"name":"settings"}},{"secretRef":{"name":"password"}}],"volumeMounts":[{"name":"data","mountPath":"/data"},{"name":"files","mountPath":"/files"}]}],` +
		`"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}},{"name":"files","persistentVolumeClaim":{"claimName":"files"}}]},"status":{"phase":"Running"}}`
	healthyService = `{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":{"clusterIP":"10.96.0.9","clusterIPs":["10.96.0.9"],` +
		`"selector":{"app":"web"},"ports":[{"port":80,"protocol":"TCP","targetPort":80}],"type":"ClusterIP"}}`
	healthyEndpoints = `{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"web","namespace":"shop","annotations":{"endpoints.kubernetes.io/last-change-trigger-time":"2026-11-23T07:05:05Z"}},` +
		`"subsets":[{"addresses":[{"ip":"10.244.0.9","targetRef":{"kind":"Pod","name":"web-1-abcde","namespace":"shop"}}],"ports":[{"port":80}]}]}`
	healthySlice = `{"addressType":"IPv4","apiVersion":"discovery.k8s.io/v1","endpoints":[{"addresses":["10.244.0.9"]}],"kind":"EndpointSlice",` +
		`"metadata":{"name":"web-x1","namespace":"shop","labels":{"endpointslice.kubernetes.io/managed-by":"endpointslice-controller.k8s.io","kubernetes.io/service-name":"web"}}}`
)

func healthyClaim(name string) string {
	return `{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"` + name + `","namespace":"shop","uid":"c-` + name + `","annotations":{"pv.kubernetes.io/bind-completed":"yes"},` +
		`"finalizers":["kubernetes.io/pvc-protection"]},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"storageClassName":"fast","volumeName":"pv-` + name + `"},"status":{"phase":"Bound"}}`
}

func healthyVolume(name string) string {
	return `{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pv-` + name + `","annotations":{"pv.kubernetes.io/provisioned-by":"ebs.csi.aws.com"},"finalizers":["kubernetes.io/pv-protection"]},` +
		`"spec":{"accessModes":["ReadWriteOnce"],"capacity":{"storage":"1Gi"},"claimRef":{"apiVersion":"v1","kind":"PersistentVolumeClaim","name":"` + name + `","namespace":"shop","uid":"c-` + name + `"},` +
		`"csi":{"driver":"ebs.csi.aws.com","volumeHandle":"vol-` + name + `"},"persistentVolumeReclaimPolicy":"Delete","storageClassName":"fast"},"status":{"phase":"Bound"}}`
}

// Healthy returns a backup that lacks nothing, of an application that runs: a Deployment with its ReplicaSet and pod, what
// these refer to, a Service with its endpoints, a claim with a native snapshot and one whose files are backed up.
func Healthy(name string) *Backup {
	b := &Backup{Name: name, Object: backupObject(name), Side: map[string]string{}}
	b.Entries = []File{{"metadata/version", "1.1.0\n"}}
	b.Add("namespaces", "v1", "", "shop", healthySpace)
	b.Add("storageclasses.storage.k8s.io", "v1", "", "fast", healthyClass)
	b.Add("serviceaccounts", "v1", "shop", "web", healthyAccount)
	b.Add("configmaps", "v1", "shop", "settings", healthySettings)
	b.Add("secrets", "v1", "shop", "password", healthyPassword)
	b.Add("deployments.apps", "v1", "shop", "web", healthyDeployment)
	b.Add("replicasets.apps", "v1", "shop", "web-1", healthySet)
	b.Add("pods", "v1", "shop", "web-1-abcde", healthyPod)
	b.Add("services", "v1", "shop", "web", healthyService)
	b.Add("endpoints", "v1", "shop", "web", healthyEndpoints)
	b.Add("endpointslices.discovery.k8s.io", "v1", "shop", "web-x1", healthySlice)
	for _, claim := range []string{"data", "files"} {
		b.Add("persistentvolumeclaims", "v1", "shop", claim, healthyClaim(claim))
		b.Add("persistentvolumes", "v1", "", "pv-"+claim, healthyVolume(claim))
	}
	b.Side["-volumesnapshots.json.gz"] = `[` + snapshot(name, "pv-data") + `]`
	b.Side["-podvolumebackups.json.gz"] = `[` + podVolumeBackup(name, "abcde", "shop", "web-1-abcde", "files") + `]`
	b.Side["-volumeinfo.json.gz"] = `[{"pvcName":"data","pvcNamespace":"shop","pvName":"pv-data","backupMethod":"NativeSnapshot","snapshotDataMoved":false,"skipped":false,` +
		`"nativeSnapshotInfo":{"snapshotHandle":"snap-pv-data","volumeType":"gp3","volumeAZ":"a","iops":"","phase":"Completed"},"pvInfo":{"reclaimPolicy":"Delete","labels":null}},` +
		`{"pvcName":"files","pvcNamespace":"shop","pvName":"pv-files","backupMethod":"PodVolumeBackup","snapshotDataMoved":false,"skipped":false,` +
		`"pvbInfo":{"snapshotHandle":"k1","uploaderType":"kopia","size":4096,"volumeName":"files","podName":"web-1-abcde","podNamespace":"shop","phase":"Completed"},"pvInfo":{"reclaimPolicy":"Delete","labels":null}}]`
	b.Side["-resource-list.json.gz"] = `{"v1/Pod":["shop/web-1-abcde"]}`
	b.Side["-results.gz"] = `{"errors":{},"warnings":{}}`
	return b
}
