package needs

import (
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// What happens to pods without what they name.
const (
	refusesPods   = "the API server refuses the pods"
	noContainers  = "containers of the pods do not start"
	pendingPods   = "the pods stay Pending"
	noPrivatePull = "images of a private registry are not pulled"
)

// readPod reads a pod. One of a restored controller tells only what its template may not have: admission may have given
// the pod a ServiceAccount or a PriorityClass of its own, and a StatefulSet its claims.
func readPod(u *User, tell func(Need)) {
	spec := u.Object.Get("spec")
	if u.Controller == "" {
		readPodSpec(spec, u.Namespace, tell)
		return
	}
	readAdmitted(spec, u.Namespace, tell)
	if u.Controller != layout.StatefulSets {
		return
	}
	for _, volume := range spec.Get("volumes").Elements() {
		named(tell, layout.PersistentVolumeClaims, u.Namespace, volume.Get("persistentVolumeClaim", "claimName"), Awaited, pendingPods)
	}
}

// readAdmitted tells for what the API server refuses a pod.
// Source: Kubernetes v1.33 plugin/pkg/admission/serviceaccount/admission.go:226, plugin/pkg/admission/priority/admission.go:178,
// plugin/pkg/admission/runtimeclass/admission.go:158.
func readAdmitted(spec *object.Value, namespace string, tell func(Need)) {
	account := spec.Get("serviceAccountName")
	if account.IsText("") {
		account = spec.Get("serviceAccount")
	}
	if !account.Is("default") {
		named(tell, layout.ServiceAccounts, namespace, account, Refused, refusesPods)
	}
	named(tell, layout.PriorityClasses, "", spec.Get("priorityClassName"), Refused, refusesPods)
	named(tell, RuntimeClasses, "", spec.Get("runtimeClassName"), Refused, refusesPods)
}

// readPodSpec reads a pod or a template of one.
func readPodSpec(spec *object.Value, namespace string, tell func(Need)) {
	readAdmitted(spec, namespace, tell)
	for _, secret := range spec.Get("imagePullSecrets").Elements() {
		named(tell, layout.Secrets, namespace, secret.Get("name"), Tolerated, noPrivatePull)
	}
	for _, volume := range spec.Get("volumes").Elements() {
		readPodVolume(volume, namespace, tell)
	}
	for _, list := range []string{"containers", "initContainers"} {
		for _, container := range spec.Get(list).Elements() {
			readContainer(container, namespace, tell)
		}
	}
	for _, claim := range spec.Get("resourceClaims").Elements() {
		named(tell, ResourceClaims, namespace, claim.Get("resourceClaimName"), Awaited, pendingPods)
		named(tell, ClaimTemplates, namespace, claim.Get("resourceClaimTemplateName"), Awaited, pendingPods)
	}
}

// readContainer reads the environment of a container.
func readContainer(container *object.Value, namespace string, tell func(Need)) {
	for _, from := range container.Get("envFrom").Elements() {
		mayLack(tell, layout.Secrets, namespace, from.Get("secretRef"), "name")
		mayLack(tell, layout.ConfigMaps, namespace, from.Get("configMapRef"), "name")
	}
	for _, env := range container.Get("env").Elements() {
		if from := env.Get("valueFrom"); from != nil {
			mayLack(tell, layout.Secrets, namespace, from.Get("secretKeyRef"), "name")
			mayLack(tell, layout.ConfigMaps, namespace, from.Get("configMapKeyRef"), "name")
		}
	}
}

// mayLack tells of what a source names, unless the source is optional.
func mayLack(tell func(Need), resource, namespace string, source *object.Value, field string) {
	if source != nil && !source.Get("optional").True() {
		named(tell, resource, namespace, source.Get(field), Awaited, noContainers)
	}
}

// secretsOfDrivers are the volumes that name a Secret as secretRef.name.
var secretsOfDrivers = []string{"cephfs", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"}

// readPodVolume reads one volume of a pod.
func readPodVolume(volume *object.Value, namespace string, tell func(Need)) {
	for kind, source := range volume.Members() {
		switch {
		case kind == "secret":
			mayLack(tell, layout.Secrets, namespace, source, "secretName")
		case kind == "configMap":
			mayLack(tell, layout.ConfigMaps, namespace, source, "name")
		case kind == "persistentVolumeClaim":
			named(tell, layout.PersistentVolumeClaims, namespace, source.Get("claimName"), Awaited, pendingPods)
		case kind == "projected":
			for _, part := range source.Get("sources").Elements() {
				mayLack(tell, layout.Secrets, namespace, part.Get("secret"), "name")
				mayLack(tell, layout.ConfigMaps, namespace, part.Get("configMap"), "name")
			}
		case kind == "csi":
			named(tell, layout.Secrets, namespace, source.Get("nodePublishSecretRef", "name"), Awaited, noContainers)
		case kind == "azureFile":
			named(tell, layout.Secrets, namespace, source.Get("secretName"), Awaited, noContainers)
		case kind == "ephemeral":
			readClaimSpec(source.Get("volumeClaimTemplate", "spec"), source.Get("volumeClaimTemplate"), tell)
		case slices.Contains(secretsOfDrivers, kind):
			named(tell, layout.Secrets, namespace, source.Get("secretRef", "name"), Awaited, noContainers)
		}
	}
}
