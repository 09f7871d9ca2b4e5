package apiserver

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func ask(t *testing.T, s *Server, method, path, contentType, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequest(method, "http://cluster"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := s.Client("test").RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var obj map[string]any
	if err := json.Unmarshal(data, &obj); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, obj
}

func TestWritesAndReads(t *testing.T) {
	s := New()
	pods := "/api/v1/namespaces/a/pods"
	pod := `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","labels":{"x":"1"}},"spec":{"n":9007199254740993}}`
	for _, step := range []struct {
		method, path, contentType, body string
		code                            int
	}{
		{"GET", pods + "/p", "", "", 404},
		{"POST", pods, "", pod, 201},
		{"POST", pods, "", pod, 409},
		{"POST", pods, "", `{"metadata":{"name":"q","namespace":"b"}}`, 400},
		{"POST", pods, "", `{"metadata":{}}`, 422},
		{"POST", pods, "", `{"metadata":{"name":"q","resourceVersion":"1"}}`, 500},
		{"POST", pods, "", `{`, 400},
		{"POST", "/apis/none/v1/things", "", pod, 404},
		{"PATCH", pods + "/p", "application/merge-patch+json", `{"spec":{"m":1}}`, 200},
		{"PATCH", pods + "/p", "application/json-patch+json", `[]`, 415},
		{"PUT", pods + "/p/status", "", `{"status":{"phase":"Running"}}`, 200},
		{"GET", pods + "/p", "", "", 200},
		{"DELETE", pods + "?labelSelector=x%3D2", "", "", 200},
		{"DELETE", pods + "/p", "", "", 200},
		{"DELETE", pods + "/p", "", "", 404},
	} {
		if code, obj := ask(t, s, step.method, step.path, step.contentType, step.body); code != step.code {
			t.Errorf("%s %s %s: got %d, want %d: %v", step.method, step.path, step.body, code, step.code, obj)
		}
	}
	var verbs []string
	for _, c := range s.Calls() {
		verbs = append(verbs, c.Verb)
	}
	if got := strings.Join(verbs, " "); got != "create patch updateStatus deletecollection delete" {
		t.Errorf("recorded %s", got)
	}
	if string(s.Calls()[0].Body) != pod {
		t.Errorf("the body is not what was sent: %s", s.Calls()[0].Body)
	}
}

func TestDefinitionsAreServed(t *testing.T) {
	s := New()
	if code, _ := ask(t, s, "GET", "/apis/example.io/v1", "", ""); code != 404 {
		t.Errorf("before: %d", code)
	}
	definition := `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"ws.example.io"},"spec":{"group":"example.io","scope":"Cluster","names":{"plural":"ws","kind":"W"},"versions":[{"name":"v1","served":true},{"name":"v2","served":false}]}}`
	if err := s.Add([]byte(definition)); err != nil {
		t.Fatal(err)
	}
	if code, _ := ask(t, s, "GET", "/apis/example.io/v1", "", ""); code != 200 {
		t.Errorf("after: %d", code)
	}
	s.Serve(Resource{Group: "example.io", Version: "v2", Name: "ws", Kind: "W"})
	if code, _ := ask(t, s, "GET", "/apis/example.io/v2", "", ""); code != 404 {
		t.Errorf("a version that the definition does not serve: %d", code)
	}
}

func TestSelectors(t *testing.T) {
	obj := map[string]any{"metadata": map[string]any{"name": "p", "labels": map[string]any{"a": "1", "b": ""}}}
	for selector, want := range map[string]bool{
		"": true, "a=1": true, "a==1": true, "a=2": false, "a!=2": true, "a in (1, 2),b": true, "a notin (1)": false,
		"c notin (1)": true, "!c": true, "!a": false, "b=": true, "c": false,
	} {
		match, err := matcher(selector, "")
		if err != nil {
			t.Fatal(err)
		}
		if match(obj) != want {
			t.Errorf("%q: got %v", selector, !want)
		}
	}
	if _, err := matcher("", "spec.nodeName=x"); err == nil {
		t.Error("an unknown field is no error")
	}
	if match, err := matcher("", "metadata.name=p"); err != nil || !match(obj) {
		t.Error("the name does not match")
	}
}

func TestAnObjectHasTheFormOfEachVersion(t *testing.T) {
	s := New()
	for _, version := range []string{"v1", "v2", "v3"} {
		s.Serve(Resource{Group: "g.io", Version: version, Name: "things", Kind: "Thing"})
	}
	if err := s.Load([]byte(`{"apiVersion":"g.io/v1","kind":"Thing","metadata":{"name":"t"},"spec":{"one":true}}`)); err != nil {
		t.Fatal(err)
	}
	if err := s.LoadVersion([]byte(`{"apiVersion":"g.io/v2","kind":"Thing","metadata":{"name":"t"},"spec":{"two":true}}`)); err != nil {
		t.Fatal(err)
	}
	for version, field := range map[string]string{"v1": "one", "v2": "two", "v3": "one"} {
		code, obj := ask(t, s, "GET", "/apis/g.io/"+version+"/things/t", "", "")
		spec, _ := obj["spec"].(map[string]any)
		if code != 200 || spec[field] != true || obj["apiVersion"] != "g.io/"+version {
			t.Errorf("%s: %d %v", version, code, obj)
		}
	}
}
