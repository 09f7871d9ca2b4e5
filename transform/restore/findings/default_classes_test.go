package findings_test

import "testing"

func TestASecondDefaultClass(t *testing.T) {
	storage := func(name, annotation string) string {
		return `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: ` + name + `, annotations: {` + annotation + `}}, provisioner: d}`
	}
	snapshots := func(name, driver string) string {
		return `{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotClass, metadata: {name: ` + name + `, annotations: {snapshot.storage.kubernetes.io/is-default-class: "true"}}, driver: ` + driver + `}`
	}
	const (
		isDefault = `storageclass.kubernetes.io/is-default-class: "true"`
		beta      = `storageclass.beta.kubernetes.io/is-default-class: "true"`
	)
	definition := []string{`{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: volumesnapshotclasses.snapshot.storage.k8s.io}, spec: {group: snapshot.storage.k8s.io, names: {plural: volumesnapshotclasses, kind: VolumeSnapshotClass}, scope: Cluster, versions: [{name: v1, served: true}]}}`}
	class := func(yaml string) []item {
		return []item{{address: "storageclasses.storage.k8s.io/fast", yaml: yaml}}
	}
	for _, s := range []scene{
		{name: "none in the target", items: class(storage("fast", isDefault))},
		{name: "one in the target that is not the default", target: []string{storage("slow", "")}, items: class(storage("fast", isDefault))},
		{name: "one that is not the default", target: []string{storage("slow", isDefault)}, items: class(storage("fast", ""))},
		{
			name: "two", target: []string{storage("slow", beta)}, items: class(storage("fast", isDefault)),
			want: []string{"default-class-twice metadata.annotations: the target's default class is slow, and the restore brings another one: claims without a class get the newer one"},
		},
		{name: "two in the backup", backup: backup{restored: []string{"storageclasses.storage.k8s.io/slow"}}, target: []string{storage("slow", isDefault)}, items: class(storage("fast", isDefault))},
		{
			name: "two of Ingresses", target: []string{`{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}}`},
			items: []item{{address: "ingressclasses.networking.k8s.io/traefik", yaml: `{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: traefik, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}}`}},
			want:  []string{"the target's default class is nginx, and the restore brings another one: Ingresses without a class"},
		},
		{
			name: "two of snapshots of a driver", served: definition, target: []string{snapshots("a", "ebs")}, items: []item{{address: "volumesnapshotclasses.snapshot.storage.k8s.io/b", yaml: snapshots("b", "ebs")}},
			want: []string{"snapshots without a class fail"},
		},
		{name: "two of snapshots of two drivers", served: definition, target: []string{snapshots("a", "ebs")}, items: []item{{address: "volumesnapshotclasses.snapshot.storage.k8s.io/b", yaml: snapshots("b", "efs")}}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}
