package modifiers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/gobwas/glob"
	jsonpatch4 "gopkg.in/evanphx/json-patch.v4"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// conditions are a rule's conditions, compiled once. An error stands where something doesn't compile, and comes up
// when an item has passed the conditions before it, in Velero's order (internal/resourcemodifiers/
// resource_modifiers.go:113-161): namespace, group resource, name, labels, values.
type conditions struct {
	namespaces namespaceGlobs

	groupResource string
	resource      glob.Glob
	resourceErr   error

	name    *regexp.Regexp // nil: any name
	nameErr error
	whole   *regexp.Regexp // name for the whole of a name; nil where its author anchored it at either end

	selector    labels.Selector // nil: any labels
	selectorErr error

	values      *jsonOperations // "test" operations; nil: any values
	valuesErr   error
	readsStatus bool // one of values looks at the status
}

func compileConditions(spec *fileConditions) conditions {
	c := conditions{namespaces: compileNamespaceGlobs(spec.Namespaces), groupResource: spec.GroupResource}
	c.resource, c.resourceErr = compileGlob(spec.GroupResource, '.')
	if spec.ResourceNameRegex != "" {
		if c.nameErr = checkPattern(spec.ResourceNameRegex); c.nameErr == nil {
			c.name, c.nameErr = regexp.Compile(spec.ResourceNameRegex)
			c.whole = wholeName(spec.ResourceNameRegex)
		}
	}
	if spec.LabelSelector != nil {
		c.selector, c.selectorErr = metav1.LabelSelectorAsSelector(spec.LabelSelector)
	}
	c.values, c.valuesErr = compileMatches(spec.Matches)
	c.readsStatus = slices.ContainsFunc(spec.Matches, func(m fileMatch) bool { return inStatus(m.Path) })
	return c
}

// wholeName compiles an unanchored expression so that it matches whole names only.
func wholeName(expression string) *regexp.Regexp {
	if strings.HasPrefix(expression, "^") || strings.HasSuffix(expression, "$") {
		return nil
	}
	whole, err := regexp.Compile("^(?:" + expression + ")$")
	if err != nil {
		return nil
	}
	return whole
}

// wholeName says that the name is not matched by chance, in a part of it.
func (c *conditions) wholeName(name string) bool { return c.whole == nil || c.whole.MatchString(name) }

// compileMatches makes one "test" operation of each entry of matches (internal/resourcemodifiers/
// resource_modifiers.go:163-191). A path that is left out is no validation error, it fails on every item.
func compileMatches(matches []fileMatch) (*jsonOperations, error) {
	if len(matches) == 0 {
		return nil, nil
	}
	tests := make([]fileJSONPatch, len(matches))
	for i, match := range matches {
		if match.Path == "" {
			return nil, fmt.Errorf("matches[%d].path: want a value", i)
		}
		tests[i] = fileJSONPatch{Operation: "test", Path: match.Path, Value: match.Value}
	}
	made, err := decodeJSONPatch("matches", tests)
	return &made, err
}

// inStatus says whether a path leads into the status, which Velero takes away before modifiers run
// (pkg/restore/restore.go:1316 and 1462).
func inStatus(path string) bool { return path == "/status" || strings.HasPrefix(path, "/status/") }

// FailingOnMissingPaths returns the same rules as releases before 1.15 read them: matches on a path that an item lacks are an error.
// Source: Velero v1.14.1 internal/resourcemodifiers/resource_modifiers.go:176-184.
func (r *Rules) FailingOnMissingPaths() *Rules {
	failing := *r
	failing.missingFails = true
	return &failing
}

// AsBefore114 returns the same rules as releases before 1.14 apply them: each rule is matched against what the rules before it made
// of an item, the library that patches is an older one, which replaces and copies other than the newer, and strategic patches do not
// know apps and batch.
// Source: Velero v1.13.2 internal/resourcemodifiers/resource_modifiers.go:87-97, :22, pkg/cmd/server/server.go:334-348.
func (r *Rules) AsBefore114() *Rules {
	older := *r
	older.before114 = true
	boundCopies()
	return &older
}

// boundCopies gives the older library, which knows no limit for one patch, that of an item.
var boundCopies = sync.OnceFunc(func() { jsonpatch4.AccumulatedCopySizeLimit = defaultSize })

// match tells whether the rule is for the object, and whether it may be for it only if the object had its status.
func (c *conditions) match(resource string, o *object, of *Rules) (matches, lacksStatus bool, err error) {
	if matches, err = c.selects(resource, o); !matches || err != nil {
		return false, false, err
	}
	matches, err = c.matchValues(o, of)
	return matches, !matches && err == nil && c.readsStatus, err
}

// selects tells whether the object meets all conditions but the values.
func (c *conditions) selects(resource string, o *object) (bool, error) {
	namespace := o.velero.GetNamespace()
	if namespace != "" && !c.namespaces.include(namespace) {
		return false, nil
	}
	if c.resourceErr != nil {
		return false, fmt.Errorf("groupResource: %.100q is not a glob: %w", c.groupResource, c.resourceErr)
	}
	if !c.resource.Match(resource) {
		return false, nil
	}
	if c.nameErr != nil {
		return false, fmt.Errorf("resourceNameRegex: %w", c.nameErr)
	}
	if c.name != nil && !c.name.MatchString(o.velero.GetName()) {
		return false, nil
	}
	if c.selectorErr != nil {
		return false, fmt.Errorf("labelSelector: %w", c.selectorErr)
	}
	if c.selector != nil && !c.selector.Matches(labels.Set(o.velero.GetLabels())) {
		return false, nil
	}
	return true, nil
}

// matchValues runs the tests. A value that differs and, since 1.15, a path that is missing mean no match. A list index beyond the
// end, as the last part of a path, is an error all the same: the patch library reports it as an invalid index, and
// Velero asks only for the two others (internal/resourcemodifiers/resource_modifiers.go:184).
func (c *conditions) matchValues(o *object, of *Rules) (bool, error) {
	if c.valuesErr != nil {
		return false, c.valuesErr
	}
	if c.values == nil {
		return true, nil
	}
	_, err := guarded(func() ([]byte, error) { return c.values.apply(o.json(), of.how()) })
	switch {
	case err == nil:
		return true, nil
	case failedTest(err), errors.Is(err, jsonpatch.ErrMissing) && !of.missingFails:
		return false, nil
	default:
		return false, fmt.Errorf("matches: %w", err)
	}
}

// mayMatch tells whether some object of the resource could match, or fail to.
func (c *conditions) mayMatch(resource string) bool {
	return c.resourceErr != nil || c.resource.Match(resource)
}

// namespaceGlobs are the namespaces condition: globs without a separator, sorted. Velero compiles them one by one in
// that order and says "not included" at the first that doesn't compile, silently; a "*" among them includes everything
// whatever the others are (pkg/util/collections/includes_excludes.go:45-56 and 260-268).
type namespaceGlobs struct {
	all   bool
	globs []glob.Glob
}

func compileNamespaceGlobs(patterns []string) namespaceGlobs {
	if len(patterns) == 0 || slices.Contains(patterns, "*") {
		return namespaceGlobs{all: true}
	}
	var globs []glob.Glob
	for _, pattern := range slices.Sorted(slices.Values(patterns)) {
		g, err := compileGlob(pattern)
		if err != nil {
			break
		}
		globs = append(globs, g)
	}
	return namespaceGlobs{globs: globs}
}

func (n *namespaceGlobs) include(namespace string) bool {
	return n.all || slices.ContainsFunc(n.globs, func(g glob.Glob) bool { return g.Match(namespace) })
}
