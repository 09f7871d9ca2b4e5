package typed

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/velero/fields"
)

const pod = `{"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{"a":"b"},"creationTimestamp":"2026-01-02T03:04:05Z","deletionGracePeriodSeconds":30,
"finalizers":["f"],"labels":{"a":"b"},"managedFields":[{"apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:x":{}},"manager":"m","operation":"Update","time":"2026-01-02T03:04:05Z"}],
"name":"p","namespace":"n","ownerReferences":[{"apiVersion":"v1","controller":true,"kind":"K","name":"o","uid":"u"}]},
"spec":{"activeDeadlineSeconds":5,"containers":[{"args":["x"],"env":[{"name":"E","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"image":"i","livenessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":3},
"name":"c","ports":[{"containerPort":80,"name":"http"}],"resources":{"limits":{"cpu":"100m","memory":1024}},"securityContext":{"runAsUser":1000,"privileged":false},"volumeMounts":[{"mountPath":"/m","name":"v","readOnly":true}]}],
"nodeSelector":{"a":"b"},"tolerations":[{"key":"k","tolerationSeconds":300}],"volumes":[{"emptyDir":{"sizeLimit":"1Gi"},"name":"v"},{"name":"p","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}}]}}]},
"status":{"conditions":[{"lastProbeTime":null,"status":"True","type":"Ready"}],"phase":"Running","containerStatuses":[{"ready":true,"restartCount":2,"state":{"running":{"startedAt":"2026-01-02T03:04:05Z"}}}]},"fromTheFuture":1}`

const secret = `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"YQ==","b":""},"stringData":{"c":"d"},"immutable":true,"type":"Opaque"}`

const job = `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"backoffLimit":3,"completionMode":"Indexed","selector":{"matchExpressions":[{"key":"k","operator":"In","values":["v"]}],"matchLabels":{"a":"b"}},"template":{"metadata":{},"spec":{"containers":[{"name":"c"}]}}}}`

const binding = `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b"},"roleRef":{"apiGroup":"g","kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u","namespace":"n"}]}`

// TestFitsIsTheConverter changes fields at random and holds the verdict against apimachinery's own converter.
func TestFitsIsTheConverter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		text    string
		example any
	}{{pod, corev1.Pod{}}, {secret, corev1.Secret{}}, {job, batchv1.Job{}}, {binding, rbacv1.RoleBinding{}}} {
		shape := ShapeOf(c.example)
		refused := 0
		for range 4000 {
			var u unstructured.Unstructured
			if err := u.UnmarshalJSON([]byte(c.text)); err != nil {
				t.Fatal(err)
			}
			mutate(r, u.Object)
			text, err := json.Marshal(u.Object)
			if err != nil {
				t.Fatal(err)
			}
			if u.UnmarshalJSON(text) != nil {
				continue
			}
			want := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, reflect.New(reflect.TypeOf(c.example)).Interface())
			if want != nil {
				refused++
			}
			v, err := object.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the text first, then the opened value
				if got := v.Fits(shape); (got == nil) != (want == nil) {
					t.Fatalf("%T: %v, the converter says %v\n%s", c.example, got, want, text)
				}
				openAll(v)
			}
		}
		if refused < 500 {
			t.Errorf("%T: only %d of the changed items were refused", c.example, refused)
		}
	}
}

func openAll(v *object.Value) {
	for _, e := range v.Members() {
		openAll(e)
	}
	for _, e := range v.Elements() {
		openAll(e)
	}
}

// mutate puts another value into one place.
func mutate(r *rand.Rand, v any) {
	others := []any{nil, true, "text", int64(3), 3.5, 4.0, []any{"x"}, []any{}, map[string]any{"a": "b"}, map[string]any{}, "100m", "2026-01-02T03:04:05Z", "YQ=="}
	switch v := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if len(keys) == 0 {
			return
		}
		k := keys[r.IntN(len(keys))]
		if r.IntN(4) == 0 || !isContainer(v[k]) {
			v[k] = others[r.IntN(len(others))]
			return
		}
		mutate(r, v[k])
	case []any:
		if len(v) == 0 {
			return
		}
		i := r.IntN(len(v))
		if r.IntN(4) == 0 || !isContainer(v[i]) {
			v[i] = others[r.IntN(len(others))]
			return
		}
		mutate(r, v[i])
	}
}

func isContainer(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

func TestTheErrorNamesTheField(t *testing.T) {
	v := object.MustParse(`{"spec":{"containers":[{"name":"c"},{"name":"d","ports":[{"containerPort":"x"}]}]}}`)
	want := "spec.containers[1].ports[0].containerPort: is string, not a whole number"
	if err := v.Fits(ShapeOf(corev1.Pod{})); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestKnownNamesTheFieldThatATypeLacks(t *testing.T) {
	if err := object.MustParse(pod).Fits(Known("pods", false)); err == nil || err.Error() != "fromTheFuture: no such field" {
		t.Errorf("got %v", err)
	}
	for text, want := range map[string]string{
		`{"metadata":{"labels":{"any":"label"},"managedFields":[{"fieldsV1":{"f:any":{}}}]},"spec":{"containers":[{"name":"c","resources":{"limits":{"x/y":1}}}]}}`: "",
		`{"spec":{"containers":[{"name":"c"},{"name":"d","newer":{}}]}}`:                                                                                            "spec.containers[1].newer: no such field",
		`{"spec":{"containers":true,"newer":1}}`:                                                                                                                    "spec.containers: is boolean, not an array",
	} {
		v := object.MustParse(text)
		for range 2 { // the text first, then the opened value
			got := ""
			if err := v.Fits(Known("pods", false)); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s: got %q, want %q", text, got, want)
			}
			openAll(v)
		}
	}
	if Known("configmaps", false) != nil {
		t.Error("no action writes ConfigMaps back from a type")
	}
}

// The list of the fields of Kubernetes 1.19 is compared with its types in testdata/velero/v1.6, which links them.
func TestFieldsThatCameAfterKubernetes119(t *testing.T) {
	text, err := os.ReadFile("../../testdata/velero/fields/kubernetes-1.19.txt")
	if err != nil {
		t.Fatal(err)
	}
	then, types := map[string]bool{}, map[string]bool{}
	for _, f := range strings.Fields(string(text)) {
		then[f], types[f[:strings.LastIndexByte(f, '.')]] = true, true
	}
	now := fields.Of(corev1.Pod{}, corev1.Service{}, corev1.ServiceAccount{}, batchv1.Job{})
	for _, f := range now {
		of := f[:strings.LastIndexByte(f, '.')]
		if newer := types[of] && !then[f]; newer != newerThan119[f] {
			t.Errorf("%s is newer than 1.19: %v, and the list says %v", f, newer, newerThan119[f])
		}
	}
	for f := range then {
		of, name := f[:strings.LastIndexByte(f, '.')], f[strings.LastIndexByte(f, '.')+1:]
		stays := slices.Contains(now, f) || !slices.ContainsFunc(now, func(n string) bool { return strings.HasPrefix(n, of+".") })
		if stays == slices.Contains(goneSince119[of], name) {
			t.Errorf("%s is in today's types: %v, and the list says otherwise", f, stays)
		}
	}
}
