package findings_test

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/cluster"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	refs "github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/findings"
)

// backup is a Backup for tests: what the restore has come across, and what comes later, by "resource/namespace/name".
type backup struct {
	restored, later []string
	leftOut         []string // by excludedResources
	items           []item   // those that are shown
	shown           int      // so many of them were
	leavesOut       bool     // items of each resource and namespace
	namespaces      []string
	empty           bool
}

func (b *backup) Restored(key layout.ItemKey) bool { return slices.Contains(b.restored, key.String()) }

func (b *backup) RestoredOf(resource string) iter.Seq[layout.ItemKey] {
	return func(yield func(layout.ItemKey) bool) {
		for _, address := range b.restored {
			if key := keyOf(address); key.Resource == resource && !yield(key) {
				return
			}
		}
	}
}

func (b *backup) WillRestore(key layout.ItemKey) bool { return slices.Contains(b.later, key.String()) }

func (b *backup) Landed(key layout.ItemKey) bool {
	return b.Restored(key) || slices.ContainsFunc(b.items[:b.shown], func(i item) bool { return i.address == key.String() && i.lands() })
}

func (b *backup) Has(key layout.ItemKey) bool {
	return b.Landed(key) || b.WillRestore(key) || slices.Contains(b.leftOut, key.String())
}

func (b *backup) Past(resource string) bool {
	return !slices.ContainsFunc(b.items[b.shown:], func(i item) bool { return keyOf(i.address).Resource == resource })
}

func (b *backup) Address(number int) layout.Address { return keyOf(b.items[number].address).Address }

func (b *backup) LeftOut(key layout.ItemKey) (why, bring string) {
	return "excludedResources leaves it out", "--exclude-resources without " + key.Resource
}

func (b *backup) LeavesOut(string, string) bool { return b.leavesOut }

func (b *backup) NamespacesOf(resource string) (list []string) {
	for _, i := range b.items {
		if key := keyOf(i.address); key.Resource == resource {
			list = append(list, key.Namespace)
		}
	}
	return list
}

func (b *backup) Namespaces() []string { return b.namespaces }

func (b *backup) HasNamespace(name string) bool { return slices.Contains(b.namespaces, name) }

func (b *backup) Len() int { return map[bool]int{true: 0, false: 3}[b.empty] }

func keyOf(address string) layout.ItemKey {
	parts := strings.Split(address, "/")
	a := layout.Address{Resource: parts[0], Name: parts[len(parts)-1]}
	if len(parts) == 3 {
		a.Namespace = parts[1]
	}
	return a.Key()
}

// item is one at the end of its way; without an outcome it is created.
type item struct {
	address, yaml string
	outcome       report.Outcome
	step, version string
	code          int
	pruned        []string
	volume        *pipeline.Volume
	used          []pipeline.Row
	warning       string // that it has already
	unless        string // what makes the warning void
}

// lands says whether the target has the item afterwards.
func (i item) lands() bool {
	switch i.outcome {
	case "", report.Create, report.Update, report.Exists:
		return true
	}
	return false
}

// scene is a restore, and want are the findings: those of items first, "id field: message", then "id subject: message".
type scene struct {
	name    string
	backup  backup
	mapping map[string]string
	ids     map[string]string
	actions []string
	target  []string
	exact   bool
	profile actions.Profile // the newest if it is not said
	served  []string        // YAML of definitions
	server  pipeline.APIServer
	minor   int // of the target's Kubernetes

	serverMinor int

	registries []string
	items      []item
	want       []string // each a part of a line
}

func (s *scene) run(t *testing.T) {
	t.Helper()
	var got []string
	watchers := s.watch(t, func(_ *item, show func() []string) { got = append(got, show()...) })
	var summary report.Summary
	watchers.Conclude(&summary)
	for _, f := range summary.Findings {
		got = append(got, strings.TrimRight(f.ID+" "+f.Subject+": "+f.Message+"; "+strings.Join(f.Items, ", "), "; "))
	}
	if len(got) != len(s.want) {
		t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(s.want, "\n"))
	}
	for i, line := range got {
		if !strings.Contains(line, s.want[i]) {
			t.Errorf("got  %s\nwant %s", line, s.want[i])
		}
	}
}

// watch shows the items to all watchers.
func (s *scene) watch(t *testing.T, each func(i *item, show func() []string)) *findings.Watchers {
	t.Helper()
	resources := discovery.New()
	for _, crd := range s.served {
		resources.Serve(actiontest.Parse(t, crd))
	}
	var given []*object.Value
	for _, text := range s.target {
		given = append(given, actiontest.Parse(t, text))
	}
	view, err := cluster.New(cluster.Options{Given: given, VeleroNamespace: "velero"}, resources)
	if err != nil {
		t.Fatal(err)
	}
	var list []actions.Action
	for _, name := range s.actions {
		list = append(list, actions.Action{Name: name, AppliesTo: actions.Selector{Resources: []string{"pods"}}})
	}
	chain, err := actions.NewChain(list, func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	restore := &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: s.mapping}}
	restore.Namespace = "velero"
	env := &pipeline.Env{Profile: cmp.Or(s.profile, actions.V1_18), Restore: restore, Target: view, Chain: chain, VolumeIDs: s.ids, APIServer: s.server}
	if len(s.mapping) > 0 {
		env.References = refs.New(s.mapping, refs.None{})
	}
	known := s.backup
	known.items = s.items
	watchers := findings.New(&findings.World{Env: env, Resources: resources, Backup: &known, View: view, ExactTarget: s.exact, TargetMinor: s.minor, ServerMinor: s.serverMinor, Registries: s.registries})
	for i := range s.items {
		known.shown++
		each(&s.items[i], func() []string { return s.items[i].show(t, env, watchers, i) })
	}
	return watchers
}

func (i *item) show(t *testing.T, env *pipeline.Env, watchers *findings.Watchers, number int) (warnings []string) {
	t.Helper()
	it := pipeline.New(env, keyOf(i.address), actiontest.Parse(t, i.yaml))
	it.FromBackup, it.Number = it.Object.Clone(), number
	it.Owners = it.Object.Get("metadata", "ownerReferences")
	it.Report.Outcome, it.Report.Step, it.Report.Version, it.Volume, it.Used = i.outcome, i.step, i.version, i.volume, i.used
	it.Report.Code, it.Report.Pruned = i.code, i.pruned
	if i.outcome == "" {
		it.Report.Outcome = report.Create
	}
	if i.warning != "" {
		it.Report.Warn(i.warning, "", "")
		if i.unless != "" {
			it.Report.Warnings[0].Unless = keyOf(i.unless).Address
		}
	}
	had := len(it.Report.Warnings)
	watchers.See(it)
	for _, w := range slices.Concat(it.Report.Errors, it.Report.Warnings[had:], it.Report.Notices) {
		warnings = append(warnings, w.ID+" "+w.Path+": "+w.Message)
	}
	return warnings
}

func runScenes(t *testing.T, scenes []scene) {
	t.Helper()
	for i := range scenes {
		t.Run(scenes[i].name, func(t *testing.T) { scenes[i].run(t) })
	}
}

func TestABackupAsAWhole(t *testing.T) {
	runScenes(t, []scene{
		{name: "it is empty", backup: backup{empty: true}, want: []string{"backup-empty : the backup has no items"}},
		{name: "a mapping of what it does not have", backup: backup{namespaces: []string{"shop"}}, mapping: map[string]string{"shop": "a", "z": "b", "b": "c"},
			want: []string{"namespace-mapping-unused b: ", "namespace-mapping-unused z: the backup has no namespace z to map"}},
	})
}

func TestCustomResourcesWithoutADefinition(t *testing.T) {
	const crd = `{spec: {group: example.org, names: {plural: widgets, kind: Widget}}}`
	widget := func(outcome report.Outcome, step string) []item {
		return []item{{address: "widgets.example.org/shop/a", yaml: `{}`, outcome: outcome, step: step}, {address: "widgets.example.org/shop/b", yaml: `{}`, outcome: outcome, step: step}}
	}
	missing := []string{"crd-missing widgets.example.org: widgets.example.org: this restore has no CustomResourceDefinition"}
	runScenes(t, []scene{
		{name: "each resource is told of once", items: append(widget("", ""), item{address: "gadgets.example.org/shop/a", yaml: `{}`}), want: append(missing, "crd-missing gadgets.example.org")},
		{name: "updated", items: widget(report.Update, ""), want: missing},
		{name: "met", items: widget(report.Exists, ""), want: missing},
		{name: "failed over what the target has", items: widget(report.Fail, pipeline.ByExisting), want: missing},
		{name: "failed before", items: widget(report.Fail, pipeline.ByModifiers)},
		{name: "left out", items: widget(report.Skip, pipeline.ByExisting)},
		{name: "the restore brings it", served: []string{crd}, items: widget("", "")},
		{name: "the whole target is given", exact: true, items: widget("", "")},
		{name: "Kubernetes' own", items: []item{{address: "pods/shop/p", yaml: `{}`}, {address: "namespaces/shop", yaml: `{}`}}},
	})
}

func TestPairsOfVolumesOfNoUse(t *testing.T) {
	ids := map[string]string{"vol-2": "new-2", "vol-1": "new-1"}
	pv := func(volume *pipeline.Volume, id string) item {
		return item{address: "persistentvolumes/pv", yaml: `{metadata: {name: pv}, spec: {awsElasticBlockStore: {volumeID: ` + id + `}}}`, outcome: report.Skip, volume: volume}
	}
	const unused = "volume-id-unused vol-1: no PersistentVolume of this restore has volume vol-1"
	runScenes(t, []scene{
		{name: "none", ids: ids, want: []string{unused, "volume-id-unused vol-2: "}},
		{name: "one is used", ids: ids, items: []item{pv(&pipeline.Volume{Pair: "vol-2"}, "vol-2")}, want: []string{unused}},
		{name: "one is provisioned anew", ids: ids, items: []item{pv(&pipeline.Volume{Pair: "vol-2"}, "vol-2"), pv(&pipeline.Volume{How: pipeline.Provisioned, Why: "so"}, "vol-1")},
			want: []string{"volume-id-unused vol-1: volume vol-1: pv is not restored: so"}},
		{name: "another one is provisioned anew", ids: ids, items: []item{pv(&pipeline.Volume{How: pipeline.Provisioned, Why: "so"}, "vol-9")}, want: []string{unused, "no PersistentVolume"}},
		{name: "one comes back otherwise", ids: ids, items: []item{pv(&pipeline.Volume{Why: "so"}, "vol-1")}, want: []string{unused, "no PersistentVolume"}},
		{name: "one failed before", ids: ids, items: []item{pv(nil, "vol-1")}, want: []string{unused, "no PersistentVolume"}},
		{name: "a pair of no id is that of no volume", ids: map[string]string{"": "x"}, items: []item{pv(&pipeline.Volume{How: pipeline.Provisioned}, "vol-9")}, want: []string{"no PersistentVolume"}},
		{name: "one whose id cannot be told", ids: map[string]string{"": "x"}, items: []item{{address: "persistentvolumes/pv", yaml: `{spec: {awsElasticBlockStore: {}}}`, volume: &pipeline.Volume{How: pipeline.Provisioned}}}, want: []string{"no PersistentVolume"}},
	})
}

func owned(controller string, rest string) string {
	return `{apiVersion: v1, metadata: {name: p, namespace: shop, ownerReferences: [{kind: Other, controller: false, name: o}, ` + controller + `]}` + rest + `}`
}

func TestPodsBesideTheirControllers(t *testing.T) {
	pod := func(namespace, name string) item {
		return item{address: "pods/" + namespace + "/p", yaml: owned(`{apiVersion: apps/v1, kind: ReplicaSet, name: `+name+`, controller: true}`, "")}
	}
	restored := []string{"replicasets.apps/shop/web", "replicasets.apps/data/web", "replicasets.apps/shop/api", "jobs.batch/shop/j"}
	runScenes(t, []scene{
		{name: "of one", backup: backup{restored: restored}, items: []item{pod("shop", "web"), pod("shop", "web")}, want: []string{"pod-beside-controller replicasets.apps: 2 pods are restored before their controller, of replicasets.apps; pods/shop/p, pods/shop/p"}},
		{name: "of several, sorted by name", backup: backup{restored: restored}, items: []item{pod("shop", "web"), pod("data", "web"), pod("shop", "api")}, want: []string{": 3 pods are restored before their controller, of replicasets.apps; pods/data/p, pods/shop/p, pods/shop/p"}},
		{name: "of two in a namespace", backup: backup{restored: restored}, items: []item{pod("shop", "web"), pod("shop", "api")}, want: []string{": 2 pods are restored"}},
		{name: "of one that is not restored", backup: backup{restored: restored}, items: []item{pod("shop", "other")}},
		{name: "of two kinds", backup: backup{restored: restored}, items: []item{pod("shop", "web"), {address: "pods/shop/q", yaml: owned(`{apiVersion: batch/v1, kind: Job, name: j, controller: true}`, "")}},
			want: []string{"pod-beside-controller replicasets.apps: ", "pod-beside-controller jobs.batch: "}},
		{name: "an owner that does not control it", backup: backup{restored: restored}, items: []item{{address: "pods/shop/p", yaml: owned(`{apiVersion: apps/v1, kind: ReplicaSet, name: web}`, "")}}},
		{name: "a controller of another kind", backup: backup{restored: []string{"widgets.example.org/shop/w"}}, items: []item{{address: "pods/shop/p", yaml: owned(`{apiVersion: example.org/v1, kind: Widget, name: w, controller: true}`, "")}},
			want: []string{"owned-by-custom-resource pods of widgets.example.org: "}},
		{name: "a pod that is not created", backup: backup{restored: restored}, items: []item{{address: "pods/shop/p", yaml: pod("shop", "web").yaml, outcome: report.Exists}}},
	})
}

func TestObjectsThatControllersWrote(t *testing.T) {
	one := func(resource, metadata string) []item {
		return []item{{address: resource + "/shop/x", yaml: `{metadata: {` + metadata + `}}`}}
	}
	const endpointSlices, addresses = "endpointslices.discovery.k8s.io", "ipaddresses.networking.k8s.io"
	stale := func(resource string) []string {
		return []string{"stale-object-restored " + resource + ": " + report.CountOf(1, resource) + " that a controller of the source cluster wrote; the target's controller makes its own; " + resource + "/shop/x"}
	}
	runScenes(t, []scene{
		{name: "Endpoints of a label", items: one("endpoints", `labels: {endpoints.kubernetes.io/managed-by: ""}`), want: stale("endpoints")},
		{name: "Endpoints of an annotation", items: one("endpoints", `annotations: {endpoints.kubernetes.io/last-change-trigger-time: t}`), want: stale("endpoints")},
		{name: "Endpoints of the user", items: one("endpoints", `labels: {a: b}`)},
		{name: "EndpointSlices of the controller", items: one(endpointSlices, `labels: {endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}`), want: stale(endpointSlices)},
		{name: "EndpointSlices of another", items: one(endpointSlices, `labels: {endpointslice.kubernetes.io/managed-by: me}`)},
		{name: "revisions of a controller", items: one("controllerrevisions.apps", `ownerReferences: [{controller: true}]`), want: stale("controllerrevisions.apps")},
		{name: "revisions of none", items: one("controllerrevisions.apps", `ownerReferences: [{controller: false}]`)},
		{name: "addresses of a controller", items: one(addresses, `labels: {ipaddress.kubernetes.io/managed-by: c}`), want: stale(addresses)},
		{name: "addresses of none", items: one(addresses, `labels: {}`)},
		{name: "in order of the resources, counted", items: slices.Concat(one(endpointSlices, `labels: {endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}`), one("endpoints", `labels: {endpoints.kubernetes.io/managed-by: x}`), one("endpoints", `labels: {endpoints.kubernetes.io/managed-by: x}`)),
			want: []string{"2 endpoints ", "1 endpointslice "}},
	})
}

func TestClaimsThatWaitForAClass(t *testing.T) {
	claim := func(spec, annotations string) item {
		return item{address: "persistentvolumeclaims/shop/c", yaml: `{metadata: {annotations: {` + annotations + `}}, spec: {` + spec + `}}`}
	}
	mapped := claim("storageClassName: fast", "")
	mapped.warning, mapped.unless = "storage-class-unknown", "storageclasses.storage.k8s.io/fast"
	other := claim("storageClassName: fast", "")
	other.warning = "node-unknown"
	other.address = "persistentvolumeclaims/shop/d"
	second := claim("", "volume.beta.kubernetes.io/storage-class: fast")
	second.address = "persistentvolumeclaims/shop/d"
	const lacks = " StorageClass fast, which this restore does not bring (the backup does not have it); the target's storageclasses are not described; without it, the claims stay Pending"
	runScenes(t, []scene{
		{name: "two", items: []item{claim("storageClassName: fast", ""), second}, want: []string{"claim-waits-for-class fast: 2 persistentvolumeclaims need" + lacks}},
		{name: "one that warns of something else", items: []item{other}, want: []string{"claim-waits-for-class fast: 1 persistentvolumeclaim needs" + lacks}},
		{name: "a mapped class has a warning of its own", items: []item{mapped}},
		{name: "the target has it", target: []string{`{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}}`}, items: []item{claim("storageClassName: fast", "")}},
		{name: "the restore has it", backup: backup{restored: []string{"storageclasses.storage.k8s.io/fast"}}, items: []item{claim("storageClassName: fast", ""), claim("storageClassName: slow", "")}, want: []string{"claim-waits-for-class slow"}},
		{name: "a claim with a volume", backup: backup{restored: []string{"persistentvolumes/pv"}}, items: []item{claim("storageClassName: fast, volumeName: pv", "")}},
		{name: "a claim of no class", items: []item{claim("", "")}},
	})
}

func TestClassesOfClaimTemplatesThatTheMappingDoesNotReach(t *testing.T) {
	set := func(name, class string) item {
		return item{address: "statefulsets.apps/shop/" + name, yaml: `{spec: {volumeClaimTemplates: [{spec: {storageClassName: ` + class + `}}, {spec: {storageClassName: ` + class + `}}, {spec: {}}]}}`}
	}
	mapping := []string{
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: velero, labels: {velero.io/plugin-config: '', velero.io/change-storage-class: RestoreItemAction}}, data: {fast: other, same: same}}",
		"{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}}", "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: other}}", "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: same}}",
	}
	runScenes(t, []scene{
		{name: "without a mapping", profile: actions.V1_6, target: mapping[1:], items: []item{set("db", "fast")}},
		{name: "a mapping of Velero 1.6", profile: actions.V1_6, target: mapping, items: []item{set("db", "fast"), set("mq", "fast"), set("log", "other"), set("web", "same")},
			want: []string{"claim-template-class-unmapped fast: storage class fast is mapped to other, and the mapping does not reach volumeClaimTemplates"}},
		{name: "a mapping that does reach them", target: mapping, items: []item{set("db", "fast")}},
	})
}

func TestFinalizersWithoutAController(t *testing.T) {
	with := func(finalizers string) item {
		return item{address: "configmaps/shop/c", yaml: `{metadata: {finalizers: [` + finalizers + `]}}`}
	}
	deployment := func(namespace, name string) string {
		return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ` + name + `, namespace: ` + namespace + `}}`
	}
	const without = "finalizer-without-controller crossplane.io/cleanup: "
	runScenes(t, []scene{
		{name: "two items", items: []item{with("crossplane.io/cleanup"), with("crossplane.io/cleanup")}, want: []string{without + "2 items keep finalizer crossplane.io/cleanup, and no workload of this restore looks like its controller; configmaps/shop/c, configmaps/shop/c"}},
		{name: "sorted", items: []item{with("zeta.io/f, alpha.io/f")}, want: []string{"finalizer-without-controller alpha.io/f", "finalizer-without-controller zeta.io/f"}},
		{name: "Kubernetes' own", items: []item{with("kubernetes, orphan, foregroundDeletion, customresourcecleanup.apiextensions.k8s.io, kubernetes.io/pv-protection, k8s.io/x, service.kubernetes.io/load-balancer-cleanup, snapshot.storage.k8s.io/x, ''")}},
		{name: "names that only look like it", items: []item{with("orphan/x, mykubernetes.io/x")}, want: []string{"mykubernetes.io/x", "orphan/x"}},
		{name: "the restore has a workload of that name", backup: backup{restored: []string{"deployments.apps/ops/crossplane"}}, items: []item{with("crossplane.io/cleanup")}},
		{name: "or of that namespace", backup: backup{restored: []string{"daemonsets.apps/crossplane-system/rbac"}}, items: []item{with("Crossplane.io/cleanup")}},
		{name: "the target has one", target: []string{deployment("ops", "crossplane")}, items: []item{with("crossplane.io/cleanup")}},
		{name: "or has one in such a namespace", target: []string{deployment("crossplane", "x")}, items: []item{with("crossplane.io/cleanup")}},
		{name: "everyday words do not count", target: []string{deployment("ops", "cleanup-operator")}, items: []item{with("crossplane.io/cleanup")}, want: []string{without + "1 item keeps finalizer"}},
		{name: "nor short ones", target: []string{deployment("ops", "aws")}, items: []item{with("aws.io/x")}, want: []string{"aws.io/x"}},
		{name: "four letters do", target: []string{deployment("ops", "flux")}, items: []item{with("flux.io/x")}},
	})
}

func TestMappingsThatNoItemNeeded(t *testing.T) {
	config := func(name, action, kind, data string) string {
		return `{apiVersion: v1, kind: ConfigMap, metadata: {name: ` + name + `, namespace: velero, labels: {velero.io/plugin-config: "", ` + action + `: ` + kind + `}}, data: {` + data + `}}`
	}
	const class, image = "velero.io/change-storage-class", "velero.io/change-image-name"
	classes := config("c", class, "RestoreItemAction", "slow: fast, old: new")
	runScenes(t, []scene{
		{name: "the names that volumes have", actions: []string{class}, target: []string{config("c", class, "RestoreItemAction", "fast: slow")},
			items: []item{{address: "persistentvolumes/a", yaml: `{spec: {storageClassName: gold}}`}, {address: "persistentvolumes/b", yaml: `{spec: {storageClassName: silver}}`}},
			want:  []string{`storage-class-mapping-unused fast to slow: the storage class mapping "fast to slow" matches no restored item; restored items have gold, silver`}},
		{name: "the name that was meant", actions: []string{class}, target: []string{config("c", class, "RestoreItemAction", "fats: slow")}, items: []item{{address: "persistentvolumes/a", yaml: `{spec: {storageClassName: fast}}`}},
			want: []string{`storage-class-mapping-unused fats to slow: the storage class mapping "fats to slow" matches no restored item: is fast meant?`}},
		{name: "none did", actions: []string{class}, target: []string{classes}, want: []string{"storage-class-mapping-unused", `the storage class mapping "slow to fast" matches no restored item`}},
		{name: "an item used one", actions: []string{class}, target: []string{classes}, items: []item{{address: "persistentvolumeclaims/shop/c", yaml: `{}`, outcome: report.Skip, used: []pipeline.Row{{Action: class, Key: "slow"}}}},
			want: []string{"storage-class-mapping-unused old to new: "}},
		{name: "another action's row", actions: []string{class}, target: []string{config("c", class, "RestoreItemAction", "a: b")}, items: []item{{address: "pods/shop/c", yaml: `{}`, used: []pipeline.Row{{Action: image, Key: "a"}}}}, want: []string{"a to b"}},
		{name: "an image is told by its row alone", actions: []string{image}, target: []string{config("c", image, "RestoreItemAction", "case1: 'a,b'")}, want: []string{`image-mapping-unused a,b: the image mapping "a,b" matches no restored item`}},
		{name: "the action does not run", target: []string{classes}},
		{name: "two ConfigMaps, of which each item tells", actions: []string{class}, target: []string{classes, config("d", class, "RestoreItemAction", "a: b")}},
		{name: "no ConfigMap", actions: []string{class}},
	})
}

func TestNodePortsThatTwoWant(t *testing.T) {
	service := func(name, ports string) item {
		return item{address: "services/shop/" + name, yaml: `{apiVersion: v1, kind: Service, metadata: {name: ` + name + `, namespace: shop}, spec: {ports: [` + ports + `]}}`}
	}
	runScenes(t, []scene{
		{name: "two of the restore", items: []item{service("a", "{port: 1}, {nodePort: 30000}"), service("b", "{nodePort: 30001}, {nodePort: 30000}")},
			want: []string{"node-port-conflict spec.ports[1].nodePort: TCP port 30000 is already used by Service shop/a: the API server refuses this Service"}},
		{name: "one of the target", target: []string{service("t", "{nodePort: 30000, protocol: UDP}").yaml}, items: []item{service("b", "{nodePort: 30000, protocol: UDP}")},
			want: []string{"UDP port 30000 is already used by the target's Service shop/t"}},
		{name: "of other protocols", items: []item{service("a", "{nodePort: 30000, protocol: TCP}"), service("b", "{nodePort: 30000, protocol: UDP}")}},
		{name: "one that has it twice", items: []item{service("a", "{nodePort: 30000}, {nodePort: 30000}")}},
		{name: "one for health checks", target: []string{strings.Replace(service("t", "{nodePort: 30000}").yaml, "spec: {", "spec: {healthCheckNodePort: 30591, ", 1)},
			items: []item{{address: "services/shop/b", yaml: strings.Replace(service("b", "{nodePort: 30001}").yaml, "spec: {", "spec: {healthCheckNodePort: 30591, ", 1)}},
			want:  []string{"node-port-conflict spec.healthCheckNodePort: TCP port 30591 is already used by the target's Service shop/t: the API server refuses this Service"}},
		{name: "none, 0 or no number", items: []item{service("a", "{nodePort: 0}, {}, {nodePort: x}"), service("b", "{nodePort: 0}, {}, {nodePort: x}")}},
	})
}

func TestTokensThatComeIntoAMappedNamespace(t *testing.T) {
	secret := func(kind string) []item {
		return []item{{address: "secrets/shop/s", yaml: `{type: ` + kind + `, metadata: {annotations: {kubernetes.io/service-account.name: web}}}`}}
	}
	mapping, has := map[string]string{"shop": "store"}, backup{namespaces: []string{"shop"}}
	runScenes(t, []scene{
		{name: "a token", backup: has, mapping: mapping, items: secret("kubernetes.io/service-account-token"), want: []string{"token-secret-in-mapped-namespace : a token of ServiceAccount web; Velero looks for the account in namespace shop, not in store"}},
		{name: "a token where it was", backup: has, items: secret("kubernetes.io/service-account-token")},
		{name: "another Secret", backup: has, mapping: mapping, items: secret("Opaque")},
	})
}

func TestWebhooksBeforeTheirService(t *testing.T) {
	hook := func(version, rest string) []item {
		return []item{{
			address: "mutatingwebhookconfigurations.admissionregistration.k8s.io/w", version: version,
			yaml: `{webhooks: [{name: other, clientConfig: {url: x}}, {name: hook, clientConfig: {service: {namespace: store, name: web}}` + rest + `}]}`,
		}}
	}
	missing := []string{"webhook-before-service services/store/web: 1 mutatingwebhookconfiguration needs Service store/web, which this restore does not bring " +
		"(the backup does not have it); the target's services are not described; without it, the API server refuses what the webhook looks at"}
	unlooked := []string{"reference-missing services/store/web: 1 mutatingwebhookconfiguration needs Service store/web, which this restore does not bring " +
		"(the backup does not have it); the target's services are not described; without it, the webhook does not look at requests"}
	elsewhere := []string{"reference-to-mapped-namespace webhooks[1].clientConfig.service.namespace: store names namespace store, which is restored as depot, and Velero leaves it unchanged; " +
		"until it is changed, the API server refuses what the webhook looks at"}
	shop := backup{namespaces: []string{"shop", "data"}}
	with := func(restored, later string) backup {
		return backup{namespaces: shop.namespaces, restored: []string{restored}, later: []string{later}}
	}
	mapping := map[string]string{"shop": "store"}
	validating := hook("v1", "")
	validating[0].address = "validatingwebhookconfigurations.admissionregistration.k8s.io/w"
	runScenes(t, []scene{
		{name: "it is not there", items: hook("v1", ", failurePolicy: Fail"), want: missing},
		{name: "nor for a validating one", items: validating, want: []string{strings.Replace(missing[0], "mutating", "validating", 1)}},
		{name: "v1 fails by default", items: hook("v1", ""), want: missing},
		{name: "v1beta1 does not", items: hook("v1beta1", ""), want: unlooked},
		{name: "v1beta1 may", items: hook("v1beta1", ", failurePolicy: Fail"), want: missing},
		{name: "one that need not answer", items: hook("v1", ", failurePolicy: Ignore"), want: unlooked},
		{name: "the target has it", target: []string{`{apiVersion: v1, kind: Service, metadata: {name: web, namespace: store}}`}, items: hook("v1", "")},
		{name: "it was restored before, into the mapped namespace", backup: with("services/shop/web", ""), mapping: mapping, items: hook("v1", "")},
		{name: "it comes later", backup: with("", "services/shop/web"), mapping: mapping, items: slices.Concat(hook("v1", ""), []item{{address: "services/shop/web", yaml: "{}"}}), want: []string{"its Service store/web comes later in this restore"}},
		{name: "it comes into another namespace", backup: backup{namespaces: []string{"store"}, restored: []string{"services/store/web"}}, mapping: map[string]string{"store": "depot"}, items: hook("v1", ""), want: elsewhere},
		{name: "it goes elsewhere", backup: with("services/data/web", ""), mapping: mapping, items: hook("v1", ""), want: missing},
	})
}

func TestWatchersSeeWhatTheyAreFor(t *testing.T) {
	token := item{address: "configmaps/shop/s", yaml: `{type: kubernetes.io/service-account-token}`}
	skipped := item{address: "secrets/shop/s", yaml: token.yaml, outcome: report.Skip}
	runScenes(t, []scene{{
		name: "another resource, or an item that is not created", backup: backup{namespaces: []string{"shop"}},
		mapping: map[string]string{"shop": "store"}, items: []item{token, skipped},
	}})
}
