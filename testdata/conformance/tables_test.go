package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	cases   = "../cases"
	account = "velero-1.18.3.txt"
)

// accounted are the folders of Velero's source of which each file of tests has its entry.
var accounted = []string{
	"pkg/restore", "pkg/restore/actions", "pkg/restore/actions/csi", "internal/resourcemodifiers", "internal/resourcepolicies", "internal/hook", "pkg/archive",
	"pkg/util/wildcard", "pkg/util/collections",
}

func TestEachTableOfVeleroHasItsEntry(t *testing.T) {
	tables := readAccount(t)
	source := veleroSource(t)
	entries := map[string]map[string]Table{}
	for _, table := range tables {
		if entries[table.File] == nil {
			entries[table.File] = map[string]Table{}
		}
		entries[table.File][table.Test] = table
	}
	for _, folder := range accounted {
		files, err := filepath.Glob(filepath.Join(source, folder, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s has no tests: %v", folder, err)
		}
		for _, file := range files {
			if name := folder + "/" + filepath.Base(file); entries[name] == nil {
				t.Errorf("%s has no entry", name)
			}
		}
	}
	for file, of := range entries {
		rows, err := TablesOf(filepath.Join(source, filepath.FromSlash(file)))
		if err != nil {
			t.Error(err)
		}
		for test, n := range rows {
			if entry, ok := of[test]; !ok || entry.Rows != n {
				t.Errorf("%s: %s has %d rows, and its entry %d", file, test, n, entry.Rows)
			}
		}
		for test := range of {
			if _, ok := rows[test]; !ok {
				t.Errorf("%s: %s is not there", file, test)
			}
		}
	}
}

func TestEachRowOfVelerosTablesIsInACaseOrSaysWhyNot(t *testing.T) {
	seen := map[string]bool{}
	for _, table := range readAccount(t) {
		name := table.File + " " + table.Test
		if seen[name] {
			t.Errorf("%s stands twice", name)
		}
		seen[name] = true
		if !table.Explained() {
			t.Errorf("%s: no case has it, and it is not said why", name)
		}
		for _, topic := range table.Topics {
			if list, err := filepath.Glob(filepath.Join(cases, topic, "*.txtar")); err != nil || len(list) == 0 {
				t.Errorf("%s: no cases in %s: %v", name, topic, err)
			}
		}
		for _, c := range table.Cases {
			if _, err := os.Stat(filepath.Join(cases, filepath.FromSlash(c)+".txtar")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func readAccount(t *testing.T) []Table {
	t.Helper()
	f, err := os.Open(filepath.Join(cases, account))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tables, err := ReadTables(f)
	if err != nil {
		t.Fatalf("%s: %v", account, err)
	}
	return tables
}

// veleroSource is the folder of Velero's source, which the judge of that release brings into the module cache.
func veleroSource(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	folder := filepath.Join(strings.TrimSpace(string(out)), "github.com/vmware-tanzu/velero@v1.18.3")
	if _, stat := os.Stat(folder); err != nil || stat != nil {
		t.Skip("the source of Velero v1.18.3 is not in the module cache: build the judge in testdata/velero/v1.18.3 first")
	}
	return folder
}

func TestAnAccountThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"TestA 1: a/b":                     "below a file",
		"a_test.go\nTestA 1 a/b":           "below a file",
		"a_test.go\nTestA one: a/b":        "invalid syntax",
		"a_test.go\nTestA 1: a/b\n- 2: no": "has no row 2",
	} {
		if _, err := ReadTables(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestATableIsExplained(t *testing.T) {
	tables, err := ReadTables(strings.NewReader("a_test.go\nTestCase 2: a/b\n- 2: no\nTestAll 2:\n- none: not one\nTestSome 2:\n- 1: no\nTestEach 2:\n- 1: no\n- 2: neither\nTestNone:"))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, table := range tables {
		if table.Explained() {
			got += table.Test + " "
		}
	}
	if got != "TestCase TestAll TestEach " {
		t.Errorf("got %s", got)
	}
}
