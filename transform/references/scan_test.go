package references

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/tarball/object"
)

// configMap is one with a text.
func configMap(t testing.TB, text string) *object.Value {
	t.Helper()
	o, err := object.From(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "c", "namespace": "shop"}, "data": map[string]string{"file": text},
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAnAddressNeedsNoServiceWhereTheNamespaceIsNoDomain(t *testing.T) {
	s := Named([]string{"my-shop", "shop", "xn--shop"}, atHand{})
	for text, want := range map[string]string{
		"tcp://mq.my-shop:1883":             "likely dns-name mq.my-shop",
		"amqp://u:p@mq.my-shop/x":           "likely dns-name mq.my-shop",
		"kafka-0.kafka.my-shop:9092,b:1":    "likely dns-name kafka-0.kafka.my-shop",
		"address: kafka.my-shop:9092":       "likely dns-name kafka.my-shop",
		"kafka.my-shop":                     "",
		"repo/image.my-shop:1024":           "",
		"kafka.my-shop: 9092":               "",
		"kafka.my-shop:9092a":               "",
		"kafka.my-shop:1.2":                 "",
		"tcp://mq.my-shop.example.com:1883": "",
		"tcp://my-shop:1883":                "",
		"tcp://mq.shop:1883":                "",
		"tcp://mq.xn--shop:1883":            "",
	} {
		got := ""
		for _, r := range s.Scan("configmaps", configMap(t, text), nil, Likely) {
			got += fmt.Sprintf("%s %s %s", r.Sure, r.Kind, r.Text)
		}
		if got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestTextsThatAreLikelyAndThoseThatAreNot(t *testing.T) {
	objects := atHand{"services/shop/web": true, "shop/settings": true, "services/app/web": true}
	s := Named([]string{"shop", "app"}, objects)
	for text, want := range map[string]string{
		"web.shop.svc":                                "likely dns-name web.shop.svc",
		"web.shop":                                    "likely dns-name web.shop",
		"http://u:p@web.shop:80/x":                    "likely dns-name web.shop",
		"web.shop.":                                   "likely dns-name web.shop",
		"See web.shop. It is":                         "likely dns-name web.shop",
		"web.shop.example.com":                        "",
		"web.shop.svcs":                               "",
		"my.web.shop":                                 "likely dns-name my.web.shop",
		"api.shop":                                    "",
		"shop.web":                                    "",
		"shop.shop.svc":                               "likely dns-name shop.shop.svc",
		"shop.svc.cluster.local":                      "likely dns-name shop.svc.cluster.local",
		"10-0-0-1.shop.pod.cluster.local":             "likely dns-name 10-0-0-1.shop.pod.cluster.local",
		"x.shop.pod":                                  "",
		"com.shop.svc.Main":                           "likely dns-name com.shop.svc.Main", // nothing tells it from a name that Kyverno gives a Secret
		"com.app.svc.Main":                            "",
		"kubectl get po -n shop":                      "likely flag -n shop",
		"kubectl get po -n app":                       "likely flag -n app",
		"sort -n shop":                                "",
		"kubectl get po; test -n shop":                "",
		"kubectl get po --namespace shop":             "likely flag --namespace shop",
		"helm test --kube-namespace=app":              "likely flag --kube-namespace=app",
		"export NAMESPACE=shop":                       "likely setting NAMESPACE=shop",
		"export NAMESPACE=app":                        "",
		"export POD_NAMESPACE=app":                    "likely setting POD_NAMESPACE=app",
		"${NAMESPACE:-shop}":                          "likely setting NAMESPACE:-shop",
		"namespace: shop-$(ID)":                       "",
		"namespace: shop.v1":                          "",
		"dns: shop":                                   "",
		"nameserver: shop":                            "",
		"columns: shop":                               "",
		"metrics_namespace: shop":                     "",
		`{"namespace":"shop"}`:                        `likely setting namespace":"shop`,
		`{"namespace": "a", "name": "shop"}`:          "",
		`{"namespaces": ["a", "shop"]}`:               `likely setting namespaces": ["a", "shop`,
		"namespaces:\n  - a\n  - shop\nname: x":       "likely setting shop",
		"names:\n  - a\n  - shop":                     "",
		"namespaces:\n  names:\n  - a\n  - 'shop'":    "likely setting shop",
		"namespaces:\n  x: y\n  names:\n  - shop":     "",
		"namespaces: {names: [a, shop]}":              "likely setting names: [a, shop",
		`{"namespaces":{"names":["shop"]}}`:           `likely setting names":["shop`,
		`{"spaces":{"names":["shop"]}}`:               "",
		"spiffe://cluster.local/ns/shop/sentry":       "likely spiffe-id ns/shop/sentry",
		"/ns/shop/sentry":                             "",
		"https://example.org/ns/shop/sentry":          "",
		"ingressGateway: shop/gw":                     "likely pair shop/gw",
		"ingressGateway: app/gw":                      "",
		"gateway: shop/gw":                            "",
		"ingressGateway: shop/":                       "",
		"namespaces:\n- name: shop":                   "",
		`sum(x{namespace="shop"})`:                    `likely setting namespace="shop`,
		`sum(x{pod="a",namespace=~"b|shop"})`:         `likely setting namespace=~"b|shop`,
		`sum(x{namespace="app"})`:                     `likely setting namespace="app`,
		`sum(x{app="shop"})`:                          "",
		"shop/settings":                               "likely pair shop/settings",
		"-x=shop/settings,b":                          "likely pair shop/settings",
		"shop/nothing":                                "",
		`service_account_allow_list = ["shop:web"]`:   "likely pair shop:web",
		`service_account_allow_list = ["shop:none"]`:  "",
		`serviceAccount: shop:web`:                    "likely pair shop:web",
		`names = ["shop:web"]`:                        "",
		"/etc/shop/settings":                          "",
		"shop/settings/more":                          "",
		"image: shop/settings":                        "",
		"docker.io/shop/settings":                     "",
		"system:serviceaccount:shop:web":              "certain user system:serviceaccount:shop:web",
		"system:serviceaccounts:app":                  "certain user system:serviceaccounts:app",
		"system:serviceaccounts:shop:x":               "",
		"system:serviceaccount:shop":                  "",
		"/api/v1/namespaces/app/pods":                 "likely api-path namespaces/app",
		"spiffe://td/ns/app/sa/web":                   "likely spiffe-id ns/app/sa/web",
		"docker-registry.default.svc:5000/shop/web:1": "likely image shop/web",
		"default-route-openshift-image-registry.apps.example.com/shop/web":   "likely image shop/web",
		"registry.example.com/shop/web":                                      "",
		`\u0073hop: "web.shop.svc"`:                                          "likely dns-name web.shop.svc",
		"shopping online-shop shop_x xshop SHOP Shop shöp":                   "",
		"key: kubernetes.io/metadata.name\nkubernetes.io/metadata.name: app": "likely setting kubernetes.io/metadata.name: app",
	} {
		var got []string
		for _, r := range s.Scan("configmaps", configMap(t, text), nil, Likely) {
			got = append(got, fmt.Sprintf("%s %s %s", r.Sure, r.Kind, r.Text))
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestNamesThatNoNamespaceCanHaveAreNotLookedFor(t *testing.T) {
	s := Named([]string{"", "-", "a-", "-a", "A", "a.b", "a_b", "ä", strings.Repeat("a", 64), "shop"}, None{})
	if len(s.words.names) != 1 {
		t.Errorf("got %v", s.words.names)
	}
}

// Escapes of letters, of quotes and of lines do not hide a name.
func TestJSONEscapesHideNothing(t *testing.T) {
	s := Named([]string{"shop"}, None{})
	for _, text := range []string{
		`{"kind":"X","spec":{"namespace":"\u0073hop"}}`, `{"kind":"X","spec":{"namespace":"s\u0068op"}}`, `{"kind":"X","spec":{"x":"a\nnamespace: shop"}}`,
		`{"kind":"X","spec":{"x":"\u003cnamespace=shop\u003e"}}`, `{"kind":"X","spec":{"x":"{\"namespace\":\"shop\"}"}}`, `{"kind":"X","spec":{"x":"\\nnamespace=shop"}}`,
	} {
		if got := s.Scan("things.example.com", object.MustParse(text), nil, Likely); len(got) != 1 {
			t.Errorf("%s: got %d references", text, len(got))
		}
	}
}

func TestASecretShowsNothingOfItsValues(t *testing.T) {
	s := New(map[string]string{"shop": "store"}, atHand{"services/shop/db": true})
	o := object.MustParse(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"shop"},"data":{"dsn":"cG9zdGdyZXM6Ly91OnBAZGIuc2hvcC9z"},"stringData":{"x":"system:serviceaccount:shop:web"}}`)
	refs := s.Scan("secrets", o, nil, Possible)
	if len(refs) != 2 || !refs[0].Encoded || refs[0].Text != "" || refs[1].Text != "" {
		t.Fatalf("got %+v", refs)
	}
	if s.Rewrite("secrets", o, nil, &Rewriting{Least: Likely}); o.Changed() {
		t.Error("a Secret was rewritten that was not asked for")
	}
	s.Rewrite("secrets", o, nil, &Rewriting{Least: Likely, Secrets: true})
	if got := o.Get("data", "dsn").Str(); got != "cG9zdGdyZXM6Ly91OnBAZGIuc3RvcmUvcw==" {
		t.Errorf("got %s", got)
	}
}

func TestWhatVeleroMapsIsToldAndNotMappedAgain(t *testing.T) {
	const before = `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b","namespace":"a"},"subjects":[{"kind":"ServiceAccount","name":"x","namespace":"a"},{"kind":"ServiceAccount","name":"y","namespace":"b"},{"kind":"Group","name":"system:serviceaccounts:a"}]}`
	const after = `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b","namespace":"b"},"subjects":[{"kind":"ServiceAccount","name":"x","namespace":"b"},{"kind":"ServiceAccount","name":"y","namespace":"a"},{"kind":"Group","name":"system:serviceaccounts:a"}]}`
	s := New(map[string]string{"a": "b", "b": "a"}, None{})
	item := object.MustParse(after)
	var got []string
	for _, r := range s.Scan("rolebindings.rbac.authorization.k8s.io", item, object.MustParse(before), Likely) {
		got = append(got, r.Path+" "+r.Namespace+" "+r.By)
	}
	want := []string{"/subjects/2/name a ", "/subjects/0/namespace a velero", "/subjects/1/namespace b velero"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	s.Rewrite("rolebindings.rbac.authorization.k8s.io", item, object.MustParse(before), &Rewriting{Least: Certain})
	if text := string(item.JSON()); text != strings.Replace(after, "serviceaccounts:a", "serviceaccounts:b", 1) {
		t.Errorf("got %s", text)
	}
}

func TestNamespacesThatSwap(t *testing.T) {
	const text = "a: web.a.svc, b: web.b.svc # web.a.svc\nnamespace: b"
	s := New(map[string]string{"a": "b", "b": "a"}, atHand{"services/a/web": true, "services/b/web": true})
	o, original := configMap(t, text), configMap(t, text)
	s.Rewrite("configmaps", o, original, &Rewriting{Least: Likely})
	if got := o.Get("data", "file").Str(); got != "a: web.b.svc, b: web.a.svc # web.b.svc\nnamespace: b" {
		t.Errorf("got %s", got)
	}
	s.Rewrite("configmaps", o, original, &Rewriting{Least: Likely}) // what has its new name already is not in the backup
	if got := o.Get("data", "file").Str(); !strings.HasPrefix(got, "a: web.b.svc") {
		t.Errorf("twice: got %s", got)
	}
}

// Nothing of a string changes but the names.
func TestTheRestOfAStringStays(t *testing.T) {
	const text = "# comment of shop\r\na: 'web.shop.svc'   # shop\n\"b\": \"x\\u0041\"\n\tnamespace:   \"shop\"\n\n  c: web.shop.svc"
	s := New(map[string]string{"shop": "the-store"}, None{})
	o := configMap(t, text)
	s.Rewrite("configmaps", o, nil, &Rewriting{Least: Likely})
	want := strings.ReplaceAll(strings.ReplaceAll(text, "web.shop.svc", "web.the-store.svc"), `"shop"`, `"the-store"`)
	if got := o.Get("data", "file").Str(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Texts that somebody chose to be slow cost no more than others of their size.
func TestHostileTexts(t *testing.T) {
	many := []string{"shop", "a", "default"}
	for i := range 1000 {
		many = append(many, fmt.Sprintf("n%d", i))
	}
	s := Named(many, atHand{"services/shop/web": true})
	deep := `"shop"`
	for range 900 {
		deep = `{"namespace":"shop","a":` + deep + `}`
	}
	nested := "shop"
	for range 14 {
		text, _ := json.Marshal(map[string]string{"namespace": nested})
		nested = string(text)
	}
	bomb := "a: &a [shop,shop,shop,shop,shop,shop,shop,shop,shop]\n"
	for c := 'b'; c < 'z'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	const size = 1 << 18
	for name, text := range map[string]string{
		"words":            strings.Repeat("shop ", size/5),
		"dots":             strings.Repeat("shop.", size/5),
		"pairs":            strings.Repeat("shop/x ", size/7),
		"lists":            "namespaces: [" + strings.Repeat("shop,", size/5),
		"lines":            "namespaces:\n" + strings.Repeat("- shop\n", size/7),
		"lines of nothing": "names:\n" + strings.Repeat("- shop\n", size/7),
		"spaces":           strings.Repeat("namespace:"+strings.Repeat(" ", 500)+"shop\n", size/520),
		"brackets":         strings.Repeat("[", size/2) + "shop" + strings.Repeat("]", size/2),
		"one word":         strings.Repeat("shop", size/4),
		"hyphens":          strings.Repeat("-", size) + "shop",
		"services":         strings.Repeat("x.shop.svc ", size/11),
		"quotes":           strings.Repeat(`\"`, size/2) + "shop",
		"bytes":            strings.Repeat("\xff\xfeshop\xff ", size/8),
		"nested":           nested,
		"bomb":             bomb,
		"deep":             strings.Repeat("a", 10) + deep,
	} {
		start := time.Now()
		s.Scan("configmaps", configMap(t, text), nil, Possible)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: took %v", name, took)
		}
	}
	o, err := object.Parse([]byte(`{"kind":"X","metadata":{"name":"x"},"spec":` + deep + `}`))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if refs := s.Scan("things.example.com", o, nil, Likely); len(refs) != 900 {
		t.Errorf("deep: got %d references", len(refs))
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("deep: took %v", took)
	}
}

// A text of a megabyte takes no longer than some of its size, and has few references, none of them certain for want of a table.
func TestStringsOfMegabytes(t *testing.T) {
	s := New(map[string]string{"shop": "store", "default": "main", "app": "zapp"}, atHand{"services/shop/web": true, "services/app/web": true, "shop/settings": true})
	const size = 1 << 20
	for _, unit := range []string{
		"web.shop.svc ", "shop/settings,", "namespace: shop\n", "- shop\n", "default.app.shop.", `{"namespace":"shop","x":[`, "--namespace=app ", "shop\xff\xfe", `\"shop\"`,
		"system:serviceaccount:shop:web,", "kubectl -n shop\n", "a: &a [shop, *a]\n", "x", "[shop,*,*]", "image: shop/settings\n",
	} {
		o := object.New()
		data := object.New()
		data.Set("file", object.Text(string(object.ValidUTF8([]byte(strings.Repeat(unit, size/len(unit)))))))
		o.Set("data", data)
		start := time.Now()
		refs := s.Rewrite("configmaps", o, nil, &Rewriting{Least: Likely})
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%q: took %v", unit, took)
		}
		if len(refs) > 3*mostTexts {
			t.Errorf("%q: %d references", unit, len(refs))
		}
		for i := range refs {
			if refs[i].Sure == Certain && refs[i].Kind != User {
				t.Errorf("%q: certain is %+v", unit, refs[i])
			}
		}
	}
}

// FuzzScan holds of any item that what is skipped names nothing, that rewriting leaves nothing behind and changes only
// names, and that rewriting twice is rewriting once.
func FuzzScan(f *testing.F) {
	for _, text := range []string{
		`{"kind":"X","metadata":{"name":"x"},"spec":{"namespace":"shop","a":["web.shop.svc","--namespace","shop"]}}`,
		`{"kind":"Secret","metadata":{"name":"x"},"data":{"a":"c2hvcA=="}}`,
		`{"kind":"X","metadata":{"annotations":{"a":"{\"namespace\":\"shop\"}","b":"shop/settings"}},"spec":{"namespaces":["a","shop"]}}`,
	} {
		f.Add([]byte(text), "secrets")
		f.Add([]byte(text), "things.example.com")
	}
	objects := atHand{"services/shop/web": true, "shop/settings": true}
	mapping := map[string]string{"shop": "store-9", "a": "z-9", "app": "zapp-9"}
	certain := New(mapping, None{})
	s := New(mapping, objects)
	f.Fuzz(func(t *testing.T, text []byte, resource string) {
		o, err := object.Parse(object.ValidUTF8(text))
		if err != nil || o.Kind() != object.Object {
			return
		}
		refs := s.Scan(resource, o, nil, Possible)
		if len(refs) > 0 && !s.Mentions(text) && !slices.ContainsFunc(refs, func(r Reference) bool { return r.Encoded }) {
			t.Fatalf("%s: is skipped, and has %+v", text, refs)
		}
		for _, r := range certain.Scan("things.example.com", o, nil, Certain) { // of which there is no table
			if !isInAnyItem(&r) {
				t.Fatalf("%s: certain is %+v", text, r)
			}
		}
		which := &Rewriting{Least: Likely, Secrets: true}
		before := bytes.Clone(o.JSON())
		written := s.Rewrite(resource, o, nil, which)
		if len(written) == 0 && !bytes.Equal(before, o.JSON()) {
			t.Fatalf("%s: changed for nothing", text)
		}
		after := bytes.Clone(o.JSON())
		if again := s.Rewrite(resource, o, nil, which); len(again) > 0 || !bytes.Equal(after, o.JSON()) {
			t.Fatalf("%s\n%s: still has %+v", before, after, again)
		}
	})
}

// isInAnyItem says that a reference may be certain in an item of any kind: by a row for all of them, or as the name of a user.
func isInAnyItem(r *Reference) bool {
	return r.Kind == User || slices.ContainsFunc(tables[""], func(row *row) bool { return fits(row.tokens, r.tokens) })
}

// FuzzReadSchema holds of any definition that it is read within bounds, and that no row of it makes anything certain.
func FuzzReadSchema(f *testing.F) {
	f.Add([]byte(`{"spec":{"versions":[{"schema":{"openAPIV3Schema":{"properties":{"spec":{"properties":{"namespace":{"type":"string"},"name":{"type":"string"}}}}}}}]}}`),
		[]byte(`{"spec":{"namespace":"shop"}}`))
	f.Add([]byte(`{"spec":{"validation":{"openAPIV3Schema":{"properties":{"a":{"additionalProperties":{"items":{"type":"string","description":"namespaces of"},"type":"array"}}}}}}}`),
		[]byte(`{"a":{"b":["shop"]}}`))
	f.Fuzz(func(t *testing.T, crd, item []byte) {
		definition, err := object.Parse(object.ValidUTF8(crd))
		if err != nil {
			return
		}
		schema := ReadSchema(definition)
		if schema == nil {
			return
		}
		if len(schema.rows) > mostFields {
			t.Fatalf("%d rows", len(schema.rows))
		}
		o, err := object.Parse(object.ValidUTF8(item))
		if err != nil || o.Kind() != object.Object {
			return
		}
		for _, r := range Named([]string{"shop"}, withSchemas{"things.example.com": schema}).Scan("things.example.com", o, nil, Possible) {
			if r.Sure == Certain && !isInAnyItem(&r) {
				t.Fatalf("%s: certain is %+v", item, r)
			}
		}
	})
}
