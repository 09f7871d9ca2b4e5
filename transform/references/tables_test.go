package references

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/object"
)

var update = flag.Bool("update", false, "write what is found into testdata")

// atHand are the objects of the namespace old that the tests know.
type atHand map[string]bool

func (a atHand) HasService(namespace, name string) bool { return a["services/"+namespace+"/"+name] }

func (a atHand) HasObject(namespace, name string) bool {
	return a["services/"+namespace+"/"+name] || a[namespace+"/"+name]
}

func (a atHand) Schema(string) *Schema { return nil }

// TestTables scans the items of each file for the namespaces that its first line names. Its second part lists what is found.
func TestTables(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(data)
			got := found(t, archive)
			if *update {
				archive.Files[1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(archive.Files[1].Data); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// found lists what is found in the items of a file.
func found(t *testing.T, archive *txtar.Archive) string {
	mapping, objects := map[string]string{}, atHand{}
	for _, word := range strings.Fields(string(archive.Comment)) {
		if from, to, ok := strings.Cut(word, ":"); ok {
			mapping[from] = to
		} else {
			objects[word] = true
		}
	}
	s := New(mapping, objects)
	var b strings.Builder
	for _, document := range strings.Split(string(archive.Files[0].Data), "\n---\n") {
		resource, item := parse(t, document)
		fmt.Fprintf(&b, "%s %s\n", resource, item.Name())
		refs := s.Scan(resource, item, nil, Possible)
		for _, r := range refs {
			fmt.Fprintf(&b, "  %s %s %s %q", r.Sure, r.Kind, r.Path, r.Text)
			if r.Times > 1 {
				fmt.Fprintf(&b, " ×%d", r.Times)
			}
			if r.By != "" {
				fmt.Fprintf(&b, " by %s", r.By)
			}
			fmt.Fprintln(&b)
		}
		rewriteAndLook(t, s, resource, item)
	}
	return b.String()
}

// rewriteAndLook rewrites an item, and finds no more of what it has rewritten.
func rewriteAndLook(t *testing.T, s *Scanner, resource string, item *object.Value) {
	t.Helper()
	if s.swaps {
		return
	}
	s.Rewrite(resource, item, nil, &Rewriting{Least: Likely, Secrets: true})
	for _, r := range s.Scan(resource, item, nil, Likely) {
		if r.By != Velero {
			t.Errorf("%s %s: %s still names %s: %s", resource, item.Name(), r.Path, r.Namespace, r.Text)
		}
	}
}

// parse reads a YAML document whose first line is a comment with the resource.
func parse(t *testing.T, document string) (string, *object.Value) {
	t.Helper()
	head, _, _ := strings.Cut(document, "\n")
	text, err := yaml.YAMLToJSON([]byte(document))
	if err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	item, err := object.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(head, "# "), item
}
