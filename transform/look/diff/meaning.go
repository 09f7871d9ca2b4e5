package diff

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/veltx/veltx/tarball/object"
)

// settler takes from two forms of an item what Kubernetes takes for equal though it is written in another way: null and
// nothing, 1000m and 1, a default and nothing. What the text of a field means is told by its Go type, so a field
// of an unknown type stays as it is.
type settler struct {
	// given says that one side is a manifest: only the fields that it gives are compared, since a server adds to them.
	given bool
}

// settle edits a and b; b is the manifest where only one of them is.
func (s settler) settle(a, b *object.Value) {
	foldStringData(a)
	foldStringData(b)
	var t reflect.Type
	if a.APIVersion() == b.APIVersion() && a.ObjectKind() == b.ObjectKind() {
		t = typeOf(schema.FromAPIVersionAndKind(a.APIVersion(), a.ObjectKind()))
	}
	s.object(a, b, t)
}

func (s settler) object(a, b *object.Value, t reflect.Type) {
	unset := map[string]bool{}
	for _, key := range keysOf(a, b) {
		f := fieldOf(t, key)
		x, y := a.Get(key), b.Get(key)
		switch {
		case s.given && y.IsNull(), x.IsNull() && f.isUnset(y, a), y.IsNull() && f.isUnset(x, b):
			unset[key] = true
		case x == nil || y == nil:
		case sameText(x, y, f.of):
			b.Set(key, x)
		default:
			s.value(x, y, f)
		}
	}
	for _, v := range []*object.Value{a, b} { // at the end, as an object may have tens of thousands
		v.RemoveIf(func(key string) bool { return unset[key] })
	}
}

func (s settler) value(a, b *object.Value, f field) {
	switch {
	case a.Kind() == object.Object && b.Kind() == object.Object:
		s.object(a, b, f.of)
	case a.Kind() == object.Array && b.Kind() == object.Array:
		s.list(a, b, f)
	}
}

// list settles the elements that belong together: those of one merge key, else, in lists of one length, of one place.
func (s settler) list(a, b *object.Value, f field) {
	if f.of != nil && f.of.Kind() == reflect.Slice {
		f.of = f.of.Elem()
	}
	byKey := func(list *object.Value) map[string]*object.Value {
		found := map[string]*object.Value{}
		for _, e := range list.Elements() {
			if key := e.Get(f.mergeKey); key != nil {
				found[string(key.JSON())] = e
			}
		}
		return found
	}
	if inA, inB := byKey(a), byKey(b); f.mergeKey != "" && len(inA) == a.Len() && len(inB) == b.Len() {
		for key, y := range inB {
			s.value(inA[key], y, field{of: f.of})
		}
		return
	}
	if a.Len() != b.Len() {
		return
	}
	for i, x := range a.Elements() {
		s.value(x, b.Elements()[i], field{of: f.of})
	}
}

func keysOf(a, b *object.Value) []string {
	var keys []string
	for _, v := range []*object.Value{a, b} {
		for key := range v.Members() {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// foldStringData does to a Secret what the API server does when it stores one: text in stringData becomes base64 in data.
func foldStringData(o *object.Value) {
	plain := o.Get("stringData")
	if o.ObjectKind() != "Secret" || o.APIVersion() != "v1" || plain != nil && !plain.IsNull() && !plain.IsStringMap() {
		return
	}
	if plain.Len() > 0 && o.Get("data").Kind() != object.Object {
		o.Set("data", object.New())
	}
	o.Get("data").SetAll(func(yield func(string, *object.Value) bool) {
		for key, value := range plain.Members() {
			if !yield(key, object.Text(base64.StdEncoding.EncodeToString([]byte(value.Str())))) {
				return
			}
		}
	})
	o.Remove("stringData")
}

// field is a member of an object: its Go type, nil where nothing is known of it, and what its tags say.
type field struct {
	of       reflect.Type
	optional bool // a pointer: the zero value is not nothing
	name     string
	in       reflect.Type // the struct that it is a field of
	mergeKey string       // of a list
}

func fieldOf(t reflect.Type, key string) field {
	switch {
	case t == nil:
	case t.Kind() == reflect.Map:
		return field{of: t.Elem()}
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			switch name, _, _ := strings.Cut(f.Tag.Get("json"), ","); {
			case name == key:
				return field{of: f.Type, name: key, in: t, mergeKey: f.Tag.Get("patchMergeKey")}.pointed()
			case name == "" && f.Anonymous:
				if inner := fieldOf(f.Type, key); inner.of != nil {
					return inner
				}
			}
		}
	}
	return field{}
}

// pointed looks through a pointer, and notes that nothing and the zero value are not the same then.
func (f field) pointed() field {
	if f.of.Kind() == reflect.Pointer {
		f.of = f.of.Elem()
		f.optional = true
	}
	return f
}

var (
	quantity  = reflect.TypeFor[resource.Quantity]()
	instant   = reflect.TypeFor[metav1.Time]()
	microtime = reflect.TypeFor[metav1.MicroTime]()
	duration  = reflect.TypeFor[metav1.Duration]()
	data      = reflect.TypeFor[[]byte]()
)

// sameText says whether two scalars of a type that has many texts for one value mean the same value.
func sameText(a, b *object.Value, t reflect.Type) bool {
	x, y := scalar(a), scalar(b)
	if x == "" || y == "" {
		return false
	}
	switch t {
	case quantity:
		return same(x, y, resource.ParseQuantity, func(x, y resource.Quantity) bool { return x.Cmp(y) == 0 })
	case instant, microtime:
		return same(x, y, func(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) }, time.Time.Equal)
	case duration:
		return same(x, y, time.ParseDuration, func(x, y time.Duration) bool { return x == y })
	case data:
		return same(x, y, base64.StdEncoding.DecodeString, bytes.Equal)
	}
	return false
}

// scalar is the text of a string or a number, "" for all else.
func scalar(v *object.Value) string {
	if v.Kind() == object.Number {
		return string(v.JSON())
	}
	return v.Str()
}

func same[T any](a, b string, parse func(string) (T, error), equal func(T, T) bool) bool {
	x, errX := parse(a)
	y, errY := parse(b)
	return errX == nil && errY == nil && equal(x, y)
}

// typeOf finds the Go type of a kind; of one that is not linked that of the metadata alone.
func typeOf(kind schema.GroupVersionKind) reflect.Type {
	if t := kinds().AllKnownTypes()[kind]; t != nil {
		return t
	}
	if t := partly[kind]; t != nil {
		return t
	}
	return reflect.TypeFor[meta]()
}

var kinds = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, rbacv1.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err) // the groups are part of this program and don't clash
		}
	}
	return scheme
})

type meta struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
}

// partly has the fields with quantities of kinds whose packages would only be linked for them.
var partly = map[schema.GroupVersionKind]reflect.Type{
	{Group: "autoscaling", Version: "v2", Kind: "HorizontalPodAutoscaler"}: reflect.TypeFor[autoscaler](),
	{Group: "node.k8s.io", Version: "v1", Kind: "RuntimeClass"}:            reflect.TypeFor[runtimeClass](),
}

type autoscaler struct {
	meta `json:",inline"`
	Spec struct {
		Metrics []struct {
			Resource          metricSource `json:"resource"`
			ContainerResource metricSource `json:"containerResource"`
			Pods              metricSource `json:"pods"`
			Object            metricSource `json:"object"`
			External          metricSource `json:"external"`
		} `json:"metrics"`
	} `json:"spec"`
}

type metricSource struct {
	Target struct {
		Value        *resource.Quantity `json:"value"`
		AverageValue *resource.Quantity `json:"averageValue"`
	} `json:"target"`
}

type runtimeClass struct {
	meta     `json:",inline"`
	Overhead *struct {
		PodFixed corev1.ResourceList `json:"podFixed"`
	} `json:"overhead"`
}
