package restore_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// backupOf is a backup of YAML documents.
func backupOf(t *testing.T, text string) *backuptest.Backup {
	t.Helper()
	b := &backuptest.Backup{Name: "b", Entries: []backuptest.File{{Path: "metadata/version", Body: "1.1.0\n"}}}
	resources := discovery.New()
	for document := range strings.SplitSeq(text, "\n---\n") {
		o := actiontest.Parse(t, document)
		resource, known := resources.ForKind(o.APIVersion(), o.ObjectKind())
		if o.APIVersion() == "extensions/v1beta1" || o.ObjectKind() == "CustomResourceDefinition" {
			known = true
			resources.AddCRD(o)
		}
		if !known {
			t.Fatalf("%s %s: unknown", o.APIVersion(), o.ObjectKind())
		}
		b.Add(resource, layout.Version(o.APIVersion()), o.Namespace(), o.Name(), string(o.JSON()))
	}
	return b
}

// foretell previews a restore. The findings come as "severity id subject", those of items as "severity id address".
func foretell(t *testing.T, b *backuptest.Backup, o *restore.Options) (found []string, summary *report.Summary) {
	t.Helper()
	o.Profile, o.Actions = actions.V1_18, builtin.Restore(actions.V1_18)
	if err := o.Complete("b"); err != nil {
		t.Fatal(err)
	}
	summary, err := restore.Preview(t.Context(), b.Open(t, tarball.Options{}), o, report.SinkFunc(func(i *report.Item) error {
		for f := range i.Findings() {
			found = append(found, string(f.Severity)+" "+f.ID+" "+i.Resource+"/"+i.Name)
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range summary.Findings {
		found = append(found, string(f.Severity)+" "+f.ID+" "+f.Subject)
	}
	slices.Sort(found)
	return found, summary
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// message is the finding's of an id and a subject.
func message(s *report.Summary, id, subject string) string {
	for _, f := range s.Findings {
		if f.ID == id && f.Subject == subject {
			return f.Message
		}
	}
	return ""
}

const scraper = `{apiVersion: v1, kind: Namespace, metadata: {name: scraper}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: agent, namespace: scraper}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: scraper-agent}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: scraper-agent}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: scraper-agent}
subjects: [{kind: ServiceAccount, name: agent, namespace: scraper}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: edit, namespace: scraper}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: scraper-agent}
subjects: [{kind: ServiceAccount, name: agent, namespace: scraper}, {kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccounts:scraper"}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: agent, namespace: scraper}
spec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {serviceAccountName: agent, priorityClassName: high, containers: [{name: c, image: nginx}]}}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: scraper}, spec: {selector: {app: agent}}}
---
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: scraper}
spec: {ingressClassName: edge, rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
---
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: edge}, spec: {controller: example.com/edge}}`

func TestANamespaceWithoutItsClusterRoles(t *testing.T) {
	const role, class, priority = "clusterroles.rbac.authorization.k8s.io/scraper-agent", "ingressclasses.networking.k8s.io/edge", "priorityclasses.scheduling.k8s.io/high"
	only := func() *velero.Restore {
		return &velero.Restore{Spec: velero.RestoreSpec{IncludedNamespaces: []string{"scraper"}}}
	}
	got, s := foretell(t, backupOf(t, scraper), &restore.Options{Restore: only()})
	expect(t, got, "warning reference-missing "+role, "warning reference-missing "+class, "warning reference-refused "+priority)
	for _, need := range s.Told().Needs {
		if need.Missing || !need.InBackup || need.Bring != "--include-cluster-resources" || len(need.Users) != 1 {
			t.Errorf("need: %+v", need)
		}
	}
	const first = "velero restore create --from-backup b --include-resources clusterroles.rbac.authorization.k8s.io,ingressclasses.networking.k8s.io,priorityclasses.scheduling.k8s.io --include-cluster-resources=true --wait"
	if before := s.Told().Before; len(before) != 2 || before[0].Command != first || before[1].Command != "kubectl get "+role+" "+class+" "+priority {
		t.Errorf("before: %+v", before)
	}

	// The target is described, and has one of the three.
	got, s = foretell(t, backupOf(t, scraper), &restore.Options{Restore: only(), Target: []*object.Value{
		object.MustParse(`{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"low"}}`),
		object.MustParse(`{"apiVersion":"networking.k8s.io/v1","kind":"IngressClass","metadata":{"name":"edge"}}`),
	}})
	expect(t, got, "warning reference-missing "+role, "error reference-refused "+priority)
	if text := message(s, "reference-refused", priority); !strings.Contains(text, "the target does not have it; without it, the API server refuses the pods") {
		t.Error(text)
	}
}

// A healthy restore of a healthy backup has nothing that dangles.
func TestAWholeBackupNeedsNothing(t *testing.T) {
	got, s := foretell(t, backupOf(t, scraper), &restore.Options{Restore: &velero.Restore{}})
	expect(t, got)
	if len(s.Told().Needs)+len(s.Told().Before) > 0 {
		t.Errorf("needs %+v, before %+v", s.Told().Needs, s.Told().Before)
	}
	got, _ = foretell(t, backupOf(t, scraper), &restore.Options{Restore: &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: map[string]string{"scraper": "other"}}}})
	expect(t, got, "warning reference-to-mapped-namespace rolebindings.rbac.authorization.k8s.io/edit") // a Group, which Velero does not map
}

func TestAPodWithoutWhatItsFiltersLeaveOut(t *testing.T) {
	const text = `{apiVersion: v1, kind: Namespace, metadata: {name: q}}
---
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: medium}, value: 100}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: q}
spec:
  priorityClassName: medium
  serviceAccountName: runner
  imagePullSecrets: [{name: regcred}]
  containers: [{name: c, image: nginx, envFrom: [{secretRef: {name: creds}}, {configMapRef: {name: conf}}, {secretRef: {name: maybe, optional: true}}]}]
  volumes: [{name: v, secret: {secretName: tls}}]
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: runner, namespace: q}}
---
{apiVersion: v1, kind: Secret, metadata: {name: creds, namespace: q}, data: {a: c2VjcmV0}}
---
{apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: q}, data: {a: c2VjcmV0}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: conf, namespace: q}, data: {a: b}}`
	no := false
	got, s := foretell(t, backupOf(t, text), &restore.Options{Restore: &velero.Restore{Spec: velero.RestoreSpec{
		IncludeClusterResources: &no, ExcludedResources: []string{"secrets", "configmaps", "serviceaccounts"},
	}}})
	expect(t, got, "warning reference-missing configmaps/q/conf", "warning reference-missing secrets/q/creds", "warning reference-missing secrets/q/tls",
		"note reference-missing secrets/q/regcred", "warning reference-refused priorityclasses.scheduling.k8s.io/medium", "warning reference-refused serviceaccounts/q/runner")
	const want = "1 pod needs Secret q/creds, which this restore does not bring (excludedResources (secrets) leaves secrets out); " +
		"the target's secrets are not described; without it, containers of the pods do not start; to include it: --exclude-resources without secrets"
	if text := message(s, "reference-missing", "secrets/q/creds"); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func TestItemsInVersionsThatKubernetesHasRemoved(t *testing.T) {
	const text = `{apiVersion: networking.k8s.io/v1beta1, kind: Ingress, metadata: {name: web, namespace: legacy}}
---
{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: web, namespace: legacy}}
---
{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: web, namespace: legacy}, spec: {minAvailable: 1}}
---
{apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: cj, namespace: legacy}}
---
{apiVersion: autoscaling/v2beta2, kind: HorizontalPodAutoscaler, metadata: {name: h, namespace: legacy}}
---
{apiVersion: policy/v1beta1, kind: PodSecurityPolicy, metadata: {name: psp}, spec: {}}`
	node := func(version string) []*object.Value {
		return []*object.Value{object.MustParse(`{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"nodeInfo":{"kubeletVersion":"` + version + `"}}}`)}
	}
	got, s := foretell(t, backupOf(t, text), &restore.Options{Restore: &velero.Restore{}})
	expect(t, got,
		"warning api-version-removed cronjobs.batch batch/v1beta1", "warning api-version-removed horizontalpodautoscalers.autoscaling autoscaling/v2beta2",
		"warning api-version-removed ingresses.extensions extensions/v1beta1", "warning api-version-removed ingresses.networking.k8s.io networking.k8s.io/v1beta1",
		"warning api-version-removed poddisruptionbudgets.policy policy/v1beta1", "warning api-version-removed podsecuritypolicies.policy policy/v1beta1")
	if n := len(s.Told().Needs); n != 6 {
		t.Errorf("%d needs, want 6", n)
	}
	got, _ = foretell(t, backupOf(t, text), &restore.Options{Restore: &velero.Restore{}, Target: node("v1.24.3")})
	expect(t, got, "error api-version-removed ingresses.extensions/web", "error api-version-removed ingresses.networking.k8s.io/web")
	got, _ = foretell(t, backupOf(t, text), &restore.Options{Restore: &velero.Restore{}, Target: node("v1.33.2")})
	if len(got) != 6 {
		t.Errorf("on 1.33: %q, want six errors", got)
	}
}

func TestServersThatAreRestoredUnderAnotherNamespace(t *testing.T) {
	const text = `{apiVersion: v1, kind: Service, metadata: {name: web, namespace: prod}, spec: {ports: [{port: 443}]}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: prod-check}
webhooks: [{name: v.example.com, failurePolicy: Fail, clientConfig: {service: {name: web, namespace: prod}}}]
---
{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1beta1.metrics.example.com}, spec: {group: metrics.example.com, service: {name: web, namespace: prod}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {plural: things, kind: Thing}
  conversion: {strategy: Webhook, webhook: {clientConfig: {service: {name: web, namespace: prod}}}}
  versions: [{name: v1, served: true, storage: true}, {name: v2, served: true}]`
	got, s := foretell(t, backupOf(t, text), &restore.Options{Restore: &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: map[string]string{"prod": "stage"}}}})
	expect(t, got, "warning reference-to-mapped-namespace apiservices.apiregistration.k8s.io/v1beta1.metrics.example.com",
		"warning reference-to-mapped-namespace customresourcedefinitions.apiextensions.k8s.io/things.example.com",
		"warning reference-to-mapped-namespace validatingwebhookconfigurations.admissionregistration.k8s.io/prod-check")
	if needs := s.Told().Needs; len(needs) > 0 {
		t.Errorf("the target needs no Service in the old namespace: %+v", needs)
	}
	got, _ = foretell(t, backupOf(t, text), &restore.Options{Restore: &velero.Restore{}})
	expect(t, got)
}
