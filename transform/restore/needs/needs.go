// Package needs reads off an item what it needs to find in its cluster: the objects that it names.
//
// Each kind of user is a file, and each of its resources a row in the table below.
package needs

import (
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Weight is what comes of an object that is not there.
type Weight uint8

// The weights, lightest first.
const (
	Tolerated Weight = iota // Kubernetes goes on without it
	Awaited                 // something waits for it, or does not work
	Refused                 // the API server refuses pods for it
)

// Need is an object that an item names, as it is called in the target.
type Need struct {
	Of     layout.Address
	Weight Weight
	Effect string // what happens without it, in a few words
	// Guarding says that a webhook which must answer needs it: without it the API server refuses what the webhook looks at.
	Guarding bool
}

// User is an item that may need others.
type User struct {
	Resource  string
	Version   string
	Namespace string // in the target
	Object    *object.Value
	// Controller is the resource of a pod's controller that is restored, "" for none: what the template names is its to tell.
	Controller string
	// Resolve returns the resource of an apiVersion and a kind, "" for one that is not known.
	Resolve func(apiVersion, kind string) string
}

// Resources that are named here alone.
const (
	ClaimTemplates          = "resourceclaimtemplates.resource.k8s.io"
	ResourceClaims          = "resourceclaims.resource.k8s.io"
	Roles                   = "roles.rbac.authorization.k8s.io"
	IngressClasses          = "ingressclasses.networking.k8s.io"
	Ingresses               = "ingresses.networking.k8s.io"
	Autoscalers             = "horizontalpodautoscalers.autoscaling"
	RuntimeClasses          = "runtimeclasses.node.k8s.io"
	VolumeAttachments       = "volumeattachments.storage.k8s.io"
	VolumeAttributesClasses = "volumeattributesclasses.storage.k8s.io"
	Deployments             = "deployments.apps"
	ReplicaSets             = "replicasets.apps"
	DaemonSets              = "daemonsets.apps"
	CronJobs                = "cronjobs.batch"
	Controllers             = "replicationcontrollers"
	PodTemplates            = "podtemplates"
	ResourceSlices          = "resourceslices.resource.k8s.io"
	Nodes                   = "nodes"
)

// reader tells the needs of one kind of user.
type reader func(u *User, tell func(Need))

// readers are all kinds of users.
var readers = map[string]reader{
	layout.Pods:                   readPod,
	PodTemplates:                  template("template", "spec"),
	Deployments:                   template("spec", "template", "spec"),
	ReplicaSets:                   template("spec", "template", "spec"),
	DaemonSets:                    template("spec", "template", "spec"),
	Controllers:                   template("spec", "template", "spec"),
	layout.Jobs:                   template("spec", "template", "spec"),
	CronJobs:                      template("spec", "jobTemplate", "spec", "template", "spec"),
	layout.StatefulSets:           readStatefulSet,
	layout.RoleBindings:           readBinding,
	layout.ClusterRoleBindings:    readBinding,
	Ingresses:                     readIngress,
	Autoscalers:                   readAutoscaler,
	layout.MutatingWebhooks:       readWebhooks,
	layout.ValidatingWebhooks:     readWebhooks,
	layout.CRDs:                   readConversion,
	layout.APIServices:            readAPIService,
	layout.PersistentVolumeClaims: readClaim,
	layout.PersistentVolumes:      readVolume,
	layout.StorageClasses:         readStorageClass,
	layout.CSISnapshots:           readSnapshot,
	VolumeAttachments:             readAttachment,
	ResourceSlices:                readSlice,
}

// Users are the resources whose items may need others.
func Users() []string {
	list := make([]string, 0, len(readers))
	for resource := range readers {
		list = append(list, resource)
	}
	return list
}

// Read tells what an item needs. One need may come more than once.
func Read(u *User, tell func(Need)) {
	if read := readers[u.Resource]; read != nil {
		read(u, tell)
	}
}

// named tells of an object that is named in a field; nothing is told where the field is empty.
func named(tell func(Need), resource, namespace string, name *object.Value, weight Weight, effect string) {
	if text := name.Str(); text != "" {
		tell(Need{Of: layout.Address{Resource: resource, Namespace: namespace, Name: text}, Weight: weight, Effect: effect})
	}
}
