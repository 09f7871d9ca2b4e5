package diff

import (
	"reflect"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/veltx/veltx/tarball/object"
)

// defaults are what the API server puts where a field is left open, by the type that has the field. An object stands
// for one with defaults in all its fields. It has what does not depend on other fields; see also dependent.
// Source: Kubernetes 1.33, the functions SetDefaults_* of pkg/apis/{core,apps,batch}/v1/defaults.go. enableServiceLinks is
// filled in for pods alone, and means the same where a template leaves it open.
var defaults = map[reflect.Type]map[string]string{
	reflect.TypeFor[corev1.PodSpec](): {
		"dnsPolicy": `"ClusterFirst"`, "restartPolicy": `"Always"`, "securityContext": `{}`, "terminationGracePeriodSeconds": `30`,
		"schedulerName": `"default-scheduler"`, "enableServiceLinks": `true`,
	},
	reflect.TypeFor[corev1.Container]():                     {"terminationMessagePath": `"/dev/termination-log"`, "terminationMessagePolicy": `"File"`},
	reflect.TypeFor[corev1.ContainerPort]():                 {"protocol": `"TCP"`},
	reflect.TypeFor[corev1.Probe]():                         {"timeoutSeconds": `1`, "periodSeconds": `10`, "successThreshold": `1`, "failureThreshold": `3`},
	reflect.TypeFor[corev1.HTTPGetAction]():                 {"path": `"/"`, "scheme": `"HTTP"`},
	reflect.TypeFor[corev1.SecretVolumeSource]():            {"defaultMode": `420`},
	reflect.TypeFor[corev1.ConfigMapVolumeSource]():         {"defaultMode": `420`},
	reflect.TypeFor[corev1.DownwardAPIVolumeSource]():       {"defaultMode": `420`},
	reflect.TypeFor[corev1.ProjectedVolumeSource]():         {"defaultMode": `420`},
	reflect.TypeFor[corev1.ServiceAccountTokenProjection](): {"expirationSeconds": `3600`},
	reflect.TypeFor[corev1.HostPathVolumeSource]():          {"type": `""`},
	reflect.TypeFor[corev1.ObjectFieldSelector]():           {"apiVersion": `"v1"`},
	reflect.TypeFor[corev1.ServiceSpec]():                   {"sessionAffinity": `"None"`, "type": `"ClusterIP"`, "internalTrafficPolicy": `"Cluster"`},
	reflect.TypeFor[corev1.ServicePort]():                   {"protocol": `"TCP"`},
	reflect.TypeFor[corev1.EndpointPort]():                  {"protocol": `"TCP"`},
	reflect.TypeFor[corev1.Secret]():                        {"type": `"Opaque"`},
	reflect.TypeFor[corev1.PersistentVolumeSpec]():          {"persistentVolumeReclaimPolicy": `"Retain"`, "volumeMode": `"Filesystem"`},
	reflect.TypeFor[corev1.PersistentVolumeClaimSpec]():     {"volumeMode": `"Filesystem"`},
	reflect.TypeFor[corev1.ReplicationControllerSpec]():     {"replicas": `1`},

	reflect.TypeFor[appsv1.DeploymentSpec]():          {"replicas": `1`, "revisionHistoryLimit": `10`, "progressDeadlineSeconds": `600`},
	reflect.TypeFor[appsv1.DeploymentStrategy]():      {"type": `"RollingUpdate"`, "rollingUpdate": `{}`},
	reflect.TypeFor[appsv1.RollingUpdateDeployment](): {"maxUnavailable": `"25%"`, "maxSurge": `"25%"`},
	reflect.TypeFor[appsv1.ReplicaSetSpec]():          {"replicas": `1`},
	reflect.TypeFor[appsv1.DaemonSetSpec]():           {"revisionHistoryLimit": `10`},
	reflect.TypeFor[appsv1.DaemonSetUpdateStrategy](): {"type": `"RollingUpdate"`, "rollingUpdate": `{}`},
	reflect.TypeFor[appsv1.RollingUpdateDaemonSet]():  {"maxUnavailable": `1`, "maxSurge": `0`},
	reflect.TypeFor[appsv1.StatefulSetSpec](): {
		"replicas": `1`, "revisionHistoryLimit": `10`, "podManagementPolicy": `"OrderedReady"`, "persistentVolumeClaimRetentionPolicy": `{}`,
	},
	reflect.TypeFor[appsv1.StatefulSetUpdateStrategy]():        {"type": `"RollingUpdate"`, "rollingUpdate": `{}`},
	reflect.TypeFor[appsv1.RollingUpdateStatefulSetStrategy](): {"partition": `0`},
	reflect.TypeFor[appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy](): {
		"whenDeleted": `"Retain"`, "whenScaled": `"Retain"`,
	},

	reflect.TypeFor[batchv1.JobSpec](): {"parallelism": `1`, "backoffLimit": `6`, "completionMode": `"NonIndexed"`, "suspend": `false`},
	reflect.TypeFor[batchv1.CronJobSpec](): {
		"concurrencyPolicy": `"Allow"`, "suspend": `false`, "successfulJobsHistoryLimit": `3`, "failedJobsHistoryLimit": `1`,
	},
}

// dependent are defaults that follow from another field of the same object.
var dependent = map[reflect.Type]map[string]func(*object.Value) *object.Value{
	reflect.TypeFor[corev1.Container]():   {"imagePullPolicy": pullPolicy},
	reflect.TypeFor[corev1.ServicePort](): {"targetPort": func(port *object.Value) *object.Value { return port.Get("port") }},
}

// pullPolicy is what an image's tag makes of the policy (SetDefaults_Container).
func pullPolicy(container *object.Value) *object.Value {
	image := container.Get("image").Str()
	name, digest, _ := strings.Cut(image, "@")
	_, tag, tagged := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ":")
	if tag == "latest" || !tagged && digest == "" {
		return object.Text(string(corev1.PullAlways))
	}
	return object.Text(string(corev1.PullIfNotPresent))
}

// isUnset says whether a value means the same as none in the other object, which lacks it.
func (f field) isUnset(v, other *object.Value) bool {
	switch {
	case v.IsNull():
		return true
	case f.in == nil: // nothing is known, or it is a key of a map
		return false
	}
	if made := dependent[f.in][f.name]; made != nil && object.Equal(v, made(other)) {
		return true
	}
	fixed, known := defaults[f.in][f.name]
	if known && object.Equal(v, object.MustParse(fixed)) {
		return true
	}
	return (!f.optional || fixed == `{}`) && f.isZero(v)
}

// isZero says whether the value is that of a field which was never written.
func (f field) isZero(v *object.Value) bool {
	switch f.of.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Kind() == object.Array && v.Len() == 0 || v.Kind() == object.Object && v.Len() == 0 || f.of == data && v.Is("")
	case reflect.String:
		return v.Is("")
	case reflect.Bool:
		return v.Kind() == object.Bool && !v.True()
	case reflect.Int32, reflect.Int64, reflect.Int:
		n, ok := v.Int()
		return ok && n == 0
	case reflect.Struct:
		if v.Kind() != object.Object {
			return false
		}
		for key, member := range v.Members() {
			if !fieldOf(f.of, key).isUnset(member, v) {
				return false
			}
		}
		return true
	}
	return false
}
