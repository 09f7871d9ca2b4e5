package references

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

// composed are texts that are made of a namespace and more, each with what it becomes.
var composed = [][2]string{
	{"web.shop", "web.store"},
	{"web.shop:8080", "web.store:8080"},
	{"web.shop.svc", "web.store.svc"},
	{"web.shop.svc:443", "web.store.svc:443"},
	{"web.shop.svc.cluster.local", "web.store.svc.cluster.local"},
	{"web.shop.svc.cluster.local.:8086", "web.store.svc.cluster.local.:8086"},
	{"shop-web.shop.svc", "shop-web.store.svc"},
	{"shop.shop.svc", "shop.store.svc"},
	{"http://web.shop/shop", "http://web.store/shop"},
	{"https://user:pass@web.shop.svc:8443/a?b=shop", "https://user:pass@web.store.svc:8443/a?b=shop"},
	{"postgres://u:p@web.shop:5432/shop?sslmode=disable", "postgres://u:p@web.store:5432/shop?sslmode=disable"},
	{"jdbc:postgresql://web.shop.svc/shop", "jdbc:postgresql://web.store.svc/shop"},
	{"amqp://web.shop:5672,web-1.web.shop:5672", "amqp://web.store:5672,web-1.web.store:5672"},
	{"web-0.web.shop", "web-0.web.store"},
	{"web-0.web.shop.svc.cluster.local:9092,web-1.web.shop.svc.cluster.local:9092", "web-0.web.store.svc.cluster.local:9092,web-1.web.store.svc.cluster.local:9092"},
	{"*.shop.svc", "*.store.svc"},
	{"*.shop.svc.cluster.local", "*.store.svc.cluster.local"},
	{"*.web.shop.svc", "*.web.store.svc"},
	{"localhost,.shop.svc,10.0.0.0/8", "localhost,.store.svc,10.0.0.0/8"},
	{"10-0-0-1.shop.pod.cluster.local", "10-0-0-1.store.pod.cluster.local"},
	{"$(SERVICE).shop.svc", "$(SERVICE).store.svc"},
	{"--namespace=shop", "--namespace=store"},
	{"--watch-namespaces=a,shop", "--watch-namespaces=a,store"},
	{"kubectl get pods -n shop", "kubectl get pods -n store"},
	{"helm upgrade shop ./shop --namespace shop", "helm upgrade shop ./shop --namespace store"},
	{"NAMESPACE=shop", "NAMESPACE=store"},
	{"shop/web", "store/web"},
	{"--service=shop/web", "--service=store/web"},
	{"a/b,shop/web,shop/none", "a/b,store/web,shop/none"},
	{"image-registry.openshift-image-registry.svc:5000/shop/web:1", "image-registry.openshift-image-registry.svc:5000/store/web:1"},
	{"image-registry.openshift-image-registry.svc:5000/shop/web@sha256:0", "image-registry.openshift-image-registry.svc:5000/store/web@sha256:0"},
	{"default-route-openshift-image-registry.apps.example.com/shop/web", "default-route-openshift-image-registry.apps.example.com/store/web"},
	{"docker-registry.default.svc:5000/shop/web", "docker-registry.default.svc:5000/store/web"},
	{"system:serviceaccount:shop:web", "system:serviceaccount:store:web"},
	{"spiffe://cluster.local/ns/shop/sa/web", "spiffe://cluster.local/ns/store/sa/web"},
	{"web.shop.serviceaccount.identity.linkerd.cluster.local", "web.store.serviceaccount.identity.linkerd.cluster.local"},
	{"/api/v1/namespaces/shop/services/web:80/proxy", "/api/v1/namespaces/store/services/web:80/proxy"},
}

// separate are texts that have the name and mean something else, or that nothing tells from such.
var separate = []string{
	"shop", "shop.example.com", "web.shop.example.com", "api.shop", "shop/none", "docker.io/shop/web", "registry.example.com/shop/web:1", "/etc/shop/web",
	"my-shop", "shop_web", "web-shop.apps.example.com", "shop-web", "web@shop", "shop:web", "shop.web", "web.shop.local", "SHOP", "-nshop", "git@example.com:shop/web.git",
}

// places put a text into an item, and say how to get it out again.
var places = []struct {
	name, resource string
	put            func(text string) map[string]any
	encoded        func(text string) string
}{
	{"an env", "deployments.apps", func(text string) map[string]any {
		return inContainer("env", []any{map[string]any{"name": "X", "value": text}})
	}, nil},
	{"an argument", "deployments.apps", func(text string) map[string]any { return inContainer("args", []any{"run", text}) }, nil},
	{"a command", "deployments.apps", func(text string) map[string]any { return inContainer("command", []any{"sh", "-c", "x " + text}) }, nil},
	{"a ConfigMap", "configmaps", func(text string) map[string]any { return map[string]any{"data": map[string]any{"x": text}} }, nil},
	{"an annotation", "services", func(text string) map[string]any {
		return map[string]any{"metadata": map[string]any{"name": "x", "annotations": map[string]any{"x": text}}}
	}, nil},
	{"a Secret", "secrets", func(text string) map[string]any { return map[string]any{"stringData": map[string]any{"x": text}} }, nil},
	{"a Secret's data", "secrets", func(text string) map[string]any {
		return map[string]any{"data": map[string]any{"x": base64.StdEncoding.EncodeToString([]byte(text))}}
	}, func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }},
	{"a custom resource", "things.example.com", func(text string) map[string]any {
		return map[string]any{"spec": map[string]any{"list": []any{map[string]any{"x": text}}}}
	}, nil},
	{"JSON in a string", "configmaps", func(text string) map[string]any {
		return map[string]any{"data": map[string]any{"x": `{"a":1,"x":"` + text + `","b":[]}`}}
	}, nil},
	{"YAML in a string", "configmaps", func(text string) map[string]any {
		return map[string]any{"data": map[string]any{"x": "a: 1 # one\nx: \"" + text + "\"\nb:\n- '" + text + "'\n"}}
	}, nil},
	{"TOML in a string", "configmaps", func(text string) map[string]any {
		return map[string]any{"data": map[string]any{"x": "[a]\nx = \"" + text + "\"\n"}}
	}, nil},
	{"properties in a string", "configmaps", func(text string) map[string]any {
		return map[string]any{"data": map[string]any{"x": "a.b=1\nx = " + text + "\n"}}
	}, nil},
}

func inContainer(key string, value any) map[string]any {
	return map[string]any{"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "c", key: value}}}}}}
}

func made(t testing.TB, item map[string]any) *object.Value {
	t.Helper()
	item["kind"] = "X"
	o, err := object.From(item)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestEachFormIsFoundAndRewrittenInEachPlace(t *testing.T) {
	objects := atHand{"services/shop/web": true, "services/shop/shop-web": true}
	s := New(map[string]string{"shop": "store"}, objects)
	for _, place := range places {
		for _, form := range composed {
			o := made(t, place.put(form[0]))
			before := string(o.JSON())
			refs := s.Rewrite(place.resource, o, nil, &Rewriting{Least: Likely, Secrets: true})
			if want := string(made(t, place.put(form[1])).JSON()); string(o.JSON()) != want {
				t.Errorf("%s in %s: got\n%s\nwant\n%s\nbefore\n%s", form[0], place.name, o.JSON(), want, before)
			}
			for i := range refs {
				if place.resource == "secrets" && refs[i].Text != "" {
					t.Errorf("%s in %s: the text %s is shown", form[0], place.name, refs[i].Text)
				}
			}
		}
		for _, text := range separate {
			if refs := s.Scan(place.resource, made(t, place.put(text)), nil, Likely); len(refs) > 0 {
				t.Errorf("%s in %s: got %+v", text, place.name, refs)
			}
		}
	}
}

// A name that is a common word is likely only with the Service or the object at hand, or where nothing but a namespace of
// Kubernetes can be meant; and it is certain nowhere but in a field of a table.
func TestCommonWords(t *testing.T) {
	for _, name := range []string{"default", "test", "app", "web", "dev", "api"} {
		without, with := Named([]string{name}, None{}), Named([]string{name}, atHand{"services/" + name + "/db": true})
		for _, place := range places {
			for _, text := range []string{name, "db." + name, "db." + name + ".svc", name + "/db", "NAMESPACE=" + name, "namespace: " + name, "run -n " + name, "https://db." + name + "/" + name} {
				if refs := without.Scan(place.resource, made(t, place.put(text)), nil, Likely); len(refs) > 0 {
					t.Errorf("%s in %s: got %+v", text, place.name, refs)
				}
			}
			for _, text := range []string{"db." + name, "db." + name + ".svc", name + "/db", "https://db." + name + "/x", "kubectl -n " + name + " get pods", "--namespace=" + name} {
				refs := with.Scan(place.resource, made(t, place.put(text)), nil, Likely)
				if len(refs) == 0 {
					t.Errorf("%s in %s is not found", text, place.name)
				}
				for i := range refs {
					if refs[i].Sure == Certain {
						t.Errorf("%s in %s: got %+v", text, place.name, refs)
					}
				}
			}
		}
	}
}

// The API server's Service stays where it is, be the namespace default restored under another name.
func TestTheAPIServerStaysInDefault(t *testing.T) {
	objects := atHand{"services/default/kubernetes": true, "services/default/web": true}
	s := New(map[string]string{"default": "store"}, objects)
	for _, text := range []string{
		"https://kubernetes.default.svc", "kubernetes.default", "kubernetes.default.svc.cluster.local:443", "localhost,kubernetes.default.svc,10.0.0.1", "default/kubernetes",
	} {
		for _, place := range places {
			if refs := s.Scan(place.resource, made(t, place.put(text)), nil, Likely); len(refs) > 0 {
				t.Errorf("%s in %s: got %+v", text, place.name, refs)
			}
		}
	}
	for resource, item := range map[string]string{
		"certificates.cert-manager.io":        `{"spec":{"dnsNames":["kubernetes","kubernetes.default","kubernetes.default.svc","kubernetes.default.svc.cluster.local"],"commonName":"kubernetes.default.svc"}}`,
		"virtualservices.networking.istio.io": `{"spec":{"hosts":["kubernetes.default.svc.cluster.local"]}}`,
		"services":                            `{"spec":{"externalName":"kubernetes.default.svc.cluster.local"}}`,
		"applications.argoproj.io":            `{"spec":{"destination":{"server":"https://kubernetes.default.svc"}}}`,
	} {
		if refs := s.Scan(resource, object.MustParse(item), nil, Likely); len(refs) > 0 {
			t.Errorf("%s: got %+v", item, refs)
		}
	}
	if refs := s.Scan("configmaps", configMap(t, "web.default.svc kubernetes.default.svc"), nil, Likely); len(refs) != 1 || refs[0].Text != "web.default.svc" {
		t.Errorf("got %+v", refs)
	}
}

// In an expression, a dot of a host has a backslash before it.
func TestHostsInExpressions(t *testing.T) {
	s := New(map[string]string{"shop": "store", "app": "zapp"}, atHand{"services/shop/web": true})
	for text, want := range map[string]string{
		`-enforced-host=^(localhost|web\.shop\.svc\.cluster\.local|web\.shop\.svc|\[::1\])(:\d+)?$`: `-enforced-host=^(localhost|web\.store\.svc\.cluster\.local|web\.store\.svc|\[::1\])(:\d+)?$`,
		`server_name ~^web\\.shop\\.svc$;`:    `server_name ~^web\\.store\\.svc$;`,
		`^web\.shop$`:                         `^web\.shop$`, // the Service is at hand, but it may end otherwise
		`.*\.shop\.svc\.cluster\.local`:       `.*\.store\.svc\.cluster\.local`,
		`(web|api)\.app\.svc\.cluster\.local`: `(web|api)\.zapp\.svc\.cluster\.local`,
		`(web|api)\.app\.example\.com`:        `(web|api)\.app\.example\.com`,
		`web\.shop\.svcs`:                     `web\.shop\.svcs`,
	} {
		o := configMap(t, text)
		s.Rewrite("configmaps", o, nil, &Rewriting{Least: Likely})
		if got := o.Get("data", "file").Str(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// Escapes of a string in a string are no part of a name.
func TestFormsInStringsInStrings(t *testing.T) {
	s := New(map[string]string{"shop": "store"}, atHand{"services/shop/web": true})
	for _, form := range composed {
		text, want := form[0], form[1]
		for level := range 4 {
			inner, _ := json.Marshal(map[string]string{"x": text})
			text = string(inner)
			inner, _ = json.Marshal(map[string]string{"x": want})
			want = string(inner)
			if strings.HasPrefix(form[0], "shop-web") {
				continue
			}
			o := configMap(t, text)
			s.Rewrite("configmaps", o, nil, &Rewriting{Least: Likely})
			if got := o.Get("data", "file").Str(); got != want {
				t.Errorf("%s at level %d: got %s, want %s", form[0], level, got, want)
			}
		}
	}
}
