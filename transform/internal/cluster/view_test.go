package cluster_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/cluster"
	"github.com/veltx/veltx/transform/internal/discovery"
)

const shop = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"shop","labels":{"a":"b"}},"data":{"k":"v"}}`

func newView(t *testing.T, o cluster.Options) *cluster.View {
	t.Helper()
	v, err := cluster.New(o, discovery.New())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Objects of a view may be read by several goroutines, however they ask for them: the race detector sees it if not.
func TestAViewIsReadByMany(t *testing.T) {
	v := newView(t, cluster.Options{Given: []*object.Value{object.MustParse(shop)}, Needed: []string{"secrets"}})
	if err := v.Created("secrets", object.MustParse(`{"metadata":{"name":"s","namespace":"shop","labels":{"x":"y"}},"data":{"p":"aA=="}}`)); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			given, _ := v.Get("configmaps", "shop", "c")
			created, _ := v.Exists("secrets", object.MustParse(`{"metadata":{"name":"s"}}`), "shop")
			for _, o := range append(v.List("configmaps", ""), given, created) {
				if len(o.Labels()) != 1 || o.Clone().Get("data").Len() != 1 {
					t.Errorf("read %s", o.JSON())
				}
			}
		})
	}
	all.Wait()
}

func TestAnObjectGivenTwiceMustBeTheSame(t *testing.T) {
	given := []*object.Value{object.MustParse(shop), object.MustParse(shop)}
	newView(t, cluster.Options{Given: given})
	given[1].Set("data", object.New())
	const want = "ConfigMap shop/c is given twice for the target, with different content: remove one"
	if _, err := cluster.New(cluster.Options{Given: given}, discovery.New()); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Only what some action may ask for is remembered, and of ConfigMaps only those of Velero's namespace.
func TestWhatARestoreCreatesIsRememberedWhereItIsNeeded(t *testing.T) {
	for _, test := range []struct {
		resource, namespace string
		want                bool
	}{
		{"serviceaccounts", "shop", true},
		{"pods", "shop", false},
		{"configmaps", "velero", true},
		{"configmaps", "shop", false},
	} {
		v := newView(t, cluster.Options{Needed: []string{"serviceaccounts", "configmaps"}, VeleroNamespace: "velero"})
		if err := v.Created(test.resource, object.MustParse(`{"metadata":{"name":"n","namespace":"`+test.namespace+`"}}`)); err != nil {
			t.Fatal(err)
		}
		if _, got := v.Get(test.resource, test.namespace, "n"); got != test.want {
			t.Errorf("%s in %s is remembered: %v, want %v", test.resource, test.namespace, got, test.want)
		}
		v.Forget([]string{test.resource})
		if _, there := v.Get(test.resource, test.namespace, "n"); there {
			t.Errorf("%s in %s was not forgotten", test.resource, test.namespace)
		}
	}
}

func TestWhatEveryClusterHasExists(t *testing.T) {
	for _, test := range []struct {
		name, resource, namespace, object string
		want                              bool
	}{
		{"the default ServiceAccount", "serviceaccounts", "shop", `{"metadata":{"name":"default"}}`, true},
		{"another ServiceAccount", "serviceaccounts", "shop", `{"metadata":{"name":"web"}}`, false},
		{"the root certificates", "configmaps", "shop", `{"metadata":{"name":"kube-root-ca.crt"}}`, true},
		{"Velero's namespace", "namespaces", "", `{"metadata":{"name":"velero"}}`, true},
		{"a bootstrap role", "clusterroles.rbac.authorization.k8s.io", "", `{"metadata":{"name":"admin","labels":{"kubernetes.io/bootstrapping":"rbac-defaults"}}}`, true},
		{"a role of the same name", "clusterroles.rbac.authorization.k8s.io", "", `{"metadata":{"name":"admin"}}`, false},
		{"a system priority class", "priorityclasses.scheduling.k8s.io", "", `{"metadata":{"name":"system-node-critical"}}`, true},
		{"another priority class", "priorityclasses.scheduling.k8s.io", "", `{"metadata":{"name":"high"}}`, false},
		{"a namespace of the user", "namespaces", "", `{"metadata":{"name":"shop"}}`, false},
		{"another ConfigMap", "configmaps", "shop", `{"metadata":{"name":"extension-apiserver-authentication"}}`, false},
		{"a ConfigMap of kube-apiserver", "configmaps", "kube-system", `{"metadata":{"name":"extension-apiserver-authentication"}}`, true},
		{"the list of legacy tokens", "configmaps", "kube-system", `{"metadata":{"name":"kube-apiserver-legacy-service-account-token-tracking"}}`, true},
		{"a ConfigMap beside them", "configmaps", "kube-system", `{"metadata":{"name":"coredns"}}`, false},
		{"a flow schema of kube-apiserver", "flowschemas.flowcontrol.apiserver.k8s.io", "", `{"metadata":{"name":"f","annotations":{"apf.kubernetes.io/autoupdate-spec":"true"}}}`, true},
		{"a flow schema of the user", "flowschemas.flowcontrol.apiserver.k8s.io", "", `{"metadata":{"name":"f","annotations":{}}}`, false},
		{"a definition of Velero", layout.CRDs, "", `{"metadata":{"name":"backups.velero.io"},"spec":{"group":"velero.io"}}`, true},
		{"a definition of others", layout.CRDs, "", `{"metadata":{"name":"backups.velero.io"},"spec":{"group":"example.org"}}`, false},
		{"the kubernetes Service", "services", "default", `{"metadata":{"name":"kubernetes"}}`, true},
		{"a Service of that name elsewhere", "services", "shop", `{"metadata":{"name":"kubernetes"}}`, false},
		{"another Service there", "services", "default", `{"metadata":{"name":"web"}}`, false},
		{"the address of the kubernetes Service", "ipaddresses.networking.k8s.io", "", `{"metadata":{"name":"10.96.0.1"},"spec":{"parentRef":{"name":"kubernetes","namespace":"default"}}}`, true},
		{"that of one elsewhere", "ipaddresses.networking.k8s.io", "", `{"metadata":{"name":"10.96.0.1"},"spec":{"parentRef":{"name":"kubernetes","namespace":"shop"}}}`, false},
		{"that of another one", "ipaddresses.networking.k8s.io", "", `{"metadata":{"name":"10.96.0.1"},"spec":{"parentRef":{"name":"web","namespace":"default"}}}`, false},
		{"the default ServiceCIDR", "servicecidrs.networking.k8s.io", "", `{"metadata":{"name":"kubernetes"}}`, true},
		{"another ServiceCIDR", "servicecidrs.networking.k8s.io", "", `{"metadata":{"name":"more"}}`, false},
		{"what no cluster has", "pods", "default", `{"metadata":{"name":"kubernetes"}}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			item := object.MustParse(test.object)
			if _, present := newView(t, cluster.Options{}).Exists(test.resource, item, test.namespace); (present != "") != test.want {
				t.Errorf("it exists because %q", present)
			}
			if found, present := newView(t, cluster.Options{Exact: true}).Exists(test.resource, item, test.namespace); found != nil || present != "" {
				t.Errorf("it exists in an exact target: %q", present)
			}
		})
	}
}

func TestWhereVeleroRunsItsOwnObjectsExist(t *testing.T) {
	for address, want := range map[string]bool{
		"deployments.apps velero velero": true, "deployments.apps velero web": false, "deployments.apps shop velero": false,
		"secrets velero velero-repo-credentials": true, "secrets shop velero-repo-credentials": false,
		"backupstoragelocations.velero.io velero main": true, "backupstoragelocations.velero.io velero other": false,
	} {
		parts := strings.Fields(address)
		item := object.MustParse(`{"metadata":{"name":"` + parts[2] + `"}}`)
		for exact, want := range map[bool]bool{false: want, true: false} {
			v := newView(t, cluster.Options{VeleroNamespace: "velero", Location: "main", Exact: exact})
			if _, present := v.Exists(parts[0], item, parts[1]); (present != "") != want {
				t.Errorf("%s, exact %v: it exists because %q", address, exact, present)
			}
		}
	}
}

// What each namespace gets from controllers is there for actions as for items, in namespaces that are there.
func TestANamespaceIsFilledByControllers(t *testing.T) {
	namespace := object.MustParse(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"given"}}`)
	const account, certificates = `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"NS"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kube-root-ca.crt","namespace":"NS"}}`
	for _, test := range []struct {
		name, namespace string
		options         cluster.Options
		filled          bool
	}{
		{"of every cluster", "default", cluster.Options{}, true},
		{"that was given", "given", cluster.Options{}, true},
		{"that was created", "created", cluster.Options{}, true},
		{"that is not there", "shop", cluster.Options{}, false},
		{"of an exact target", "given", cluster.Options{Exact: true}, false},
		{"of an exact target with controllers", "given", cluster.Options{Exact: true, Controllers: true}, true},
		{"that an exact target does not have", "default", cluster.Options{Exact: true, Controllers: true}, false},
	} {
		t.Run("a namespace "+test.name, func(t *testing.T) {
			test.options.Given = []*object.Value{namespace}
			v := newView(t, test.options)
			for resource, name := range map[string]string{"namespaces": "created", "pods": "shop"} {
				if err := v.Created(resource, object.MustParse(`{"metadata":{"name":"`+name+`"}}`)); err != nil {
					t.Fatal(err)
				}
			}
			for resource, text := range map[string]string{"serviceaccounts": account, "configmaps": certificates} {
				want := object.MustParse(strings.ReplaceAll(text, "NS", test.namespace))
				got, there := v.Get(resource, test.namespace, want.Name())
				if there != test.filled || there && string(got.JSON()) != string(want.JSON()) {
					t.Errorf("%s: got %s", resource, got.JSON())
				}
				if got := v.List(resource, test.namespace); len(got) != map[bool]int{true: 1}[test.filled] {
					t.Errorf("%d %s are listed", len(got), resource)
				}
				if got := v.List(resource, ""); len(got) != 0 {
					t.Errorf("of all namespaces, %d %s are listed, and none was given or created", len(got), resource)
				}
				if found, _ := v.Exists(resource, want, test.namespace); test.options.Exact && (found != nil) != test.filled {
					t.Errorf("%s: an exact target has %v", resource, found)
				}
			}
		})
	}
}

func TestGetKnowsTheNamespacesOfEveryCluster(t *testing.T) {
	for name, want := range map[string]string{"velero": `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"velero"}}`, "shop": ""} {
		got, there := newView(t, cluster.Options{}).Get("namespaces", "", name)
		if there != (want != "") || there && string(got.JSON()) != want {
			t.Errorf("%s: got %v", name, got)
		}
		if _, there := newView(t, cluster.Options{Exact: true}).Get("namespaces", "", name); there {
			t.Errorf("%s is in an exact target", name)
		}
		if _, there := newView(t, cluster.Options{}).Get("pods", "", name); there {
			t.Errorf("a pod %s is there", name)
		}
	}
}

func TestListsAreSortedByNamespaceAndName(t *testing.T) {
	configMap := func(namespace, name string) *object.Value {
		return object.MustParse(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"` + name + `","namespace":"` + namespace + `"}}`)
	}
	var given []*object.Value
	for _, namespace := range []string{"d", "c", "default", "b", "a"} {
		given = append(given, configMap(namespace, "z"), configMap(namespace, "m"), configMap(namespace, "a"))
	}
	given = append(given, configMap("b", "kube-root-ca.crt"), object.MustParse(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"a"}}`))
	v := newView(t, cluster.Options{Given: append(given, object.MustParse(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"b"}}`))})
	for namespace, want := range map[string]string{
		"":        "a/a a/m a/z b/a b/kube-root-ca.crt b/m b/z c/a c/m c/z d/a d/m d/z default/a default/m default/z",
		"a":       "a/a a/m a/z",
		"b":       "b/a b/kube-root-ca.crt b/m b/z",
		"default": "default/a default/kube-root-ca.crt default/m default/z",
		"none":    "",
	} {
		var got []string
		for _, o := range v.List("configmaps", namespace) {
			got = append(got, o.Namespace()+"/"+o.Name())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %v, want %s", namespace, got, want)
		}
	}
}

// A resource of which one object was given counts as described; of an exact target, each one does.
func TestWhatATargetIsKnownToHaveAllOf(t *testing.T) {
	given := []*object.Value{object.MustParse(shop)}
	for _, test := range []struct {
		options  cluster.Options
		resource string
		want     bool
	}{
		{cluster.Options{Given: given}, "configmaps", true},
		{cluster.Options{Given: given}, "secrets", false},
		{cluster.Options{Given: given, Exact: true}, "secrets", true},
		{cluster.Options{}, "configmaps", false},
	} {
		if got := newView(t, test.options).Complete(test.resource); got != test.want {
			t.Errorf("%s: %v, want %v", test.resource, got, test.want)
		}
	}
}
