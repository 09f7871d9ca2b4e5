package actions

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/object"
)

// Chain is the actions of one kind that run, by the resource that they apply to, each resource's in Velero's order. It
// is not changed once it is made, so that goroutines may share it.
type Chain struct {
	links      []Link
	byResource map[string][]*Link
	needs      []string
}

// Link is an action as a Chain runs it on the items of one resource.
type Link struct {
	Action
	selector labels.Selector
	backup   bool // some action of the resource takes the item as it stands in the backup
}

// NewChain makes a chain of a list in Velero's order. has says whether a feature of Velero is on; nil means that none is.
func NewChain(list []Action, has func(feature string) bool) (*Chain, error) {
	var links []Link
	for _, a := range list {
		if !a.runs(has) {
			continue
		}
		selector, err := labels.Parse(a.AppliesTo.LabelSelector)
		if err != nil {
			return nil, fmt.Errorf("action %s: %w", a.Name, err)
		}
		links = append(links, Link{Action: a, selector: selector})
	}
	return chainOf(links), nil
}

// runs says whether Velero runs the action with the features that are on.
func (a *Action) runs(has func(feature string) bool) bool {
	on := func(feature string) bool { return feature != "" && has != nil && has(feature) }
	return (a.Feature == "" || on(a.Feature)) && !on(a.Unless)
}

func chainOf(links []Link) *Chain {
	c := &Chain{links: links, byResource: map[string][]*Link{}}
	for i := range links {
		c.needs = append(c.needs, links[i].Needs...)
		for _, resource := range links[i].AppliesTo.Resources {
			c.byResource[resource] = append(c.byResource[resource], new(links[i]))
		}
	}
	for _, of := range c.byResource {
		backup := slices.ContainsFunc(of, func(l *Link) bool { return l.TypedBackup })
		for _, l := range of {
			l.backup = backup
		}
	}
	slices.Sort(c.needs)
	c.needs = slices.Compact(c.needs)
	return c
}

// Ahead is the chain of those actions that also run when an archive is rewritten.
func (c *Chain) Ahead() *Chain {
	return chainOf(slices.DeleteFunc(slices.Clone(c.links), func(l Link) bool { return !l.Archive }))
}

// For returns the actions that apply to a resource, in their order.
func (c *Chain) For(resource string) []*Link { return c.byResource[resource] }

// Runs says whether the chain has an action of this name.
func (c *Chain) Runs(name string) bool {
	return slices.ContainsFunc(c.links, func(l Link) bool { return l.Name == name })
}

// Needs returns the resources of the target that some action asks for, sorted.
func (c *Chain) Needs() []string { return c.needs }

// Takes says whether the action's label selector matches the item.
func (l *Link) Takes(item *object.Value) bool {
	return l.selector.Empty() || l.selector.Matches(labels.Set(item.Labels()))
}
