package cmd

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// choices are bytes that say what is made: each picks one of what there is to pick from.
type choices struct{ b []byte }

func (g *choices) n(below int) int {
	if len(g.b) == 0 {
		return 0
	}
	v := int(g.b[0])
	g.b = g.b[1:]
	return v % below
}
func (g *choices) pick(s ...string) string { return s[g.n(len(s))] }

var words = []string{"a", "shop", "x", "web", "", "A", "kube-system", "velero", "default", "0", "\u202e", "</script>", "a/b", "..", "null", "\x1b[31m", "v1", "*", "true", "-1"}

// value makes any JSON value.
func (g *choices) value(depth int) any {
	switch g.n(12) {
	case 0:
		return nil
	case 1:
		return g.n(2) == 0
	case 2:
		return g.n(200) - 50
	case 3:
		return 1.5e300
	case 4, 5, 6, 7:
		return words[g.n(len(words))]
	case 8, 9:
		if depth > 3 {
			return nil
		}
		l := []any{}
		for k := g.n(3); k >= 0; k-- {
			l = append(l, g.value(depth+1))
		}
		return l
	}
	if depth > 3 {
		return map[string]any{}
	}
	m := map[string]any{}
	for k := g.n(4); k > 0; k-- {
		m[g.pick("name", "namespace", "kind", "spec", "metadata", "labels", "uid", "data", "items", "selector", "matchLabels", "containers", "volumes", "secrets", "ports", "claimRef", "storageClassName", "a")] = g.value(depth + 1)
	}
	return m
}

var templates = []struct{ res, body string }{
	{"pods", `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"N","namespace":"S","labels":{"app":"a"},"annotations":{"init.hook.restore.velero.io/container-image":"i","init.hook.restore.velero.io/command":"[\"a\"]","backup.velero.io/backup-volumes":"v"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r","uid":"u","controller":true}]},"spec":{"nodeName":"n","serviceAccountName":"s","priorityClassName":"p","containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/v"},{"name":"s-token-abcde","mountPath":"/t"}]}],"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}},{"name":"s-token-abcde","secret":{"secretName":"s-token-abcde"}}]},"status":{"phase":"Running"}}`},
	{"services", `{"apiVersion":"v1","kind":"Service","metadata":{"name":"N","namespace":"S","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":30000}]}}"},"managedFields":[{"fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:ports":{"k:{\"port\":80}":{"f:nodePort":{}}}}}}]},"spec":{"type":"LoadBalancer","clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"healthCheckNodePort":30001,"ports":[{"name":"h","port":80,"nodePort":30000,"protocol":"TCP"}]},"status":{"loadBalancer":{}}}`},
	{"persistentvolumes", `{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"N","annotations":{"pv.kubernetes.io/provisioned-by":"x","pv.kubernetes.io/bound-by-controller":"yes"}},"spec":{"claimRef":{"namespace":"S","name":"N","uid":"u","resourceVersion":"1"},"persistentVolumeReclaimPolicy":"Delete","storageClassName":"gp2","csi":{"driver":"ebs.csi.aws.com","volumeHandle":"v"},"nodeAffinity":{"required":{"nodeSelectorTerms":[]}}},"status":{"phase":"Bound"}}`},
	{"persistentvolumeclaims", `{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"N","namespace":"S","annotations":{"volume.kubernetes.io/selected-node":"n","pv.kubernetes.io/bind-completed":"yes"}},"spec":{"storageClassName":"gp2","volumeName":"N","resources":{"requests":{"storage":"1Gi"}},"dataSource":{"kind":"VolumeSnapshot","name":"s","apiGroup":"snapshot.storage.k8s.io"}},"status":{"phase":"Bound"}}`},
	{"secrets", `{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token","metadata":{"name":"s-token-abcde","namespace":"S","annotations":{"kubernetes.io/service-account.name":"s","kubernetes.io/service-account.uid":"u","kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"k\":\"SECRETVALUE\"}}"}},"data":{"token":"U0VDUkVUVkFMVUU=","ca.crt":"YQ=="}}`},
	{"serviceaccounts", `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"N","namespace":"S"},"secrets":[{"name":"N-token-abcde"}],"imagePullSecrets":[{"name":"N-dockercfg-abcde"}]}`},
	{"rolebindings.rbac.authorization.k8s.io", `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"N","namespace":"S"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"a","namespace":"S"}]}`},
	{"jobs.batch", `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"N","namespace":"S"},"spec":{"selector":{"matchLabels":{"controller-uid":"u"}},"template":{"metadata":{"labels":{"controller-uid":"u"}},"spec":{"containers":[]}}}}`},
	{"customresourcedefinitions.apiextensions.k8s.io", `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"ws.e.io"},"spec":{"group":"e.io","names":{"plural":"ws","kind":"W","listKind":"WList"},"scope":"Namespaced","preserveUnknownFields":false,"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}`},
	{"ws.e.io", `{"apiVersion":"e.io/v1","kind":"W","metadata":{"name":"N","namespace":"S"},"spec":{"a":1},"status":{"b":2}}`},
	{"validatingwebhookconfigurations.admissionregistration.k8s.io", `{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","metadata":{"name":"N"},"webhooks":[{"name":"w","failurePolicy":"Fail","sideEffects":"Unknown","clientConfig":{"service":{"name":"a","namespace":"S"}},"rules":[{"apiGroups":["*"],"apiVersions":["*"],"resources":["*"],"operations":["*"]}]}]}`},
	{"namespaces", `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"S"},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}`},
	{"volumesnapshots.snapshot.storage.k8s.io", `{"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot","metadata":{"name":"N","namespace":"S","annotations":{"velero.io/csi-volumesnapshot-handle":"h"}},"spec":{"source":{"persistentVolumeClaimName":"c"},"volumeSnapshotClassName":"k"},"status":{"boundVolumeSnapshotContentName":"v","readyToUse":true}}`},
	{"configmaps", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"N","namespace":"velero","labels":{"velero.io/plugin-config":"","velero.io/change-storage-class":"RestoreItemAction"}},"data":{"gp2":"gp3"}}`},
	{"apiservices.apiregistration.k8s.io", `{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"N","labels":{"kube-aggregator.kubernetes.io/automanaged":"onstart"}},"spec":{"service":{"name":"a","namespace":"S"}}}`},
	{"statefulsets.apps", `{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"N","namespace":"S"},"spec":{"volumeClaimTemplates":[{"metadata":{"name":"d"},"spec":{"storageClassName":"gp2"}}],"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"docker.io/x"}]}}}}`},
}

// mutate changes a place of the value.
func (g *choices) mutate(v any) any {
	switch x := v.(type) {
	case map[string]any:
		if len(x) == 0 || g.n(8) == 0 {
			return g.value(0)
		}
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		for i := range keys {
			for j := i + 1; j < len(keys); j++ {
				if keys[j] < keys[i] {
					keys[i], keys[j] = keys[j], keys[i]
				}
			}
		}
		k := keys[g.n(len(keys))]
		if g.n(10) == 0 {
			delete(x, k)
			return x
		}
		x[k] = g.mutate(x[k])
		return x
	case []any:
		if len(x) == 0 || g.n(6) == 0 {
			return g.value(0)
		}
		i := g.n(len(x))
		x[i] = g.mutate(x[i])
		return x
	}
	return g.value(0)
}

// archive makes a backup of mutated items.
func (g *choices) archive() []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, 1)
	w := tar.NewWriter(z)
	seen := map[string]bool{}
	put := func(name string, body []byte) {
		if seen[name] {
			return
		}
		seen[name] = true
		_ = w.WriteHeader(&tar.Header{Name: name, Size: int64(len(body)), Mode: 0o644, Typeflag: tar.TypeReg})
		_, _ = w.Write(body)
	}
	put("metadata/version", []byte("1.1.0\n"))
	for k := 1 + g.n(12); k > 0 && len(g.b) > 0; k-- {
		t := templates[g.n(len(templates))]
		name, ns := g.pick("a", "b", "web", "c", "s"), g.pick("a", "shop", "velero", "kube-system", "b")
		var o any
		if err := json.Unmarshal([]byte(strings.ReplaceAll(strings.ReplaceAll(t.body, `"N`, `"`+name), `"S"`, `"`+ns+`"`)), &o); err != nil {
			panic(err)
		}
		for m := g.n(4); m > 0; m-- {
			o = g.mutate(o)
		}
		body, _ := json.Marshal(o)
		if g.n(30) == 0 && len(body) > 3 {
			body = body[:len(body)/2]
		}
		scope := "namespaces/" + ns
		if g.n(6) == 0 {
			scope = "cluster"
		}
		put("resources/"+t.res+"/"+scope+"/"+name+".json", body)
		if g.n(2) == 0 {
			put("resources/"+t.res+"/"+g.pick("v1", "v1beta1", "v2")+"-preferredversion/"+scope+"/"+name+".json", body)
		}
	}
	_ = w.Close()
	_ = z.Close()
	return out.Bytes()
}

// runQuickly holds what is true of every run: it ends soon, with a known exit code, in UTF-8, and harms no terminal.
func runQuickly(t *testing.T, args ...string) (int, []byte, []byte) {
	var out, errs bytes.Buffer
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	code := Run(ctx, Streams{In: bytes.NewReader(nil), Out: &out, Err: &errs}, args)
	if d := time.Since(start); d > 20*time.Second {
		t.Fatalf("%q took %s", args, d)
	}
	if code != 0 && code != 1 && code != 2 && code != 3 {
		t.Fatalf("%q ends %d: %s", args, code, errs.String())
	}
	for _, b := range [][]byte{out.Bytes(), errs.Bytes()} {
		if !utf8.Valid(b) {
			t.Fatalf("%q: not UTF-8: %q", args, b)
		}
	}
	if bytes.ContainsAny(errs.Bytes(), "\x1b\x07\r") {
		t.Fatalf("%q: control characters: %q", args, errs.String())
	}
	return code, out.Bytes(), errs.Bytes()
}

// FuzzPreview previews and rewrites backups of mutated items, under mixed options, in each format.
func FuzzPreview(f *testing.F) {
	for s := byte(0); s < 40; s++ {
		b := make([]byte, 400)
		x := uint32(s)*2654435761 + 1
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g := &choices{b: data}
		dir := t.TempDir()
		src := filepath.Join(dir, "b.tar.gz")
		opts := []string{"--fail-on", "never", "-q"}
		for k := g.n(5); k > 0; k-- {
			opts = append(opts, [][]string{{"--namespace-mappings", "a:z"}, {"--include-namespaces", "a,shop"}, {"--velero-version", "1.6"}, {"--preserve-nodeports"}, {"--restore-volumes"}, {"--include-cluster-resources"}, {"--storage-class-mappings", "gp2:gp3"}, {"--image-mappings", "docker.io=r.example"}, {"--features", "EnableCSI"}, {"--status-include-resources", "*"}, {"-l", "app=a"}, {"--existing-resource-policy", "update"}, {"--node-mappings", "n=m"}, {"--exclude-resources", "pods"}}[g.n(14)]...)
		}
		if err := os.WriteFile(src, g.archive(), 0o600); err != nil {
			t.Fatal(err)
		}
		var first []byte
		for _, format := range []string{"json", "jsonl", "yaml", "wide", "html", "sarif", "codequality", "junit", "markdown", "plan", "table", "name"} {
			code, out, errs := runQuickly(t, append([]string{"restore-preview", src, "-o", format}, opts...)...)
			if code == 2 {
				return
			} // options that contradict each other
			if code != 0 {
				t.Fatalf("%s ends %d: %s", format, code, errs)
			}
			if bytes.Contains(out, []byte("SECRETVALUE")) || bytes.Contains(out, []byte("U0VDUkVUVkFMVUU")) {
				t.Fatalf("%s: a secret", format)
			}
			switch format {
			case "json", "sarif", "codequality", "plan":
				if !json.Valid(out) {
					t.Fatalf("%s is no JSON", format)
				}
			case "junit":
				d := xml.NewDecoder(bytes.NewReader(out))
				for {
					if _, err := d.Token(); err == io.EOF {
						break
					} else if err != nil {
						t.Fatalf("junit: %v", err)
					}
				}
			case "table", "wide", "name", "markdown":
				if bytes.ContainsAny(out, "\x1b\x07\r") {
					t.Fatalf("%s: control characters", format)
				}
			}
			if format == "json" {
				first = out
			}
		}
		_, again, _ := runQuickly(t, append([]string{"restore-preview", src, "-o", "json"}, opts...)...)
		if !bytes.Equal(first, again) {
			t.Fatal("two runs differ")
		}
		// the rewritten archive restores to the same, or the transform says why not
		to := append([]string{"transform", src, "-o", filepath.Join(dir, "out.tar.gz")}, opts...)
		if code, _, errs := runQuickly(t, to...); code == 0 {
			if code, _, errs := runQuickly(t, "restore-preview", filepath.Join(dir, "out.tar.gz"), "--fail-on", "never", "-q", "-o", "json"); code != 0 {
				t.Fatalf("the rewritten archive: %d %s", code, errs)
			}
		} else if len(errs) == 0 {
			t.Fatal("silent")
		}
		if code, _, errs := runQuickly(t, append([]string{"transform", src, "-o", filepath.Join(dir, "out")}, opts...)...); code != 0 && len(errs) == 0 {
			t.Fatal("silent")
		}
		for _, args := range [][]string{{"verify", src}, {"inspect", src, "-o", "json"}, {"backup-preview", src, "-o", "jsonl"}, {"redact", src, "-o", filepath.Join(dir, "r.tar.gz")}, {"explain", src, "pods/a", "-n", "a"}, {"diff", src, src}, {"get", src, "secrets", "-A", "-o", "yaml"}} {
			_, out, _ := runQuickly(t, args...)
			if bytes.Contains(out, []byte("SECRETVALUE")) || bytes.Contains(out, []byte("U0VDUkVUVkFMVUU")) {
				t.Fatalf("%q: a secret", args)
			}
		}
		left, _ := os.ReadDir(dir)
		for _, e := range left {
			if strings.HasPrefix(e.Name(), ".") {
				t.Fatalf("%s is left", e.Name())
			}
		}
	})
}

func packedQuickly(b []byte) []byte {
	var o bytes.Buffer
	w, _ := gzip.NewWriterLevel(&o, 1)
	_, _ = w.Write(b)
	_ = w.Close()
	return o.Bytes()
}

// FuzzReaders hands any bytes to what reads plans, baselines, policies, mappings, and the files beside a tarball.
func FuzzReaders(f *testing.F) {
	src := &choices{b: bytes.Repeat([]byte{7, 3, 11, 200, 5}, 60)}
	archive := src.archive()
	plan := func() []byte {
		dir, _ := os.MkdirTemp("", "veltx")
		defer os.RemoveAll(dir)
		p := filepath.Join(dir, "b.tar.gz")
		_ = os.WriteFile(p, archive, 0o600)
		var out bytes.Buffer
		Run(context.Background(), Streams{Out: &out, Err: io.Discard}, []string{"restore-preview", p, "-o", "plan", "--fail-on", "never"})
		return out.Bytes()
	}()
	f.Add(plan, uint8(0))
	f.Add([]byte(`{"apiVersion":"veltx.io/v1alpha1","kind":"Baseline","findings":[]}`), uint8(1))
	f.Add([]byte(`{"apiVersion":"velero.io/v1","kind":"Backup","metadata":{"name":"b","annotations":{"a":"b"}},"spec":{"includedNamespaces":["*"],"ttl":"720h0m0s"},"status":{"phase":"Completed","version":1,"formatVersion":"1.1.0","startTimestamp":"2026-01-01T00:00:00Z","expiration":"2026-02-01T00:00:00Z","progress":{"totalItems":5}}}`), uint8(2))
	f.Add([]byte(`[{"metadata":{"name":"p"},"spec":{"pod":{"name":"a","namespace":"a"},"volume":"v"},"status":{"phase":"Completed","snapshotID":"s","path":"/p"}}]`), uint8(3))
	f.Add([]byte(`[{"backupMethod":"NativeSnapshot","pvcName":"c","pvcNamespace":"a","pvName":"a","snapshotDataMoved":false,"nativeSnapshotInfo":{"snapshotHandle":"h","volumeType":"gp2","volumeAZ":"z","iops":"3"},"pvInfo":{"reclaimPolicy":"Delete","labels":{}}}]`), uint8(4))
	f.Add([]byte(`[{"spec":{"backupName":"b","persistentVolumeName":"a","providerVolumeID":"v","volumeType":"gp2"},"status":{"providerSnapshotID":"s","phase":"Completed"}}]`), uint8(5))
	f.Add([]byte(`{"v1/Pod":["a/a"],"v1/Secret":["a/s"]}`), uint8(6))
	f.Add([]byte(`{"errors":{"velero":["x"]},"warnings":{"namespaces":{"a":["y"]}}}`), uint8(7))
	f.Add([]byte("time=\"2026-01-01T00:00:00Z\" level=info msg=\"starting restore\" restore=velero/r backup=b\n"), uint8(8))
	f.Add([]byte("apiVersion: velero.io/v1\nkind: Restore\nmetadata: {name: r}\nspec: {backupName: b, includedNamespaces: ['*'], hooks: {resources: []}, namespaceMapping: {a: b}}\n"), uint8(9))
	f.Add([]byte("version: v1\nvolumePolicies:\n- conditions: {capacity: '0,10Gi', storageClass: [gp2]}\n  action: {type: skip}\n"), uint8(10))
	f.Add([]byte("2a2e08599d40635dbe2543a745fa0d45c65e9e6108abd94d720df28a6b8f4573  metadata/version\n"), uint8(11))
	f.Add([]byte("old,new\nvol-1,vol-2\n"), uint8(12))
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		if len(data) > 64<<10 || bytes.Count(data, []byte("*"))+bytes.Count(data, []byte("?")) > 20 {
			return
		}
		dir := t.TempDir()
		folder := filepath.Join(dir, "store", "backups", "b")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "f")
		write := func(p string, b []byte) {
			if err := os.WriteFile(p, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(file, data)
		write(filepath.Join(folder, "b.tar.gz"), archive)
		object := []byte(`{"apiVersion":"velero.io/v1","kind":"Backup","metadata":{"name":"b"},"spec":{},"status":{"phase":"Completed","formatVersion":"1.1.0"}}`)
		side := map[uint8]string{3: "b-podvolumebackups.json.gz", 4: "b-volumeinfo.json.gz", 5: "b-volumesnapshots.json.gz", 6: "b-resource-list.json.gz", 7: "b-results.gz", 8: "b-logs.gz"}
		which %= 13
		if which == 2 {
			object = data
		}
		write(filepath.Join(folder, "velero-backup.json"), object)
		if name := side[which]; name != "" {
			write(filepath.Join(folder, name), packedQuickly(data))
		}
		if which == 8 {
			rf := filepath.Join(dir, "store", "restores", "r")
			_ = os.MkdirAll(rf, 0o755)
			write(filepath.Join(rf, "restore-r-logs.gz"), packedQuickly(data))
		}
		store := filepath.Join(dir, "store")
		var cmds [][]string
		switch which {
		case 0:
			cmds = [][]string{{"transform", folder, "--plan", file, "-o", filepath.Join(dir, "o.tar.gz")}, {"transform", filepath.Join(folder, "b.tar.gz"), "--plan", file, "-o", filepath.Join(dir, "o")}}
		case 1:
			cmds = [][]string{{"restore-preview", folder, "--baseline", file}}
		case 9:
			cmds = [][]string{{"restore-preview", folder, "-f", file}, {"backup-preview", file}, {"diff", folder, file}, {"explain", folder, "pods/a", "-n", "a", "-f", file}}
		case 10:
			body, _ := json.Marshal(string(data))
			man := fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"p","namespace":"velero"},"data":{"p":%s}}`, body)
			mf := filepath.Join(dir, "m.yaml")
			write(mf, []byte(man+"\n---\n"+`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"v"},"spec":{"capacity":{"storage":"1Gi"},"storageClassName":"gp2"}}`))
			cmds = [][]string{{"backup-preview", mf, "--resource-policies-configmap", "p"}}
		case 11:
			cmds = [][]string{{"verify", folder, "--check", file}}
		case 12:
			cmds = [][]string{{"restore-preview", folder, "--volume-id-mappings-file", file}}
		default:
			cmds = [][]string{{"backups", "--store", store}, {"backups", "--store", store, "-o", "json"}, {"restore-preview", folder, "-o", "json"}, {"restore-preview", "b", "--store", store, "-o", "wide", "--restore-volumes"}, {"inspect", folder}, {"verify", folder}, {"verify", "--store", store}, {"delete-preview", "b", "--store", store}, {"transform", folder, "-o", store, "--to-store", "--backup-name", "c", "--fail-on", "never"}, {"backup", folder, "-o", store, "--to-store", "--backup-name", "d", "--fail-on", "never"}, {"delete", "b", "--store", store, "--confirm"}}
		}
		for _, c := range cmds {
			code, _, errs := runQuickly(t, c...)
			if code == 1 && len(errs) == 0 && c[0] != "diff" {
				t.Fatalf("%q is silent", c)
			}
		}
	})
}
