package cmd

import (
	"slices"
	"strings"
)

// obeyedFiles are the files that the rows name.
var obeyedFiles = map[string]string{
	"target.yaml": `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ClusterIP, ports: [{port: 8000}]}
`,
	"modifiers.yaml": `version: v1
resourceModifierRules:
- conditions: {groupResource: services}
  mergePatches: [{patchData: '{"metadata":{"labels":{"patched":"yes"}}}'}]
`,
	"policies.yaml": `version: v1
namespacedFilterPolicies:
- namespaces: [shop]
  resourceFilters: [{kinds: [pods]}]
`,
	"cluster-policies.yaml": `version: v1
clusterScopedFilterPolicy: {resourceFilters: [{kinds: [storageclasses]}]}
`,
	"naming.yaml": `version: v1
resourceModifierRules:
- conditions: {groupResource: configmaps}
  mergePatches: [{patchData: '{"data":{"a":"web.shop.svc"}}'}]
`,
	"broken-modifiers.yaml": `version: v1
resourceModifierRules:
- conditions: {groupResource: services, namespaces: [nowhere]}
  mergePatches: [{patchData: '{"metadata":{"labels":{"patched":"yes"}}}'}]
- conditions: {groupResource: secrets}
  patches: [{operation: test, path: /data/password, value: wrong}]
`,
	"probe.yaml": `version: v1
resourceModifierRules:
- conditions: {groupResource: "*"}
  mergePatches: [{patchData: '{"metadata":{"labels":{"patched":"yes"}}}'}]
- conditions: {groupResource: services}
  patches: [{operation: remove, path: /spec/ports/1/nodePort}]
- conditions: {groupResource: pods}
  patches: [{operation: test, path: /spec/initContainers/0/image, value: "velero/velero:v1.18.3"}]
- conditions: {groupResource: pods}
  patches: [{operation: test, path: /spec/containers/0/image, value: "registry.example.com/library/postgres:17.2"}]
- conditions: {groupResource: persistentvolumes}
  patches: [{operation: test, path: /spec/awsElasticBlockStore/volumeID, value: vol-0123456789abcdef0}]
- conditions: {groupResource: persistentvolumeclaims}
  patches: [{operation: test, path: /spec/storageClassName, value: gp3}]
- conditions: {groupResource: persistentvolumeclaims}
  patches: [{operation: test, path: /metadata/annotations/volume.kubernetes.io~1selected-node, value: node-a}]
- conditions: {groupResource: volumesnapshots.snapshot.storage.k8s.io}
  patches: [{operation: remove, path: /spec/source/persistentVolumeClaimName}]
`,
	"managed.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop, managedFields: [{manager: kubectl}]}
`,
	"restore.yaml": `apiVersion: velero.io/v1
kind: Restore
metadata: {name: r, namespace: velero}
spec: {backupName: shop, includedNamespaces: [shop-db]}
`,
	"secret.yaml": `apiVersion: v1
kind: Secret
metadata: {name: db-password, namespace: shop-db}
data: {password: b3RoZXI=}
`,
	"policy.yaml": `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ClusterIP, ports: [{port: 8000}]}
`,
	"odd.yaml": `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {generateName: b-}}
`,
	"scheduled/backups/a/velero-backup.json": scheduled("a", "2026-01-01T01:00:00Z"),
	"scheduled/backups/b/velero-backup.json": scheduled("b", "2026-01-02T01:00:00Z"),
	"veltx.yaml":                             "{apiVersion: veltx.io/v1alpha1, kind: Config, backup: shop, store: store}\n",
	"ids.csv":                                "vol-0123456789abcdef0,vol-9\n",
	"cluster.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
---
hello: world
---
apiVersion: v1
kind: ConfigMap
metadata: {name: policies, namespace: velero}
data:
  policies.yaml: |
    version: v1
    volumePolicies:
    - conditions: {storageClass: [gp3]}
      action: {type: skip}
`,
}

// scheduled is the velero-backup.json of a backup that a schedule made.
func scheduled(name, begun string) string {
	return `{"apiVersion":"velero.io/v1","kind":"Backup","metadata":{"name":"` + name + `","namespace":"velero","labels":{"velero.io/schedule-name":"nightly"}},` +
		`"status":{"phase":"Completed","startTimestamp":"` + begun + `"}}`
}

// csiItems are a backup with the snapshot of a CSI driver.
var csiItems = map[string]string{
	"metadata/version": "1.1.0\n",
	"resources/volumesnapshotcontents.snapshot.storage.k8s.io/cluster/c.json": `{"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshotContent",
"metadata":{"name":"c","labels":{"velero.io/backup-name":"csi"}},"spec":{"driver":"ebs.csi.aws.com","deletionPolicy":"Retain",
"source":{"volumeHandle":"v"},"volumeSnapshotRef":{"name":"s","namespace":"shop"}},"status":{"snapshotHandle":"snap-1"}}`,
	"resources/persistentvolumes/cluster/v.json": `{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"v"},"spec":{"csi":{"driver":"ebs.csi.aws.com"}}}`,
	"resources/persistentvolumeclaims/namespaces/shop/p.json": `{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"p","namespace":"shop"},
"spec":{"volumeName":"v","storageClassName":"gp3"},"status":{"phase":"Bound"}}`,
	"resources/volumesnapshots.snapshot.storage.k8s.io/namespaces/shop/s.json": `{"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot",
"metadata":{"name":"s","namespace":"shop","annotations":{"velero.io/csi-volumesnapshot-handle":"snap-1","velero.io/csi-driver-name":"ebs.csi.aws.com"}},
"spec":{"source":{"persistentVolumeClaimName":"p"}},"status":{"boundVolumeSnapshotContentName":"c"}}`,
}

// shop is the sample as a backup's folder in a store.
const shop = "$W/store/backups/shop"

func obeyedRows() []obeyed {
	var rows []obeyed
	for _, c := range []struct{ command, line, slow string }{
		{"restore-preview", "B -o name", "- -o name"},
		{"explain", "B svc/web -n shop", "- cm/c1 -n n"},
		{"transform", "B -o $W/out.tar.gz", "- -o $W/out.tar.gz"},
		{"modifiers test", "$W/modifiers.yaml B", "$W/modifiers.yaml - --fail-on never"},
		{"policies test", "$W/policies.yaml B", "$W/policies.yaml - --fail-on never"},
		{"get", "B", "- cm c1"},
		{"diff", "B $W/old.tar.gz", "- $W/old.tar.gz"},
		{"inspect", "B", "-"},
		{"backup-preview", "B -o name", "- -o name"},
		{"backup", "B -o $W/out.tar.gz", "- -o $W/out.tar.gz"},
		{"verify", "B", "-"},
		{"redact", "B -o $W/out.tar.gz", "- -o $W/out.tar.gz"},
		{"references", "B", "-"},
		{"init", "B -o -", "- -o -"},
	} {
		rows = append(rows, sourceRows(c.command, c.line)...)
		rows = append(rows,
			obeyed{command: c.command, flag: "progress", without: c.slow, with: "--progress plain", slow: true},
			obeyed{command: c.command, flag: "quiet", without: c.slow + " --progress plain", with: "--quiet", slow: true})
	}
	rows = append(rows, restoreRows("restore-preview", shop+" -o jsonl", "")...)
	rows = append(rows, transformRows()...)
	rows = append(rows, restoreRows("explain", shop, "ITEM")...)
	rows = append(rows, modifierRows()...)
	rows = append(rows, policyRows()...)
	rows = append(rows, referenceRows()...)
	rows = append(rows, remoteRows()...)
	return append(rows, lineRows()...)
}

// sourceRows are of the flags that say how a backup is read; B is where it stands in the line.
func sourceRows(command, line string) []obeyed {
	of := func(backup string) string {
		return strings.Join(strings.Fields(strings.Replace(line, "B", backup, 1)), " ")
	}
	other := "$W/store"
	named := of("shop")
	rows := []obeyed{
		{command: command, flag: "store", without: named, with: "--store " + other},
		{command: command, flag: "prefix", without: named + " --store $W/cut", with: "--prefix east"},
		{command: command, flag: "sample", without: of(""), with: "--sample"},
		{command: command, flag: "temp-dir", without: of("") + " --sample", with: "--temp-dir $W/missing"},
	}
	for _, limit := range []string{"max-entry-size", "max-total-size", "max-entries"} {
		rows = append(rows, obeyed{command: command, flag: limit, without: of(shop), with: "--" + limit + " 1"})
	}
	return rows
}

// restoreRows are of the flags that say how to restore. ITEM in the line is the item that is explained.
func restoreRows(command, line, item string) []obeyed {
	var rows []obeyed
	for _, r := range []struct{ flag, item, before, with string }{
		{"include-namespaces", "svc/web", "", "shop-db"},
		{"n", "svc/web", "", "shop-db"},
		{"exclude-namespaces", "svc/web", "", "shop"},
		{"namespace-mappings", "svc/web", "", "shop:store"},
		{"include-resources", "svc/web", "", "pods"},
		{"exclude-resources", "svc/web", "", "services"},
		{"include-cluster-resources", "sc/gp3", "", "=false"},
		{"selector", "svc/web", "", "app=db"},
		{"or-selector", "svc/web", "", "app=db"},
		{"resource-policies-configmap", "svc/web", "", "$W/policies.yaml"},
		{"existing-resource-policy", "svc/web", "-f $W/target.yaml", "update"},
		{"status-include-resources", "deploy/web", "", "deployments.apps"},
		{"status-exclude-resources", "deploy/web", "--status-include-resources *", "deployments.apps"},
		{"restore-volumes", "pv/pvc-11111111-2222-4333-8444-000000000001", "", "=false"},
		{"preserve-nodeports", "svc/web", "", "=true"},
		{"resource-modifier-configmap", "svc/web", "", "$W/modifiers.yaml"},
		{"file", "svc/web", "", "$W/target.yaml"},
		{"restore-name", "svc/web", "", "other"},
		{"features", "pvc/uploads", "", "EnableCSI"},
		{"velero-version", "svc/web", "", "1.6"},
		{"velero-image", "pod/web-7d4b9c6f58-k2x9p", "", "example.com/velero:v9"},
		{"storage-class-mappings", "pvc/data-db-0", "", "gp3:gp2"},
		{"image-mappings", "pod/db-0", "", "registry.example.com=other.example.com"},
		{"node-mappings", "pvc/data-db-0", "", "node-a=node-z"},
		{"volume-id-mappings", "pv/pvc-11111111-2222-4333-8444-000000000001", "", "vol-0123456789abcdef0=vol-9"},
		{"volume-id-mappings-file", "pv/pvc-11111111-2222-4333-8444-000000000001", "", "$W/ids.csv"},
	} {
		if command == "explain" && r.flag == "n" {
			continue // there it names the item's namespace
		}
		with := "--" + r.flag + " " + r.with
		if strings.HasPrefix(r.with, "=") {
			with = "--" + r.flag + r.with
		}
		without := line
		if item != "" {
			without += " " + r.item
		}
		rows = append(rows, obeyed{command: command, flag: r.flag, without: strings.TrimSpace(without + " " + r.before), with: with})
	}
	return rows
}

// transformRows are of the flags that say how to restore where the result is written.
func transformRows() []obeyed {
	own := map[string]string{
		"file":                     shop + " -o $W/out",
		"restore-name":             shop + " -o $W/out",
		"features":                 "$W/store/backups/csi -o $W/out",
		"status-exclude-resources": shop + " -o $W/out.tar.gz",
		"velero-image":             "$W/old.tar.gz -o $W/out.tar.gz --plan $W/plan.json", // it is in plans, though in no result
	}
	rows := restoreRows("transform", shop+" -o $W/out.tar.gz", "")
	for i := range rows {
		if line, ok := own[rows[i].flag]; ok {
			rows[i].without = line
		}
	}
	return rows
}

// policyRows are of the flags that say how to restore where resource policies are tried.
func policyRows() []obeyed {
	var rows []obeyed
	for _, r := range restoreRows("policies test", "$W/policies.yaml "+shop+" -o json", "") {
		switch r.flag {
		case "include-namespaces", "n", "exclude-namespaces", "include-resources", "exclude-resources", "velero-version":
		case "include-cluster-resources":
			r.without = "$W/cluster-policies.yaml " + shop + " -o json"
		case "file":
			r.with = "--file $W/restore.yaml"
		default:
			continue
		}
		rows = append(rows, r)
	}
	return rows
}

// modifierRows are of the flags that say how to restore where modifiers are tried.
func modifierRows() []obeyed {
	own := map[string]string{
		"features":        "$W/probe.yaml $W/store/backups/csi -o json",
		"restore-volumes": "$W/probe.yaml $W/store/backups/csi -o json --features EnableCSI",
		"node-mappings":   "$W/probe.yaml " + shop + " -o json --velero-version 1.17", // later ones ignore it
	}
	var rows []obeyed
	for _, r := range restoreRows("modifiers test", "$W/probe.yaml "+shop+" -o json", "") {
		switch r.flag {
		case "existing-resource-policy", "status-include-resources", "status-exclude-resources", "restore-name", "resource-modifier-configmap":
			continue
		case "file":
			r.with = "--file $W/restore.yaml"
		case "features":
			r.with = "--features EnableCSI"
		}
		if line, ok := own[r.flag]; ok {
			r.without = line
		}
		rows = append(rows, r)
	}
	return rows
}

// referenceRows are of the flags that say what is restored where references are listed.
func referenceRows() []obeyed {
	own := map[string][2]string{
		"file":                        {shop, "--file $W/restore.yaml"},
		"features":                    {"$W/store/backups/csi --namespace-mappings shop:x", "--features EnableCSI"},
		"velero-version":              {shop + " --namespace-mappings shop-db:x", "--velero-version 1.6"},
		"resource-modifier-configmap": {shop, "--resource-modifier-configmap $W/naming.yaml"},
	}
	kept := []string{
		"include-namespaces", "n", "exclude-namespaces", "namespace-mappings", "include-resources", "exclude-resources", "include-cluster-resources",
		"selector", "or-selector", "resource-policies-configmap", "file", "features", "velero-version", "resource-modifier-configmap",
	}
	var rows []obeyed
	for _, r := range restoreRows("references", shop, "") {
		if !slices.Contains(kept, r.flag) {
			continue
		}
		if line, ok := own[r.flag]; ok {
			r.without, r.with = line[0], line[1]
		}
		rows = append(rows, r)
	}
	return rows
}

// backupRows are of the flags that say what to back up.
func backupRows(command, line string) []obeyed {
	var rows []obeyed
	for _, r := range []struct{ flag, before, with string }{
		{"include-namespaces", "", " shop-db"},
		{"exclude-namespaces", "", " shop"},
		{"include-resources", "", " pods"},
		{"exclude-resources", "", " pods"},
		{"include-cluster-resources", "", "=true"},
		{"include-cluster-scoped-resources", "", " storageclasses"},
		{"exclude-cluster-scoped-resources", "--include-cluster-scoped-resources *", " storageclasses"},
		{"include-namespace-scoped-resources", "", " pods"},
		{"exclude-namespace-scoped-resources", "", " pods"},
		{"selector", "", " app=db"},
		{"or-selector", "", " app=db"},
		{"ordered-resources", "", " pods=shop/web-7d4b9c6f58-vv4ql"},
		{"resource-policies-configmap", "", " missing"},
		{"snapshot-volumes", "--features EnableCSI", "=false"},
		{"snapshot-move-data", "--features EnableCSI", "=true"},
		{"features", "", " EnableCSI"},
		{"velero-version", "", " 1.6"},
	} {
		line := line
		if r.with == " EnableCSI" || r.before == "--features EnableCSI" {
			line = strings.Replace(line, shop, "$W/store/backups/csi", 1)
		}
		rows = append(rows, obeyed{command: command, flag: r.flag, without: strings.TrimSpace(line + " " + r.before), with: "--" + r.flag + r.with})
	}
	return rows
}

// verdictRows are of the flags that judge what is found; the line finds notes or warnings.
func verdictRows(command, line, baseline string) []obeyed {
	return []obeyed{
		{command: command, flag: "fail-on", without: line, with: "--fail-on note"},
		{command: command, flag: "baseline", without: line + " --fail-on note", with: "--baseline " + baseline},
		{command: command, flag: "write-baseline", without: line, with: "--write-baseline $W/new.json"},
		{command: command, flag: "force", without: line + " --write-baseline $W/wrong.sha256", with: "--force"},
	}
}

// lineRows are of the flags that one command or a few have.
func lineRows() []obeyed {
	rows := []obeyed{
		{command: "diff", flag: "diff", without: shop + " $W/old.tar.gz", with: "--diff"},
		{command: "restore-preview", flag: "diff", without: shop, with: "--diff"},
		{command: "restore-preview", flag: "github", without: shop + " --include-namespaces shop", with: "--github"},
		{command: "modifiers test", flag: "github", without: "$W/broken-modifiers.yaml " + shop, with: "--github"},
		{command: "policies test", flag: "github", without: "$W/policies.yaml $W/store/backups/csi", with: "--github"},
		{command: "veltx", flag: "version", without: "", with: "--version"},
		{command: "restore-preview", flag: "from-backup", without: "--store $W/store", with: "--from-backup shop"},
		{command: "restore-preview", flag: "from-schedule", without: "--store $W/store", with: "--from-schedule nightly"},
		{command: "restore-preview", flag: "allow-partially-failed", without: "--store $W/store --from-schedule none", with: "--allow-partially-failed"},
		{command: "restore-preview", flag: "namespace", without: shop, with: "--namespace elsewhere"},
		{command: "restore-preview", flag: "labels", without: shop, with: "--labels a=b"},
		{command: "restore-preview", flag: "annotations", without: shop, with: "--annotations a=b"},
		{command: "restore-preview", flag: "item-operation-timeout", without: shop, with: "--item-operation-timeout 1h"},
		{command: "restore-preview", flag: "write-sparse-files", without: shop, with: "--write-sparse-files"},
		{command: "restore-preview", flag: "parallel-files-download", without: shop, with: "--parallel-files-download 3"},
		{command: "restore-preview", flag: "skip-default-resource-modifier", without: shop, with: "--skip-default-resource-modifier"},
		{command: "restore-preview", flag: "wait", without: shop, with: "--wait"},
		{command: "restore-preview", flag: "kubeconfig", without: shop, with: "--kubeconfig k"},
		{command: "restore-preview", flag: "kubecontext", without: shop, with: "--kubecontext k"},
		{command: "backup-preview", flag: "namespace", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--namespace elsewhere"},
		{command: "backup-preview", flag: "n", without: "$W/odd.yaml -o name", with: "--n shop-db"},
		{command: "backup-preview", flag: "from-schedule", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--from-schedule daily"},
		{command: "backup-preview", flag: "ttl", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--ttl 1h"},
		{command: "backup-preview", flag: "csi-snapshot-timeout", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--csi-snapshot-timeout 1h"},
		{command: "backup-preview", flag: "item-operation-timeout", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--item-operation-timeout 1h"},
		{command: "backup-preview", flag: "storage-location", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--storage-location x"},
		{command: "backup-preview", flag: "data-mover", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--data-mover x"},
		{command: "backup-preview", flag: "kubeconfig", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--kubeconfig k"},
		{command: "backup-preview", flag: "kubecontext", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--kubecontext k"},
		{command: "backup-preview", flag: "labels", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--labels a=b"},
		{command: "backup-preview", flag: "annotations", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--annotations a=b"},
		{command: "backup-preview", flag: "volume-snapshot-locations", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--volume-snapshot-locations x"},
		{command: "backup-preview", flag: "parallel-files-upload", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--parallel-files-upload 3"},
		{command: "backup-preview", flag: "wait", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--wait"},
		{command: "backup-preview", flag: "default-volumes-to-fs-backup", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--default-volumes-to-fs-backup"},
		{command: "restore-preview", flag: "show-notes", without: shop, with: "--show-notes"},
		{command: "restore-preview", flag: "show", without: shop, with: "--show volume-id-unknown"},
		{command: "restore-preview", flag: "velero-versions", without: shop, with: "--velero-versions 1.16,1.18.3"},
		{command: "transform", flag: "simulate", without: shop + " -o $W/out.tar.gz", with: "--simulate=false"},
		{command: "transform", flag: "show-notes", without: shop + " -o $W/out.tar.gz", with: "--show-notes"},
		{command: "backup-preview", flag: "show-notes", without: "$W/cluster.yaml --resource-policies-configmap policies", with: "--show-notes"},
		{command: "restore-preview", flag: "target", without: shop + " -o jsonl", with: "--target $W/policy.yaml"},
		{command: "restore-preview", flag: "target-version", without: shop + " -o jsonl", with: "--target-version 1.33"},
		{command: "restore-preview", flag: "api-server", without: shop, with: "--api-server $W/none"},
		{command: "explain", flag: "api-server", without: shop + " svc/web -n shop", with: "--api-server $W/none"},
		{command: "transform", flag: "api-server", without: shop + " -o $W/out.tar.gz", with: "--api-server $W/none"},
		{command: "transform", flag: "target", without: shop + " -o $W/out.tar.gz", with: "--target $W/policy.yaml"},
		{command: "transform", flag: "target-version", without: shop + " -o $W/out.tar.gz --target $W/policy.yaml", with: "--target-version 1.33"},
		{command: "transform", flag: "target-registries", without: shop + " -o $W/out.tar.gz", with: "--target-registries none.example.com"},
		{command: "restore-preview", flag: "target-registries", without: shop, with: "--target-registries none.example.com"},
		{command: "explain", flag: "target-registries", without: shop + " deployments/web -n shop", with: "--target-registries none.example.com"},
		{command: "transform", flag: "all", without: shop + " -o $W/out", with: "--all"},
		{command: "transform", flag: "secrets", without: shop + " -o $W/out", with: "--secrets omit"},
		{command: "explain", flag: "target", without: shop + " svc/web", with: "--target $W/policy.yaml"},
		{command: "explain", flag: "target-version", without: shop + " sa/default -n shop -o json", with: "--target-version 1.33"},
		{command: "transform", flag: "github", without: shop + " -o $W/out.tar.gz --preserve-nodeports", with: "--github"},
		{command: "backup", flag: "output", without: shop, with: "--output $W/out.tar.gz"},
		{command: "transform", flag: "output", without: shop, with: "--output $W/out.tar.gz"},
		{command: "redact", flag: "output", without: shop, with: "--output $W/out.tar.gz"},
	}
	for _, r := range [][4]string{
		{"explain", "namespace", shop + " svc/web", "--namespace shop-db"},
		{"explain", "show-secrets", shop + " secret/db-password", "--show-secrets"},
		{"restore-preview", "show-secrets", shop + " -o json", "--show-secrets"},
		{"policies test", "fail-on", "$W/policies.yaml $W/store/backups/csi", "--fail-on never"},
		{"modifiers test", "fail-on", "$W/broken-modifiers.yaml " + shop, "--fail-on never"},
		{"transform", "manifest-format", shop + " -o $W/out", "--manifest-format json"},
		{"transform", "actions", shop + " -o $W/out.tar.gz", "--actions service"},
		{"transform", "skip-actions", shop + " -o $W/out.tar.gz", "--skip-actions service"},
		{"get", "show-managed-fields", "$W/managed.yaml cm -o yaml", "--show-managed-fields"},
		{"get", "sort-by", shop + " pods", "--sort-by .metadata.name"},
		{"plan show", "output", "$W/plan.json", "--output json"},
		{"plan show", "color", "$W/plan.json", "--color always"},
		{"plan diff", "output", "$W/plan.json $W/plan.json", "--output json"},
		{"plan diff", "color", "$W/plan.json $W/other-plan.json", "--color always"},
		{"transform", "plan", shop + " -o $W/out.tar.gz", "--plan $W/plan.json"},
		{"transform", "rewrite-references", shop + " -o $W/out.tar.gz --namespace-mappings shop-db:x", "--rewrite-references likely"},
		{"references", "likely", shop + " -o resource-modifiers --namespace-mappings shop:x,shop-db:y", "--likely"},
		{"references", "possible", shop, "--possible"},
		{"redact", "force", shop + " -o $W/old.tar.gz", "--force"},
		{"redact", "pattern", shop + " -o $W/out.tar.gz", "--pattern postgres"},
		{"get", "namespace", shop + " pods", "--namespace shop-db"},
		{"get", "all-namespaces", shop + " pods -n shop", "--all-namespaces"},
		{"get", "selector", shop + " pods", "--selector app=db"},
		{"get", "show-secrets", shop + " secrets -o yaml", "--show-secrets"},
		{"diff", "namespace", shop + " $W/old.tar.gz", "--namespace shop-db"},
		{"diff", "all-namespaces", shop + " $W/old.tar.gz -n shop", "--all-namespaces"},
		{"diff", "selector", shop + " $W/old.tar.gz", "--selector app=db"},
		{"diff", "show-secrets", shop + " $W/secret.yaml -o json", "--show-secrets"},
		{"diff", "include-resources", shop + " $W/old.tar.gz", "--include-resources pods"},
		{"diff", "noise", shop + " $W/manifests", "--noise"},
		{"restore-preview", "all", "--store $W/store", "--all"},
		{"restore-preview", "latest", "--all --store $W/scheduled", "--latest"},
		{"restore-preview", "since", "--all --store $W/store", "--since 2999-01-01"},
		{"restore-preview", "shard", "--all --store $W/store", "--shard 2/9"},
		{"restore-preview", "parallel", "--all --store $W/store", "--parallel -1"},
		{"verify", "all", "--store $W/store", "--all"},
		{"verify", "latest", "--all --store $W/scheduled", "--latest"},
		{"verify", "since", "--all --store $W/store", "--since 2999-01-01"},
		{"verify", "shard", "--all --store $W/store", "--shard 2/9"},
		{"verify", "parallel", "--all --store $W/store", "--parallel -1"},
		{"restore-preview", "report", shop, "--report junit=$W/new.xml"},
		{"backup-preview", "report", shop, "--report junit=$W/new.xml"},
		{"verify", "report", shop, "--report junit=$W/new.xml"},
		{"restore-preview", "config", "", "--config $W/veltx.yaml"},
		{"explain", "config", "svc/web -n shop", "--config $W/veltx.yaml"},
		{"references", "config", "", "--config $W/veltx.yaml"},
		{"transform", "config", "-o $W/out.tar.gz", "--config $W/veltx.yaml"},
		{"explain", "show-managed-fields", shop + " svc/web -n shop", "--show-managed-fields"},
		{"init", "output", shop + " -o $W/a.yaml", "--output $W/b.yaml"},
		{"init", "force", shop + " -o $W/veltx.yaml", "--force"},
		{"merge", "partial", "$W/part.jsonl", "--partial"},
		{"merge", "output", "$W/part.jsonl $W/other-part.jsonl", "--output json"},
		{"merge", "color", "$W/part.jsonl $W/other-part.jsonl", "--color always"},
		{"merge", "quiet", "$W/part.jsonl $W/other-part.jsonl -o json", "--quiet"},
		{"verify", "write-checksums", shop, "--write-checksums $W/sums"},
		{"verify", "check", shop, "--check $W/wrong.sha256"},
		{"verify", "force", shop + " --write-checksums $W/wrong.sha256", "--force"},
		{"actions", "output", "", "--output json"},
		{"actions", "color", "", "--color always"},
		{"findings", "output", "", "--output json"},
		{"findings", "color", "", "--color always"},
		{"version", "output", "", "--output json"},
		{"plugins list", "output", "$W/../plugins/order-a", "--output json"},
		{"plugins list", "color", "$W/../plugins/order-a", "--color always"},
		{"target show", "output", "$W/policy.yaml", "--output json"},
		{"target show", "color", "$W/policy.yaml", "--color always"},
		{"versions", "output", "", "--output json"},
		{"versions", "color", "", "--color always"},
		{"versions diff", "output", "1.6 1.18", "--output json"},
		{"versions diff", "color", "1.6 1.18", "--color always"},
		{"backups", "store", "", "--store $W/store"},
		{"backups", "prefix", "--store $W/cut", "--prefix east"},
		{"backups", "output", "--store $W/store", "--output json"},
		{"backups", "color", "--store $W/store", "--color always"},
		{"delete", "confirm", "shop --store $W/store", "--confirm"},
	} {
		rows = append(rows, obeyed{command: r[0], flag: r[1], without: r[2], with: r[3]})
	}
	for command, line := range map[string]string{
		"restore-preview": shop, "explain": shop + " pods/import-28731-8fxq2", "transform": shop + " -o $W/out.tar.gz",
	} {
		plugin, writes := " --plugin $W/../plugins/order-a", " --plugin $W/../plugins/writes"
		switch command {
		case "restore-preview":
			writes = line + writes + " -o jsonl" // has each item
		case "explain":
			writes = shop + " svc/web" + writes
		default:
			writes = line + writes
		}
		rows = append(rows,
			obeyed{command: command, flag: "plugin", without: line, with: plugin},
			obeyed{command: command, flag: "plugin-timeout", without: line + plugin, with: "--plugin-timeout 1ns"},
			obeyed{command: command, flag: "plugin-log", without: line + plugin, with: "--plugin-log $W/log"},
			obeyed{command: command, flag: "plugin-writes", without: writes, with: "--plugin-writes"},
		)
	}
	for command, line := range map[string]string{"backup-preview": shop + " -o jsonl", "backup": shop + " -o $W/out.tar.gz", "delete-preview": "shop --store $W/store"} {
		plugin, writes := " --plugin $W/../plugins/backup-order-a", " --plugin $W/../plugins/backup-writes"
		if command == "delete-preview" {
			plugin, writes = " --plugin $W/../plugins/deletes-all", " --plugin $W/../plugins/deletes-writes"
			rows = append(rows, obeyed{command: command, flag: "file", without: line + writes, with: "--file $W/policy.yaml"})
		}
		rows = append(rows,
			obeyed{command: command, flag: "plugin", without: line, with: plugin},
			obeyed{command: command, flag: "plugin-timeout", without: line + plugin, with: "--plugin-timeout 1ns"},
			obeyed{command: command, flag: "plugin-log", without: line + plugin, with: "--plugin-log $W/log"},
			obeyed{command: command, flag: "plugin-writes", without: line + writes, with: "--plugin-writes"},
		)
	}
	for command, line := range map[string]string{"delete-preview": "shop", "delete": "shop --confirm"} {
		rows = append(rows,
			obeyed{command: command, flag: "store", without: line, with: "--store $W/store"},
			obeyed{command: command, flag: "prefix", without: line + " --store $W/cut", with: "--prefix east"},
			obeyed{command: command, flag: "output", without: line + " --store $W/store", with: "--output json"},
			obeyed{command: command, flag: "color", without: line + " --store $W/store", with: "--color always"},
			obeyed{command: command, flag: "velero-version", without: strings.Replace(line, "shop", "csi", 1) + " --store $W/store", with: "--velero-version 1.6"})
	}
	for _, command := range []string{"transform", "backup"} {
		store := shop + " -o $W/out-store --to-store"
		rows = append(rows,
			obeyed{command: command, flag: "force", without: shop + " -o $W/old.tar.gz", with: "--force"},
			obeyed{command: command, flag: "to-store", without: shop + " -o $W/out-store", with: "--to-store"},
			obeyed{command: command, flag: "to-prefix", without: store, with: "--to-prefix east"},
			obeyed{command: command, flag: "backup-name", without: store, with: "--backup-name taken"},
			obeyed{command: command, flag: "compression-level", without: shop + " -o $W/out.tar.gz", with: "--compression-level 9"},
			obeyed{command: command, flag: "parallel", without: shop + " -o $W/out.tar.gz", with: "--parallel -1"},
			obeyed{command: command, flag: "color", without: shop + " -o $W/out.tar.gz --fail-on never" + map[string]string{"transform": " --preserve-nodeports"}[command], with: "--color always"})
	}
	for command, line := range map[string]string{
		"restore-preview": shop, "explain": shop + " svc/web", "modifiers test": "$W/modifiers.yaml " + shop, "policies test": "$W/policies.yaml " + shop, "get": shop, "diff": shop + " $W/old.tar.gz",
		"inspect": shop, "backup-preview": shop, "verify": shop, "references": shop,
	} {
		rows = append(rows,
			obeyed{command: command, flag: "output", without: line, with: "--output json"},
			obeyed{command: command, flag: "color", without: line, with: "--color always"})
	}
	for command, line := range map[string]string{
		"restore-preview": shop + " -o name --include-namespaces shop-db", "explain": shop + " ns/shop", "modifiers test": "$W/modifiers.yaml " + shop, "policies test": "$W/policies.yaml " + shop,
		"get": shop + " ns -o name", "diff": shop + " " + shop, "references": shop + " --include-namespaces shop-db",
	} {
		rows = append(rows, obeyed{command: command, flag: "no-pager", without: line, with: "--no-pager", terminal: true})
	}
	for command, line := range map[string]string{
		"backup-preview": "$W/odd.yaml -o name", "backup": "$W/odd.yaml -o $W/out.tar.gz", "get": "$W/odd.yaml cm", "diff": "$W/old.tar.gz $W/odd.yaml",
	} {
		rows = append(rows,
			obeyed{command: command, flag: "manifest-namespace", without: line, with: "--manifest-namespace shop-db"},
			obeyed{command: command, flag: "strict", without: line, with: "--strict"})
	}
	rows = append(rows, verdictRows("restore-preview", shop, "$W/baseline.json")...)
	rows = append(rows, verdictRows("transform", shop+" -o $W/out", "$W/baseline.json")...)
	rows = append(rows, verdictRows("backup-preview", "$W/cluster.yaml", "$W/backup-baseline.json")...)
	rows = append(rows, verdictRows("backup", "$W/cluster.yaml -o $W/out.tar.gz", "$W/backup-baseline.json")...)
	rows = append(rows, backupRows("backup-preview", shop+" -o jsonl")...)
	return append(rows, backupRows("backup", shop+" -o $W/out.tar.gz")...)
}
