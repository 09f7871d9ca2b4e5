package restore

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
)

const (
	serverImage = "velero/velero:v1.18.2"
	resticImage = "velero/velero-restic-restore-helper:v1.6.3"
	restoreUID  = `{metadata: {name: r, namespace: velero, uid: u-1}}`
)

// podVolumes is a backup with file-system backups of the pod shop/web: volume or volume=snapshot each.
func podVolumes(volumes ...string) actions.Backup {
	pod := layout.NamespacedName{Namespace: "shop", Name: "web"}
	b := actions.Backup{PodVolumeBackups: map[layout.NamespacedName][]velero.PodVolumeBackup{}}
	for _, v := range volumes {
		name, snapshot, _ := strings.Cut(v, "=")
		var p velero.PodVolumeBackup
		p.Spec.Pod.Namespace, p.Spec.Pod.Name, p.Spec.Volume = pod.Namespace, pod.Name, name
		p.Status.SnapshotID, p.Status.Phase = snapshot, "Failed" // the phase does not count
		b.PodVolumeBackups[pod] = append(b.PodVolumeBackups[pod], p)
	}
	return b
}

const waitEnvYAML = `env: [{name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}, ` +
	`{name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]`

const waitDefaults = `resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 100m, memory: 128Mi}}`

const waitRestricted = `securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, ` +
	`runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}`

// waits is a restore-wait of 1.18 that mounts the volumes.
func waits(volumes ...string) string {
	return waitWith(serverImage, waitDefaults+", "+waitRestricted, volumes...)
}

// waitWith is a restore-wait with another image, and other resources and security context.
func waitWith(image, settings string, volumes ...string) string {
	return "{name: restore-wait, image: " + image + ", command: [/velero-restore-helper], args: [u-1], " + waitEnvYAML +
		", " + settings + ", volumeMounts: [" + waitMountsYAML(volumes) + "]}"
}

// resticWaits is a restic-wait of 1.6; settings end with a comma.
func resticWaits(image, settings string, volumes ...string) string {
	return "{name: restic-wait, image: " + image + ", command: [/velero-restic-restore-helper], args: [u-1], " +
		waitEnvYAML + ", " + settings + " volumeMounts: [" + waitMountsYAML(volumes) + "]}"
}

func waitMountsYAML(volumes []string) string {
	var mounts []string
	for _, v := range volumes {
		mounts = append(mounts, "{name: "+v+", mountPath: /restores/"+v+"}")
	}
	return strings.Join(mounts, ", ")
}

// volumesPod is the pod shop/web with volumes a, b, p (projected) and d (downward API) and the given init containers.
func volumesPod(initContainers ...string) string {
	init := ""
	if len(initContainers) > 0 {
		init = ", initContainers: [" + strings.Join(initContainers, ", ") + "]"
	}
	return `{metadata: {name: web, namespace: shop}, spec: {future: 1.0, volumes: [{name: a, persistentVolumeClaim: {claimName: a}}, ` +
		`{name: b, emptyDir: {}}, {name: p, projected: {}}, {name: d, downwardAPI: {}}]` + init + `}}`
}

func TestPodVolumeRestore(t *testing.T) {
	cases := []actiontest.Case{{
		Name:   "restore-wait comes first and mounts the volumes that have a snapshot, whatever the phase",
		Backup: podVolumes("b=s2", "a=s1", "c", "b=s3"),
		Item:   volumesPod("{name: own}"),
		Want:   volumesPod(waits("a", "b"), "{name: own}"),
	}, {
		Name:      "the pod is found by its original namespace",
		Namespace: "store",
		Backup:    podVolumes("a=s"),
		Item:      volumesPod(),
		Want:      volumesPod(waits("a")),
	}, {
		Name:   "other pods' volumes do not count",
		Backup: podVolumes("a=s"),
		Item:   `{metadata: {name: web, namespace: store}, spec: {}}`,
	}, {
		Name: "without backups there is nothing to wait for",
		Item: volumesPod("{name: own}"),
	}, {
		Name: "what earlier restores left goes, wherever it stands",
		Item: volumesPod("{name: own}", "{name: restore-wait}", "{name: restic-wait}"),
		Want: volumesPod("{name: own}"),
	}, {
		Name: "and the list with the last of them",
		Item: volumesPod("{name: restic-wait}"),
		Want: volumesPod(),
	}, {
		Name:   "the new one takes the place of the old ones",
		Backup: podVolumes("a=s"),
		Item:   volumesPod("{name: own}", "{name: restore-wait}", "{name: restic-wait}"),
		Want:   volumesPod(waits("a"), "{name: own}"),
	}, {
		Name:   "projected and downward API volumes are not restored",
		Backup: podVolumes("p=s1", "d=s2"),
		Item:   volumesPod(),
	}, {
		Name:   "a volume that the pod does not have is mounted all the same",
		Backup: podVolumes("gone=s"),
		Item:   volumesPod(),
		Want:   volumesPod(waits("gone")),
	}, {
		Name: "old annotations name volumes where no PodVolumeBackup does, even projected ones",
		Item: `{metadata: {name: web, namespace: shop, annotations: {snapshot.velero.io/p: s, snapshot.velero.io/a: "", own: text}},
			spec: {volumes: [{name: a}, {name: p, projected: {}}]}}`,
		Want: `{metadata: {name: web, namespace: shop, annotations: {snapshot.velero.io/p: s, snapshot.velero.io/a: "", own: text}},
			spec: {volumes: [{name: a}, {name: p, projected: {}}], initContainers: [` + waits("a", "p") + `]}}`,
	}, {
		Name:   "old annotations do not count beside PodVolumeBackups",
		Backup: podVolumes("a=s"),
		Item:   `{metadata: {name: web, namespace: shop, annotations: {snapshot.velero.io/b: s}}, spec: {volumes: [{name: a}, {name: b}]}}`,
		Want: `{metadata: {name: web, namespace: shop, annotations: {snapshot.velero.io/b: s}},
			spec: {volumes: [{name: a}, {name: b}], initContainers: [` + waits("a") + `]}}`,
	}, {
		Name:   "a source of the wrong type",
		Backup: podVolumes("a=s"),
		Item:   `{metadata: {name: web, namespace: shop}, spec: {volumes: [{name: b}, {name: a, downwardAPI: 1}]}}`,
		Err:    "spec.volumes[1].downwardAPI: is number, not an object",
	}, {
		Name: "init containers of the wrong type",
		Item: `{metadata: {name: web, namespace: shop}, spec: {initContainers: [7]}}`,
		Err:  "spec.initContainers[0]: is number, not an object",
	}}
	for i := range cases {
		cases[i].Image, cases[i].Restore = serverImage, restoreUID
	}
	actiontest.Run(t, PodVolumeRestore(actions.V1_18), cases)
	actiontest.Selector(t, PodVolumeRestore(actions.V1_18), "", "pods")
	if PodVolumeRestore(actions.V1_18).Archive {
		t.Error("an archive must leave restore-wait to the restore that reads it")
	}
}

func TestRestic(t *testing.T) {
	action := PodVolumeRestore(actions.V1_6)
	if action.Name != "velero.io/restic" {
		t.Errorf("name %s, want velero.io/restic", action.Name)
	}
	cases := []actiontest.Case{{
		Name:   "restic-wait comes first",
		Backup: podVolumes("b=s2", "a=s1", "c"),
		Item:   volumesPod("{name: own}"),
		Want:   volumesPod(resticWaits(resticImage, waitDefaults+",", "a", "b"), "{name: own}"),
	}, {
		Name:   "one that is first is replaced, others stay",
		Backup: podVolumes("a=s"),
		Item:   volumesPod("{name: restic-wait, image: old}", "{name: restic-wait}", "{name: restore-wait}"),
		Want:   volumesPod(resticWaits(resticImage, waitDefaults+",", "a"), "{name: restic-wait}", "{name: restore-wait}"),
	}, {
		Name: "without backups even an old one stays",
		Item: volumesPod("{name: restic-wait}", "{name: restore-wait}"),
	}, {
		Name:   "downward API volumes are mounted, projected ones not",
		Backup: podVolumes("p=s", "d=s"),
		Item:   volumesPod(),
		Want:   volumesPod(resticWaits(resticImage, waitDefaults+",", "d")),
	}, {
		Name: "old annotations name volumes",
		Item: `{metadata: {name: web, namespace: shop, annotations: {snapshot.velero.io/a: s}}, spec: {volumes: [{name: a}]}}`,
		Want: `{metadata: {name: web, namespace: shop, annotations: {snapshot.velero.io/a: s}}, spec: {volumes: [{name: a}], initContainers: [` +
			resticWaits(resticImage, waitDefaults+",", "a") + `]}}`,
	}}
	for i := range cases {
		cases[i].Profile, cases[i].Image, cases[i].Restore = actions.V1_6, resticImage, restoreUID
	}
	actiontest.Run(t, action, cases)
}
