package findings_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

func TestWhatIsNamedAndIsNotThere(t *testing.T) {
	const secrets, notDescribed = "secrets/shop/creds", "; the target's secrets are not described; "
	pod := func(spec string) item {
		return item{address: "pods/shop/p", yaml: `{spec: {` + spec + `}}`}
	}
	uses := pod("containers: [{envFrom: [{secretRef: {name: creds}}]}]")
	second := uses
	second.address = "deployments.apps/shop/d"
	second.yaml = `{spec: {template: {spec: {containers: [{env: [{valueFrom: {secretKeyRef: {name: creds}}}]}]}}}}`
	of := func(i item, owner string) item {
		i.yaml = `{metadata: {ownerReferences: [{` + owner + `, controller: true}]}, ` + i.yaml[1:]
		return i
	}
	replicaSet := item{address: "replicasets.apps/shop/r", yaml: `{spec: {replicas: 1, template: {spec: {volumes: [{secret: {secretName: creds}}]}}}}`}
	secret := item{address: secrets, yaml: `{metadata: {name: creds}}`}
	other := []string{`{apiVersion: v1, kind: Secret, metadata: {name: x, namespace: shop}}`}
	shop := backup{namespaces: []string{"shop"}}
	leftOut := backup{namespaces: []string{"shop"}, leftOut: []string{secrets}}
	late := []item{pod("runtimeClassName: gvisor"), {address: "runtimeclasses.node.k8s.io/gvisor", yaml: `{}`}}
	crd := func(plural, kind string) string {
		return `{spec: {group: snapshot.storage.k8s.io, names: {plural: ` + plural + `, kind: ` + kind + `}}}`
	}
	const ownedByR = "apiVersion: apps/v1, kind: ReplicaSet, name: r"
	runScenes(t, []scene{
		{name: "by two", backup: shop, items: []item{uses, second}, want: []string{
			"reference-missing secrets/shop/creds: 1 deployment, 1 pod need Secret shop/creds, which this restore does not bring (the backup does not have it)" + notDescribed + "without it, containers of the pods do not start"}},
		{name: "which the backup has", backup: leftOut, items: []item{uses}, want: []string{
			"1 pod needs Secret shop/creds, which this restore does not bring (excludedResources leaves it out)" + notDescribed + "without it, containers of the pods do not start; to include it: --exclude-resources without secrets"}},
		{name: "which comes before", backup: shop, items: []item{secret, uses}},
		{name: "or later", backup: shop, items: []item{uses, secret}},
		{name: "which is there already", backup: shop, items: []item{uses, {address: secrets, yaml: `{}`, outcome: report.Exists}}},
		{name: "which fails", backup: shop, items: []item{uses, {address: secrets, yaml: `{}`, outcome: report.Fail}}, want: []string{secrets}},
		{name: "which comes into a mapped namespace", backup: shop, mapping: map[string]string{"shop": "store"}, items: []item{uses, secret}},
		{name: "which the target has", backup: shop, target: []string{`{apiVersion: v1, kind: Secret, metadata: {name: creds, namespace: shop}}`}, items: []item{uses}},
		{name: "which the target is known to lack", backup: shop, target: other, items: []item{uses}, want: []string{"the target does not have it; without it"}},
		{name: "by what is not restored", backup: shop, items: []item{{address: "pods/shop/p", yaml: uses.yaml, outcome: report.Exists}}},
		{name: "by what is updated", backup: shop, items: []item{{address: "pods/shop/p", yaml: uses.yaml, outcome: report.Update}}, want: []string{secrets}},
		{name: "by a pod beside its controller", backup: backup{namespaces: []string{"shop"}, later: []string{"replicasets.apps/shop/r"}}, items: []item{of(uses, ownedByR), replicaSet}, want: []string{"1 replicaset needs"}},
		{name: "by a pod without its controller", backup: shop, items: []item{of(uses, ownedByR)}, want: []string{"1 pod needs"}},
		{name: "by a pod of another controller", backup: backup{namespaces: []string{"shop"}, later: []string{"widgets.e.org/shop/r"}}, items: []item{of(uses, "apiVersion: e.org/v1, kind: Widget, name: r")}, want: []string{"owned-by-custom-resource", "1 pod needs"}},
		{name: "by a ReplicaSet beside its Deployment", backup: backup{namespaces: []string{"shop"}, later: []string{"deployments.apps/shop/d"}}, items: []item{of(replicaSet, "apiVersion: apps/v1, kind: Deployment, name: d"), second}, want: []string{"1 deployment needs"}},
		{name: "by a ReplicaSet that runs nothing", backup: shop, items: []item{{address: replicaSet.address, yaml: `{spec: {replicas: 0, ` + replicaSet.yaml[len(`{spec: {replicas: 1, `):]}}},
		{name: "an account is refused", backup: shop, items: []item{pod("serviceAccountName: runner")}, want: []string{"reference-refused serviceaccounts/shop/runner: "}},
		{name: "what every cluster has", backup: shop, items: []item{pod("serviceAccountName: default, priorityClassName: system-node-critical, volumes: [{configMap: {name: kube-root-ca.crt}}]"),
			{address: "rolebindings.rbac.authorization.k8s.io/shop/b", yaml: `{roleRef: {kind: ClusterRole, name: view}, subjects: [{kind: ServiceAccount, namespace: shop, name: default}]}`}}},
		{name: "a subject of a binding", backup: shop, items: []item{{address: "rolebindings.rbac.authorization.k8s.io/shop/b", yaml: `{roleRef: {kind: ClusterRole, name: view}, subjects: [{kind: ServiceAccount, namespace: shop, name: a}]}`}},
			want: []string{"reference-missing serviceaccounts/shop/a: 1 rolebinding needs"}},
		{name: "a class that comes after the pod", backup: shop, items: late, want: []string{
			"reference-too-late runtimeclasses.node.k8s.io/gvisor: this restore has RuntimeClass gvisor only after the pods that name it, and the target's runtimeclasses are not described: the API server refuses 1 pod"}},
		{name: "a class that comes after a template only", backup: shop, items: []item{{address: "deployments.apps/shop/d", yaml: `{spec: {template: {spec: {runtimeClassName: gvisor}}}}`}, late[1]}},
		{name: "a snapshot and its content under their new name", backup: shop, served: []string{crd("volumesnapshots", "VolumeSnapshot"), crd("volumesnapshotcontents", "VolumeSnapshotContent")}, items: []item{
			{address: "volumesnapshotcontents.snapshot.storage.k8s.io/old", yaml: `{metadata: {name: new}}`},
			{address: "volumesnapshots.snapshot.storage.k8s.io/shop/old", yaml: `{metadata: {name: new}, spec: {source: {volumeSnapshotContentName: new}}}`},
			{address: "persistentvolumeclaims/shop/c", yaml: `{spec: {dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: new}}}`}}},
	})
}

// conclude is what a scene's watchers make of it.
func conclude(t *testing.T, s *scene) *report.Summary {
	t.Helper()
	var summary report.Summary
	s.watch(t, func(i *item, show func() []string) { show() }).Conclude(&summary)
	return &summary
}

func TestNeedsAndWhatToDoForThem(t *testing.T) {
	account := backup{namespaces: []string{"shop"}, leftOut: []string{"serviceaccounts/shop/runner", "priorityclasses.scheduling.k8s.io/high", "persistentvolumeclaims/shop/data"}}
	s := conclude(t, &scene{
		backup: account, mapping: map[string]string{"shop": "store"}, target: []string{`{apiVersion: v1, kind: ServiceAccount, metadata: {name: x, namespace: store}}`},
		items: []item{{address: "pods/shop/p", yaml: `{spec: {serviceAccountName: runner, priorityClassName: high, imagePullSecrets: [{name: pull}], volumes: [{persistentVolumeClaim: {claimName: data}}]}}`}},
	})
	var severities []string
	for _, f := range s.Findings {
		severities = append(severities, f.Subject+" "+string(f.Severity))
		if !slices.Equal(f.Items, []string{"pods/shop/p"}) {
			t.Errorf("%s: items %q", f.Subject, f.Items)
		}
	}
	want := []string{"persistentvolumeclaims/store/data warning", "priorityclasses.scheduling.k8s.io/high warning", "secrets/store/pull note", "serviceaccounts/store/runner error"}
	if !slices.Equal(severities, want) {
		t.Errorf("got %q\nwant %q", severities, want)
	}
	needs := s.Told().Needs
	if len(needs) != 3 || needs[0].Missing || !needs[2].Missing || !needs[0].InBackup || needs[1].Bring == "" || needs[2].Effect != "the API server refuses the pods" {
		t.Errorf("needs: %+v", needs)
	}
	var commands []string
	for _, task := range s.Told().Before {
		commands = append(commands, task.Command)
	}
	// A restore of claims alone makes empty volumes: it is never advised.
	want = []string{
		"velero restore create --from-backup BACKUP --include-resources priorityclasses.scheduling.k8s.io --include-cluster-resources=true --wait",
		"velero restore create --from-backup BACKUP --include-resources serviceaccounts --include-namespaces shop --namespace-mappings shop:store --wait",
		"kubectl get priorityclasses.scheduling.k8s.io/high", "kubectl get --namespace store persistentvolumeclaims/data",
	}
	if !slices.Equal(commands, want) {
		t.Errorf("got  %q\nwant %q", commands, want)
	}
}

// So many of a sort have a finding of their own, and the rest has one together.
func TestVeryManyMissingThingsAreTogether(t *testing.T) {
	var items []item
	for i := range 60 {
		items = append(items, item{address: fmt.Sprintf("pods/shop/p%02d", i), yaml: fmt.Sprintf(`{spec: {imagePullSecrets: [{name: pull%d}], volumes: [{secret: {secretName: s%d}}, {secret: {secretName: s0}}]}}`, i, i)})
	}
	s := conclude(t, &scene{backup: backup{namespaces: []string{"shop"}}, items: items})
	if len(s.Findings) != 102 || len(s.Told().Needs) != 51 {
		t.Fatalf("%d findings and %d needs, want 50 of each sort, and one for the rest", len(s.Findings), len(s.Told().Needs))
	}
	rest := s.Findings[100:]
	const want = "10 pods need more secrets that this restore does not bring and the backup does not have, besides those listed one by one; " +
		"the target's secrets are not described; without them, containers of the pods do not start"
	if rest[0].Message != want || rest[0].Severity != report.Warning || rest[1].Severity != report.Notice || rest[0].Subject == rest[1].Subject {
		t.Errorf("got %+v\nwant %s", rest, want)
	}
	if first := s.Findings[slices.IndexFunc(s.Findings, func(f report.Finding) bool { return f.Subject == "secrets/shop/s0" })]; len(first.Items) != 60 {
		t.Errorf("%d items need s0, want 60", len(first.Items))
	}
	if before := s.Told().Before; len(before) != 1 || before[0].Command != "kubectl get --namespace shop secrets" {
		t.Errorf("before: %+v", before)
	}
}

func TestSelectorsThatSelectNothing(t *testing.T) {
	service := func(selector string) item {
		return item{address: "services/shop/web", yaml: `{spec: {` + selector + `}}`}
	}
	budget := func(selector string) item {
		return item{address: "poddisruptionbudgets.policy/shop/web", yaml: `{spec: {selector: {` + selector + `}}}`}
	}
	pod := item{address: "pods/shop/p", yaml: `{metadata: {labels: {app: web, tier: a}}}`}
	deployment := item{address: "deployments.apps/shop/d", yaml: `{metadata: {labels: {app: other}}, spec: {template: {metadata: {labels: {app: web}}}}}`}
	cronJob := item{address: "cronjobs.batch/shop/c", yaml: `{spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: web}}}}}}}`}
	mirror := item{address: "pods/shop/p", yaml: `{metadata: {labels: {app: web}, annotations: {kubernetes.io/config.mirror: x}}}`, outcome: report.Skip}
	completed := item{address: "pods/shop/p", yaml: `{metadata: {labels: {app: web}}}`, outcome: report.Skip}
	const web = "selector: {app: web}"
	nothing := []string{"selected-nothing-before services: 1 service selects no pod and no workload, as in the backup"}
	runScenes(t, []scene{
		{name: "a pod", items: []item{pod, service(web)}},
		{name: "a workload that comes later", items: []item{service(web), deployment}},
		{name: "a workload of another template", items: []item{service(web), cronJob}},
		{name: "a pod in another namespace", items: []item{{address: "pods/data/p", yaml: pod.yaml}, service(web)}, want: nothing},
		{name: "labels of which one differs", items: []item{pod, service("selector: {app: web, tier: b}")}, want: nothing},
		{name: "a workload's own labels", items: []item{deployment, service("selector: {app: other}")}, want: nothing},
		{name: "a mirror pod, which the target makes itself", items: []item{mirror, service(web)}},
		{name: "a completed pod", items: []item{completed, service(web)}, want: nothing},
		{name: "one pod of a StatefulSet", items: []item{service("selector: {app: web, statefulset.kubernetes.io/pod-name: web-0}"), deployment}},
		{name: "a pod of the target", target: []string{`{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, labels: {app: web}}}`}, items: []item{service(web)}},
		{name: "what the restore leaves out", backup: backup{namespaces: []string{"shop"}, leavesOut: true}, items: []item{service(web)},
			want: []string{"selects-nothing services: 1 service selects no pod and no workload of this restore, which excludes pods or workloads of the namespace"}},
		{name: "no selector, and another host", items: []item{service("ports: []"), service("type: ExternalName, " + web)}},
		{name: "a budget", items: []item{budget("matchLabels: {app: web}")}, want: []string{"selected-nothing-before poddisruptionbudgets.policy: 1 poddisruptionbudget selects"}},
		{name: "a budget for all pods, and one of expressions", items: []item{budget(""), budget("matchLabels: {app: web}, matchExpressions: [{key: a, operator: Exists}]")}},
	})
}

func TestVersionsThatKubernetesHasRemoved(t *testing.T) {
	ingress := item{address: "ingresses.extensions/shop/i", yaml: `{apiVersion: extensions/v1beta1, kind: Ingress}`}
	runScenes(t, []scene{
		{name: "one that has moved, of which no definition is missing", items: []item{ingress}, want: []string{
			"api-version-removed ingresses.extensions extensions/v1beta1: Kubernetes 1.22 and later do not serve extensions/v1beta1 Ingress: Velero fails there on 1 ingress; use networking.k8s.io/v1"}},
		{name: "one that has gone", items: []item{{address: "podsecuritypolicies.policy/p", yaml: `{apiVersion: policy/v1beta1}`}}, want: []string{"Velero fails there on 1 podsecuritypolicy; it has no replacement"}},
		{name: "another version", items: []item{{address: "cronjobs.batch/shop/c", yaml: `{apiVersion: batch/v1}`}}},
		{name: "one that fails for another reason", items: []item{{address: ingress.address, yaml: ingress.yaml, outcome: report.Fail}}},
	})
}
