package transform_test

import (
	"strings"
	"testing"
)

// localPV is a PersistentVolume of the target that is free.
func localPV(name, spec, more string) string {
	return "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: " + name + more + "}\nspec: {" + spec + ", local: {path: /d}}\nstatus: {phase: Available}"
}

// manifestOf is a claim that was never bound.
func manifestOf(name, spec string) string {
	return strings.NewReplacer("shop/data.yaml", "shop/"+name+".yaml", "{name: data,", "{name: "+name+",", "volumeName: pv-1, ", "", "status: {phase: Bound}", "").Replace(claimWith(spec))
}

// TestClaimsThatVolumesDoNotFit has claims of a class without a provisioner, whose data come from files, and volumes of the target.
func TestClaimsThatVolumesDoNotFit(t *testing.T) {
	ofFiles, _, _ := strings.Cut(filesBackup, "- metadata: {name: b-2}")
	files := infoOf("backupMethod: PodVolumeBackup, pvbInfo: {podName: web, podNamespace: shop, volumeName: files, size: 9}") + ofFiles
	const class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: local}\nprovisioner: kubernetes.io/no-provisioner"
	const lazy = class + "\nvolumeBindingMode: WaitForFirstConsumer"
	const node = "apiVersion: v1\nkind: Node\nmetadata: {name: node-1, labels: {zone: b}}"
	const inA = ", nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}"
	const asks = "storageClassName: local, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}"
	has := func(size string) string {
		return "storageClassName: local, accessModes: [ReadWriteOnce], capacity: {storage: " + size + "}"
	}
	restored := func(claim string) string {
		return pvOf("Delete") + claim + ownedPod(filesVolume) + files + restoreOf("")
	}
	const waits = "error claim-not-provisioned pvc/shop/data [deployments.apps/shop/web pvc/shop/data pv/pv-1 pods/shop/web]: pvc/shop/data: storage class local has no provisioner: the claim waits for a PersistentVolume of this class"
	free := strings.Replace(pvOf("Retain"), "claimRef: {namespace: shop, name: data}, ", "storageClassName: local, capacity: {storage: 5Gi}, accessModes: [ReadWriteOnce], ", 1)
	named := "volumeName: pv-1, "
	for _, c := range []struct {
		name, text string
		want       []string // each the beginning of a finding
	}{
		{"one that fits", restored(claimWith(asks)) + targetOf(class, localPV("l", has("10Gi"), "")), nil},
		{"none is known", restored(claimWith(asks)) + targetOf(class), []string{waits + "; used by"}},
		{"too small", restored(claimWith(asks)) + targetOf(class, localPV("l", has("5Gi"), "")), []string{waits + "; PersistentVolume l does not fit: it has 5Gi and the claim requests 10Gi; used by"}},
		{"other access modes", restored(claimWith(strings.Replace(asks, "Once", "Many", 1))) + targetOf(class, localPV("l", has("10Gi"), "")), []string{waits + "; PersistentVolume l does not fit: its access modes are ReadWriteOnce and the claim wants ReadWriteMany; used by"}},
		{"another mode", restored(claimWith(asks)) + targetOf(class, localPV("l", has("10Gi")+", volumeMode: Block", "")), []string{waits + "; PersistentVolume l does not fit: its volumeMode is Block and the claim's Filesystem; used by"}},
		{"another class", restored(claimWith(asks)) + targetOf(class, localPV("l", strings.Replace(has("10Gi"), "local", "other", 1), "")), []string{waits + "; used by"}},
		{"of another claim", restored(claimWith(asks)) + targetOf(class, localPV("l", has("10Gi")+", claimRef: {namespace: other, name: data}", "")), []string{waits + "; used by"}},
		{"reserved for the claim", restored(claimWith(asks)) + targetOf(class, localPV("l", strings.Replace(has("10Gi"), "local", "other", 1)+", claimRef: {namespace: shop, name: data}", "")), nil},
		{"reserved for a claim of that name that is gone", restored(claimWith(asks)) + targetOf(class, localPV("l", has("10Gi")+", claimRef: {namespace: shop, name: data, uid: u}", "")), []string{waits + "; used by"}},
		{"not free any more", restored(claimWith(asks)) + targetOf(class, strings.Replace(localPV("l", has("10Gi"), ""), "Available", "Failed", 1)), []string{waits + "; used by"}},
		{"on no node that is there", restored(claimWith(asks)) + targetOf(lazy, node, localPV("l", has("10Gi")+inA, "")), []string{waits + "; PersistentVolume l does not fit: no Node of the target fits its nodeAffinity; used by"}},
		{"on no node that is there, of a class that does not wait for a pod", restored(claimWith(asks)) + targetOf(class, node, localPV("l", has("10Gi")+inA, "")), nil},
		{"labels that the selector takes", restored(claimWith("selector: {matchLabels: {a: b}}, "+asks)) + targetOf(class, localPV("l", has("10Gi"), ", labels: {a: b}")), nil},
		{"labels that it does not take", restored(claimWith("selector: {matchLabels: {a: b}}, "+asks)) + targetOf(class, localPV("l", has("10Gi"), ", labels: {a: c}")), []string{
			"error claim-not-provisioned pvc/shop/data [deployments.apps/shop/web pvc/shop/data pv/pv-1 pods/shop/web]: pvc/shop/data: the claim has a selector, so no volume is provisioned for it: it waits for a PersistentVolume that the selector matches; used by"}},
		{"the empty class", restored(claimWith(`storageClassName: "", accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}`)) + targetOf(localPV("l", "accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}", "")), nil},
		{"one for two claims", restored(claimWith(asks)+manifestOf("more", asks)) + targetOf(class, localPV("l", has("10Gi"), "")), []string{
			"error claim-not-provisioned pvc/shop/more [pvc/shop/more]: pvc/shop/more: no volume is provisioned for the claim, and it gets none of those that will be there; each PersistentVolume that fits (l) goes to another claim of the restore"}},
		{"two for two claims, of which one fits but one", restored(claimWith(asks)+manifestOf("more", strings.Replace(asks, "10Gi", "20Gi", 1))) + targetOf(class, localPV("a", has("20Gi"), ""), localPV("b", has("10Gi"), "")), nil},
		{"one that the restore brings, by name", free + claimWith(named+strings.Replace(asks, "10Gi", "5Gi", 1)) + restoreOf(""), []string{"warning volume-needs-old-volume"}},
		{"one that the restore brings, by name, and too small", free + claimWith(named+asks) + restoreOf(""), []string{
			"error claim-never-binds pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: PersistentVolume pv-1 does not fit the claim that names it: it has 5Gi and the claim requests 10Gi; the claim never binds"}},
		{"of another class, by name", free + claimWith(named+"storageClassName: fast, resources: {requests: {storage: 1Gi}}") + restoreOf(""), []string{
			"error claim-never-binds pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: PersistentVolume pv-1 does not fit the claim that names it: it is of storage class local and the claim of storage class fast; the claim never binds"}},
		{"of a class that only the target knows, by name", free + claimWith(named+"accessModes: [ReadWriteOnce]") + restoreOf(""), []string{"warning volume-needs-old-volume"}},
		{"of the target, by name", claimWith(named+asks) + restoreOf("") + targetOf(localPV("pv-1", has("5Gi"), "")), []string{
			"error claim-never-binds pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: PersistentVolume pv-1 does not fit the claim that names it: it has 5Gi and the claim requests 10Gi"}},
		{"reserved for the claim, whatever it has", strings.Replace(pvOf("Retain"), "csi:", "capacity: {storage: 1Gi}, csi:", 1) + claimOf("") + restoreOf(""), []string{"warning volume-needs-old-volume"}},
		{"a modifier that reserves it for another claim", pvOf("Retain") + claimOf("") + restoreOf("") + "\n-- modifiers.yaml --\nversion: v1\nresourceModifierRules:\n- conditions: {groupResource: persistentvolumes}\n  patches: [{operation: replace, path: /spec/claimRef/name, value: other}]\n", []string{
			"error claim-never-binds pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: PersistentVolume pv-1 is reserved for claim shop/other by its claimRef: claim shop/data never binds"}},
		{"a manifest", manifestOf("data", asks) + restoreOf("") + targetOf(class, localPV("l", has("5Gi"), "")), []string{
			"error claim-not-provisioned pvc/shop/data [pvc/shop/data]: pvc/shop/data: no volume is provisioned for the claim, and it gets none of those that will be there; PersistentVolume l does not fit: it has 5Gi and the claim requests 10Gi"}},
		{"a manifest, and the target's volumes are not described", manifestOf("data", asks) + restoreOf("") + targetOf(class), nil},
		{"one that waited before", strings.NewReplacer(named, "", "phase: Bound", "phase: Pending").Replace(claimWith(named+asks)) + restoreOf("") + targetOf(class, localPV("l", has("5Gi"), "")), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(c.text, "volumeName: pv-1, volumeName: pv-1, ", "volumeName: pv-1, ", 1)
			folder, o := volumeCase(t, text)
			_, summary := previewVolumes(t, folder, o)
			got := onVolumes(summary)
			if len(got) != len(c.want) {
				t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			for i, want := range c.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got  %s\nwant %s", got[i], want)
				}
			}
		})
	}
}
