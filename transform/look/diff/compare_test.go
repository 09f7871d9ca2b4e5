package diff

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/redaction"
)

// source is a source of manifests.
func source(t *testing.T, text string) *backup.Source {
	t.Helper()
	m, err := backup.NewManifests(backup.ManifestOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	if err := m.Read("m.yaml", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	s, err := m.Source()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

const (
	before = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: s, uid: "1", resourceVersion: "5"}, data: {x: "1"}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: gone, namespace: s}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: s, labels: {app: web}}, spec: {clusterIP: 10.0.0.1, ports: [{port: 80, protocol: TCP}]}, status: {x: 1}}
`
	after = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: s, uid: "2", resourceVersion: "9"}, data: {x: "2"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: new, namespace: t}, data: {p: c2VjcmV0}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: s, labels: {app: web}}, spec: {ports: [{port: 80}]}}
`
)

func TestTwoSourcesAreComparedWithoutNoise(t *testing.T) {
	for _, row := range []struct {
		name    string
		options Options
		want    []string
		same    int
	}{
		{"everything", Options{}, []string{"changed configmaps/s/a /data/x", "removed configmaps/s/gone", "added secrets/t/new", "changed services/s/web /spec/clusterIP /spec/ports/0/protocol"}, 0},
		{"with noise", Options{Noise: true, Resources: []string{"cm"}}, []string{"changed configmaps/s/a /data/x /metadata/resourceVersion /metadata/uid", "removed configmaps/s/gone"}, 0},
		{"only what a manifest gives", Options{Manifests: struct{ A, B bool }{B: true}, Resources: []string{"svc"}}, nil, 1},
		{"one namespace", Options{Namespace: "t"}, []string{"added secrets/t/new"}, 0},
		{"a resource of which only B has items", Options{Resources: []string{"secret"}}, []string{"added secrets/t/new"}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			summary, err := Sources(t.Context(), source(t, before), source(t, after), row.options, func(d *Difference) error {
				line := fmt.Sprintf("%s %s/%s/%s", d.Sort, d.Key.Resource, d.Key.Namespace, d.Key.Name)
				for _, c := range d.Changes {
					line += " " + c.Path
				}
				got = append(got, line)
				return nil
			})
			if err != nil || !slices.Equal(got, row.want) || summary.Same != row.same || summary.Differ() != (len(row.want) > 0) {
				t.Errorf("%v, %+v\n got %q\nwant %q", err, summary, got, row.want)
			}
		})
	}
}

func TestADifferenceTellsNoSecretButWhichAreEqual(t *testing.T) {
	secret := func(name, p, q string) string {
		return fmt.Sprintf("{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: s}, data: {p: %s, q: %s}}\n---\n", name, p, q)
	}
	a := source(t, secret("one", "c2VjcmV0", "b3RoZXI="))
	b := source(t, secret("one", "b3RoZXI=", "b3RoZXI=")+secret("two", "c2VjcmV0", "b3RoZXI="))
	var got []string
	_, err := Sources(t.Context(), a, b, Options{Redactor: &redaction.Redactor{Key: func() ([]byte, error) { return a.RedactionKey(t.Context()) }}}, func(d *Difference) error {
		for _, side := range []*object.Value{d.A, d.B} {
			if side != nil {
				got = append(got, string(side.JSON()))
			}
		}
		for _, c := range d.Changes {
			got = append(got, c.Path+string(c.Old)+string(c.New))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(got, "\n")
	if strings.Contains(all, "c2VjcmV0") || strings.Contains(all, "b3RoZXI") {
		t.Errorf("a value is told: %s", all)
	}
	marks := regexp.MustCompile("<redacted, [56] bytes>#[0-9a-f]{8}").FindAllString(all, -1)
	times := map[string]int{}
	for _, mark := range marks {
		times[mark]++
	}
	if len(marks) != 8 || len(times) != 2 || times[marks[0]] != 3 || times[marks[1]] != 5 {
		t.Errorf("got the marks %q, want one of each value in %s", marks, all)
	}
}
