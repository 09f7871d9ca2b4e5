package own

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/plugins/wire"
)

const someRules = `apiVersion: veltx.io/v1alpha1\nkind: Rules\nreferences: likely\n`

func configMap(name, data string) string {
	return fmt.Sprintf(`{"metadata":{"name":%q,"namespace":"backups"},"data":%s}`, name, data)
}

// environment leads to an API server that answers with ConfigMaps.
func environment(t *testing.T, code int, items ...string) func(string) string {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/namespaces/backups/configmaps" || r.Header.Get("Authorization") != "Bearer secret" ||
			r.URL.Query().Get("labelSelector") != "velero.io/plugin-config,veltx.io/rules=RestoreItemAction" {
			t.Errorf("asked for %s with %s", r.URL, r.Header)
		}
		w.WriteHeader(code)
		if code != http.StatusOK {
			_, _ = w.Write([]byte(`{"kind":"Status","message":"configmaps is forbidden"}`))
			return
		}
		_, _ = w.Write([]byte(`{"items":[` + strings.Join(items, ",") + `]}`))
	}))
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	path := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: %q, certificate-authority-data: %s}}]
users: [{name: u, user: {tokenFile: token}}]
`, server.URL, base64.StdEncoding.EncodeToString(authority))
	for name, text := range map[string]string{path: text, filepath.Join(filepath.Dir(path), "token"): "secret\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func(name string) string {
		return map[string]string{"KUBECONFIG": path, "VELERO_NAMESPACE": "backups"}[name]
	}
}

func TestTheRulesOfTheConfigMap(t *testing.T) {
	for name, test := range map[string]struct {
		code     int
		items    []string
		selector wire.Selector
		err      string
	}{
		"none":        {200, nil, wire.Selector{ExcludedResources: []string{"*"}}, ""},
		"all":         {200, []string{configMap("a", `{"r":"`+someRules+`"}`)}, wire.Selector{}, ""},
		"some":        {200, []string{configMap("a", `{"r":"apiVersion: veltx.io/v1alpha1\nkind: Rules\ntexts: [{resources: [pods], path: /a, match: a, replace: b}]"}`)}, wire.Selector{IncludedResources: []string{"pods"}}, ""},
		"two":         {200, []string{configMap("b", `{}`), configMap("a", `{}`)}, wire.Selector{}, "ConfigMaps a, b in namespace backups all have rules of veltx: label only one of them veltx.io/rules"},
		"empty":       {200, []string{configMap("a", `{}`)}, wire.Selector{}, "ConfigMap backups/a has 0 keys in data, want one with the rules of veltx"},
		"wrong":       {200, []string{configMap("a", `{"r":"kind: Rules"}`)}, wire.Selector{}, `ConfigMap backups/a: data.r: apiVersion and kind are "" and "Rules"`},
		"not allowed": {403, nil, wire.Selector{}, "labels velero.io/plugin-config,veltx.io/rules=RestoreItemAction: the API server answers 403 Forbidden: configmaps is forbidden"},
	} {
		a := newAction(t.Context(), environment(t, test.code, test.items...))
		got, err := a.appliesTo()
		switch {
		case test.err == "" && (err != nil || !reflect.DeepEqual(got, test.selector)):
			t.Errorf("%s: got %+v, %v", name, got, err)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%s: got %v, want %s", name, err, test.err)
		}
	}
}

func TestItemsAreEditedAsTheRestoreMapsNamespaces(t *testing.T) {
	a := newAction(t.Context(), environment(t, 200, configMap("a", `{"r":"`+someRules+`"}`)))
	item := []byte(`{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"db.shop.svc"},"z":1.0}`)
	for restore, want := range map[string]string{
		`{"spec":{"namespaceMapping":{"shop":"store"}}}`: `{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"db.store.svc"},"z":1.0}`,
		`{"spec":{"namespaceMapping":{"shop":"other"}}}`: `{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"db.other.svc"},"z":1.0}`,
		`{}`: string(item),
	} {
		for range 2 {
			out, err := a.execute(&wire.ExecuteRequest{Item: item, ItemFromBackup: item, Restore: []byte(restore)})
			if err != nil || string(out.Item) != want {
				t.Errorf("%s: got %s, %v", restore, out.Item, err)
			}
		}
	}
	for _, bad := range []wire.ExecuteRequest{{Item: []byte("{"), ItemFromBackup: item, Restore: []byte("{}")}, {Item: item, Restore: []byte("{}")}, {Item: item, ItemFromBackup: item}} {
		if out, err := a.execute(&bad); err == nil {
			t.Errorf("%s is taken: %s", bad.Item, out.Item)
		}
	}
	a.config = nil // the rules are read once
	if _, err := a.execute(&wire.ExecuteRequest{Item: item, ItemFromBackup: item, Restore: []byte(`{}`)}); err != nil {
		t.Error(err)
	}
}

func TestWhereTheClusterIs(t *testing.T) {
	folder := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(folder, "config")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, test := range map[string]struct {
		environment map[string]string
		want        string
	}{
		"nowhere":                {nil, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set"},
		"no file":                {map[string]string{"KUBECONFIG": filepath.Join(folder, "none")}, "none"},
		"no cluster":             {map[string]string{"KUBECONFIG": write("current-context: c")}, `the context "c" has no cluster`},
		"no ServiceAccount here": {map[string]string{"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}, "serviceaccount"},
	} {
		_, err := newCluster(func(name string) string { return test.environment[name] })
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestWhenItIsAPlugin(t *testing.T) {
	for value, want := range map[string]bool{"hello": true, "": false, "other": false} {
		if IsCalled(func(name string) string { return map[string]string{"VELERO_PLUGIN": value}[name] }) != want {
			t.Errorf("%q", value)
		}
	}
	for program, want := range map[string]bool{"/plugins/veltx": true, "/plugins/veltx-v1": false, `veltx-v1.exe`: false, "veltx-v1.2": true} {
		if isV2(program) != want {
			t.Errorf("%s: version 2 %v", program, !want)
		}
	}
	if _, err := newAction(t.Context(), func(string) string { return "" }).appliesTo(); err == nil || errors.Unwrap(err) == nil {
		t.Errorf("got %v", err)
	}
}
