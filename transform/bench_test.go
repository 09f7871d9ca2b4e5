package transform_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
)

// benchItems is one application, as Velero writes it; NS and NAME stand for its namespace and its name.
var benchItems = map[string]string{
	"pods": `{"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{"checksum/config":"4be1d2"},"creationTimestamp":"2026-01-02T03:04:05Z",` +
		`"labels":{"app":"web","pod-template-hash":"5b8f9"},` + benchManaged + `"name":"NAME","namespace":"NS","ownerReferences":[{"apiVersion":"apps/v1",` +
		`"kind":"ReplicaSet","name":"web-5b8f9","uid":"0f6e"}],"resourceVersion":"123456","uid":"77aa"},"spec":{"containers":[{"env":[{"name":"A","value":"b"}],` +
		`"image":"registry.example/web:1.2.3","name":"web","volumeMounts":[{"mountPath":"/data","name":"data"},{"mountPath":` +
		`"/var/run/secrets/kubernetes.io/serviceaccount","name":"kube-api-access-abcde"}]}],"nodeName":"node-7","priority":0,"serviceAccountName":"default",` +
		`"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"NAME"}},{"name":"kube-api-access-abcde","projected":{"sources":[]}}]},` +
		`"status":{"phase":"Running","podIP":"10.0.3.7"}}`,
	"services": `{"apiVersion":"v1","kind":"Service","metadata":{` + benchManaged + `"name":"NAME","namespace":"NS","uid":"5e1f"},"spec":{"clusterIP":"10.96.7.7",` +
		`"clusterIPs":["10.96.7.7"],"ports":[{"name":"http","nodePort":30080,"port":80,"protocol":"TCP"}],"selector":{"app":"web"},"type":"NodePort"},` +
		`"status":{"loadBalancer":{}}}`,
	"persistentvolumeclaims": `{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"annotations":{"pv.kubernetes.io/bind-completed":"yes"},` +
		benchManaged + `"name":"NAME","namespace":"NS","uid":"c1a1"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"gp3","volumeName":""},` +
		`"status":{"phase":"Bound"}}`,
	"configmaps":       `{"apiVersion":"v1","data":{"app.conf":"` + strings.Repeat(`key = value\n`, 60) + `"},"kind":"ConfigMap","metadata":{` + benchManaged + `"name":"NAME","namespace":"NS"}}`,
	"secrets":          `{"apiVersion":"v1","data":{"password":"` + strings.Repeat("c2VjcmV0", 40) + `"},"kind":"Secret","metadata":{"name":"NAME","namespace":"NS"},"type":"Opaque"}`,
	"deployments.apps": `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{` + benchManaged + `"name":"NAME","namespace":"NS","uid":"de91"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"image":"web:1","name":"web"}]}}},"status":{"replicas":2}}`,
	"rolebindings.rbac.authorization.k8s.io": `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"NAME","namespace":"NS"},"roleRef":` +
		`{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"default","namespace":"NS"}]}`,
	"jobs.batch": `{"apiVersion":"batch/v1","kind":"Job","metadata":{"labels":{"controller-uid":"7"},"name":"NAME","namespace":"NS"},"spec":{"selector":{"matchLabels":` +
		`{"controller-uid":"7"}},"template":{"metadata":{"labels":{"controller-uid":"7"}},"spec":{"containers":[{"image":"j:1","name":"j"}],"restartPolicy":"Never"}}}}`,
}

const benchManaged = `"managedFields":[{"apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:a":{},` +
	`"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:imagePullPolicy":{}}}},"manager":"kube-controller-manager","operation":"Update","time":"2026-01-02T03:04:05Z"}],`

// benchBackup writes a backup of 250 applications in 25 namespaces, and returns its file and its size before compression.
func benchBackup(b *testing.B) (path string, size int64) {
	b.Helper()
	var packed bytes.Buffer
	w := pack.New(&packed, nil, pack.Options{})
	for _, resource := range slices.Sorted(maps.Keys(benchItems)) {
		for n := range 250 {
			key := layout.Address{Resource: resource, Namespace: fmt.Sprintf("team-%d", n%25), Name: fmt.Sprintf("web-%d", n)}.Key()
			twin := key
			twin.VersionDir = layout.PreferredDir("v1")
			body := []byte(strings.NewReplacer("NS", key.Namespace, "NAME", key.Name).Replace(benchItems[resource]))
			for _, k := range []layout.ItemKey{key, twin} {
				size += int64(len(body))
				if err := w.Add(k.Path(), 0o755, time.Unix(0, 0), body, k == twin); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	path = filepath.Join(b.TempDir(), "b.tar.gz")
	if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path, size
}

func benchOptions(b *testing.B, spec velero.RestoreSpec) *restore.Options {
	b.Helper()
	o := &restore.Options{Profile: actions.V1_18, Restore: &velero.Restore{Spec: spec}, Actions: builtin.Restore(actions.V1_18), Secrets: true}
	if err := o.Complete("b"); err != nil {
		b.Fatal(err)
	}
	return o
}

// bench measures work on the backup; a run that works on fewer than 2000 items measures something else.
func bench(b *testing.B, work func(src *tarball.Source) (items int, err error)) {
	b.Helper()
	path, size := benchBackup(b)
	src, err := tarball.Open(b.Context(), path, tarball.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		items, err := work(src)
		if err != nil || items < 2000 {
			b.Fatalf("%d items, %v", items, err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	bench(b, func(src *tarball.Source) (int, error) {
		x, err := index.Build(b.Context(), src, index.Options{})
		if err != nil {
			return 0, err
		}
		return x.Len(), x.Close()
	})
}

// BenchmarkSelect is a plan with filters, a selector among them, that take all items.
func BenchmarkSelect(b *testing.B) {
	o := benchOptions(b, velero.RestoreSpec{IncludedNamespaces: []string{"team-*"}, ExcludedResources: []string{"nodes"},
		LabelSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "none", Operator: metav1.LabelSelectorOpDoesNotExist}}}})
	o.Actions, o.Unread = nil, report.Changes|report.Values|report.Objects
	bench(b, func(src *tarball.Source) (int, error) { return previewed(b, src, o) })
}

func previewed(b *testing.B, src *tarball.Source, o *restore.Options) (int, error) {
	summary, err := restore.Preview(b.Context(), src, o, discard)
	if err != nil {
		return 0, err
	}
	return summary.Items, nil
}

// BenchmarkPreview is the restore of all items, as a table needs it and with every change and object.
func BenchmarkPreview(b *testing.B) {
	for name, unread := range map[string]report.Parts{"table": report.Values | report.Objects, "everything": 0} {
		b.Run(name, func(b *testing.B) {
			o := benchOptions(b, velero.RestoreSpec{})
			o.Unread = unread
			bench(b, func(src *tarball.Source) (int, error) { return previewed(b, src, o) })
		})
	}
}

// BenchmarkAction is a plan with one action alone; its cost is what it has above none.
func BenchmarkAction(b *testing.B) {
	for _, a := range append([]actions.Action{{Name: "none"}}, builtin.Restore(actions.V1_18)...) {
		b.Run(strings.TrimPrefix(a.Name, "velero.io/"), func(b *testing.B) {
			o := benchOptions(b, velero.RestoreSpec{NamespaceMapping: map[string]string{"team-1": "other"}})
			o.Actions, o.Unread = []actions.Action{a}, report.Values|report.Objects
			bench(b, func(src *tarball.Source) (int, error) { return previewed(b, src, o) })
		})
	}
}

func BenchmarkRewrite(b *testing.B) {
	for name, mapping := range map[string]map[string]string{"copied": nil, "mapped": benchMapping()} {
		b.Run(name, func(b *testing.B) {
			o := benchOptions(b, velero.RestoreSpec{NamespaceMapping: mapping})
			bench(b, func(src *tarball.Source) (int, error) {
				summary, err := rewrite.Archive(b.Context(), src, o, io.Discard, rewrite.ArchiveOptions{}, discard)
				if err != nil {
					return 0, err
				}
				return summary.Items, nil
			})
		})
	}
}

func benchMapping() map[string]string {
	m := map[string]string{}
	for n := range 25 {
		m[fmt.Sprintf("team-%d", n)] = fmt.Sprintf("team-%d-dr", n)
	}
	return m
}
