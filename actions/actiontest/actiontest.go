// Package actiontest runs tables of item actions: YAML in, YAML out.
//
//	func TestService(t *testing.T) {
//		actiontest.Selector(t, Service(), "", "services")
//		actiontest.Run(t, Service(), []actiontest.Case{{
//			Name: "the address goes",
//			Item: `{metadata: {name: web}, spec: {clusterIP: 10.0.0.1, type: ClusterIP}}`,
//			Want: `{metadata: {name: web}, spec: {type: ClusterIP}}`,
//		}, {
//			Name: "a headless Service stays as it is",
//			Item: `{metadata: {name: web}, spec: {clusterIP: None}}`,
//		}, {
//			Name: "an address that is no string fails the item",
//			Item: `{metadata: {name: web}, spec: {clusterIP: 1}}`,
//			Err:  "spec.clusterIP: is number, not a string",
//		}})
//	}
//
// An action is run as a restore runs it: an item that does not fit the action's type is refused before.
package actiontest

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// Case is one row of a table: what the action is told, and what it is to do. Objects are YAML; texts may be indented with
// tabs, which are taken away together. Most rows need Name, Item and Want.
type Case struct {
	Name       string
	Profile    actions.Profile // V1_18 where empty
	Resource   string          // the action's first resource where empty
	Namespace  string          // the target namespace; the item's own where empty
	Item       string          // the item before
	FromBackup string          // the item in the backup; Item where empty
	Restore    string          // a Restore manifest
	Target     []string        // objects of the target cluster
	TargetAll  []string        // resources that Target holds wholly; those of Target's objects where nil
	Backup     actions.Backup
	Image      string // of the Velero server
	Archive    bool
	Files      bool

	Want        string // the item after; Item where empty
	WantSkip    bool
	Additional  []actions.ItemRef
	Creates     []string // the objects that the action itself makes
	Deletes     []actions.Deletion
	MustInclude bool
	Notices     []string // the ids of notices, in order
	Warnings    []string // the ids of warnings, in order
	Err         string   // part of the error
}

// Run runs the rows as subtests.
func Run(t *testing.T, action actions.Action, cases []Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Helper()
			run(t, action, &c)
		})
	}
}

func run(t *testing.T, action actions.Action, c *Case) {
	t.Helper()
	in := input(t, action, c)
	backup := string(in.ItemFromBackup.JSON())
	out, _, err := link(t, action, in).Run(in, &actions.Fit{})
	if string(in.ItemFromBackup.JSON()) != backup {
		t.Errorf("the action changed ItemFromBackup")
	}
	if c.Err != "" {
		if err == nil || !strings.Contains(err.Error(), c.Err) {
			t.Fatalf("error %v, want one with %q", err, c.Err)
		}
		return
	}
	if err != nil {
		t.Fatalf("error: %v", err)
	}
	if out == nil {
		out = &actions.Output{}
	}
	if (out.Skip != "") != c.WantSkip {
		t.Errorf("skip reason %q, want skipped: %v", out.Skip, c.WantSkip)
	}
	if !slices.Equal(out.Additional, c.Additional) {
		t.Errorf("additional items %v, want %v", out.Additional, c.Additional)
	}
	checkCreates(t, out.Creates, c.Creates)
	if !slices.Equal(out.Deletes, c.Deletes) {
		t.Errorf("deletes %+v, want %+v", out.Deletes, c.Deletes)
	}
	if out.MustInclude != c.MustInclude {
		t.Errorf("must include: %v, want %v", out.MustInclude, c.MustInclude)
	}
	if got := ids(out, actions.Notice); !slices.Equal(got, c.Notices) {
		t.Errorf("notices %q, want %q\n%+v", got, c.Notices, out.Notes)
	}
	if got := ids(out, actions.Warning); !slices.Equal(got, c.Warnings) {
		t.Errorf("warnings %q, want %q\n%+v", got, c.Warnings, out.Notes)
	}
	want := c.Want
	if want == "" {
		want = c.Item
	}
	if w := Parse(t, want); !object.Equal(in.Item, w) {
		t.Errorf("item after the action\n got %s\nwant %s", in.Item.JSON(), w.JSON())
	}
}

// link is the action as a chain of it alone runs it on the item.
func link(t *testing.T, action actions.Action, in *actions.Input) *actions.Link {
	t.Helper()
	chain, err := actions.NewChain([]actions.Action{action}, func(feature string) bool { return feature == action.Feature })
	if err != nil {
		t.Fatal(err)
	}
	links := chain.For(in.Resource)
	if len(links) == 0 || !links[0].Takes(in.Item) {
		t.Fatalf("%s does not apply to this item of %s", action.Name, in.Resource)
	}
	return links[0]
}

func checkCreates(t *testing.T, got []*object.Value, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d objects made, want %d: %v", len(got), len(want), got)
	}
	for i := range want {
		if w := Parse(t, want[i]); !object.Equal(got[i], w) {
			t.Errorf("object %d that the action made\n got %s\nwant %s", i, got[i].JSON(), w.JSON())
		}
	}
}

func input(t *testing.T, action actions.Action, c *Case) *actions.Input {
	t.Helper()
	in := &actions.Input{
		Profile: c.Profile, Resource: c.Resource, Item: Parse(t, c.Item), ItemFromBackup: Parse(t, c.Item),
		Namespace: c.Namespace, Restore: &velero.Restore{}, Backup: &c.Backup, VeleroImage: c.Image,
		Target: NewTarget(t, c.TargetAll, c.Target...), Archive: c.Archive, Files: c.Files,
	}
	if c.FromBackup != "" {
		in.ItemFromBackup = Parse(t, c.FromBackup)
	}
	if in.Profile == 0 {
		in.Profile = actions.Newest
	}
	if in.Resource == "" {
		in.Resource = action.AppliesTo.Resources[0]
	}
	if in.Namespace == "" {
		in.Namespace = in.Item.Namespace()
	}
	if c.Restore != "" {
		if err := yaml.UnmarshalStrict([]byte(dedent(c.Restore)), in.Restore); err != nil {
			t.Fatalf("Restore of the table: %v", err)
		}
	}
	if in.Restore.Namespace == "" {
		in.Restore.Namespace = "velero"
	}
	return in
}

func ids(out *actions.Output, level actions.Level) []string {
	var ids []string
	for _, n := range out.Notes {
		if n.Level == level {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// Parse turns YAML, which may be indented with tabs, into a value as Velero stores it.
func Parse(t *testing.T, text string) *object.Value {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(dedent(text)))
	if err != nil {
		t.Fatalf("YAML of the table: %v\n%s", err, text)
	}
	v, err := object.Parse(data)
	if err != nil {
		t.Fatalf("YAML of the table: %v", err)
	}
	return v
}

// dedent takes the indentation of the first line away from all lines.
func dedent(text string) string {
	text = strings.TrimLeft(text, "\n")
	indent := text[:len(text)-len(strings.TrimLeft(text, "\t"))]
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], indent)
	}
	return strings.Join(lines, "\n")
}

// Target is a Target for tests.
type Target struct {
	objects  []*object.Value
	resource map[*object.Value]string
	complete []string
}

// NewTarget makes a view of the given objects (YAML). complete names the resources that the view knows wholly.
func NewTarget(t *testing.T, complete []string, manifests ...string) *Target {
	t.Helper()
	target := &Target{resource: map[*object.Value]string{}, complete: complete}
	for _, m := range manifests {
		o := Parse(t, m)
		resource, err := resourceOf(o)
		if err != nil {
			t.Fatalf("target object %s: %v", o.JSON(), err)
		}
		target.objects = append(target.objects, o)
		target.resource[o] = resource
		if complete == nil {
			target.complete = append(target.complete, resource)
		}
	}
	slices.SortFunc(target.objects, func(a, b *object.Value) int {
		return strings.Compare(a.Namespace()+"/"+a.Name(), b.Namespace()+"/"+b.Name())
	})
	return target
}

// resourceOf knows the kinds that actions ask a target for.
func resourceOf(o *object.Value) (string, error) {
	resources := map[string]string{
		"ConfigMap": "configmaps", "ServiceAccount": "serviceaccounts", "Node": "nodes", "PersistentVolume": "persistentvolumes",
		"PersistentVolumeClaim": "persistentvolumeclaims", "Deployment": "deployments.apps", "Secret": "secrets",
		"StorageClass": "storageclasses.storage.k8s.io", "PriorityClass": "priorityclasses.scheduling.k8s.io",
		"VolumeSnapshot": "volumesnapshots.snapshot.storage.k8s.io", "Namespace": "namespaces",
		"VolumeSnapshotClass":   "volumesnapshotclasses.snapshot.storage.k8s.io",
		"VolumeSnapshotContent": "volumesnapshotcontents.snapshot.storage.k8s.io",
		"ClusterRoleBinding":    "clusterrolebindings.rbac.authorization.k8s.io", "Pod": "pods",
		"APIService": "apiservices.apiregistration.k8s.io", "DataUpload": "datauploads.velero.io",

		"VolumeGroupSnapshotClass":   "volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io",
		"VolumeGroupSnapshotContent": "volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io",
	}
	if r, ok := resources[o.ObjectKind()]; ok {
		return r, nil
	}
	return "", errors.New("actiontest does not know this kind; add it to resourceOf")
}

// Get implements actions.Target.
func (t *Target) Get(resource, namespace, name string) (*object.Value, bool) {
	for _, o := range t.objects {
		if t.resource[o] == resource && o.Namespace() == namespace && o.Name() == name {
			return o, true
		}
	}
	return nil, false
}

// List implements actions.Target.
func (t *Target) List(resource, namespace string) []*object.Value {
	var found []*object.Value
	for _, o := range t.objects {
		if t.resource[o] == resource && (namespace == "" || o.Namespace() == namespace) {
			found = append(found, o)
		}
	}
	return found
}

// Complete implements actions.Target.
func (t *Target) Complete(resource string) bool { return slices.Contains(t.complete, resource) }

var _ actions.Target = (*Target)(nil)

// Selector checks an action's declaration against the resources and the label selector of the specification.
func Selector(t *testing.T, action actions.Action, labelSelector string, resources ...string) {
	t.Helper()
	if !reflect.DeepEqual(action.AppliesTo.Resources, resources) || action.AppliesTo.LabelSelector != labelSelector {
		t.Errorf("%s applies to %+v, want %v with labels %q", action.Name, action.AppliesTo, resources, labelSelector)
	}
}
