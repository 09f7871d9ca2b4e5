package diff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/tarball/object"
)

// Each row has two forms of one item, and the fields that differ where both are manifests.
var meanings = []struct {
	name string
	a, b string
	want []string
}{
	{"null is nothing", `{"apiVersion":"v1","kind":"ConfigMap","data":null}`, `{"apiVersion":"v1","kind":"ConfigMap"}`, nil},
	{"null is nothing in a custom resource", `{"apiVersion":"x.io/v1","kind":"X","spec":{"a":null,"b":1}}`, `{"apiVersion":"x.io/v1","kind":"X","spec":{"b":1}}`, nil},
	{"false and nothing, in a field that is no pointer", pod(`"hostNetwork":false`), pod(``), nil},
	{"false and nothing, in a pointer", pod(`"automountServiceAccountToken":false`), pod(``), []string{"/spec/automountServiceAccountToken"}},
	{"an empty list and nothing", pod(`"imagePullSecrets":[]`), pod(``), nil},
	{"an empty volume and nothing", pod(`"volumes":[{"name":"v","emptyDir":{}}]`), pod(`"volumes":[{"name":"v"}]`), []string{"/spec/volumes/0/emptyDir"}},
	{"quantities", container(`"resources":{"limits":{"cpu":"1000m","memory":"1Gi"},"requests":{"cpu":0.5}}`),
		container(`"resources":{"limits":{"cpu":1,"memory":"1024Mi"},"requests":{"cpu":"500m"}}`), nil},
	{"quantities that differ", container(`"resources":{"limits":{"memory":"1G"}}`), container(`"resources":{"limits":{"memory":"1Gi"}}`),
		[]string{"/spec/containers/0/resources/limits/memory"}},
	{"what only looks like a quantity", container(`"env":[{"name":"cpu","value":"1000m"}]`), container(`"env":[{"name":"cpu","value":"1"}]`),
		[]string{"/spec/containers/0/env/0/value"}},
	{"a quantity of a custom resource, whose type nothing tells", `{"apiVersion":"x.io/v1","kind":"X","spec":{"cpu":"1000m"}}`,
		`{"apiVersion":"x.io/v1","kind":"X","spec":{"cpu":"1"}}`, []string{"/spec/cpu"}},
	{"quantities of an autoscaler", `{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","spec":{"metrics":[{"pods":{"target":{"averageValue":"1000m"}}}]}}`,
		`{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","spec":{"metrics":[{"pods":{"target":{"averageValue":"1"}}}]}}`, nil},
	{"times", `{"apiVersion":"v1","kind":"Event","lastTimestamp":"2026-01-01T10:00:00Z"}`, `{"apiVersion":"v1","kind":"Event","lastTimestamp":"2026-01-01T11:00:00+01:00"}`, nil},
	{"stringData and data", `{"apiVersion":"v1","kind":"Secret","stringData":{"p":"hunter2"}}`, `{"apiVersion":"v1","kind":"Secret","type":"Opaque","data":{"p":"aHVudGVyMg=="}}`, nil},
	{"stringData goes before data", `{"apiVersion":"v1","kind":"Secret","stringData":{"p":"hunter2"},"data":{"p":"eA=="}}`, `{"apiVersion":"v1","kind":"Secret","data":{"p":"aHVudGVyMg=="}}`, nil},
	{"other stringData", `{"apiVersion":"v1","kind":"Secret","stringData":{"p":"hunter3"}}`, `{"apiVersion":"v1","kind":"Secret","data":{"p":"aHVudGVyMg=="}}`, []string{"/data/p"}},
	{"base64 in lines", `{"apiVersion":"v1","kind":"Secret","data":{"p":"aHVu\ndGVyMg==\n"}}`, `{"apiVersion":"v1","kind":"Secret","data":{"p":"aHVudGVyMg=="}}`, nil},
	{"defaults", `{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":1,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%"}}}}`,
		`{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":null}}`, nil},
	{"empty text in the place of a default", pod(`"dnsPolicy":"","terminationGracePeriodSeconds":30`), pod(``), nil},
	{"zero in a pointer that has a default", pod(`"terminationGracePeriodSeconds":0`), pod(``), []string{"/spec/terminationGracePeriodSeconds"}},
	{"no defaults", `{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":2,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}`,
		`{"apiVersion":"apps/v1","kind":"Deployment","spec":{}}`, []string{"/spec/replicas", "/spec/strategy"}},
	{"a default of one type is none of another", `{"apiVersion":"x.io/v1","kind":"Deployment","spec":{"replicas":1}}`, `{"apiVersion":"x.io/v1","kind":"Deployment","spec":{}}`, []string{"/spec/replicas"}},
	{"the pull policy of a tag", container(`"image":"a:5000/nginx:1","imagePullPolicy":"IfNotPresent"`), container(`"image":"a:5000/nginx:1"`), nil},
	{"the pull policy without a tag", container(`"image":"a:5000/nginx","imagePullPolicy":"Always"`), container(`"image":"a:5000/nginx"`), nil},
	{"a pull policy of one's own", container(`"image":"nginx","imagePullPolicy":"IfNotPresent"`), container(`"image":"nginx"`), []string{"/spec/containers/0/imagePullPolicy"}},
	{"the port of a Service", `{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":80,"targetPort":80,"protocol":"TCP"}]}}`,
		`{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":80}],"type":"ClusterIP"}}`, nil},
	{"a field that the type does not know", pod(`"newField":0`), pod(``), []string{"/spec/newField"}},
	{"another version", `{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":1}}`, `{"apiVersion":"apps/v1beta1","kind":"Deployment","spec":{}}`, []string{"/apiVersion", "/spec/replicas"}},
	{"defaults inside a list that grew", `{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"b","terminationMessagePolicy":"File"},{"name":"c"}]}}`,
		`{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"c","terminationMessagePolicy":"File"}]}}`, []string{"/spec/containers/0"}},
}

func pod(spec string) string { return `{"apiVersion":"v1","kind":"Pod","spec":{` + spec + `}}` }

func container(fields string) string { return pod(`"containers":[{"name":"c",` + fields + `}]`) }

func TestWhatIsEqualForKubernetesIsEqual(t *testing.T) {
	for _, row := range meanings {
		t.Run(row.name, func(t *testing.T) {
			for _, sides := range [][2]string{{row.a, row.b}, {row.b, row.a}} {
				a, b := object.MustParse(sides[0]), object.MustParse(sides[1])
				settler{}.settle(a, b)
				var got []string
				for _, c := range object.Diff(a, b) {
					got = append(got, c.Path)
				}
				slices.Sort(got)
				if !slices.Equal(got, row.want) {
					t.Errorf("%s\n%s\n got %q\nwant %q", sides[0], sides[1], got, row.want)
				}
			}
		})
	}
}

func TestOfAManifestOnlyWhatItGivesIsCompared(t *testing.T) {
	deployment := func(replicas, injected, cpu, protocol string) *object.Value {
		return object.MustParse(`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{"revision":"` + replicas + `"}},"spec":{"replicas":` + replicas +
			`,"template":{"spec":{"containers":[` + injected + `{"name":"c","image":"x","resources":{"limits":{"cpu":"` + cpu + `"}},"ports":[{"containerPort":80,` + protocol + `}]}]}}}}`)
	}
	manifest := func() *object.Value {
		m := deployment("null", "", "1000m", `"protocol":"TCP"`)
		m.Remove("metadata")
		return m
	}
	for _, row := range []struct {
		full *object.Value
		want []string
	}{
		{deployment("5", "", "1", `"protocol":"TCP","hostPort":80`), nil},
		{deployment("5", "", "2", `"protocol":"UDP"`), []string{"replace /spec/template/spec/containers/0/resources/limits/cpu", "replace /spec/template/spec/containers/0/ports/0/protocol"}},
		{deployment("5", `{"name":"injected"},`, "1", `"protocol":"TCP","hostPort":80`), []string{"remove /spec/template/spec/containers/0"}},
	} {
		b := manifest()
		settler{given: true}.settle(row.full, b)
		var got []string
		for _, c := range object.Diff(row.full, b) {
			got = append(got, string(c.Op)+" "+c.Path)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("got %q, want %q in\n%s", got, row.want, row.full.JSON())
		}
	}
}

// It took a thousand times as long while each key was taken away by itself.
func TestManyUnsetKeysTakeNoMoreThanTheirShare(t *testing.T) {
	var nulls strings.Builder
	const n = 200_000
	for i := range n {
		fmt.Fprintf(&nulls, `"k%06d":null,`, i)
	}
	a := object.MustParse(`{"apiVersion":"v1","kind":"ConfigMap","data":{` + nulls.String() + `"z":"1"}}`)
	b := object.MustParse(`{"apiVersion":"v1","kind":"ConfigMap","data":{"z":"1"}}`)
	start := time.Now()
	settler{given: true}.settle(a, b)
	if took := time.Since(start); took > time.Minute || !object.Equal(a, b) {
		t.Errorf("it took %v, and %d members are left", took, a.Get("data").Len())
	}
}

// Work is counted by allocations: a key that is looked for among those that stand unsorted makes an index of them.
func TestStringDataIsFoldedWithWorkThatGrowsAsItDoes(t *testing.T) {
	allocs := func(n int) float64 {
		var plain strings.Builder
		for i := range n {
			fmt.Fprintf(&plain, `,"k%06d":"v"`, n-i)
		}
		text := []byte(`{"apiVersion":"v1","kind":"Secret","data":{"z":"dg==","a":"dg=="},"stringData":{` + plain.String()[1:] + `}}`)
		return testing.AllocsPerRun(1, func() {
			secret, err := object.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			foldStringData(secret)
			if data := secret.Get("data"); data.Len() != n+2 || !data.Get("k000001").Is("dg==") || secret.Has("stringData") {
				t.Errorf("got %d members of data, want %d", data.Len(), n+2)
			}
		})
	}
	if few, many := allocs(20_000), allocs(40_000); many > 3*few {
		t.Errorf("20,000 keys take %.0f allocations, 40,000 take %.0f", few, many)
	}
}
