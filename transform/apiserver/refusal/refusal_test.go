package refusal

import (
	"slices"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func TestCausesOfOneMapComeInOneOrder(t *testing.T) {
	requests, containers, name := field.NewPath("spec", "requests"), field.NewPath("spec", "containers"), field.NewPath("metadata", "name")
	cpu, memory := field.Invalid(requests, "2", "beyond cpu"), field.Invalid(requests, "1", "beyond memory")
	low, high := field.Required(requests.Key("a"), "low"), field.Required(requests.Key("b"), "high")
	second, first := field.Required(containers.Index(1), "x"), field.Required(containers.Index(0), "x")
	for _, row := range []struct {
		name     string
		one, two field.ErrorList
		fields   []string
		message  string
	}{
		{
			"errors of one field", field.ErrorList{cpu, memory}, field.ErrorList{memory, cpu}, []string{"spec.requests", "spec.requests"},
			`Pod "p" is invalid: [spec.requests: Invalid value: "1": beyond memory, spec.requests: Invalid value: "2": beyond cpu]`,
		},
		{
			"keys of one map", field.ErrorList{second, low, high}, field.ErrorList{second, high, low}, []string{"spec.containers[1]", "spec.requests[a]", "spec.requests[b]"},
			`Pod "p" is invalid: [spec.containers[1]: Required value: x, spec.requests[a]: Required value: low, spec.requests[b]: Required value: high]`,
		},
		{
			"one error", field.ErrorList{low}, field.ErrorList{low}, []string{"spec.requests[a]"}, `Pod "p" is invalid: spec.requests[a]: Required value: low`,
		},
		{
			"one error twice", field.ErrorList{low, low}, field.ErrorList{low, low}, []string{"spec.requests[a]", "spec.requests[a]"},
			`Pod "p" is invalid: spec.requests[a]: Required value: low`,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, list := range []field.ErrorList{row.one, row.two} {
				status := apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "p", list).Status()
				got := Of(&status)
				if got.Code != 422 || got.Message != row.message || !slices.Equal(got.Fields, row.fields) {
					t.Errorf("%d %s %v", got.Code, got.Message, got.Fields)
				}
			}
		})
	}
	// The order of what is not from a map is the server's.
	status := apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "p", field.ErrorList{field.Required(name, "z"), second, first}).Status()
	if got := Of(&status); !slices.Equal(got.Fields, []string{"metadata.name", "spec.containers[1]", "spec.containers[0]"}) {
		t.Errorf("%v", got.Fields)
	}
	status.Message = "something else"
	if got := Of(&status); got.Message != "something else" {
		t.Errorf("%s", got.Message)
	}
}

func TestDifferencesAreIndentedWithSpaces(t *testing.T) {
	const want = "spec: Forbidden: may not change\n  core.PodSpec{\n- \tA: \"x\u00a0y\",\n+ \tA: \"z\",\n  }\n"
	for _, message := range []string{want, "spec: Forbidden: may not change\n\u00a0\u00a0core.PodSpec{\n-\u00a0\tA: \"x\u00a0y\",\n+\u00a0\tA: \"z\",\n\u00a0\u00a0}\n"} {
		if got := Of(&metav1.Status{Code: 422, Message: message}).Message; got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}
