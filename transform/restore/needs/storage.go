package needs

import (
	"cmp"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

const (
	pendingClaim = "the claims stay Pending"
	notMounted   = "the volumes cannot be mounted"
)

// readClaim reads a PersistentVolumeClaim as Velero sends it.
func readClaim(u *User, tell func(Need)) {
	spec := u.Object.Get("spec")
	named(tell, layout.PersistentVolumes, "", spec.Get("volumeName"), Awaited, pendingClaim)
	readClaimSpec(spec, u.Object, tell)
	if spec.Get("volumeName").IsText("") {
		readSource(u, spec, tell)
	}
}

// readClaimSpec tells of the classes of a claim, or of a template of one. A claim that names its volume needs no class.
func readClaimSpec(spec, claim *object.Value, tell func(Need)) {
	if !spec.Get("volumeName").IsText("") {
		return
	}
	if class := cmp.Or(spec.Get("storageClassName").Str(), claim.Annotation("volume.beta.kubernetes.io/storage-class")); class != "" {
		tell(Need{Of: layout.Address{Resource: layout.StorageClasses, Name: class}, Weight: Awaited, Effect: pendingClaim})
	}
	named(tell, VolumeAttributesClasses, "", spec.Get("volumeAttributesClassName"), Awaited, pendingClaim)
}

// readSource tells of the snapshot, claim or other object that the claim's data come from. dataSourceRef has it where both
// are given, and may name another namespace.
func readSource(u *User, spec *object.Value, tell func(Need)) {
	source := spec.Get("dataSourceRef")
	if source.IsNull() {
		source = spec.Get("dataSource")
	}
	apiVersion := "v1"
	if group := source.Get("apiGroup").Str(); group != "" {
		apiVersion = group + "/v1"
	}
	if resource := u.Resolve(apiVersion, source.Get("kind").Str()); resource != "" {
		named(tell, resource, cmp.Or(source.Get("namespace").Str(), u.Namespace), source.Get("name"), Awaited, pendingClaim)
	}
}

// secretsOfVolumes are the fields of a PersistentVolume's CSI source that name Secrets for its mounts.
var secretsOfVolumes = []string{"controllerPublishSecretRef", "nodePublishSecretRef", "nodeStageSecretRef"}

// readVolume reads a PersistentVolume.
func readVolume(u *User, tell func(Need)) {
	csi := u.Object.Get("spec", "csi")
	if csi == nil {
		return
	}
	for _, field := range secretsOfVolumes {
		secret := csi.Get(field)
		named(tell, layout.Secrets, secret.Get("namespace").Str(), secret.Get("name"), Awaited, notMounted)
	}
}

// readStorageClass reads the Secrets among the parameters of a StorageClass. A name may be a template of each volume's.
// Source: https://kubernetes-csi.github.io/docs/secrets-and-credentials-storage-class.html.
func readStorageClass(u *User, tell func(Need)) {
	parameters := u.Object.Get("parameters")
	for key, value := range parameters.Members() {
		prefix, isName := strings.CutSuffix(key, "-secret-name")
		if !isName || !strings.HasPrefix(key, "csi.storage.k8s.io/") {
			continue
		}
		namespace := parameters.Get(prefix + "-secret-namespace").Str()
		if namespace != "" && !strings.Contains(namespace+value.Str(), "${") {
			named(tell, layout.Secrets, namespace, value, Awaited, "its volumes are not provisioned or not mounted")
		}
	}
}

// readSnapshot reads what a VolumeSnapshot is taken of, or was made for.
func readSnapshot(u *User, tell func(Need)) {
	const neverReady = "the snapshot does not become ready"
	spec := u.Object.Get("spec")
	named(tell, layout.CSISnapshotContents, "", spec.Get("source", "volumeSnapshotContentName"), Awaited, neverReady)
	named(tell, layout.PersistentVolumeClaims, u.Namespace, spec.Get("source", "persistentVolumeClaimName"), Awaited, neverReady)
	named(tell, layout.CSISnapshotClasses, "", spec.Get("volumeSnapshotClassName"), Awaited, neverReady)
}
