package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

// Which field of the target's object the API server refuses to change to what the item has.
func TestFieldsThatNoPatchChanges(t *testing.T) {
	for _, test := range []struct{ resource, has, gets, want string }{
		{"deployments.apps", `{spec: {selector: {matchLabels: {a: b}}, replicas: 1}}`, `{spec: {selector: {matchLabels: {a: b}}, replicas: 2}}`, ""},
		{"deployments.apps", `{spec: {selector: {matchLabels: {a: b}}}}`, `{spec: {selector: {matchLabels: {a: c}}}}`, "spec.selector"},
		{"deployments.apps", `{spec: {selector: {matchLabels: {a: b, x: y}}}}`, `{spec: {selector: {matchLabels: {a: b}}}}`, "spec.selector"},
		{"daemonsets.apps", `{spec: {selector: {matchLabels: {a: b}}}}`, `{spec: {selector: {matchLabels: {a: b}, matchExpressions: []}}}`, ""},
		{"statefulsets.apps", `{spec: {serviceName: a, podManagementPolicy: OrderedReady, template: {a: b}}}`, `{spec: {serviceName: a, template: {a: c}}}`, ""},
		{"statefulsets.apps", `{spec: {podManagementPolicy: Parallel}}`, `{spec: {}}`, "spec.podManagementPolicy"},
		{"statefulsets.apps", `{spec: {volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: a, volumeMode: Filesystem}}]}}`,
			`{spec: {volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: a}}]}}`, ""},
		{"statefulsets.apps", `{spec: {volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: a}}]}}`,
			`{spec: {volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: b}}]}}`, "spec.volumeClaimTemplates"},
		{"statefulsets.apps", `{spec: {volumeClaimTemplates: [{metadata: {name: d}}]}}`, `{spec: {}}`, "spec.volumeClaimTemplates"},
		{"jobs.batch", `{spec: {selector: {matchLabels: {u: x}}, parallelism: 1}}`, `{spec: {selector: {matchLabels: {}}, parallelism: 2}}`, "spec.selector"},
		{"jobs.batch", `{spec: {template: {spec: {dnsPolicy: ClusterFirst, containers: [{image: a}]}}}}`, `{spec: {template: {spec: {containers: [{image: a}]}}}}`, ""},
		{"jobs.batch", `{spec: {template: {spec: {containers: [{image: a}]}}}}`, `{spec: {template: {spec: {containers: [{image: b}]}}}}`, "spec.template"},
		{"persistentvolumeclaims", `{spec: {storageClassName: a, resources: {requests: {storage: 1Gi}}}, status: {phase: Bound}}`, `{spec: {storageClassName: a, resources: {requests: {storage: 2Gi}}}}`, ""},
		{"persistentvolumeclaims", `{spec: {resources: {requests: {storage: 1Gi}}}, status: {phase: Pending}}`, `{spec: {resources: {requests: {storage: 2Gi}}}}`, "spec.resources.requests"},
		{"persistentvolumeclaims", `{spec: {resources: {requests: {storage: 1Gi}}}, status: {phase: Pending}}`, `{spec: {resources: {requests: {storage: 1024Mi}}}}`, ""},
		{"persistentvolumeclaims", `{spec: {volumeName: a, volumeMode: Filesystem}}`, `{spec: {}}`, "spec.volumeName"},
		{"persistentvolumeclaims", `{spec: {}}`, `{spec: {volumeName: a, storageClassName: b}}`, ""},
		{"persistentvolumeclaims", `{spec: {storageClassName: a}}`, `{spec: {}}`, "spec.storageClassName"},
		{"persistentvolumeclaims", `{spec: {accessModes: [ReadWriteOnce]}}`, `{spec: {accessModes: [ReadWriteMany]}}`, "spec.accessModes"},
		{"persistentvolumeclaims", `{spec: {volumeMode: Block}}`, `{spec: {}}`, "spec.volumeMode"},
		{"persistentvolumeclaims", `{spec: {}}`, `{spec: {dataSource: {kind: VolumeSnapshot, name: s}}}`, "spec.dataSource"},
		{"persistentvolumes", `{spec: {capacity: {storage: 1Gi}, claimRef: {name: a}, nfs: {server: s, path: /p}}}`, `{spec: {capacity: {storage: 5Gi}, claimRef: {name: b}, nfs: {server: s, path: /p}}}`, ""},
		{"persistentvolumes", `{spec: {nfs: {server: s, path: /p}}}`, `{spec: {nfs: {server: t, path: /p}}}`, "spec.nfs"},
		{"persistentvolumes", `{spec: {nfs: {server: s}}}`, `{spec: {csi: {driver: d}}}`, "spec.nfs"},
		{"persistentvolumes", `{spec: {hostPath: {path: /a, type: ""}}}`, `{spec: {hostPath: {path: /a}}}`, ""},
		{"pods", `{spec: {nodeName: n, containers: [{name: c, image: a}]}}`, `{spec: {containers: [{name: c, image: a}]}}`, "spec.nodeName"},
		{"pods", `{spec: {restartPolicy: Always, containers: [{name: c, image: a, terminationMessagePath: /x}]}}`, `{spec: {containers: [{name: c, image: b, resources: {}}]}}`, ""},
		{"pods", `{spec: {containers: [{name: c}]}}`, `{spec: {containers: [{name: c, env: [{name: A, value: b}]}]}}`, "spec.containers.env"},
		{"pods", `{spec: {containers: [{name: c}]}}`, `{spec: {initContainers: [{name: restore-wait}], containers: [{name: c}]}}`, "spec.initContainers"},
		{"pods", `{spec: {volumes: [{name: v}]}}`, `{spec: {}}`, "spec.volumes"},
		{"services", `{spec: {clusterIP: 10.0.0.1, ports: [{port: 80}]}}`, `{spec: {ports: [{port: 81}]}}`, ""},
		{"services", `{spec: {clusterIP: 10.0.0.1}}`, `{spec: {clusterIP: None}}`, "spec.clusterIP"},
		{"services", `{spec: {clusterIP: 10.0.0.1}}`, `{spec: {type: ExternalName}}`, ""},
		{"services", `{spec: {type: ClusterIP, clusterIP: 10.0.0.1}}`, `{spec: {type: NodePort}}`, ""},
		{"services", `{spec: {ipFamilies: [IPv4]}}`, `{spec: {ipFamilies: [IPv6]}}`, "spec.ipFamilies"},
		{"services", `{spec: {type: LoadBalancer, loadBalancerClass: a}}`, `{spec: {type: LoadBalancer, loadBalancerClass: b}}`, "spec.loadBalancerClass"},
		{"services", `{spec: {type: LoadBalancer, healthCheckNodePort: 30001}}`, `{spec: {type: LoadBalancer, healthCheckNodePort: 30002}}`, "spec.healthCheckNodePort"},
		{"services", `{spec: {type: LoadBalancer, loadBalancerClass: a}}`, `{spec: {type: ClusterIP, loadBalancerClass: b}}`, ""},
		{"secrets", `{type: Opaque, data: {a: YQ==}}`, `{data: {a: Yg==}}`, ""},
		{"secrets", `{type: Opaque}`, `{type: kubernetes.io/tls}`, "type"},
		{"secrets", `{immutable: true, data: {a: YQ==}}`, `{immutable: true, data: {a: Yg==}}`, "data"},
		{"secrets", `{immutable: true, data: {a: YQ==}}`, `{immutable: true, data: {a: YQ==}}`, ""},
		{"configmaps", `{immutable: true, data: {a: b}}`, `{data: {a: b}}`, "immutable"},
		{"configmaps", `{immutable: true, data: {a: b, c: d}}`, `{immutable: true, data: {a: b}}`, "data"},
		{"configmaps", `{immutable: false, data: {a: b}}`, `{data: {}}`, ""},
		{"rolebindings.rbac.authorization.k8s.io", `{roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}}`, `{roleRef: {kind: Role, name: a}}`, ""},
		{"clusterrolebindings.rbac.authorization.k8s.io", `{roleRef: {kind: ClusterRole, name: a}}`, `{roleRef: {kind: ClusterRole, name: b}}`, "roleRef"},
		{"storageclasses.storage.k8s.io", `{provisioner: p, reclaimPolicy: Delete, volumeBindingMode: Immediate}`, `{provisioner: p}`, ""},
		{"storageclasses.storage.k8s.io", `{provisioner: p, parameters: {a: b}}`, `{provisioner: p}`, "parameters"},
		{"storageclasses.storage.k8s.io", `{provisioner: p}`, `{provisioner: q}`, "provisioner"},
		{"storageclasses.storage.k8s.io", `{provisioner: p}`, `{provisioner: p, volumeBindingMode: WaitForFirstConsumer}`, "volumeBindingMode"},
		{"priorityclasses.scheduling.k8s.io", `{value: 1}`, `{value: 2}`, "value"},
		{"endpointslices.discovery.k8s.io", `{addressType: IPv4}`, `{addressType: IPv6}`, "addressType"},
		{"things.example.io", `{spec: {a: b}}`, `{spec: {a: c}}`, ""},
	} {
		if got := immutable(test.resource, actiontest.Parse(t, test.has), actiontest.Parse(t, test.gets)); got != test.want {
			t.Errorf("%s %s to %s: got %q, want %q", test.resource, test.has, test.gets, got, test.want)
		}
	}
}
