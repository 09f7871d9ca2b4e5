package apiserver

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/object"
)

// fixture is a target with one object of each kind that decides on others.
const fixture = `
- {apiVersion: v1, kind: Namespace, metadata: {name: app, labels: {kubernetes.io/metadata.name: app}}}
- {apiVersion: v1, kind: Namespace, metadata: {name: tight, labels: {kubernetes.io/metadata.name: tight, pod-security.kubernetes.io/enforce: baseline}}}
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: app}}
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: tight}}
- {apiVersion: v1, kind: Service, metadata: {name: taken, namespace: app}, spec: {type: NodePort, clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], ipFamilies: [IPv4], ports: [{port: 80, nodePort: 30080}]}}
- {apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: kubernetes}, spec: {cidrs: [10.96.0.0/16]}}
- {apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: app}, spec: {limits: [{type: Container, max: {cpu: "2"}}]}}
- {apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: app}, spec: {hard: {count/secrets: "1"}}, status: {hard: {count/secrets: "1"}, used: {count/secrets: "0"}}}
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: widgets.acme.io}
  spec:
    group: acme.io
    names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
    scope: Namespaced
    versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {size: {type: integer, maximum: 5}, name: {type: string}}, x-kubernetes-validations: [{rule: "self.size != 3", message: not three}]}
- apiVersion: admissionregistration.k8s.io/v1
  kind: ValidatingWebhookConfiguration
  metadata: {name: w}
  webhooks:
  - name: w.acme.io
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: {service: {name: ghost, namespace: app}}
    namespaceSelector: {}
    objectSelector: {matchLabels: {hook: "yes"}}
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
- apiVersion: admissionregistration.k8s.io/v1
  kind: ValidatingAdmissionPolicy
  metadata: {name: p}
  spec:
    matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}
    validations: [{expression: "object.spec.replicas < 5", message: too many}]
- apiVersion: admissionregistration.k8s.io/v1
  kind: ValidatingAdmissionPolicyBinding
  metadata: {name: p}
  spec: {policyName: p, validationActions: [Deny]}
`

// target is a server of the fixture.
func target(t *testing.T, version string) *Server {
	t.Helper()
	s, err := New(Options{Objects: actiontest.Parse(t, fixture).Elements(), Version: version, VeleroNamespace: "velero"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const container = `containers: [{name: c, image: nginx}]`

func TestAnswersToCreates(t *testing.T) {
	pod := func(more string) string {
		return `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: app}, spec: {` + more + `}}`
	}
	for _, c := range []struct {
		name, resource, object string
		code                   int
		says                   string // in the message
		pruned                 string
	}{
		{name: "a pod", resource: "pods", object: pod(container), code: 201},
		{name: "without its ServiceAccount", resource: "pods", object: pod(`serviceAccountName: ghost, ` + container), code: 403, says: `error looking up service account app/ghost`},
		{name: "without its PriorityClass", resource: "pods", object: pod(`priorityClassName: ghost, ` + container), code: 403, says: "no PriorityClass with name ghost"},
		{name: "with one of every cluster", resource: "pods", object: pod(`priorityClassName: system-cluster-critical, ` + container), code: 201},
		{name: "without its RuntimeClass", resource: "pods", object: pod(`runtimeClassName: ghost, ` + container), code: 403, says: `RuntimeClass "ghost" not found`},
		{name: "above a limit", resource: "pods", object: pod(`containers: [{name: c, image: i, resources: {limits: {cpu: "3"}}}]`), code: 403, says: "maximum cpu usage per Container is 2"},
		{name: "invalid before it is above a limit", resource: "pods", object: pod(`containers: [{name: C, image: i, resources: {limits: {cpu: "3"}}}]`), code: 422, says: "spec.containers[0].name"},
		{name: "that Pod Security forbids", resource: "pods", object: `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: tight}, spec: {hostNetwork: true, ` + container + `}}`, code: 403, says: `violates PodSecurity "baseline:latest"`},
		{name: "privileged where it is allowed", resource: "pods", object: pod(`containers: [{name: c, image: i, securityContext: {privileged: true}}]`), code: 201},
		{name: "a wrong type", resource: "configmaps", object: `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: app}, data: {a: 1}}`, code: 400, says: "cannot unmarshal number"},
		{name: "a number as Velero writes it", resource: "deployments.apps", object: `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: app}, spec: {replicas: 2.0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {` + container + `}}}}`, code: 201},
		{name: "an unknown field", resource: "configmaps", object: `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: app}, extra: {a: b}}`, code: 201, pruned: "/extra"},
		{name: "a field of a gated feature", resource: "persistentvolumeclaims", object: `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: app}, spec: {volumeAttributesClassName: x, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}`, code: 201, pruned: "/spec/volumeAttributesClassName"},
		{name: "a label that is none", resource: "configmaps", object: `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: app, labels: {a b: c}}}`, code: 422, says: "metadata.labels"},
		{name: "a version that is gone", resource: "cronjobs.batch", object: `{apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: c, namespace: app}}`, code: 404, says: "the server could not find the requested resource"},
		{name: "a group that is gone", resource: "ingresses.extensions", object: `{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: c, namespace: app}}`, code: 404, says: "404 page not found"},
		{name: "a node port that is taken", resource: "services", object: `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: app}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}`, code: 422, says: "provided port is already allocated"},
		{name: "a cluster IP that is taken", resource: "services", object: `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: app}, spec: {clusterIP: 10.96.0.7, ports: [{port: 80}]}}`, code: 422, says: "provided IP is already allocated"},
		{name: "a cluster IP out of range", resource: "services", object: `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: app}, spec: {clusterIP: 10.97.0.7, ports: [{port: 80}]}}`, code: 422, says: "the provided network does not match the current range"},
		{name: "a family that the cluster lacks", resource: "services", object: `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: app}, spec: {ipFamilies: [IPv6], ports: [{port: 80}]}}`, code: 422, says: "not configured on this cluster"},
		{name: "a health check port out of range", resource: "services", object: `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: app}, spec: {type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 80, ports: [{port: 80}]}}`, code: 500, says: "HealthCheck NodePort"},
		{name: "a custom resource", resource: "widgets.acme.io", object: `{apiVersion: acme.io/v1, kind: Widget, metadata: {name: w, namespace: app}, spec: {size: 1, colour: red}}`, code: 201, pruned: "/spec/colour"},
		{name: "of a wrong type", resource: "widgets.acme.io", object: `{apiVersion: acme.io/v1, kind: Widget, metadata: {name: w, namespace: app}, spec: {size: big}}`, code: 422, says: "spec.size in body must be of type integer"},
		{name: "that a rule forbids", resource: "widgets.acme.io", object: `{apiVersion: acme.io/v1, kind: Widget, metadata: {name: w, namespace: app}, spec: {size: 3}}`, code: 422, says: "not three"},
		{name: "of a version that is not served", resource: "widgets.acme.io", object: `{apiVersion: acme.io/v2, kind: Widget, metadata: {name: w, namespace: app}}`, code: 404},
		{name: "without a definition", resource: "gadgets.acme.io", object: `{apiVersion: acme.io/v1, kind: Gadget, metadata: {name: g, namespace: app}}`, code: 404},
		{name: "of Velero", resource: "podvolumebackups.velero.io", object: `{apiVersion: velero.io/v1, kind: PodVolumeBackup, metadata: {name: g, namespace: velero}}`, code: 201},
		{name: "a webhook that is down", resource: "configmaps", object: `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: app, labels: {hook: "yes"}}}`, code: 500, says: `failed calling webhook "w.acme.io"`},
		{name: "a policy", resource: "deployments.apps", object: `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: app}, spec: {replicas: 9, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {` + container + `}}}}`, code: 422, says: "denied request: too many"},
		{name: "a definition without a schema", resource: "customresourcedefinitions.apiextensions.k8s.io", object: `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: as.acme.io}, spec: {group: acme.io, scope: Namespaced, names: {kind: A, plural: as}, versions: [{name: v1, served: true, storage: true}]}}`, code: 422, says: "schemas are required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := target(t, "1.33").Create(c.resource, actiontest.Parse(t, c.object), false)
			if got.Code != c.code || !strings.Contains(got.Message, c.says) {
				t.Errorf("got %d %s, want %d %s", got.Code, got.Message, c.code, c.says)
			}
			if pruned := strings.Join(got.Pruned, " "); pruned != c.pruned {
				t.Errorf("pruned %q, want %q", pruned, c.pruned)
			}
		})
	}
}

func TestWhatIsAcceptedDecidesOnLaterObjects(t *testing.T) {
	s := target(t, "1.33")
	create := func(resource, text string, code int) {
		t.Helper()
		if got := s.Create(resource, actiontest.Parse(t, text), false); got.Code != code {
			t.Errorf("%s: got %d %s, want %d", text, got.Code, got.Message, code)
		}
	}
	secret := func(name string) string {
		return `{apiVersion: v1, kind: Secret, metadata: {name: ` + name + `, namespace: app}}`
	}
	create("secrets", secret("a"), 201)
	create("secrets", secret("b"), 403)
	pod := `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: new}, spec: {serviceAccountName: s, priorityClassName: c, ` + container + `}}`
	create("namespaces", `{apiVersion: v1, kind: Namespace, metadata: {name: new}}`, 201)
	create("pods", strings.Replace(pod, "serviceAccountName: s, priorityClassName: c, ", "", 1), 201)
	create("pods", pod, 403)
	create("serviceaccounts", `{apiVersion: v1, kind: ServiceAccount, metadata: {name: s, namespace: new}}`, 201)
	create("pods", pod, 403)
	create("priorityclasses.scheduling.k8s.io", `{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: c}, value: 7}`, 201)
	create("pods", pod, 201)
	gadget := `{apiVersion: acme.io/v1, kind: Gadget, metadata: {name: g, namespace: new}}`
	create("gadgets.acme.io", gadget, 404)
	create("customresourcedefinitions.apiextensions.k8s.io", `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: gadgets.acme.io}, spec: {group: acme.io, scope: Namespaced,
		names: {kind: Gadget, listKind: GadgetList, plural: gadgets, singular: gadget}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}`, 201)
	create("gadgets.acme.io", gadget, 201)
	port := func(name string, n string) string {
		return `{apiVersion: v1, kind: Service, metadata: {name: ` + name + `, namespace: new}, spec: {type: NodePort, ports: [{name: a, port: 80, nodePort: 30100}, {name: b, port: 81, nodePort: ` + n + `}]}}`
	}
	create("services", port("a", "30080"), 422) // gives back 30100
	create("services", port("b", "30101"), 201)
	create("services", port("c", "30102"), 422)
}

// What is there already gets the refusal that a new one would get.
func TestWhatExistsIsToldLast(t *testing.T) {
	s := target(t, "1.33")
	for name, code := range map[string]int{"a": 409, "a b": 422} {
		if got := s.Create("configmaps", actiontest.Parse(t, `{apiVersion: v1, kind: ConfigMap, metadata: {name: `+name+`, namespace: app}}`), true); got.Code != code {
			t.Errorf("%s: got %d %s, want %d", name, got.Code, got.Message, code)
		}
	}
}

func TestPatches(t *testing.T) {
	const deployment = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: app}, spec: {replicas: 1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {` + container + `}}}}`
	s := target(t, "1.33")
	for name, c := range map[string]struct {
		to   string
		code int
	}{
		"a change":                          {strings.Replace(deployment, "replicas: 1", "replicas: 2", 1), 200},
		"a field that cannot change":        {strings.ReplaceAll(deployment, "a: b", "a: c"), 422},
		"an object that would not be valid": {strings.Replace(deployment, "name: c", "name: C", 1), 422},
	} {
		if got := s.Patch("deployments.apps", actiontest.Parse(t, deployment), actiontest.Parse(t, c.to)); got.Code != c.code {
			t.Errorf("%s: got %d %s, want %d", name, got.Code, got.Message, c.code)
		}
	}
}

// Without a version, only what is described can be missing.
func TestWhatIsNotDescribedIsNotRefused(t *testing.T) {
	s, err := New(Options{Objects: []*object.Value{actiontest.Parse(t, `{apiVersion: v1, kind: Namespace, metadata: {name: app}}`)}, VeleroNamespace: "velero"})
	if err != nil {
		t.Fatal(err)
	}
	for resource, text := range map[string]string{
		"pods":                 `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: app}, spec: {serviceAccountName: s, priorityClassName: c, runtimeClassName: r, ` + container + `}}`,
		"widgets.acme.io":      `{apiVersion: acme.io/v1, kind: Widget, metadata: {name: w, namespace: app}}`,
		"services":             `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: app}, spec: {ipFamilyPolicy: RequireDualStack, clusterIP: 10.1.2.3, ports: [{port: 80}]}}`,
		"ingresses.extensions": `{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: i, namespace: app}}`,
	} {
		if got := s.Create(resource, actiontest.Parse(t, text), false); got.Refused() {
			t.Errorf("%s: %d %s", resource, got.Code, got.Message)
		}
	}
}

func TestVersions(t *testing.T) {
	list, err := Versions()
	if err != nil {
		t.Fatal(err)
	}
	if list[0] != "1.22" || !slices.Contains(list, "1.33") {
		t.Errorf("%v", list)
	}
	for _, version := range list {
		s, err := newServed("v"+version+".9-gke.1", nil)
		if err != nil || !s.groups["apps"] || len(s.resources) < 50 {
			t.Errorf("%s: %d resources, %v", version, len(s.resources), err)
		}
	}
	if _, err := newServed("1.2", nil); err == nil || !strings.Contains(err.Error(), "1.22, 1.23") {
		t.Errorf("a version that is not known: %v", err)
	}
}
