package transform_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/report"
)

// TestTheResultsOfTheRealVeleroAreForetold holds every line of Velero's results against what a preview of the same restore
// foretells, by kind and object, and the phase against the recorded one.
func TestTheResultsOfTheRealVeleroAreForetold(t *testing.T) {
	needReal(t)
	cases, err := judge.ReadReal(sharedReal)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			r := foretellRecording(t, c)
			recorded := readResults(t, filepath.Join(sharedReal, "restores", c.Name, "results.json"))
			r.holdWarnings(t, recorded["warnings"])
			r.holdErrors(t, recorded["errors"])
			r.holdPhase(t, c, recorded["errors"])
		})
	}
}

// foretold is a preview of a recorded restore.
type foretold struct {
	items   []report.Item
	summary *report.Summary
	kinds   *discovery.Resolver
}

// foretellRecording previews a recorded restore into the cluster that it went to: an empty Kubernetes with Velero, which serves
// no custom resources but theirs.
func foretellRecording(t *testing.T, c judge.Real) *foretold {
	t.Helper()
	r := &foretold{items: previewRecording(t, c), kinds: discovery.New()}
	o := recordedOptions(t, c)
	if len(c.Input.Features) == 0 {
		o.Target = append(o.Target, r.servedByAnEmptyCluster(t))
	}
	o.Target = append(o.Target, installed(t, o.Restore.Spec.BackupName, c.Name)...)
	r.items, r.summary = previewRecorded(t, o)
	return r
}

// installedAgain are the objects that the recording put into the empty cluster in the same way as into the one of the backup:
// the CSI snapshotter's definitions and Velero's installation, and what the controllers of the machine made of it.
var installedAgain = regexp.MustCompile(`^customresourcedefinitions\.apiextensions\.k8s\.io/.*\.(groupsnapshot|snapshot)\.storage\.k8s\.io$|` +
	`^leases\.coordination\.k8s\.io/kube-system/apiserver-|^(daemonsets\.apps/velero/node-agent|controllerrevisions\.apps/velero/node-agent-.*|` +
	`replicasets\.apps/velero/velero-.*|volumesnapshotlocations\.velero\.io/velero/default)$`)

// syncedAgain are the PodVolumeBackups that Velero made again of the backups in its store, in a recording with an older one.
var syncedAgain = regexp.MustCompile(`^podvolumebackups\.velero\.io/velero/`)

// installed are those objects of the cluster, as the backup has them, but made at another time.
func installed(t *testing.T, backup, name string) []*object.Value {
	t.Helper()
	src, err := tarball.Open(t.Context(), filepath.Join(sharedReal, "backups", backup), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var list []*object.Value
	err = src.Each(t.Context(), func(e *tarball.Entry) error {
		key, err := layout.Parse(e.Path)
		if err != nil || key.VersionDir != "" {
			return nil
		}
		synced := name == "22-apigroupversions" && syncedAgain.MatchString(key.String())
		if !installedAgain.MatchString(key.String()) && !synced {
			return nil
		}
		body, err := e.Body()
		if err != nil {
			return err
		}
		o, err := object.Parse(bytes.Clone(body))
		if err != nil {
			return err
		}
		for _, f := range o.Get("metadata", "managedFields").Elements() {
			f.Set("time", object.Text("2026-11-23T07:00:00Z"))
		}
		list = append(list, o)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// servedByAnEmptyCluster lists the groups of the items that Kubernetes, Velero and the snapshotter serve.
func (r *foretold) servedByAnEmptyCluster(t *testing.T) *object.Value {
	t.Helper()
	type version struct {
		Version string `json:"version"`
	}
	type group struct {
		Name     string    `json:"name"`
		Versions []version `json:"versions"`
	}
	byName := map[string]*group{}
	for _, i := range r.items {
		name := layout.Group(i.Resource)
		if _, known := r.kinds.Lookup(i.Resource); !known || name == "" {
			continue
		}
		if byName[name] == nil {
			byName[name] = &group{Name: name}
		}
		byName[name].Versions = append(byName[name].Versions, version{i.Version})
	}
	groups := []*group{}
	for _, g := range byName {
		groups = append(groups, g)
	}
	list, err := object.From(map[string]any{"apiVersion": "v1", "kind": "APIGroupList", "groups": groups})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func readResults(t *testing.T, path string) (r map[string]conformance.Result) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// lines are those of a result, by where they stand.
func lines(r conformance.Result) map[string][]string {
	all := map[string][]string{"velero": r.Velero, "cluster": r.Cluster}
	for namespace, list := range r.Namespaces {
		all["namespaces/"+namespace] = list
	}
	return all
}

var (
	existsAlready = regexp.MustCompile(`^could not restore, (\w+):(\S+) already exists`)
	goneAgain     = regexp.MustCompile(`^(\S+) "(\S+)" not found$`)
	notRestored   = regexp.MustCompile(`^error (?:restoring|preparing) (\S+?)/(?:(\S+)/)?([^/:]+): (.*)`)
	patchOfVolume = regexp.MustCompile(`^fail to patch dynamic PV, err: (.*), PVC: (\S+), PV: \S+$`)
	classMissing  = regexp.MustCompile(`^storageclasses.storage.k8s.io "(\S+)" not found$`)
	hook          = regexp.MustCompile(`^hook (\S+) in container (\S+?) (?:in pod (\S+) not executed|failed to execute)`)
)

// holdWarnings: each item that exists is foretold, and no other. A few items were gone when Velero sent their managedFields:
// which of those that a controller made it deletes so soon, only the running cluster knows.
func (r *foretold) holdWarnings(t *testing.T, recorded conformance.Result) {
	t.Helper()
	left := map[string]int{}
	for _, line := range r.summary.Told().Ending.Warnings {
		if line.Sort != "already-exists" {
			t.Errorf("%+v is foretold, and Velero does not warn of it", line)
		}
		for _, item := range line.Items {
			left[item]++
		}
	}
	for place, list := range lines(recorded) {
		for _, text := range list {
			if m := existsAlready.FindStringSubmatch(text); m != nil {
				if item := r.address(place, func(i *report.Item) bool { return r.kindOf(i) == m[1] && i.Name == m[2] }); left[item] > 0 {
					left[item]--
					continue
				}
			}
			if m := goneAgain.FindStringSubmatch(text); m != nil && r.ofController(m[1], place, m[2]) {
				continue
			}
			t.Errorf("%s: not foretold: %s", place, text)
		}
	}
	for item, n := range left {
		if n > 0 {
			t.Errorf("Velero does not warn that %s exists", item)
		}
	}
}

// address is that of the one item at a place of the results.
func (r *foretold) address(place string, is func(*report.Item) bool) string {
	for n := range r.items {
		i := &r.items[n]
		at := "cluster"
		if i.Namespace != "" {
			at = "namespaces/" + i.Namespace
		}
		if at == place && is(i) {
			return layout.Address{Resource: i.Resource, Namespace: i.OriginalNamespace, Name: i.OriginalName}.Key().String()
		}
	}
	return ""
}

func (r *foretold) kindOf(i *report.Item) string {
	known, _ := r.kinds.Lookup(i.Resource)
	return known.Kind
}

// ofController says that a finding tells of the resource's items that controllers have made.
func (r *foretold) ofController(resource, place, name string) bool {
	id := map[string]string{"pods": "pod-beside-controller", "endpointslices.discovery.k8s.io": "stale-object-restored"}[resource]
	created := r.address(place, func(i *report.Item) bool {
		return i.Resource == resource && i.Name == name && i.Outcome == report.Create
	})
	return created != "" && slices.ContainsFunc(r.summary.Findings, func(f report.Finding) bool { return f.ID == id })
}

// holdErrors: each is foretold, unless the simulated cluster alone is to blame.
func (r *foretold) holdErrors(t *testing.T, recorded conformance.Result) {
	t.Helper()
	failed := map[string]bool{}
	for _, line := range r.summary.Told().Ending.Errors {
		for _, item := range line.Items {
			failed[item] = true
		}
	}
	var hooks []string
	for place, list := range lines(recorded) {
		for _, text := range list {
			m := hook.FindStringSubmatch(text)
			switch {
			case m == nil && !r.foretellsError(place, text, failed):
				t.Errorf("%s: not foretold: %s", place, text)
			case m != nil && !r.foretellsHook(strings.TrimPrefix(place, "namespaces/"), m[1], m[2], m[3]):
				hooks = append(hooks, text)
			}
		}
	}
	for _, text := range hooks {
		t.Errorf("no hook is foretold that will run or fail: %s", text)
	}
}

func (r *foretold) foretellsError(place, text string, failed map[string]bool) bool {
	if m := classMissing.FindStringSubmatch(text); m != nil {
		return r.finds("claim-waits-for-class", m[1], "")
	}
	if m := patchOfVolume.FindStringSubmatch(text); m != nil {
		claim := r.address(place, func(i *report.Item) bool { return i.Resource == layout.PersistentVolumeClaims && i.Name == m[2] })
		return m[1] == "context deadline exceeded" || r.finds("claim-waits-for-class", "", claim)
	}
	if m := notRestored.FindStringSubmatch(text); m != nil {
		return failed[r.address(place, func(i *report.Item) bool { return i.Resource == m[1] && i.Name == m[3] })]
	}
	return strings.HasPrefix(text, "error in applying patch") && slices.ContainsFunc(r.summary.Told().Ending.Errors, func(line report.Result) bool {
		return line.Sort == "modifier-failed" && line.Places[place] > 0
	})
}

// finds says that there is a finding of the plan with this subject and about this item.
func (r *foretold) finds(id, subject, item string) bool {
	return slices.ContainsFunc(r.summary.Findings, func(f report.Finding) bool {
		return f.ID == id && (subject == "" || f.Subject == subject) && (slices.Contains(f.Items, item) || strings.Contains(f.Message, item))
	})
}

// foretellsHook: what the simulated kubelet could not run, a real one will, unless veltx foretells that it fails there too.
func (r *foretold) foretellsHook(namespace, name, container, pod string) bool {
	return slices.ContainsFunc(r.summary.Told().Hooks, func(h report.Hook) bool {
		inPod := pod == "" && strings.HasPrefix(h.Pod, namespace+"/") || h.Pod == pod
		return (h.Fate == report.HookRuns || h.Fate == report.HookFails) && inPod && h.Container == container && (h.Name == name || name == "<from-annotation>" && h.Source == "annotation")
	})
}

// holdPhase: without a kubelet hooks fail, and without a provisioner claims wait in vain.
func (r *foretold) holdPhase(t *testing.T, c judge.Real, recorded conformance.Result) {
	t.Helper()
	want := "Completed"
	for _, list := range lines(recorded) {
		for _, text := range list {
			if m := patchOfVolume.FindStringSubmatch(text); !hook.MatchString(text) && (m == nil || m[1] != "context deadline exceeded") {
				want = "PartiallyFailed"
			}
		}
	}
	if got := r.summary.Told().Ending; got.Phase != want || got.Never != "" {
		t.Errorf("%s ends as %s %s, want %s", c.Name, got.Phase, got.Never, want)
	}
}
