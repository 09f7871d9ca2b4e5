package modifiers

import (
	"strings"
	"testing"
)

// realModifiers is a file that a real Velero 1.18.2 ran; the items below are its items, shortened, before and as it
// sent them.
const realModifiers = `
version: v1
resourceModifierRules:
- conditions: {groupResource: deployments.apps, namespaces: [shop], resourceNameRegex: "^web$", labelSelector: {matchLabels: {app: shop}}}
  patches:
  - {operation: replace, path: "/spec/replicas", value: "0"}
  - {operation: add, path: "/metadata/labels/modified", value: "true"}
  - {operation: test, path: "/spec/revisionHistoryLimit", value: "3"}
  - {operation: add, path: "/spec/template/spec/containers/0/env/-", value: "{\"name\":\"EXTRA\",\"value\":\"42\"}"}
- conditions: {groupResource: persistentvolumeclaims, resourceNameRegex: "^(uploads|ebs-data)$", matches: [{path: "/spec/storageClassName", value: "gp2"}]}
  patches: [{operation: replace, path: "/spec/storageClassName", value: "gp3"}]
- conditions: {groupResource: configmaps, namespaces: [shop]}
  mergePatches: [{patchData: '{"metadata":{"annotations":{"merged":"yes"},"labels":{"tier":null}},"data":{"added":"by-merge"}}'}]
- conditions: {groupResource: pods, namespaces: [shop], resourceNameRegex: "^ebs-user$"}
  strategicPatches: [{patchData: '{"spec":{"containers":[{"name":"c","image":"patched:1","env":[{"name":"A","value":"1"}]},{"name":"added","image":"added:1"}],"tolerations":[{"key":"k","operator":"Exists"}]}}'}]
- conditions: {groupResource: "*.example.io"}
  mergePatches: [{patchData: '{"spec":{"size":77}}'}]
- conditions: {groupResource: services, namespaces: ["*"], resourceNameRegex: "^lb"}
  patches:
  - {operation: remove, path: "/spec/externalTrafficPolicy"}
  - {operation: copy, from: "/metadata/name", path: "/metadata/labels/copied"}
  - {operation: add, path: "/spec/loadBalancerClass", value: "example.com/lb"}
- conditions: {groupResource: secrets, namespaces: [shop], resourceNameRegex: "^opaque$"}
  patches: [{operation: replace, path: "/data/nonexistent", value: "Zm9v"}]
- conditions: {groupResource: storageclasses.storage.k8s.io, resourceNameRegex: "^gp2$"}
  mergePatches: [{patchData: '{"metadata":{"labels":{"sc":"patched"}}}'}]
- conditions: {groupResource: namespaces}
  mergePatches: [{patchData: '{"metadata":{"labels":{"ns":"patched"}}}'}]
- conditions: {groupResource: persistentvolumes, namespaces: [shop]}
  mergePatches: [{patchData: '{"metadata":{"labels":{"pv":"patched"}}}'}]
`

func TestWhatARealVeleroSent(t *testing.T) {
	rules := mustParse(t, realModifiers)
	tests := []struct {
		name, resource, before string
		after                  string // "" if not patched
		errors                 []string
	}{
		{
			name: "a JSON patch with a test and an entry for a list", resource: "deployments.apps",
			before: `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, labels: {app: shop}}, spec: {replicas: 2, revisionHistoryLimit: 3, template: {spec: {containers: [{name: web, env: [{name: A, value: "1"}]}]}}}}`,
			after:  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, labels: {app: shop, modified: true}}, spec: {replicas: 0, revisionHistoryLimit: 3, template: {spec: {containers: [{name: web, env: [{name: A, value: "1"}, {name: EXTRA, value: "42"}]}]}}}}`,
		}, {
			name: "a claim with the storage class of the condition", resource: "persistentvolumeclaims",
			before: `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: ebs-data, namespace: shop}, spec: {storageClassName: gp2}}`,
			after:  `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: ebs-data, namespace: shop}, spec: {storageClassName: gp3}}`,
		}, {
			name: "a claim with another storage class", resource: "persistentvolumeclaims",
			before: `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: uploads, namespace: shop}, spec: {storageClassName: fast-csi}}`,
		}, {
			name: "a merge patch deletes a label and adds data", resource: "configmaps",
			before: `{apiVersion: v1, kind: ConfigMap, metadata: {name: app-config, namespace: shop, labels: {app: shop, tier: backend}}, data: {image: "web:1.0"}}`,
			after:  `{apiVersion: v1, kind: ConfigMap, metadata: {name: app-config, namespace: shop, labels: {app: shop}, annotations: {merged: "yes"}}, data: {image: "web:1.0", added: by-merge}}`,
		}, {
			name: "a merge patch on labels that aren't there leaves an empty mapping", resource: "configmaps",
			before: `{apiVersion: v1, kind: ConfigMap, metadata: {name: immutable-cm, namespace: shop}, data: {k: v}}`,
			after:  `{apiVersion: v1, kind: ConfigMap, metadata: {name: immutable-cm, namespace: shop, labels: {}, annotations: {merged: "yes"}}, data: {k: v, added: by-merge}}`,
		}, {
			name: "a strategic merge patch merges containers and replaces tolerations", resource: "pods",
			before: `{apiVersion: v1, kind: Pod, metadata: {name: ebs-user, namespace: shop}, spec: {containers: [{name: c, image: "nginx:1", imagePullPolicy: IfNotPresent}], tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists}]}}`,
			after:  `{apiVersion: v1, kind: Pod, metadata: {name: ebs-user, namespace: shop}, spec: {containers: [{name: c, image: "patched:1", imagePullPolicy: IfNotPresent, env: [{name: A, value: "1"}]}, {name: added, image: "added:1"}], tolerations: [{key: k, operator: Exists}]}}`,
		}, {
			name: "a merge patch on a custom resource", resource: "widgets.example.io",
			before: `{apiVersion: example.io/v1, kind: Widget, metadata: {name: w, namespace: shop}, spec: {size: 3}}`,
			after:  `{apiVersion: example.io/v1, kind: Widget, metadata: {name: w, namespace: shop}, spec: {size: 77}}`,
		}, {
			name: "remove, copy and add", resource: "services",
			before: `{apiVersion: v1, kind: Service, metadata: {name: lb-hc, namespace: shop, labels: {app: shop}}, spec: {type: LoadBalancer, externalTrafficPolicy: Local}}`,
			after:  `{apiVersion: v1, kind: Service, metadata: {name: lb-hc, namespace: shop, labels: {app: shop, copied: lb-hc}}, spec: {type: LoadBalancer, loadBalancerClass: example.com/lb}}`,
		}, {
			name: "a missing path is an error and the item stays", resource: "secrets",
			before: `{apiVersion: v1, kind: Secret, metadata: {name: opaque, namespace: shop}, data: {password: czNjcjN0}}`,
			errors: []string{"resourceModifierRules[6].patches: replace operation does not apply: doc is missing key: /data/nonexistent: missing value"},
		}, {
			name: "a cluster-scoped item", resource: "storageclasses.storage.k8s.io",
			before: `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: gp2}}`,
			after:  `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: gp2, labels: {sc: patched}}}`,
		}, {
			name: "a cluster-scoped item whatever namespaces the rule is for", resource: "persistentvolumes",
			before: `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-nfs}, spec: {}}`,
			after:  `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-nfs, labels: {pv: patched}}, spec: {}}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result := rules.Apply(test.resource, asJSON(t, test.before))
			want := ""
			if test.after != "" {
				want = string(asJSON(t, test.after))
			}
			if got := string(result.Item); got != want {
				t.Errorf("item\n got: %s\nwant: %s", got, want)
			}
			checkErrors(t, result.Errors, test.errors)
			if want := strings.Contains(test.after, "modified: true"); result.LabelsUnreadable != want {
				t.Errorf("labels unreadable\n got: %v\nwant: %v", result.LabelsUnreadable, want)
			}
		})
	}
}
