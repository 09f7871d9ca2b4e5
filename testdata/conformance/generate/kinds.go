package generate

import (
	"fmt"
	"strings"
)

// unknown is a field that no version of Kubernetes has.
const unknown = "fromTheFuture"

func (g *generator) space() string { return pick(g, spaces...) }

// cluster makes the Namespaces and the definition of a custom resource, mostly.
func (g *generator) cluster() {
	for _, ns := range spaces {
		if g.chance(60) {
			g.put("namespaces", "v1", "Namespace", "", ns, object{
				"metadata": object{"labels": object{"kubernetes.io/metadata.name": ns}},
				"spec":     object{"finalizers": []any{"kubernetes"}}, "status": object{"phase": "Active"},
			})
		}
	}
	if g.chance(40) {
		spec := object{
			"group": "example.io", "scope": "Namespaced",
			"names":    object{"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
			"versions": []any{object{"name": "v1", "served": true, "storage": true, "schema": object{"openAPIV3Schema": object{"type": "object"}}}},
		}
		g.maybe(40, spec, "preserveUnknownFields", true, false)
		g.put("customresourcedefinitions.apiextensions.k8s.io", "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "widgets.example.io", object{"spec": spec})
	}
}

// item makes one item of a random kind.
func (g *generator) item() {
	ns := g.space()
	name := pick(g, "web", "db", "a", "a-b", "cache", "default")
	if g.chance(2) { // as long as labels and names may be, as long as Velero can unpack, and longer
		name = strings.Repeat("n", pick(g, 63, 64, 250, 250, 253))
	}
	switch g.r.IntN(20) {
	case 0, 1, 2, 3:
		g.pod(ns, name)
	case 4, 5:
		g.service(ns, name)
	case 6, 7:
		g.claim(ns, name)
	case 8:
		g.volume(fmt.Sprintf("pv-%d", g.r.IntN(4)))
	case 9:
		g.account(ns, name)
	case 10, 11:
		g.secret(ns)
	case 12:
		g.job(ns, name)
	case 13, 14:
		g.workload(ns, name)
	case 15:
		g.binding(ns, name)
	case 16:
		g.put("configmaps", "v1", "ConfigMap", ns, pick(g, name, "kube-root-ca.crt"), object{"data": object{"a": "1", "text": "x\ny: z\n"}})
	case 17:
		g.custom(ns, name)
	default:
		g.clusterScoped(name)
	}
}

func (g *generator) account(ns, name string) {
	o := object{}
	if g.chance(70) {
		secrets := []any{}
		for range g.r.IntN(4) {
			secrets = append(secrets, object{"name": pick(g, name+"-token-abcde", name+"-token-fghij", "other", "x-token-1")})
		}
		o["secrets"] = secrets
	}
	g.maybe(30, o, "imagePullSecrets", []any{object{"name": name + "-token-pull"}, object{"name": "pull"}}, []any{})
	g.maybe(20, o, "automountServiceAccountToken", false, true)
	g.put("serviceaccounts", "v1", "ServiceAccount", ns, name, o)
}

func (g *generator) secret(ns string) {
	account := pick(g, "web", "default", "db")
	o := object{"data": object{"token": "dA==", "ca.crt": "Y2E=", "namespace": "bnM=", "other": "bw=="}}
	name := pick(g, account+"-token-abcde", "opaque", account+"-token")
	g.maybe(70, o, "type", "kubernetes.io/service-account-token", "Opaque", "kubernetes.io/service-account-token")
	g.maybe(10, o, "immutable", true)
	if g.chance(70) {
		o["metadata"] = object{"annotations": object{"kubernetes.io/service-account.name": account, "kubernetes.io/service-account.uid": "u"}}
	}
	if g.chance(10) {
		delete(o, "data")
	}
	g.put("secrets", "v1", "Secret", ns, name, o)
}

func (g *generator) job(ns, name string) {
	labels := object{"app": "job"}
	g.maybe(70, labels, "controller-uid", "u")
	g.maybe(50, labels, "batch.kubernetes.io/controller-uid", "u")
	spec := object{"template": object{"metadata": object{"labels": labels}, "spec": g.podSpec()}, "backoffLimit": 3}
	if g.chance(70) {
		spec["selector"] = object{"matchLabels": object{"controller-uid": "u"}}
	}
	g.maybe(20, spec, "manualSelector", true)
	o := object{"spec": spec, "status": object{}}
	g.maybe(25, o, "status", object{"completionTime": "2026-01-02T03:04:05Z", "succeeded": 1}, object{"active": 1})
	g.put("jobs.batch", "batch/v1", "Job", ns, name, o)
}

func (g *generator) workload(ns, name string) {
	template := object{"metadata": object{"labels": object{"app": "x"}}, "spec": g.podSpec()}
	spec := object{"selector": object{"matchLabels": object{"app": "x"}}, "template": template}
	switch g.r.IntN(5) {
	case 0:
		spec["replicas"] = 2
		g.put("deployments.apps", "apps/v1", "Deployment", ns, name, object{"spec": spec, "status": object{"replicas": 2}})
	case 1:
		spec["serviceName"] = "s"
		if g.chance(70) {
			spec["volumeClaimTemplates"] = []any{object{
				"metadata": object{"name": "d"}, "spec": object{"storageClassName": pick[any](g, "gp2", "fast", "unmapped"), "accessModes": []any{"ReadWriteOnce"}},
			}, object{"metadata": object{"name": "e"}, "spec": object{}}}
		}
		g.put("statefulsets.apps", "apps/v1", "StatefulSet", ns, name, object{"spec": spec})
	case 2:
		g.put("daemonsets.apps", "apps/v1", "DaemonSet", ns, name, object{"spec": spec})
	case 3:
		g.put("replicasets.apps", "apps/v1", "ReplicaSet", ns, name, object{"spec": spec})
	default:
		g.put("cronjobs.batch", "batch/v1", "CronJob", ns, name, object{
			"spec": object{"schedule": "* * * * *", "jobTemplate": object{"spec": object{"template": template}}},
		})
	}
}

func (g *generator) binding(ns, name string) {
	var subjects []any
	for range g.r.IntN(3) {
		subjects = append(subjects, pick[any](g,
			object{"kind": "ServiceAccount", "name": "default", "namespace": g.space()},
			object{"kind": "User", "name": "u", "apiGroup": "rbac.authorization.k8s.io"},
			object{"kind": "Group", "name": "system:serviceaccounts:shop", "apiGroup": "rbac.authorization.k8s.io"},
		))
	}
	o := object{"roleRef": object{"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}}
	if subjects != nil {
		o["subjects"] = subjects
	}
	if g.chance(50) {
		g.put("rolebindings.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1", "RoleBinding", ns, name, o)
		return
	}
	g.put("clusterrolebindings.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", name, o)
}

func (g *generator) custom(ns, name string) {
	spec := object{"size": 1, "deep": object{"list": []any{1, "two", object{"three": 3}}, "none": nil, "empty": object{}}}
	o := object{"spec": spec, unknown: object{"a": []any{}}}
	g.maybe(50, o, "status", object{"ready": true}, "text")
	g.put("widgets.example.io", "example.io/v1", "Widget", ns, name, o)
}

func (g *generator) clusterScoped(name string) {
	switch g.r.IntN(8) {
	case 0:
		g.put("storageclasses.storage.k8s.io", "storage.k8s.io/v1", "StorageClass", "", pick(g, "gp2", "gp3", "fast"), object{"provisioner": "ebs.csi.aws.com"})
	case 1:
		g.put("priorityclasses.scheduling.k8s.io", "scheduling.k8s.io/v1", "PriorityClass", "", pick(g, "high", "low"), object{"value": 1000})
	case 2:
		labels := object{}
		g.maybe(50, labels, "kube-aggregator.kubernetes.io/automanaged", "true", "onstart", "")
		g.put("apiservices.apiregistration.k8s.io", "apiregistration.k8s.io/v1", "APIService", "", "v1.example.io", object{
			"metadata": object{"labels": labels}, "spec": object{"group": "example.io", "version": "v1", "groupPriorityMinimum": 1, "versionPriority": 1},
		})
	case 3:
		hook := object{"name": "h.example.io", "clientConfig": object{"url": "https://x"}}
		g.maybe(80, hook, "sideEffects", "None", "NoneOnDryRun", "Unknown", "Some")
		kind := pick(g, "Mutating", "Validating")
		resource := map[string]string{"Mutating": "mutatingwebhookconfigurations", "Validating": "validatingwebhookconfigurations"}[kind]
		version := pick(g, "v1", "v1", "v1beta1")
		g.put(resource+".admissionregistration.k8s.io", "admissionregistration.k8s.io/"+version, kind+"WebhookConfiguration", "", name, object{"webhooks": []any{hook}})
	case 4:
		g.put("nodes", "v1", "Node", "", "node-a", object{"spec": object{}})
	case 5:
		g.put("clusterroles.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1", "ClusterRole", "", "system:x:"+name, object{"rules": []any{}})
	default:
		g.volume(fmt.Sprintf("pv-%d", g.r.IntN(4)))
	}
}
