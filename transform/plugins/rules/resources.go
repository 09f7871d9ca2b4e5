package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// everything stands for all resources.
const everything = "*"

// core are the resources without a group that Velero gives to plugins.
var core = []string{
	"bindings", "configmaps", "endpoints", "events", "limitranges", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods", "podtemplates",
	"replicationcontrollers", "resourcequotas", "secrets", "serviceaccounts", "services",
}

// checkResource refuses a name that no item would be found by.
func checkResource(name string) error {
	switch plural, group, _ := strings.Cut(name, "."); {
	case name == everything:
	case name == layout.Namespaces:
		return errors.New("namespaces are made without plugins")
	case plural == "" || strings.ToLower(name) != name || strings.ContainsAny(name, " */"):
		return fmt.Errorf("%q is no resource: write its plural and its group in lower case, as deployments.apps, or * for all", name)
	case group == "" && !slices.Contains(core, name):
		return fmt.Errorf("%q is no resource of the core group: write its plural and its group, as deployments.apps", name)
	}
	return nil
}

// groupKind is the group of an item's version, and its kind.
func groupKind(item *object.Value) (group, kind string) {
	group, _, grouped := strings.Cut(item.APIVersion(), "/")
	if !grouped {
		group = ""
	}
	return group, item.ObjectKind()
}

// isOf says whether an item is of a resource. A plugin is told the kind of an item and not its resource, so that each form that a
// plural has is one; a kind with another plural is named by its singular, which Velero takes, too.
func isOf(item *object.Value, resource string) bool {
	if resource == everything {
		return true
	}
	group, kind := groupKind(item)
	plural, of, _ := strings.Cut(resource, ".")
	return of == group && (plural == strings.ToLower(kind) || slices.Contains(plurals(kind), plural))
}

// plurals are the plurals that a kind may have, that of English first.
func plurals(kind string) []string {
	word := strings.ToLower(kind)
	n := len(word)
	switch {
	case n == 0:
		return nil
	case strings.HasSuffix(word, "ss") || strings.HasSuffix(word, "us") || strings.HasSuffix(word, "x") || strings.HasSuffix(word, "ch") || strings.HasSuffix(word, "sh"):
		return []string{word + "es", word}
	case word[n-1] == 's': // such as Endpoints
		return []string{word, word + "es"}
	case n > 1 && word[n-1] == 'y' && !strings.ContainsRune("aeiou", rune(word[n-2])):
		return []string{word[:n-1] + "ies", word + "s"}
	}
	return []string{word + "s", word + "es"}
}

// resourceOf is the resource of an item, as far as its kind tells.
func resourceOf(item *object.Value) string {
	group, kind := groupKind(item)
	forms := plurals(kind)
	switch {
	case len(forms) == 0:
		return ""
	case group == "":
		return forms[0]
	}
	return forms[0] + "." + group
}
