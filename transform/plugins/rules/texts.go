package rules

import (
	"encoding/base64"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// textDocument is a rule for texts as it is written.
type textDocument struct {
	Resources     []string `json:"resources"`
	Namespaces    []string `json:"namespaces,omitempty"` // in the backup, with *
	Names         []string `json:"names,omitempty"`      // with *
	LabelSelector string   `json:"labelSelector,omitempty"`
	Path          string   `json:"path"` // JSON pointer; * stands for each member or element
	Match         string   `json:"match"`
	Replace       *string  `json:"replace"`
}

// textRule replaces what a regular expression matches in some texts.
type textRule struct {
	resources, namespaces, names []string
	labels                       labels.Selector
	path                         []string
	match                        *regexp.Regexp
	replace                      string
}

// Bounds of a rule.
const (
	maxExpression  = 4096     // bytes
	maxReplacement = 64 << 10 // bytes of what is put in for one match
	maxText        = 16 << 20 // bytes of a text once it is rewritten
)

func (d *textDocument) compile(at string) (textRule, []error) {
	r := textRule{resources: d.Resources, namespaces: d.Namespaces, names: d.Names, labels: labels.Everything()}
	var problems []error
	refuse := func(member string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s.%s: %w", at, member, err))
		}
	}
	if len(d.Resources) == 0 {
		refuse("resources", errors.New("want one or more, as configmaps, or * for all"))
	}
	for _, name := range d.Resources {
		refuse("resources", checkResource(name))
	}
	for member, list := range map[string][]string{"namespaces": d.Namespaces, "names": d.Names} {
		for _, pattern := range list {
			refuse(member, checkPattern(pattern))
		}
	}
	var err error
	if d.LabelSelector != "" {
		r.labels, err = labels.Parse(d.LabelSelector)
		refuse("labelSelector", err)
	}
	r.path, err = parsePath(d.Path)
	refuse("path", err)
	r.match, err = compileExpression(d.Match)
	refuse("match", err)
	if d.Replace == nil {
		refuse("replace", errors.New(`is missing: write "" to remove what matches`))
	} else if r.replace = *d.Replace; r.match != nil {
		refuse("replace", checkReplacement(r.replace, r.match))
	}
	return r, problems
}

func checkPattern(pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
		return fmt.Errorf("%q is no name, and no pattern of names", pattern)
	}
	return nil
}

// parsePath reads a JSON pointer into an object.
func parsePath(pointer string) ([]string, error) {
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok || rest == "" {
		return nil, fmt.Errorf("%q is no JSON pointer into an item, such as /data/*", pointer)
	}
	tokens := strings.Split(rest, "/")
	for i, token := range tokens {
		tokens[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
	}
	if slices.Contains([]string{"apiVersion", "kind", "status"}, tokens[0]) || slices.Equal(tokens, []string{"metadata", "name"}) || slices.Equal(tokens, []string{"metadata", "namespace"}) {
		return nil, fmt.Errorf("%s tells which item it is, or is not restored: it is not for rules", pointer)
	}
	return tokens, nil
}

func compileExpression(text string) (*regexp.Regexp, error) {
	switch {
	case text == "":
		return nil, errors.New("want a regular expression")
	case len(text) > maxExpression:
		return nil, fmt.Errorf("is longer than %d bytes", maxExpression)
	}
	expression, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	return expression, nil
}

// group is a $ in a replacement, and what it stands for.
var group = regexp.MustCompile(`\$(?:\$|\{(\w+)\}|(\w+))?`)

// checkReplacement refuses what Go would replace by nothing: a group that the expression does not have, as $1st is one.
func checkReplacement(text string, expression *regexp.Regexp) error {
	if len(text) > maxReplacement {
		return fmt.Errorf("is longer than %d bytes", maxReplacement)
	}
	for _, m := range group.FindAllStringSubmatch(text, -1) {
		name := m[1] + m[2]
		n, err := strconv.Atoi(name)
		switch {
		case m[0] == "$$" || err == nil && n <= expression.NumSubexp() || name != "" && slices.Contains(expression.SubexpNames(), name):
		case m[0] == "$":
			return fmt.Errorf("%q has a $ that names no group: write $$ for a dollar sign", text)
		default:
			return fmt.Errorf("%q names the group %q, which the expression does not have: write ${1} for a group, and $$ for a dollar sign", text, name)
		}
	}
	return nil
}

func (r *textRule) apply(item *object.Value) error {
	if !r.takes(item) {
		return nil
	}
	encoded := r.isEncoded(item)
	_, err := r.within(item, r.path, encoded)
	return err
}

// takes says whether the rule is for an item.
func (r *textRule) takes(item *object.Value) bool {
	return slices.ContainsFunc(r.resources, func(name string) bool { return isOf(item, name) }) &&
		matches(r.namespaces, item.Namespace()) && matches(r.names, item.Name()) && r.labels.Matches(labels.Set(item.Labels()))
}

// matches says whether a name is one of a list; all are of an empty one.
func matches(patterns []string, name string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, name)
		return err == nil && ok
	})
}

// isEncoded says whether the texts stand in base64.
func (r *textRule) isEncoded(item *object.Value) bool {
	return len(r.path) == 2 && (isOf(item, layout.Secrets) && r.path[0] == "data" || isOf(item, layout.ConfigMaps) && r.path[0] == "binaryData")
}

// within rewrites the texts at a path in a value, and returns the value that takes its place.
func (r *textRule) within(v *object.Value, tokens []string, encoded bool) (*object.Value, error) {
	if len(tokens) == 0 {
		return r.text(v, encoded)
	}
	var err error
	edit := func(key string, e *object.Value) *object.Value {
		if err != nil || tokens[0] != "*" && tokens[0] != key {
			return e
		}
		var to *object.Value
		to, err = r.within(e, tokens[1:], encoded)
		return to
	}
	switch v.Kind() {
	case object.Object:
		v.Edit(edit)
	case object.Array:
		n := -1
		v.Edit(func(_ string, e *object.Value) *object.Value {
			n++
			return edit(strconv.Itoa(n), e)
		})
	}
	return v, err
}

// text rewrites one text; what is none stays.
func (r *textRule) text(v *object.Value, encoded bool) (*object.Value, error) {
	before, ok := v.Text()
	if !ok {
		return v, nil
	}
	if encoded {
		plain, err := base64.StdEncoding.DecodeString(before)
		if err != nil {
			return v, nil
		}
		before = string(plain)
	}
	after, err := r.replaced(before)
	if err != nil || after == before {
		return v, err
	}
	if encoded {
		after = base64.StdEncoding.EncodeToString([]byte(after))
	}
	return object.Text(after), nil
}

// replaced is a text with what matches replaced, if it does not grow beyond its bound.
func (r *textRule) replaced(text string) (string, error) {
	var b []byte
	last := 0
	for _, m := range r.match.FindAllStringSubmatchIndex(text, -1) {
		b = r.match.ExpandString(append(b, text[last:m[0]]...), r.replace, text, m)
		last = m[1]
		if len(b) > maxText {
			return "", fmt.Errorf("it makes a text of more than %d MiB", maxText>>20)
		}
	}
	return string(append(b, text[last:]...)), nil
}
