package clusterapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veltx/veltx/tarball/object"
)

// target is the cluster of these tests.
var target = []string{
	`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","uid":"u1"}}`,
	`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop","labels":{"app":"web"}},"data":{"k":"1.0"}}`,
	`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","namespace":"shop"}}`,
	`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"shop"},"spec":{"template":{"spec":{"containers":[{"name":"x","image":"i"}]}}}}`,
	`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"},"spec":{"nodeName":"n1"},"status":{"phase":"Running"}}`,
	`{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"ws.e.io"},"spec":{"group":"e.io","scope":"Namespaced","names":{"plural":"ws","kind":"W","shortNames":["w"]},"versions":[{"name":"v1","served":true},{"name":"v2","served":true},{"name":"v0","served":false}]}}`,
	`{"apiVersion":"e.io/v1","kind":"W","metadata":{"name":"w","namespace":"shop"}}`,
	`{"apiVersion":"config.openshift.io/v1","kind":"ClusterVersion","metadata":{"name":"version"},"spec":{}}`,
}

var served = []Served{
	{"", "v1", "configmaps", "ConfigMap", true}, {"", "v1", "namespaces", "Namespace", false}, {"", "v1", "pods", "Pod", true},
	{"", "v1", "secrets", "Secret", true}, {"", "v1", "serviceaccounts", "ServiceAccount", true}, {"", "v1", "nodes", "Node", false},
	{"apps", "v1", "deployments", "Deployment", true},
	{"autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true}, {"autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true},
}

func newCluster(t *testing.T, change func(*Options)) *Cluster {
	t.Helper()
	o := Options{Served: served, Release: "1.33", VeleroNamespace: "velero", TempDir: t.TempDir()}
	for _, text := range target {
		o.Target = append(o.Target, object.MustParse(text))
	}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// asker asks a cluster as a plugin.
type asker struct {
	c     *Cluster
	token string
}

func newAsker(c *Cluster) asker { return asker{c, c.Token("p")} }

func (a asker) ask(method, path string, body ...string) (int, map[string]any) {
	request := httptest.NewRequest(method, path, strings.NewReader(strings.Join(body[:min(1, len(body))], "")))
	request.Header.Set("Authorization", "Bearer "+a.token)
	if len(body) > 1 {
		request.Header.Set("Content-Type", body[1])
	}
	w := httptest.NewRecorder()
	a.c.ServeHTTP(w, request)
	var answer map[string]any
	if json.Unmarshal(w.Body.Bytes(), &answer) != nil {
		answer = map[string]any{"text": w.Body.String()}
	}
	return w.Code, answer
}

// names are the names of what an answer lists.
func names(answer map[string]any) string {
	var list []string
	items, _ := answer["items"].([]any)
	for _, item := range items {
		metadata := item.(map[string]any)["metadata"].(map[string]any)
		list = append(list, fmt.Sprint(metadata["name"]))
	}
	return strings.Join(list, " ")
}

func TestAPluginReadsWhatTheTargetHas(t *testing.T) {
	a := newAsker(newCluster(t, nil))
	for _, step := range []struct {
		path string
		code int
		list string
	}{
		{"/api/v1/namespaces/shop/configmaps/a", 200, ""},
		{"/api/v1/namespaces/shop/configmaps", 200, "a b kube-root-ca.crt"},
		{"/api/v1/namespaces/shop/configmaps?labelSelector=app%3Dweb", 200, "a"},
		{"/api/v1/namespaces/shop/configmaps?labelSelector=app+in+%28", 400, ""},
		{"/api/v1/namespaces/shop/configmaps?fieldSelector=metadata.name%3Db", 200, "b"},
		{"/api/v1/pods?fieldSelector=spec.nodeName%3Dn1,status.phase%21%3DFailed", 200, "p"},
		{"/api/v1/pods?fieldSelector=spec.nodeName%3Dn2", 200, ""},
		{"/api/v1/configmaps?fieldSelector=data.k%3D1", 400, ""},
		{"/api/v1/namespaces/shop", 200, ""},
		{"/api/v1/namespaces/shop/status", 200, ""},
		{"/api/v1/namespaces/none", 404, ""},
		{"/api/v1/namespaces/shop/configmaps/none", 404, ""},
		{"/api/v1/namespaces/shop/serviceaccounts/default", 200, ""},
		{"/api/v1/namespaces/kube-system", 200, ""},
		{"/api/v1/namespaces/shop/nodes", 404, ""},
		{"/apis/e.io/v2/namespaces/shop/ws/w", 200, ""},
		{"/apis/e.io/v0/namespaces/shop/ws/w", 404, ""},
		{"/apis/config.openshift.io/v1/clusterversions/version", 200, ""},
		{"/apis/route.openshift.io/v1/routes", 404, ""},
		{"/apis/apps/v1/namespaces/shop/deployments/d/scale", 404, ""},
		{"/api/v1/namespaces/shop/pods/p/log", 404, ""},
		{"/nothing", 404, ""},
	} {
		code, answer := a.ask("GET", step.path)
		if code != step.code || names(answer) != step.list {
			t.Errorf("%s: got %d %q, want %d %q: %v", step.path, code, names(answer), step.code, step.list, answer)
		}
	}
	if code, answer := a.ask("GET", "/apis/e.io/v2/namespaces/shop/ws/w"); code != 200 || answer["apiVersion"] != "e.io/v2" {
		t.Errorf("another version of a custom resource: %d %v", code, answer)
	}
	if _, answer := a.ask("GET", "/api/v1/namespaces/shop"); answer["status"].(map[string]any)["phase"] != "Active" {
		t.Errorf("a namespace is not active: %v", answer)
	}
}

func TestDiscoveryHasGroupsVersionsAndShortNames(t *testing.T) {
	a := newAsker(newCluster(t, nil))
	_, groups := a.ask("GET", "/apis")
	preferred := map[string]string{}
	for _, g := range groups["groups"].([]any) {
		group := g.(map[string]any)
		preferred[group["name"].(string)] = group["preferredVersion"].(map[string]any)["groupVersion"].(string)
	}
	for group, want := range map[string]string{"apps": "apps/v1", "autoscaling": "autoscaling/v2", "e.io": "e.io/v1", "velero.io": "velero.io/v1", "config.openshift.io": "config.openshift.io/v1"} {
		if preferred[group] != want {
			t.Errorf("%s: got %q, want %q", group, preferred[group], want)
		}
	}
	_, list := a.ask("GET", "/apis/e.io/v1")
	w := list["resources"].([]any)[0].(map[string]any)
	if w["name"] != "ws" || w["kind"] != "W" || w["namespaced"] != true || fmt.Sprint(w["shortNames"]) != "[w]" {
		t.Errorf("got %v", w)
	}
	for path, code := range map[string]int{"/version": 200, "/api": 200, "/api/v1": 200, "/apis/apps": 200, "/apis/none": 404, "/apis/none/v1": 404, "/healthz": 200} {
		if got, answer := a.ask("GET", path); got != code {
			t.Errorf("%s: got %d, want %d: %v", path, got, code, answer)
		}
	}
}

func TestWhoDoesNotKnowTheTokenIsToldNothing(t *testing.T) {
	a := newAsker(newCluster(t, nil))
	a.token = "guess"
	if code, answer := a.ask("GET", "/api/v1/namespaces/shop/configmaps/a"); code != 401 || answer["reason"] != "Unauthorized" {
		t.Errorf("got %d %v", code, answer)
	}
}

func TestWritesAreRefusedAndNoted(t *testing.T) {
	c := newCluster(t, nil)
	a := newAsker(c)
	for _, step := range [][]string{
		{"POST", "/api/v1/namespaces/shop/configmaps", `{"metadata":{"name":"n"}}`},
		{"PUT", "/api/v1/namespaces/shop/configmaps/a", `{"metadata":{"name":"a"}}`},
		{"PATCH", "/api/v1/namespaces/shop/configmaps/a", `[{"op":"remove","path":"/data"}]`, "application/json-patch+json"},
		{"DELETE", "/api/v1/namespaces/shop/configmaps/a"},
		{"DELETE", "/api/v1/namespaces/shop/configmaps"},
	} {
		if code, answer := a.ask(step[0], step[1], step[2:]...); code != 403 || answer["reason"] != "Forbidden" {
			t.Errorf("%v: got %d %v", step, code, answer)
		}
	}
	if code, answer := a.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", `{"spec":{}}`); code != 201 || answer["status"].(map[string]any)["allowed"] != true {
		t.Errorf("a review is no write: %d %v", code, answer)
	}
	if _, answer := a.ask("GET", "/api/v1/namespaces/shop/configmaps"); names(answer) != "a b kube-root-ca.crt" {
		t.Errorf("something was written: %s", names(answer))
	}
	var subjects []string
	for _, f := range c.Findings() {
		if f.ID == "plugin-write-refused" {
			subjects = append(subjects, fmt.Sprint(f.Subject, " ", f.Items))
		}
	}
	want := []string{
		"p: create configmaps [configmaps/shop/n]", "p: delete configmaps [configmaps/shop/a]", "p: deletecollection configmaps [configmaps in namespace shop]",
		"p: patch configmaps [configmaps/shop/a]", "p: update configmaps [configmaps/shop/a]",
	}
	if !slices.Equal(subjects, want) {
		t.Errorf("got %q, want %q", subjects, want)
	}
	if len(c.TakeWrites()) > 0 {
		t.Error("a refused write is kept")
	}
}

func TestWritesAreKept(t *testing.T) {
	c := newCluster(t, func(o *Options) { o.Writes = true })
	a := newAsker(c)
	cms := "/api/v1/namespaces/shop/configmaps"
	for _, step := range []struct {
		method, path, kind, body string
		code                     int
	}{
		{"POST", cms, "", `{"metadata":{"name":"n"},"data":{"x":"1"}}`, 201},
		{"POST", cms, "", `{"metadata":{"name":"n"}}`, 409},
		{"POST", cms, "", `{"metadata":{}}`, 400},
		{"POST", cms, "", `{"metadata":{"generateName":"gen-"}}`, 201},
		{"POST", cms + "?dryRun=All", "", `{"metadata":{"name":"tried"}}`, 201},
		{"POST", "/api/v1/namespaces/none/configmaps", "", `{"metadata":{"name":"n"}}`, 404},
		{"POST", cms, "", `[`, 400},
		{"PUT", cms + "/n", "", `{"metadata":{"name":"n","resourceVersion":"1"}}`, 409},
		{"PUT", cms + "/n", "", `{"metadata":{"name":"n"},"data":{"x":"2"}}`, 200},
		{"PUT", cms + "/none", "", `{"metadata":{"name":"none"}}`, 404},
		{"PATCH", cms + "/n", "application/merge-patch+json", `{"data":{"y":"3"}}`, 200},
		{"PATCH", cms + "/n", "application/json-patch+json", `[{"op":"add","path":"/data/z","value":"4"}]`, 200},
		{"PATCH", cms + "/n", "application/json-patch+json", `[{"op":"remove","path":"/none"}]`, 400},
		{"PATCH", "/apis/apps/v1/namespaces/shop/deployments/d", "application/strategic-merge-patch+json", `{"spec":{"template":{"spec":{"containers":[{"name":"y","image":"j"}]}}}}`, 200},
		{"PATCH", cms + "/applied", "application/apply-patch+yaml", "metadata: {name: applied}\ndata: {a: b}", 201},
		{"PATCH", cms + "/n", "text/plain", `{}`, 415},
		{"PUT", "/api/v1/namespaces/shop/pods/p/status", "", `{"metadata":{"name":"p"},"spec":{"nodeName":"other"},"status":{"phase":"Failed"}}`, 200},
		{"POST", "/api/v1/namespaces/shop/pods/p/eviction", "", `{"metadata":{"name":"p"}}`, 405},
		{"DELETE", cms + "/b", "", "", 200},
		{"DELETE", cms + "/b", "", "", 404},
		{"DELETE", cms + "?labelSelector=app%3Dweb", "", "", 200},
	} {
		if code, answer := a.ask(step.method, step.path, step.body, step.kind); code != step.code {
			t.Errorf("%s %s %s: got %d, want %d: %v", step.method, step.path, step.body, code, step.code, answer)
		}
	}
	_, n := a.ask("GET", cms+"/n")
	if got := fmt.Sprint(n["data"]); got != "map[x:2 y:3 z:4]" {
		t.Errorf("got %s", got)
	}
	_, d := a.ask("GET", "/apis/apps/v1/namespaces/shop/deployments/d")
	if text := fmt.Sprint(d); !strings.Contains(text, "name:x") || !strings.Contains(text, "name:y") {
		t.Errorf("containers are merged by their names: %s", text)
	}
	_, p := a.ask("GET", "/api/v1/namespaces/shop/pods/p")
	if text := fmt.Sprint(p); !strings.Contains(text, "Failed") || strings.Contains(text, "other") {
		t.Errorf("only the status is written: %s", text)
	}
	_, list := a.ask("GET", cms)
	if got := names(list); !strings.HasPrefix(got, "applied gen-") || !strings.HasSuffix(got, " kube-root-ca.crt n") {
		t.Errorf("got %q", got)
	}
	gone, made := 0, 0
	for _, w := range c.TakeWrites() {
		if w.Object == nil {
			gone++
		} else {
			made++
		}
	}
	if gone != 2 || made != 8 {
		t.Errorf("%d deletions and %d others are kept", gone, made)
	}
}

func TestWhatNobodyDescribedIsNoted(t *testing.T) {
	c := newCluster(t, func(o *Options) { o.Guessed = true })
	a := newAsker(c)
	for _, path := range []string{
		"/version", "/api/v1/namespaces/shop/secrets/s", "/api/v1/nodes", "/apis/route.openshift.io/v1/routes", "/api/v1/namespaces/shop/serviceaccounts/default",
		"/api/v1/namespaces/shop/configmaps/none", "/api/v1/namespaces/velero/configmaps?labelSelector=velero.io%2Fplugin-config", // these are known
	} {
		a.ask("GET", path)
	}
	var subjects []string
	for _, f := range c.Findings() {
		subjects = append(subjects, f.Subject)
	}
	want := []string{
		"p: nodes", "p: secrets/shop/s", "p: the API route.openshift.io/v1 routes", "p: the version of Kubernetes", "p: what is in serviceaccounts/shop/default",
	}
	if !slices.Equal(subjects, want) {
		t.Errorf("got %q, want %q", subjects, want)
	}
}

// serving serves a cluster by HTTP, so that a watch streams.
func serving(t *testing.T, c *Cluster) (get func(ctx context.Context, path string) io.ReadCloser) {
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	token := c.Token("p")
	return func(ctx context.Context, path string) io.ReadCloser {
		request, err := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
		if err != nil {
			t.Error(err)
			return io.NopCloser(strings.NewReader(""))
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := server.Client().Do(request)
		if err != nil {
			return io.NopCloser(strings.NewReader(""))
		}
		return response.Body
	}
}

func TestAWatchIsPatient(t *testing.T) {
	c := newCluster(t, func(o *Options) { o.Writes = true })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	body := serving(t, c)(ctx, "/api/v1/namespaces/shop/configmaps?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&labelSelector=%21off")
	defer body.Close()
	lines := bufio.NewScanner(body)
	next := func() string {
		if !lines.Scan() {
			return "end"
		}
		var e struct {
			Type   string
			Object struct{ Metadata struct{ Name string } }
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(e.Type + " " + e.Object.Metadata.Name)
	}
	for _, want := range []string{"ADDED a", "ADDED b", "ADDED kube-root-ca.crt", "BOOKMARK"} {
		if got := next(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	made := object.MustParse(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"shop"}}`)
	for range 2 {
		if err := c.Put("configmaps", made); err != nil {
			t.Fatal(err)
		}
	}
	for _, other := range []string{`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d","namespace":"other"}}`, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e","namespace":"shop","labels":{"off":"1"}}}`} {
		if err := c.Put("configmaps", object.MustParse(other)); err != nil {
			t.Fatal(err)
		}
	}
	newAsker(c).ask("DELETE", "/api/v1/namespaces/shop/configmaps/a")
	for _, want := range []string{"ADDED c", "MODIFIED c", "DELETED a"} {
		if got := next(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if err := c.Begin(nil); err != nil {
		t.Fatal(err)
	}
	if got := next(); got != "end" {
		t.Errorf("a watch outlives its restore: %s", got)
	}
}

func TestAListAndAWatchFromItMissNothing(t *testing.T) {
	c := newCluster(t, nil)
	_, list := newAsker(c).ask("GET", "/api/v1/pods")
	seen := list["metadata"].(map[string]any)["resourceVersion"].(string)
	if err := c.Put("pods", object.MustParse(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q","namespace":"shop"}}`)); err != nil {
		t.Fatal(err)
	}
	body := serving(t, c)(t.Context(), "/api/v1/pods?watch=true&timeoutSeconds=1&resourceVersion="+seen)
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil || strings.Count(string(text), "\n") != 1 || !strings.Contains(string(text), `"name":"q"`) {
		t.Errorf("got %s, %v", text, err)
	}
}

// A restore goes on while plugins ask from the background.
func TestTheRestoreGoesOnWhilePluginsAsk(t *testing.T) {
	c := newCluster(t, func(o *Options) { o.Writes = true })
	get := serving(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, path := range []string{"/api/v1/configmaps", "/api/v1/configmaps?watch=true", "/apis", "/api/v1/namespaces/n/configmaps?watch=true&resourceVersion=1"} {
		all.Go(func() {
			for ctx.Err() == nil {
				body := get(ctx, path)
				_, _ = io.Copy(io.Discard, body) // it ends with the context
				_ = body.Close()
			}
		})
	}
	a := newAsker(c)
	for i := range 200 {
		o := object.MustParse(fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c%d","namespace":"n"}}`, i))
		if err := c.Put("configmaps", o); err != nil {
			t.Fatal(err)
		}
		o.Set("data", object.New())
		a.ask("POST", "/api/v1/namespaces/shop/configmaps", fmt.Sprintf(`{"metadata":{"name":"w%d"}}`, i))
		for _, w := range c.TakeWrites() {
			w.Object.Set("seen", object.Text("yes"))
		}
		if i%50 == 49 {
			if err := c.Begin(nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	cancel()
	all.Wait()
}
