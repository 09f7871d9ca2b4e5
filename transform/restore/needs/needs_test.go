package needs_test

import (
	"slices"
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/restore/needs"
)

// read tells the needs of an object in namespace shop, "resource/namespace/name" with a mark for the weight: ! is refused, ? is
// tolerated.
func read(t *testing.T, resource, text string, more func(*needs.User)) []string {
	t.Helper()
	resources := discovery.New()
	u := &needs.User{Resource: resource, Version: "v1", Namespace: "shop", Object: actiontest.Parse(t, text), Resolve: func(apiVersion, kind string) string {
		name, known := resources.ForKind(apiVersion, kind)
		return map[bool]string{true: name}[known]
	}}
	if more != nil {
		more(u)
	}
	var got []string
	needs.Read(u, func(n needs.Need) {
		if n.Effect == "" {
			t.Errorf("%s: no effect is told", n.Of)
		}
		got = append(got, n.Of.String()+map[needs.Weight]string{needs.Refused: "!", needs.Tolerated: "?"}[n.Weight])
	})
	slices.Sort(got)
	return got
}

const podSpec = `{
  serviceAccountName: runner, priorityClassName: high, runtimeClassName: gvisor, imagePullSecrets: [{name: regcred}],
  initContainers: [{envFrom: [{configMapRef: {name: init}}]}],
  containers: [
    {envFrom: [{secretRef: {name: creds}}, {secretRef: {name: maybe, optional: true}}, {configMapRef: {name: conf, optional: false}}]},
    {env: [{name: A, value: b}, {name: B, valueFrom: {secretKeyRef: {name: key, key: k}}}, {name: C, valueFrom: {configMapKeyRef: {name: cm, key: k}}},
      {name: D, valueFrom: {configMapKeyRef: {name: maybe, key: k, optional: true}}}, {name: E, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}],
  volumes: [
    {name: a, secret: {secretName: tls}}, {name: b, secret: {secretName: maybe, optional: true}}, {name: c, configMap: {name: files}}, {name: d, emptyDir: {}},
    {name: e, persistentVolumeClaim: {claimName: data}}, {name: f, projected: {sources: [{secret: {name: part}}, {configMap: {name: kube-root-ca.crt}},
      {secret: {name: maybe, optional: true}}, {serviceAccountToken: {path: token}}]}},
    {name: g, csi: {driver: d, nodePublishSecretRef: {name: csi}}}, {name: h, azureFile: {secretName: azure, shareName: s}}, {name: i, rbd: {secretRef: {name: ceph}}},
    {name: j, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: fast}}}}],
  resourceClaims: [{name: gpu, resourceClaimName: card}, {name: nic, resourceClaimTemplateName: nics}]}`

var ofPodSpec = []string{
	"configmaps/shop/cm", "configmaps/shop/conf", "configmaps/shop/files", "configmaps/shop/init", "configmaps/shop/kube-root-ca.crt",
	"persistentvolumeclaims/shop/data", "priorityclasses.scheduling.k8s.io/high!", "resourceclaims.resource.k8s.io/shop/card",
	"resourceclaimtemplates.resource.k8s.io/shop/nics", "runtimeclasses.node.k8s.io/gvisor!", "secrets/shop/azure", "secrets/shop/ceph",
	"secrets/shop/creds", "secrets/shop/csi", "secrets/shop/key", "secrets/shop/part", "secrets/shop/regcred?", "secrets/shop/tls",
	"serviceaccounts/shop/runner!", "storageclasses.storage.k8s.io/fast",
}

func TestPodsAndTheirTemplatesNeedTheSame(t *testing.T) {
	for resource, text := range map[string]string{
		"pods":                   `{spec: ` + podSpec + `}`,
		"podtemplates":           `{template: {spec: ` + podSpec + `}}`,
		"deployments.apps":       `{spec: {template: {spec: ` + podSpec + `}}}`,
		"replicasets.apps":       `{spec: {template: {spec: ` + podSpec + `}}}`,
		"daemonsets.apps":        `{spec: {template: {spec: ` + podSpec + `}}}`,
		"statefulsets.apps":      `{spec: {template: {spec: ` + podSpec + `}}}`,
		"replicationcontrollers": `{spec: {template: {spec: ` + podSpec + `}}}`,
		"jobs.batch":             `{spec: {template: {spec: ` + podSpec + `}}}`,
		"cronjobs.batch":         `{spec: {jobTemplate: {spec: {template: {spec: ` + podSpec + `}}}}}`,
	} {
		if got := read(t, resource, text, nil); !slices.Equal(got, ofPodSpec) {
			t.Errorf("%s: got\n%q\nwant\n%q", resource, got, ofPodSpec)
		}
	}
}

func TestAPodOfARestoredControllerTellsOnlyWhatItsTemplateMayLack(t *testing.T) {
	of := func(controller string) func(*needs.User) {
		return func(u *needs.User) { u.Controller = controller }
	}
	admitted := []string{"priorityclasses.scheduling.k8s.io/high!", "runtimeclasses.node.k8s.io/gvisor!", "serviceaccounts/shop/runner!"}
	if got := read(t, "pods", `{spec: `+podSpec+`}`, of("replicasets.apps")); !slices.Equal(got, admitted) {
		t.Errorf("of a ReplicaSet: got %q, want %q", got, admitted)
	}
	want := append([]string{"persistentvolumeclaims/shop/data"}, admitted...)
	if got := read(t, "pods", `{spec: `+podSpec+`}`, of("statefulsets.apps")); !slices.Equal(got, want) {
		t.Errorf("of a StatefulSet: got %q, want %q", got, want)
	}
}

func TestWhatItemsNeed(t *testing.T) {
	for _, c := range []struct {
		name, resource, yaml string
		want                 []string
	}{
		{"the default account", "pods", `{spec: {serviceAccountName: default}}`, nil},
		{"an account in the old field", "pods", `{spec: {serviceAccount: old}}`, []string{"serviceaccounts/shop/old!"}},
		{"the Service and the classes of a StatefulSet", "statefulsets.apps", `{spec: {serviceName: db, volumeClaimTemplates: [{spec: {storageClassName: fast}},
			{metadata: {annotations: {volume.beta.kubernetes.io/storage-class: old}}, spec: {}}, {spec: {}}]}}`,
			[]string{"services/shop/db?", "storageclasses.storage.k8s.io/fast", "storageclasses.storage.k8s.io/old"}},
		{"a RoleBinding to a Role", "rolebindings.rbac.authorization.k8s.io", `{roleRef: {kind: Role, name: r}, subjects: [{kind: ServiceAccount, name: a, namespace: ops},
			{kind: ServiceAccount, name: nowhere}, {kind: User, name: u}]}`, []string{"roles.rbac.authorization.k8s.io/shop/r", "serviceaccounts/ops/a?"}},
		{"a RoleBinding to a ClusterRole", "rolebindings.rbac.authorization.k8s.io", `{roleRef: {kind: ClusterRole, name: r}}`, []string{"clusterroles.rbac.authorization.k8s.io/r"}},
		{"a ClusterRoleBinding", "clusterrolebindings.rbac.authorization.k8s.io", `{roleRef: {kind: ClusterRole, name: r}}`, []string{"clusterroles.rbac.authorization.k8s.io/r"}},
		{"an Ingress", "ingresses.networking.k8s.io", `{spec: {ingressClassName: edge, tls: [{secretName: cert}, {hosts: [h]}], defaultBackend: {service: {name: d}},
			rules: [{http: {paths: [{backend: {service: {name: s}}}, {backend: {resource: {kind: Bucket, name: b}}}]}}, {host: h}]}}`,
			[]string{"ingressclasses.networking.k8s.io/edge", "secrets/shop/cert", "services/shop/d", "services/shop/s"}},
		{"an Ingress of v1beta1", "ingresses.networking.k8s.io", `{spec: {backend: {serviceName: d}, rules: [{http: {paths: [{backend: {serviceName: s}}]}}]}}`,
			[]string{"services/shop/d", "services/shop/s"}},
		{"an autoscaler", "horizontalpodautoscalers.autoscaling", `{spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}`, []string{"deployments.apps/shop/web"}},
		{"an autoscaler of an unknown kind", "horizontalpodautoscalers.autoscaling", `{spec: {scaleTargetRef: {apiVersion: e.org/v1, kind: Thing, name: web}}}`, nil},
		{"webhooks", "validatingwebhookconfigurations.admissionregistration.k8s.io", `{webhooks: [{clientConfig: {service: {namespace: ops, name: must}}},
			{failurePolicy: Ignore, clientConfig: {service: {namespace: ops, name: may}}}, {clientConfig: {url: u}}]}`, []string{"services/ops/may?", "services/ops/must"}},
		{"a conversion", "customresourcedefinitions.apiextensions.k8s.io", `{spec: {versions: [{}, {}], conversion: {strategy: Webhook, webhook: {clientConfig: {service: {namespace: ops, name: s}}}}}}`, []string{"services/ops/s"}},
		{"a conversion of v1beta1", "customresourcedefinitions.apiextensions.k8s.io", `{spec: {versions: [{}, {}], conversion: {strategy: Webhook, webhookClientConfig: {service: {namespace: ops, name: s}}}}}`, []string{"services/ops/s"}},
		{"a conversion of a single version", "customresourcedefinitions.apiextensions.k8s.io", `{spec: {versions: [{}], conversion: {strategy: Webhook, webhook: {clientConfig: {service: {namespace: ops, name: s}}}}}}`, nil},
		{"no conversion", "customresourcedefinitions.apiextensions.k8s.io", `{spec: {versions: [{}, {}], conversion: {strategy: None}}}`, nil},
		{"an APIService", "apiservices.apiregistration.k8s.io", `{spec: {service: {namespace: ops, name: s}}}`, []string{"services/ops/s"}},
		{"a local APIService", "apiservices.apiregistration.k8s.io", `{spec: {group: apps}}`, nil},
		{"a bound claim", "persistentvolumeclaims", `{spec: {volumeName: pv, storageClassName: fast, dataSource: {kind: PersistentVolumeClaim, name: old}}}`, []string{"persistentvolumes/pv"}},
		{"a claim of a snapshot", "persistentvolumeclaims", `{spec: {storageClassName: fast, volumeAttributesClassName: gold, dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: s}}}`,
			[]string{"storageclasses.storage.k8s.io/fast", "volumeattributesclasses.storage.k8s.io/gold", "volumesnapshots.snapshot.storage.k8s.io/shop/s"}},
		{"a claim of another claim elsewhere", "persistentvolumeclaims", `{spec: {dataSource: {kind: PersistentVolumeClaim, name: a}, dataSourceRef: {kind: PersistentVolumeClaim, namespace: ops, name: b}}}`, []string{"persistentvolumeclaims/ops/b"}},
		{"a claim that something unknown fills", "persistentvolumeclaims", `{spec: {dataSourceRef: {apiGroup: e.org, kind: Image, name: b}}}`, nil},
		{"a volume", "persistentvolumes", `{spec: {storageClassName: fast, csi: {nodeStageSecretRef: {name: a, namespace: ops}, nodePublishSecretRef: {name: b, namespace: ops}, controllerPublishSecretRef: {name: c, namespace: ops}}}}`,
			[]string{"secrets/ops/a", "secrets/ops/b", "secrets/ops/c"}},
		{"a volume without a driver", "persistentvolumes", `{spec: {hostPath: {path: /}}}`, nil},
		{"a StorageClass", "storageclasses.storage.k8s.io", `{parameters: {csi.storage.k8s.io/node-stage-secret-name: a, csi.storage.k8s.io/node-stage-secret-namespace: ops, csi.storage.k8s.io/fstype: ext4,
			csi.storage.k8s.io/provisioner-secret-name: "${pvc.name}", csi.storage.k8s.io/provisioner-secret-namespace: ops, other-secret-name: b, other-secret-namespace: ops}}`, []string{"secrets/ops/a"}},
		{"a VolumeSnapshot", "volumesnapshots.snapshot.storage.k8s.io", `{spec: {volumeSnapshotClassName: k, source: {volumeSnapshotContentName: c}}}`,
			[]string{"volumesnapshotclasses.snapshot.storage.k8s.io/k", "volumesnapshotcontents.snapshot.storage.k8s.io/c"}},
		{"a VolumeSnapshot to be taken", "volumesnapshots.snapshot.storage.k8s.io", `{spec: {source: {persistentVolumeClaimName: c}}}`, []string{"persistentvolumeclaims/shop/c"}},
		{"a VolumeAttachment", "volumeattachments.storage.k8s.io", `{spec: {nodeName: n1, source: {persistentVolumeName: pv}}}`, []string{"nodes/n1", "persistentvolumes/pv"}},
		{"a ResourceSlice", "resourceslices.resource.k8s.io", `{spec: {nodeName: n1}}`, []string{"nodes/n1"}},
		{"anything else", "configmaps", `{data: {a: b}}`, nil},
	} {
		if got := read(t, c.resource, c.yaml, nil); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestItemsOfOddTypesNeedNothing(t *testing.T) {
	for _, resource := range needs.Users() {
		for _, text := range []string{`{}`, `{spec: 1, webhooks: x, subjects: {}, parameters: []}`, `{spec: {template: {spec: {containers: [1], volumes: [{secret: 1, projected: []}]}}}}`} {
			if got := read(t, resource, text, nil); got != nil {
				t.Errorf("%s %s: got %q", resource, text, got)
			}
		}
	}
}
