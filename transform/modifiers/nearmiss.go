package modifiers

import (
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// Reason says why a rule missed an item that its author may have meant.
type Reason string

// The reasons for near misses. Velero says nothing in any of these cases.
const (
	// OtherCase: groupResource has the resource's name in another case. Velero compares exactly.
	OtherCase Reason = "other case"
	// GroupMissing: groupResource lacks the API group, as "deployments" does for deployments.apps, or has a "*", which
	// stops at dots.
	GroupMissing Reason = "group missing"
	// OtherForm: groupResource names the resource in a form that Velero doesn't know: the kind, the singular, with a
	// version, or with another group.
	OtherForm Reason = "other form"
	// TargetNamespace: the namespaces condition names the namespace that the item is restored into. Velero compares
	// the original one.
	TargetNamespace Reason = "target namespace"
	// StatusGone: matches has a path in the status, which items have no longer when modifiers run.
	StatusGone Reason = "status gone"
)

// resourceFit is how a rule's groupResource stands to a resource.
type resourceFit struct {
	matches    bool
	reason     Reason // if it doesn't match, why nearly; "" if not even nearly
	suggestion string
}

// NearMiss is a group of items that a rule only just missed.
type NearMiss struct {
	Reason Reason
	// Seen is the resource of the items, or their original namespace if the reason is TargetNamespace.
	Seen string
	// Suggestion would match in place of the rule's groupResource, or in its namespaces.
	Suggestion string
	Items      int
}

// addMisses notes the rules that the item only just missed: the resource is a near miss and all else that can be told
// without the item's content matches, or the other way round for the namespace.
func (t *Tally) addMisses(where layout.Address, result Result) {
	fits, ok := t.resources[where.Resource]
	if !ok {
		for i := range t.rules.rules {
			fits = append(fits, t.rules.rules[i].conditions.fit(where.Resource))
		}
		t.resources[where.Resource] = fits
	}
	for _, index := range result.LackStatus {
		t.misses[index][NearMiss{Reason: StatusGone, Seen: where.Resource}]++
	}
	for i, fit := range fits {
		c := &t.rules.rules[i].conditions
		if !c.nameFits(where.Name) {
			continue
		}
		included := where.Namespace == "" || c.namespaces.include(where.Namespace)
		target, mapped := t.targets[where.Namespace]
		switch {
		case included && fit.reason != "":
			t.misses[i][NearMiss{Reason: fit.reason, Seen: where.Resource, Suggestion: fit.suggestion}]++
		case !included && fit.matches && mapped && c.namespaces.include(target):
			t.misses[i][NearMiss{Reason: TargetNamespace, Seen: where.Namespace, Suggestion: where.Namespace}]++
		}
	}
}

func (c *conditions) nameFits(name string) bool {
	return c.nameErr == nil && (c.name == nil || c.name.MatchString(name))
}

func (c *conditions) fit(resource string) resourceFit {
	if c.mayMatch(resource) {
		return resourceFit{matches: true}
	}
	pattern := strings.ToLower(c.groupResource)
	if globMatches(pattern, resource) {
		return resourceFit{reason: OtherCase, suggestion: pattern}
	}
	plural, _, grouped := strings.Cut(resource, ".")
	if grouped && globMatches(pattern, plural) {
		return resourceFit{reason: GroupMissing, suggestion: withGroup(pattern, resource)}
	}
	if namesResource(pattern, plural) {
		return resourceFit{reason: OtherForm, suggestion: resource}
	}
	return resourceFit{}
}

// withGroup suggests a pattern: "**" where "*" stopped at a dot, otherwise the resource's full name.
func withGroup(pattern, resource string) string {
	if wide := strings.ReplaceAll(pattern, "*", "**"); wide != pattern && globMatches(wide, resource) {
		return wide
	}
	return resource
}

// namesResource tells whether one part of a name such as "apps/v1/Deployment" or "pods.v1" is the resource's plural or
// singular.
func namesResource(pattern, plural string) bool {
	for _, part := range strings.FieldsFunc(pattern, func(r rune) bool { return r == '.' || r == '/' }) {
		switch plural {
		case part, part + "s", part + "es", strings.TrimSuffix(part, "y") + "ies":
			return true
		}
	}
	return false
}

func globMatches(pattern, resource string) bool {
	g, err := compileGlob(pattern, '.')
	return err == nil && g.Match(resource)
}
