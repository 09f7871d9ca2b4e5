package conformance

import (
	"encoding/json"
	"testing"
)

func create(resource, namespace, name, object string) Request {
	return Request{Verb: "create", Resource: resource, Version: "v1", Namespace: namespace, Name: name, Object: json.RawMessage(object)}
}

func TestCompareObjects(t *testing.T) {
	for _, tc := range []struct {
		name, want, got string
		diffs           int
	}{
		{"equal", `{"a":1,"b":[{"c":"x"}]}`, `{"b":[{"c":"x"}],"a":1}`, 0},
		{"empty values that Velero adds", `{"status":{},"m":{"creationTimestamp":null,"l":[],"s":"","n":0,"b":false,"deep":{"x":{}}}}`, `{"m":{}}`, 0},
		{"an object of empty values only", `{"status":{"loadBalancer":{}}}`, `{}`, 0},
		{"an empty value that Velero lacks", `{}`, `{"a":{}}`, 1},
		{"a value that Velero adds", `{"a":1}`, `{}`, 1},
		{"an empty value in place of another", `{"a":""}`, `{"a":"x"}`, 1},
		{"null in place of an object", `{"a":null}`, `{"a":{}}`, 1},
		{"numbers as they are written", `{"a":1}`, `{"a":1.0}`, 1},
		{"big integers", `{"a":9007199254740993}`, `{"a":9007199254740992}`, 1},
		{"a number is no string", `{"a":1}`, `{"a":"1"}`, 1},
		{"an object is no list", `{"a":{}}`, `{"a":[]}`, 1},
		{"length of a list", `{"a":[1,2]}`, `{"a":[1]}`, 1},
		{"order of a list", `{"a":[1,2]}`, `{"a":[2,1]}`, 2},
		{"generated names", `{"name":"velero-restore-init-0a1b2c3d"}`, `{"name":"velero-restore-init-ffffffff"}`, 0},
		{"order of restore-wait's mounts", `{"spec":{"initContainers":[{"name":"restore-wait","volumeMounts":[{"name":"a"},{"name":"b"}]}]}}`,
			`{"spec":{"initContainers":[{"name":"restore-wait","volumeMounts":[{"name":"b"},{"name":"a"}]}]}}`, 0},
		{"order of other mounts", `{"spec":{"initContainers":[{"name":"x","volumeMounts":[{"name":"a"},{"name":"b"}]}]}}`,
			`{"spec":{"initContainers":[{"name":"x","volumeMounts":[{"name":"b"},{"name":"a"}]}]}}`, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			diffs := Compare([]Request{create("pods", "a", "p", tc.want)}, []Request{create("pods", "a", "p", tc.got)})
			if len(diffs) != tc.diffs {
				t.Errorf("want %d differences, got %v", tc.diffs, diffs)
			}
		})
	}
}

func TestComparePath(t *testing.T) {
	diffs := Compare([]Request{create("pods", "a", "p", `{"m":{"x/y~z":[1]}}`)}, []Request{create("pods", "a", "p", `{"m":{"x/y~z":[2]}}`)})
	want := Difference{Request: "create pods/v1 a/p", Path: "/m/x~1y~0z/0", Want: "1", Got: "2"}
	if len(diffs) != 1 || diffs[0] != want {
		t.Errorf("got %v, want %v", diffs, want)
	}
}

func TestCompareLists(t *testing.T) {
	a1, a2 := create("pods", "a", "1", `{}`), create("pods", "a", "2", `{}`)
	b1, b2 := create("pods", "b", "1", `{}`), create("pods", "b", "2", `{}`)
	cluster := create("nodes", "", "n", `{}`)
	role := create("clusterroles", "", "r", `{}`)
	pv1, pv2 := create("persistentvolumes", "", "1", `{}`), create("persistentvolumes", "", "2", `{}`)
	clone1 := create("persistentvolumes", "", "velero-clone-11111111-1111-4111-8111-111111111111", `{}`)
	clone2 := create("persistentvolumes", "", "velero-clone-22222222-2222-4222-8222-222222222222", `{}`)
	for _, tc := range []struct {
		name      string
		want, got []Request
		diffs     int
	}{
		{"missing", []Request{a1, a2}, []Request{a1}, 1},
		{"too many", []Request{a1}, []Request{a1, a2}, 1},
		{"twice", []Request{a1}, []Request{a1, a1}, 1},
		{"order in the only namespace", []Request{a1, cluster, a2}, []Request{a1, a2, cluster}, 1},
		{"order of namespaces", []Request{a1, a2, b1, b2}, []Request{b1, b2, a1, a2}, 0},
		{"order within one of two namespaces", []Request{a1, a2, b1, b2}, []Request{b2, b1, a1, a2}, 1},
		{"order at cluster scope", []Request{cluster, role, a1, b1}, []Request{role, cluster, b1, a1}, 1},
		{"order of what namespaces bring in", []Request{pv1, a1, pv2, b1}, []Request{pv2, b1, pv1, a1}, 0},
		{"generated name of a volume", []Request{clone1}, []Request{clone2}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diffs := Compare(tc.want, tc.got); len(diffs) != tc.diffs {
				t.Errorf("want %d differences, got %v", tc.diffs, diffs)
			}
		})
	}
}

func TestCompareAnswersCountsErrors(t *testing.T) {
	in := func(ns string, messages ...string) *Answer {
		return &Answer{Outcome: Outcome{Errors: Result{Namespaces: map[string][]string{ns: messages}}}}
	}
	atCluster := &Answer{Outcome: Outcome{Errors: Result{Cluster: []string{"c"}}}}
	for _, tc := range []struct {
		name      string
		want, got *Answer
		diffs     int
	}{
		{"other words", in("a", "x"), in("a", "y"), 0},
		{"one too few", in("a", "x", "y"), in("a", "x"), 1},
		{"in another namespace", in("a", "x"), in("b", "x"), 2},
		{"at another scope", in("a", "x"), atCluster, 2},
		{"none", in("a"), in("b"), 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diffs := CompareAnswers(tc.want, tc.got); len(diffs) != tc.diffs {
				t.Errorf("want %d differences, got %v", tc.diffs, diffs)
			}
		})
	}
}

func TestCompareOutcome(t *testing.T) {
	want := Outcome{Errors: Result{Cluster: []string{"a", "b"}}, Items: map[string]string{"v1/Pod a/p": "created"}}
	got := Outcome{Errors: Result{Cluster: []string{"b", "a"}}, Items: map[string]string{"v1/Pod a/p": "created"}}
	if diffs := CompareOutcome(want, got); len(diffs) > 0 {
		t.Errorf("the order of messages counts: %v", diffs)
	}
	got.Items["v1/Pod a/p"] = "failed"
	got.Failure = "broken"
	if diffs := CompareOutcome(want, got); len(diffs) != 2 {
		t.Errorf("want 2 differences, got %v", diffs)
	}
}
