package backup_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

func openReal(t *testing.T, dir string) *tarball.Source {
	t.Helper()
	src, err := tarball.Open(t.Context(), dir, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func options(profile actions.Profile, spec velero.BackupSpec) *backup.Options {
	return &backup.Options{Profile: profile, Name: "test", Spec: spec, Actions: builtin.Backup(profile), ItemBlocks: builtin.ItemBlock(profile)}
}

// entries are the entries of a backup in their order; bodies are kept apart.
func entries(t *testing.T, src *tarball.Source) (paths []string, bodies map[string]string) {
	t.Helper()
	bodies = map[string]string{}
	err := src.Each(context.Background(), func(e *tarball.Entry) error {
		body, err := e.Body()
		paths = append(paths, e.Path)
		bodies[e.Path] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths, bodies
}

// write backs a real backup up and returns the archive that comes out.
func write(t *testing.T, from string, o *backup.Options) (archive []byte, plan []report.Item, summary *report.Summary) {
	t.Helper()
	source, err := backup.FromBackup(context.Background(), openReal(t, from), o)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	var out bytes.Buffer
	summary, err = backup.Write(context.Background(), source, o, pack.New(&out, nil, pack.Options{}),
		report.SinkFunc(func(i *report.Item) error { plan = append(plan, *i); return nil }))
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), plan, summary
}

func reopen(t *testing.T, archive []byte) *tarball.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.tar.gz")
	if err := os.WriteFile(path, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := tarball.Open(t.Context(), path, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// In the real cluster the namespace shop was backed up twenty seconds after the whole cluster, with the default filters of
// Velero 1.18. Nothing of it changed in between, so cutting it out of the whole has to give the very same entries, byte
// for byte.
func TestCuttingANamespaceOutOfTheWholeGivesWhatVeleroBackedUpOfIt(t *testing.T) {
	for _, home := range backups.Homes(t) {
		t.Run(home, func(t *testing.T) { cutShop(t, filepath.Join(home, "all"), filepath.Join(home, "shop-only")) })
	}
}

// placeholder is what stands for a secret in a redacted backup, plain or in base64; each backup has its own.
var placeholder = regexp.MustCompile(`redacted-[0-9a-f]{8}|cmVkYWN0ZWQt[A-Za-z0-9+/]{11}=`)

func cutShop(t *testing.T, whole, alone string) {
	t.Helper()
	wantPaths, wantBodies := entries(t, openReal(t, alone))
	archive, plan, summary := write(t, whole, options(actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}}))
	gotPaths, gotBodies := entries(t, reopen(t, archive))

	sameEntries(t, gotPaths, wantPaths)
	for _, p := range gotPaths {
		if placeholder.ReplaceAllString(gotBodies[p], "") != placeholder.ReplaceAllString(wantBodies[p], "") {
			t.Errorf("%s:\n got %s\nwant %s", p, gotBodies[p], wantBodies[p])
		}
	}
	if summary.Outcomes[report.Include] != 96 || summary.Errors != 0 {
		t.Errorf("%+v", summary)
	}
	for _, i := range plan {
		if i.Why == report.WhyAdditional && (i.BroughtBy == "" || i.Action == "") {
			t.Errorf("nobody brought %s/%s in", i.Resource, i.Name)
		}
	}
}

func sameEntries(t *testing.T, got, want []string) {
	t.Helper()
	for _, p := range want {
		if !slices.Contains(got, p) {
			t.Errorf("missing: %s", p)
		}
	}
	for _, p := range got {
		if !slices.Contains(want, p) {
			t.Errorf("too much: %s", p)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d entries, want %d", len(got), len(want))
	}
}

// The order in which Velero wrote the items of one resource, and that what an item needs stands before it, are fixed; the
// order of resources within a group is not, since its client shuffles them.
func TestItemsStandInVelerosOrder(t *testing.T) {
	for _, home := range backups.Homes(t) {
		t.Run(home, func(t *testing.T) { inOrder(t, filepath.Join(home, "all"), filepath.Join(home, "shop-only")) })
	}
}

func inOrder(t *testing.T, whole, alone string) {
	t.Helper()
	wantPaths, _ := entries(t, openReal(t, alone))
	archive, _, _ := write(t, whole, options(actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}}))
	gotPaths, _ := entries(t, reopen(t, archive))
	if gotPaths[0] != layout.VersionFile {
		t.Errorf("the first entry is %s", gotPaths[0])
	}
	for _, resources := range [][]string{
		{"pods", "persistentvolumeclaims", "persistentvolumes", "priorityclasses.scheduling.k8s.io"},
		{"serviceaccounts", "clusterrolebindings.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io"},
		{"services"}, {"events"}, {"endpointslices.discovery.k8s.io"}, {"widgets.example.io", "gadgets.multi.example.io"},
	} {
		if want, got := only(wantPaths, resources), only(gotPaths, resources); !slices.Equal(want, got) {
			t.Errorf("%v:\n got %s\nwant %s", resources, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

func only(paths, resources []string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool {
		key, err := layout.Parse(p)
		return err != nil || !slices.Contains(resources, key.Resource)
	})
}

func TestTheWholeOfTheWholeIsTheWhole(t *testing.T) {
	yes := true
	for _, folder := range backups.Folders(t, "all") {
		wantPaths, wantBodies := entries(t, openReal(t, folder))
		archive, _, summary := write(t, folder, options(actions.V1_18, velero.BackupSpec{IncludeClusterResources: &yes}))
		gotPaths, gotBodies := entries(t, reopen(t, archive))
		sameEntries(t, gotPaths, wantPaths)
		for p, body := range wantBodies {
			if gotBodies[p] != body {
				t.Errorf("%s: %s: other bytes", folder, p)
			}
		}
		if summary.Errors != 0 || summary.Outcomes[report.Include] != 475 {
			t.Errorf("%s: %+v", folder, summary)
		}
	}
}

func TestCopiesInOtherVersionsComeAlong(t *testing.T) {
	yes := true
	o := options(actions.V1_18, velero.BackupSpec{IncludeClusterResources: &yes})
	o.Features = []string{actions.FeatureAPIGroupVersions}
	for _, folder := range backups.Folders(t) {
		wantPaths, _ := entries(t, openReal(t, folder))
		archive, _, _ := write(t, folder, o)
		gotPaths, _ := entries(t, reopen(t, archive))
		sameEntries(t, gotPaths, wantPaths)
	}
}

func TestWritingRepeats(t *testing.T) {
	o := options(actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop", "data"}})
	folder := backups.Folders(t, "all")[0]
	first, _, _ := write(t, folder, o)
	second, _, _ := write(t, folder, o)
	if !bytes.Equal(first, second) {
		t.Error("two runs give different bytes")
	}
}
