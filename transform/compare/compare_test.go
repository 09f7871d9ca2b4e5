package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/collect"
)

// source is a source of manifests.
func source(t *testing.T, text string) *collect.Source {
	t.Helper()
	m, err := collect.NewManifests(t.TempDir(), tarball.Limits{})
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
		{"only what a manifest gives", Options{OnlyGiven: true, Resources: []string{"svc"}}, nil, 1},
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
				return d.Redact()
			})
			if err != nil || !slices.Equal(got, row.want) || summary.Same != row.same || summary.Differ() != (len(row.want) > 0) {
				t.Errorf("%v, %+v\n got %q\nwant %q", err, summary, got, row.want)
			}
		})
	}
}

func TestADifferenceTellsNoSecret(t *testing.T) {
	_, err := Sources(t.Context(), source(t, before), source(t, after), Options{}, func(d *Difference) error {
		if err := d.Redact(); err != nil {
			return err
		}
		if text := string(d.B.JSON()); strings.Contains(text, "c2VjcmV0") {
			t.Errorf("got %s", text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
