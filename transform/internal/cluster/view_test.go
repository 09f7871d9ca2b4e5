package cluster_test

import (
	"sync"
	"testing"

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
