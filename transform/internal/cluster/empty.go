package cluster

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// systemNamespaces exist in every cluster; velero is there because Velero runs in it.
var systemNamespaces = []string{"default", "kube-system", "kube-public", "kube-node-lease", "velero"}

// filledIn are the names of what controllers put into each namespace, by resource.
var filledIn = map[string][]string{layout.ServiceAccounts: {"default"}, layout.ConfigMaps: {"kube-root-ca.crt"}}

// everywhere is what a cluster has without anyone having said so, as bare as a controller makes it; nil for anything
// else. It is the one place that knows: what exists and what actions ask for come from here and from inEveryCluster, which also
// goes by what an item looks like.
func (v *View) everywhere(resource, namespace, name string) *object.Value {
	switch {
	case resource == layout.Namespaces && !v.exact && slices.Contains(systemNamespaces, name):
		return v.asMade(bareKey{"Namespace", "", name})
	case !v.filled || !v.spaces[namespace] || !slices.Contains(filledIn[resource], name):
		return nil
	case resource == layout.ServiceAccounts:
		return v.asMade(bareKey{"ServiceAccount", namespace, name})
	}
	return v.asMade(bareKey{"ConfigMap", namespace, name})
}

type bareKey struct{ kind, namespace, name string }

// asMade is an object as bare as a controller makes it. It is made once, as actions ask for the same one of each item.
func (v *View) asMade(key bareKey) *object.Value {
	if made, ok := v.bare.Load(key); ok {
		return made.(*object.Value)
	}
	o := Bare(key.kind, key.namespace, key.name)
	v.bare.Store(key, o)
	return o
}

// inEveryCluster says why an empty but running Kubernetes cluster with Velero in it has the item, "" if it has not.
// Checked against what a real kube-apiserver answered to a restore into an empty cluster.
func inEveryCluster(resource, namespace string, item *object.Value) string {
	objectName := item.Name()
	switch resource {
	case layout.Namespaces:
		if slices.Contains(systemNamespaces, objectName) {
			return "every cluster with Velero has this namespace"
		}
	case layout.ServiceAccounts:
		if objectName == "default" {
			return "every namespace gets its default ServiceAccount from the cluster"
		}
	case layout.ConfigMaps:
		return inEveryClusterConfigMap(namespace, objectName)
	case layout.ClusterRoles, layout.ClusterRoleBindings, "roles.rbac.authorization.k8s.io", layout.RoleBindings:
		if item.Labels()["kubernetes.io/bootstrapping"] == "rbac-defaults" {
			return "kube-apiserver makes its bootstrap RBAC itself"
		}
	case layout.PriorityClasses:
		if strings.HasPrefix(objectName, "system-") {
			return "kube-apiserver makes the system priority classes itself"
		}
	case "flowschemas.flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io":
		if _, ok := item.Annotations()["apf.kubernetes.io/autoupdate-spec"]; ok {
			return "kube-apiserver makes its flow control objects itself"
		}
	case layout.CRDs:
		if item.Get("spec", "group").Is("velero.io") {
			return "Velero's own CustomResourceDefinitions are where Velero runs"
		}
	case layout.Services, "endpoints", "endpointslices.discovery.k8s.io":
		if namespace == "default" && objectName == "kubernetes" {
			return "kube-apiserver makes the kubernetes Service itself"
		}
	case "ipaddresses.networking.k8s.io":
		if parent := item.Get("spec", "parentRef"); parent.Get("namespace").Is("default") && parent.Get("name").Is("kubernetes") {
			return "kube-apiserver takes the address of the kubernetes Service itself"
		}
	case "servicecidrs.networking.k8s.io":
		if objectName == "kubernetes" {
			return "kube-apiserver makes its default ServiceCIDR itself"
		}
	}
	return ""
}

// ofVelero says why the namespace of a running Velero has the item, "" if it may not: the server itself, what it makes when
// it starts, and the location that it reads the backup from.
// Source: v1.18.2 pkg/install/deployment.go:150, pkg/repository/keys/keys.go:33-36, pkg/controller/restore_controller.go:462-470.
func (v *View) ofVelero(resource, namespace, name string) string {
	if namespace != v.velero {
		return ""
	}
	switch resource + "/" + name {
	case "deployments.apps/velero":
		return "Velero itself runs as this Deployment"
	case layout.Secrets + "/velero-repo-credentials":
		return "Velero makes this Secret itself"
	case "backupstoragelocations.velero.io/" + v.location:
		return "Velero reads the backup from this location"
	}
	return ""
}

func inEveryClusterConfigMap(namespace, objectName string) string {
	switch {
	case objectName == "kube-root-ca.crt":
		return "every namespace gets kube-root-ca.crt from the cluster"
	case namespace == "kube-system" && (objectName == "extension-apiserver-authentication" ||
		objectName == "kube-apiserver-legacy-service-account-token-tracking"):
		return "kube-apiserver makes this ConfigMap itself"
	}
	return ""
}

// SystemNamespaces are the namespaces of every cluster with Velero.
func SystemNamespaces() []string { return slices.Clone(systemNamespaces) }

// InEachNamespace is an object that controllers put into each namespace.
type InEachNamespace struct{ Resource, Kind, Name string }

// EachNamespaceHas is what controllers put into each namespace.
func EachNamespaceHas() []InEachNamespace {
	return []InEachNamespace{{layout.ConfigMaps, "ConfigMap", "kube-root-ca.crt"}, {layout.ServiceAccounts, "ServiceAccount", "default"}}
}

// Bare is an object of the core group as bare as a controller makes it.
func Bare(kind, namespace, name string) *object.Value {
	o, metadata := object.New(), object.New()
	o.Set("apiVersion", object.Text("v1"))
	o.Set("kind", object.Text(kind))
	metadata.Set("name", object.Text(name))
	if namespace != "" {
		metadata.Set("namespace", object.Text(namespace))
	}
	o.Set("metadata", metadata)
	return o
}
