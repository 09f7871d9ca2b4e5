package transform_test

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
	"github.com/veltx/veltx/testdata/conformance/generate"
)

// twiceIsMore are the cases in which an option applies to its own result; docs/PARITY.md has them.
var twiceIsMore = map[string]string{
	"init-hooks/annotations-win-over-hooks-of-the-restore":              "the annotations are gone the second time",
	"init-hooks/hooks-of-the-restore-match-the-target-namespace":        "in 1.6 another hook is for the namespace that the pod has then",
	"init-hooks/restore-wait-stays-before-the-hooks":                    "the image of the hook's container is mapped the second time",
	"existing/an-account-that-a-modifier-made-unreadable-is-not-merged": "the rule copies the item into itself, and more the second time",
	"modifiers/a-rule-sees-what-the-ones-before-it-made":                "the last rule asks for what the first one writes",
	"modifiers/a-pod-that-is-none-afterwards":                           "no action can read the pod that the rule made",
	"modifiers/a-definition-that-is-none-afterwards":                    "no action can read the definition that the rule made",
	"modifiers/copy-and-move-take-a-path":                               "what is moved is gone the second time",
	"modifiers/escaped-paths-and-list-ends":                             "what is removed is gone the second time",
	"modifiers/the-version-may-be-written-in-capitals":                  "what is removed is gone the second time",
	"modifiers/a-modifier-can-change-the-name":                          "the rule asks for the old name, and the file has the new one",
	"modifiers/namespaces-are-globs-and-the-original-ones":              "another rule is for the mapped namespace",
	"modifiers/rules-match-the-object-as-it-was":                        "the second rule asks for what the first one writes",
	"modifiers/what-a-rule-made-is-not-matched":                         "the second rule asks for what the first one writes",
	"modifiers/a-container-is-added-and-copied":                         "there are more containers to copy the second time",
	"policies/a-kind-twice-in-other-letters":                            "veltx refuses it",
	"policies/a-kind-without-a-namespace-twice-in-other-letters":        "veltx refuses it",
	"namespaces/an-item-that-two-mapped-namespaces-have":                "veltx refuses it",
	"policies/one-resource-twice-fails":                                 "veltx refuses it",
	"policies/policies-look-at-the-original-namespace":                  "the namespace of the policy is gone",
	"selection/namespaces-are-filtered-before-they-are-mapped":          "the namespace to include is gone",
}

func TestRewritingEachCaseTwiceIsRewritingItOnce(t *testing.T) {
	all := newRewritings()
	err := filepath.WalkDir(casesDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".txtar" {
			return err
		}
		c, err := conformance.ReadCase(path)
		if err != nil || c.IsBackup() {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), casesDir+"/"), ".txtar")
		for _, version := range c.Told() {
			if twiceIsMore[name] == "" {
				all.twice(t, name+" "+version, version, c)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if compared := all.wait(); compared < 400 {
		t.Errorf("only %d rewritings were compared", compared)
	}
}

func TestRewritingCasesMadeAtRandomTwiceIsRewritingThemOnce(t *testing.T) {
	all := newRewritings()
	for _, version := range []string{"1.18", "1.6"} {
		for n := range uint64(200) {
			text, err := generate.Case(version, 70, n)
			if err != nil {
				t.Fatal(err)
			}
			c, err := conformance.ParseCase(text)
			if err != nil {
				t.Fatal(err)
			}
			if !appliesToItself(string(text)) {
				all.twice(t, string(text), version, c)
			}
		}
	}
	if compared := all.wait(); compared < 130 {
		t.Errorf("only %d rewritings were compared", compared)
	}
}

// appliesToItself says that an option of a random case may apply to its own result: a filter or a hook to the namespace
// that a mapping gives, an image row to an image that a hook brings or that the row itself makes, a hook of the Restore to
// a pod whose annotations are gone, a modifier to what it wrote.
func appliesToItself(text string) bool {
	has := func(words string) bool { return strings.Contains(text, words) }
	hooks, annotated := has("hooks:"), has("init.hook.restore.velero.io")
	return has("namespaceMapping:") && (has("includedNamespaces:") || has("excludedNamespaces:") || hooks) ||
		has("velero.io/change-image-name:") && (has("nginx,registry") || hooks || annotated) ||
		hooks && annotated || has("modifiers.yaml")
}

// rewritings go on side by side, as they wait for the disk, mostly.
type rewritings struct {
	running  sync.WaitGroup
	places   chan struct{}
	compared atomic.Int64
}

func newRewritings() *rewritings { return &rewritings{places: make(chan struct{}, 8)} }

func (r *rewritings) twice(t *testing.T, name, version string, c *conformance.Case) {
	r.places <- struct{}{}
	r.running.Go(func() {
		defer func() { <-r.places }()
		if rewriteTwice(t, name, version, c) {
			r.compared.Add(1)
		}
	})
}

// wait returns how many were compared.
func (r *rewritings) wait() int64 {
	r.running.Wait()
	return r.compared.Load()
}

// rewriteTwice rewrites the backup of a case with the options of its Restore, and what came out once more. It says whether
// that could be compared: where an item fails it is left out, and with it what came for its sake.
func rewriteTwice(t *testing.T, name, version string, c *conformance.Case) bool {
	t.Helper()
	in, err := c.Input()
	if err != nil {
		t.Error(err)
		return false
	}
	once, failed, err := candidate.RewriteOnly(version, in)
	if candidate.IsNoSquare(err) || failed > 0 {
		return false
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return false
	}
	twice, failed, err := candidate.RewriteOnly(version, once)
	if err != nil || failed > 0 {
		t.Errorf("%s: the second time: %d errors, %v", name, failed, err)
		return false
	}
	if !bytes.Equal(once.Tarball, twice.Tarball) {
		t.Errorf("%s: the second time makes another archive", name)
	}
	return true
}
