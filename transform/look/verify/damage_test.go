package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/look/verify"
)

// damages are what can happen to a backup, and what verify says of it. Either the content is changed before the files
// are written, or the files are.
var damages = []struct {
	name    string
	content func(*backuptest.Backup)
	files   func(t *testing.T, dir string)
	want    verify.ID
}{
	{name: "a byte of the tarball is flipped", files: flip("nightly.tar.gz"), want: verify.ArchiveDamaged},
	{name: "the tarball is cut in the middle", files: cut("nightly.tar.gz", 2), want: verify.ArchiveTruncated},
	{name: "the tarball is cut near its end", files: cutTail("nightly.tar.gz", 4), want: verify.ArchiveTruncated},
	{name: "the tarball is empty", files: overwrite("nightly.tar.gz", ""), want: verify.ArchiveNotBackup},
	{name: "the tarball is text", files: overwrite("nightly.tar.gz", strings.Repeat("<html>", 200)), want: verify.ArchiveNotBackup},
	{name: "the tarball is not there", files: remove("nightly.tar.gz"), want: verify.ArchiveMissing},
	{name: "the checksum at the end of the tarball is wrong", files: flipAt("nightly.tar.gz", -6), want: verify.ArchiveDamaged},
	{name: "two entries at one path", content: add("resources/pods/namespaces/shop/web-0.json", "{}"), want: verify.ArchiveDuplicate},
	{name: "a path leads out of the archive", content: add("../../etc/passwd", "x"), want: verify.ArchiveUnsafe},
	{name: "metadata/version is gone", content: func(b *backuptest.Backup) { b.Remove("metadata/version") }, want: verify.VersionMissing},
	{name: "metadata/version is odd", content: func(b *backuptest.Backup) { b.Replace("metadata/version", "1.1.0", "7") }, want: verify.VersionOdd},
	{name: "an entry where Velero writes none", content: add("notes.txt", "x"), want: verify.EntryOdd},
	{name: "an entry where no item can stand", content: add("resources/pods/web-0.json", "{}"), want: verify.EntryOdd},
	{name: "an item's JSON is broken", content: replace("/pods/", `"kind":"Pod"`, `"kind:"Pod"`), want: verify.ItemNotJSON},
	{name: "an item is not UTF-8", content: replace("/pods/", `"kind":"Pod"`, "\"kind\":\"Pod\",\"a\":\"\xff\""), want: verify.ItemNotUTF8},
	{name: "an item is a list", content: body("/services/", "[]"), want: verify.ItemNotJSON},
	{name: "an item is empty", content: body("/services/", ""), want: verify.ItemNotJSON},
	{name: "an item's name is another", content: replace("/services/", `"name":"web"`, `"name":"wet"`), want: verify.ItemName},
	{name: "an item has no metadata", content: replace("/services/", `"metadata"`, `"metadate"`), want: verify.ItemName},
	{name: "an item is of another namespace", content: replace("/services/", `"namespace":"shop"`, `"namespace":"other"`), want: verify.ItemNamespace},
	{name: "an item stands under the wrong namespace", content: move("/services/", "namespaces/shop", "namespaces/other"), want: verify.ItemNamespace},
	{name: "a cluster-scoped item stands under a namespace", content: move("/persistentvolumes/", "cluster/pv-spare", "namespaces/shop/pv-spare"), want: verify.ItemNamespace},
	{name: "an item is of another kind", content: replace("pods/namespaces/other", `"kind":"Pod"`, `"kind":"Secret"`), want: verify.ItemKind},
	{name: "the only item of a folder is of another kind", content: replace("/services/", `"kind":"Service"`, `"kind":"Pod"`), want: verify.ItemKind},
	{name: "an item has no kind", content: replace("/services/", `"kind":"Service",`, ``), want: verify.ItemKind},
	{name: "an item has no apiVersion", content: replace("/services/", `"apiVersion":"v1",`, ``), want: verify.ItemVersion},
	{name: "an item is of another group", content: replace("/deployments.apps/", `apps/v1`, `extensions/v1`), want: verify.ItemVersion},
	{name: "an item is of another version", content: replace("/deployments.apps/", `apps/v1`, `apps/v1beta1`), want: verify.ItemVersion},
	{name: "a copy differs", content: replace("services/v1-preferredversion", `80`, `81`), want: verify.TwinDiffers},
	{name: "a copy is missing", content: func(b *backuptest.Backup) { b.Remove("services/v1-preferredversion") }, want: verify.TwinMissing},
	{name: "the plain copy is missing", content: func(b *backuptest.Backup) { b.Remove("services/namespaces") }, want: verify.TwinMissing},
	{name: "an item is gone", content: func(b *backuptest.Backup) { b.Remove("/services/") }, want: verify.ListHasMore},
	{name: "the resource list lacks an item", content: side("-resource-list.json.gz", `"v1/Service":["shop/web"]`, `"v1/Service":[]`), want: verify.ListLacksItem},
	{name: "the resource list has an item more", content: side("-resource-list.json.gz", `["shop/web"]`, `["shop/web","shop/web2"]`), want: verify.ListHasMore},
	{name: "Velero counted more items", content: func(b *backuptest.Backup) {
		b.Object = strings.ReplaceAll(b.Object, `Items":10`, `Items":11`)
		b.Object = strings.ReplaceAll(b.Object, `BackedUp":10`, `BackedUp":11`)
	}, want: verify.BackupCount},
	{name: "volume information of an unknown volume", content: side("-volumeinfo.json.gz", `"pvName":"pv-data"`, `"pvName":"pv-date"`), want: verify.UnknownVolume},
	{name: "a snapshot of an unknown volume", content: side("-volumesnapshots.json.gz", `pv-spare"`, `pv-spore"`), want: verify.UnknownVolume},
	{name: "a pod volume backup of an unknown pod", content: side("-podvolumebackups.json.gz", `"name":"web-0"`, `"name":"web-1"`), want: verify.UnknownPod},
	{name: "a list is not gzip", files: overwrite("nightly-volumeinfo.json.gz", "[]"), want: verify.SideNotGzip},
	{name: "a list is cut", files: cut("nightly-podvolumebackups.json.gz", 2), want: verify.SideNotGzip},
	{name: "a list's checksum is wrong", files: flipAt("nightly-resource-list.json.gz", -6), want: verify.SideNotGzip},
	{name: "the logs are cut", files: cut("nightly-logs.gz", 2), want: verify.SideNotGzip},
	{name: "a list is not JSON", content: side("-volumeinfo.json.gz", `[`, `(`), want: verify.SideNotJSON},
	{name: "a list ends early", content: side("-itemoperations.json.gz", `}}]`, ``), want: verify.SideNotJSON},
	{name: "a list is an object", content: func(b *backuptest.Backup) { b.Side["-volumesnapshots.json.gz"] = "{}" }, want: verify.SideNotJSON},
	{name: "a list holds numbers", content: func(b *backuptest.Backup) { b.Side["-csi-volumesnapshotclasses.json.gz"] = "[1]" }, want: verify.SideNotJSON},
	{name: "the resource list is a list", content: func(b *backuptest.Backup) { b.Side["-resource-list.json.gz"] = "[]" }, want: verify.SideNotJSON},
	{name: "the results are a list", content: func(b *backuptest.Backup) { b.Side["-results.gz"] = "[]" }, want: verify.SideNotJSON},
	{name: "velero-backup.json is gone", files: remove("velero-backup.json"), want: verify.BackupMissing},
	{name: "velero-backup.json is cut", files: cut("velero-backup.json", 2), want: verify.BackupBroken},
	{name: "velero-backup.json is empty", files: overwrite("velero-backup.json", ""), want: verify.BackupBroken},
	{name: "velero-backup.json is a Restore", content: func(b *backuptest.Backup) { b.Object = strings.Replace(b.Object, `"Backup"`, `"Restore"`, 1) }, want: verify.BackupBroken},
	{name: "velero-backup.json is of another backup", content: func(b *backuptest.Backup) { b.Object = strings.Replace(b.Object, `"nightly"`, `"weekly"`, 1) }, want: verify.BackupName},
}

func TestEveryDamageIsFound(t *testing.T) {
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			b := backuptest.New("nightly")
			if d.content != nil {
				d.content(b)
			}
			dir := b.Write(t, t.TempDir())
			if d.files != nil {
				d.files(t, dir)
			}
			r := look(t, dir, verify.Options{})
			if !slices.ContainsFunc(r.Findings, func(f verify.Finding) bool { return f.ID == d.want }) {
				t.Errorf("got %s, want %s", ids(r), d.want)
			}
		})
	}
}

func TestAnUndamagedBackupHasNoFindings(t *testing.T) {
	dir := backuptest.New("nightly").Write(t, t.TempDir())
	for _, path := range []string{dir, filepath.Join(dir, "nightly.tar.gz")} {
		r := look(t, path, verify.Options{Name: map[bool]string{true: "nightly"}[path == dir]})
		if len(r.Findings) > 0 || r.Items != 10 || r.Entries != 21 || r.Backup != "nightly" {
			t.Errorf("%s: got %+v", path, r)
		}
	}
}

// velero.io/crd-remap-version stores a definition in v1beta1 below v1, and the list of resources names it as v1.
func TestADefinitionInThePlaceOfItsNewerFormIsNoDamage(t *testing.T) {
	b := backuptest.New("nightly")
	b.Add("customresourcedefinitions.apiextensions.k8s.io", "v1", "", "old.example.io",
		`{"apiVersion":"apiextensions.k8s.io/v1beta1","kind":"CustomResourceDefinition","metadata":{"name":"old.example.io"}}`)
	b.Add("customresourcedefinitions.apiextensions.k8s.io", "v1", "", "new.example.io",
		`{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"new.example.io"}}`)
	b.Side["-resource-list.json.gz"] = strings.Replace(b.Side["-resource-list.json.gz"], "{",
		`{"apiextensions.k8s.io/v1/CustomResourceDefinition":["new.example.io","old.example.io"],`, 1)
	b.Object = strings.NewReplacer(`"totalItems":10`, `"totalItems":12`, `"itemsBackedUp":10`, `"itemsBackedUp":12`).Replace(b.Object)
	if r := look(t, b.Write(t, t.TempDir()), verify.Options{Name: "nightly"}); len(r.Findings) > 0 || r.Items != 12 {
		t.Errorf("%d items, found %s", r.Items, ids(r))
	}
}

func TestTheRealBackupsHaveNoFindings(t *testing.T) {
	items := map[string]int{"all": 475, "all-agv": 491, "shop-only": 96}
	for _, dir := range backups.Folders(t) {
		name := filepath.Base(dir)
		r := look(t, dir, verify.Options{Name: name})
		if len(r.Findings) > 0 || r.Items != items[name] || r.Files < 6 {
			t.Errorf("%s: %d items, %d files, found %s", dir, r.Items, r.Files, ids(r))
		}
	}
}

func TestABackupInAStoreUnderAnotherName(t *testing.T) {
	dir := backuptest.New("nightly").Write(t, t.TempDir())
	if r := look(t, dir, verify.Options{Name: "weekly"}); ids(r) != string(verify.BackupName) {
		t.Errorf("got %s", ids(r))
	}
}

func TestVolumesThatWereLeftOutOnPurposeAreNoLoss(t *testing.T) {
	b := backuptest.New("nightly")
	b.Remove("/persistentvolumes/")
	b.Object = strings.Replace(b.Object, `"spec":{`, `"spec":{"includeClusterResources":false,`, 1)
	b.Object = strings.ReplaceAll(b.Object, `Up":10`, `Up":8`)
	b.Side["-resource-list.json.gz"] = strings.Replace(b.Side["-resource-list.json.gz"], `"pv-data","pv-spare"`, ``, 1)
	if r := look(t, b.Write(t, t.TempDir()), verify.Options{}); len(r.Findings) > 0 {
		t.Errorf("got %+v", r.Findings)
	}
}

func TestManyFindingsOfOneKindAreCounted(t *testing.T) {
	b := backuptest.New("nightly")
	for i := range 300 {
		b.Entries = append(b.Entries, backuptest.File{Path: fmt.Sprintf("odd/%d", i)})
	}
	r := look(t, b.Write(t, t.TempDir()), verify.Options{})
	if r.Counts[verify.EntryOdd] != 300 || r.Untold(verify.EntryOdd) != 200 || len(r.Findings) != 100 {
		t.Errorf("%d counted, %d untold, %d told", r.Counts[verify.EntryOdd], r.Untold(verify.EntryOdd), len(r.Findings))
	}
}

func TestNobodyCanLookAtWhatIsNotThere(t *testing.T) {
	if _, err := verify.Backup(context.Background(), filepath.Join(t.TempDir(), "missing"), verify.Options{}); err == nil {
		t.Error("it was looked at")
	}
}

func TestChecksums(t *testing.T) {
	tmp := t.TempDir()
	var list bytes.Buffer
	if r := look(t, backuptest.New("nightly").Write(t, tmp), verify.Options{Write: &list}); len(r.Findings) > 0 {
		t.Fatalf("got %s", ids(r))
	}
	lines := strings.Split(strings.TrimSuffix(list.String(), "\n"), "\n")
	if len(lines) != 21 || !slices.IsSortedFunc(lines, func(a, b string) int { return strings.Compare(a[66:], b[66:]) }) {
		t.Errorf("not the 21 entries in order:\n%s", list.String())
	}
	// printf '1.1.0\n' | sha256sum
	if want := "1575e1af4a95f12f70b4ee6a6adce8160953d93ea17dc2611b90883ccc3ad3b8  metadata/version"; lines[0] != want {
		t.Errorf("got %q, want %q", lines[0], want)
	}
	file := filepath.Join(tmp, "sums")
	if err := os.WriteFile(file, list.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*backuptest.Backup)
		want   string
	}{
		{"unchanged", func(*backuptest.Backup) {}, ""},
		{"another order", func(b *backuptest.Backup) { slices.Reverse(b.Entries) }, ""},
		{"changed", replace("/services/", "80", "81"), "checksum-differs checksum-differs"},
		{"gone", func(b *backuptest.Backup) { b.Remove("/services/v1-") }, "twin-missing checksum-missing"},
		{"new", add("odd", "x"), "checksum-new entry-odd"},
	} {
		b := backuptest.New("nightly")
		c.change(b)
		sums, err := verify.ReadChecksums(file, 0)
		if err != nil {
			t.Fatal(err)
		}
		if r := look(t, b.Write(t, t.TempDir()), verify.Options{Check: sums}); ids(r) != c.want {
			t.Errorf("%s: got %s, want %s", c.name, ids(r), c.want)
		}
	}
}

func TestManyChecksumsAreSorted(t *testing.T) {
	b := backuptest.New("nightly")
	for i := range 40_000 {
		b.Entries = append(b.Entries, backuptest.File{Path: fmt.Sprintf("odd/%d", i*7919%40_000)})
	}
	var list strings.Builder
	look(t, b.Write(t, t.TempDir()), verify.Options{Write: &list})
	lines := strings.Split(strings.TrimSuffix(list.String(), "\n"), "\n")
	if len(lines) != 40_021 || !slices.IsSortedFunc(lines, func(a, b string) int { return strings.Compare(a[66:], b[66:]) }) {
		t.Errorf("%d lines, or not in order", len(lines))
	}
}

func TestAListOfChecksumsThatIsNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sums")
	for _, text := range []string{"x\n", "0123  a\n", strings.Repeat("0", 64) + "\n", strings.Repeat("g", 64) + "  a\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := verify.ReadChecksums(file, 0); err == nil || !strings.Contains(err.Error(), "sums:1:") {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestAListOfChecksumsHasALimit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sums")
	line := strings.Repeat("0", 64) + "  a\n"
	for _, c := range []struct{ text, want string }{
		{strings.Repeat(line, 2), ""},
		{strings.Repeat(line, 3), "has more than 2 lines, the limit"},
		{line + strings.Repeat("0", 1<<20), "sums:2: is longer than a line of sha256sum can be"},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := verify.ReadChecksums(file, 2); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func look(t *testing.T, path string, o verify.Options) *verify.Report {
	t.Helper()
	r, err := verify.Backup(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ids(r *verify.Report) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, string(f.ID))
	}
	return strings.Join(all, " ")
}

func replace(part, from, to string) func(*backuptest.Backup) {
	return func(b *backuptest.Backup) { b.Replace(part, from, to) }
}

func add(path, body string) func(*backuptest.Backup) {
	return func(b *backuptest.Backup) { b.Entries = append(b.Entries, backuptest.File{Path: path, Body: body}) }
}

func body(part, text string) func(*backuptest.Backup) {
	return func(b *backuptest.Backup) {
		for i := range b.Entries {
			if strings.Contains(b.Entries[i].Path, part) {
				b.Entries[i].Body = text
			}
		}
	}
}

func move(part, from, to string) func(*backuptest.Backup) {
	return func(b *backuptest.Backup) {
		for i := range b.Entries {
			if strings.Contains(b.Entries[i].Path, part) {
				b.Entries[i].Path = strings.Replace(b.Entries[i].Path, from, to, 1)
			}
		}
	}
}

func side(suffix, from, to string) func(*backuptest.Backup) {
	return func(b *backuptest.Backup) { b.Side[suffix] = strings.Replace(b.Side[suffix], from, to, 1) }
}

func edit(file string, change func([]byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		path := filepath.Join(dir, file)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, change(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func flip(file string) func(*testing.T, string) {
	return edit(file, func(b []byte) []byte { b[len(b)/2] ^= 0x40; return b })
}

func flipAt(file string, fromEnd int) func(*testing.T, string) {
	return edit(file, func(b []byte) []byte { b[len(b)+fromEnd] ^= 1; return b })
}

func cut(file string, parts int) func(*testing.T, string) {
	return edit(file, func(b []byte) []byte { return b[:len(b)/parts] })
}

func cutTail(file string, n int) func(*testing.T, string) {
	return edit(file, func(b []byte) []byte { return b[:len(b)-n] })
}

func overwrite(file, text string) func(*testing.T, string) {
	return edit(file, func([]byte) []byte { return []byte(text) })
}

func remove(file string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		if err := os.Remove(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
	}
}
