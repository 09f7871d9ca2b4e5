package conformance

import (
	"path/filepath"
	"strings"
	"testing"
)

const sampleBackup = `Shows how a case of a backup is read.
-- resources/pods/namespaces/shop/p.yaml --
kind: Pod
apiVersion: v1
metadata: {namespace: shop, name: p}
-- backup.yaml --
spec: {includedNamespaces: [shop]}
-- want-backup/1.6.jsonl --
{"entry":"resources/pods/namespaces/shop/p.json","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"},"status":{}}}
{"entry":"resources/pods/v1-preferredversion/namespaces/shop/p.json"}
{"kind":"BackupItemAction","action":"velero.io/pod","item":"pods/shop/p"}
{"errors":{}}
`

func parseBackup(t *testing.T) (*Case, BackupInput) {
	t.Helper()
	c, err := ParseCase([]byte(sampleBackup))
	if err != nil {
		t.Fatal(err)
	}
	in, err := c.BackupInput()
	if err != nil {
		t.Fatal(err)
	}
	return c, in
}

func TestReadCaseOfABackup(t *testing.T) {
	c, in := parseBackup(t)
	if !c.IsBackup() || !strings.Contains(string(in.Backup), `"name":"b"`) || !strings.Contains(string(in.Backup), `"kind":"Backup"`) {
		t.Errorf("the Backup: %s", in.Backup)
	}
	if plain := in.Plain(); len(in.Items) != 2 || len(plain) != 1 || plain[0].Address() != "pods/shop/p" {
		t.Errorf("items %v", in.Items)
	}
	path := filepath.Join(t.TempDir(), "again.txtar")
	if err := c.SetWantBackup("1.18", c.WantBackup["1.6"]); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(path); err != nil {
		t.Fatal(err)
	}
	again, err := ReadCase(path)
	if err != nil {
		t.Fatal(err)
	}
	if diffs, err := CompareBackupStrict(in, c.WantBackup["1.6"], again.WantBackup["1.18"]); err != nil || len(diffs) > 0 {
		t.Errorf("%v, %v", diffs, err)
	}
}

// TestCompareBackup changes an answer in one place after the other.
func TestCompareBackup(t *testing.T) {
	pod := []byte(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"}}`)
	for name, test := range map[string]struct {
		change func(*BackupAnswer)
		same   bool
	}{
		"nothing":                    {func(*BackupAnswer) {}, true},
		"an empty value less":        {func(a *BackupAnswer) { a.Entries[0].Object = pod }, true},
		"the copies swapped":         {func(a *BackupAnswer) { a.Entries[0].Path, a.Entries[1].Path = a.Entries[1].Path, a.Entries[0].Path }, true},
		"an entry less":              {func(a *BackupAnswer) { a.Entries = a.Entries[:1] }, false},
		"another object":             {func(a *BackupAnswer) { a.Entries[0].Object = []byte(`{"kind":"Pod"}`) }, false},
		"an additional item":         {func(a *BackupAnswer) { a.Executions[0].Additional = []string{"pods/shop/q"} }, false},
		"an action that fails":       {func(a *BackupAnswer) { a.Executions[0].Error = "no" }, false},
		"an item that is changed":    {func(a *BackupAnswer) { a.Executions[0].Object = []byte(`{"kind":"Pod"}`) }, false},
		"an item that only looks so": {func(a *BackupAnswer) { a.Executions[0].Object = pod }, true},
		"a refusal":                  {func(a *BackupAnswer) { a.Outcome.Validation = []string{"no"} }, false},
		"an error":                   {func(a *BackupAnswer) { a.Outcome.Errors.Velero = []string{"no"} }, false},
	} {
		want, in := parseBackup(t)
		got, _ := parseBackup(t)
		test.change(got.WantBackup["1.6"])
		diffs, err := CompareBackup(in, want.WantBackup["1.6"], got.WantBackup["1.6"])
		if err != nil || (len(diffs) == 0) != test.same {
			t.Errorf("%s: %v, %v", name, diffs, err)
		}
	}
}
