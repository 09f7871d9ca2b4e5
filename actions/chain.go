package actions

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/object"
)

// Chain is the actions of one kind that run, by the resource that they apply to, each resource's in Velero's order. It
// is not changed once it is made, so that goroutines may share it.
type Chain struct {
	links      []Link
	byResource map[string][]*Link
	needs      []string
	foreign    *sync.Map // with actions of plugins: what For has answered before, in the place of byResource
}

// Link is an action as a Chain runs it on the items of one resource.
type Link struct {
	Action
	selector labels.Selector
	scope    Scope // of a plugin's action
	backup   bool  // some action of the resource takes the item as it stands in the backup
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
		if links[i].Plugin != "" {
			continue // its names are not resolved
		}
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
	if slices.ContainsFunc(links, func(l Link) bool { return l.scope != nil }) {
		c.foreign = new(sync.Map)
	}
	slices.Sort(c.needs)
	c.needs = slices.Compact(c.needs)
	return c
}

// Within is the chain with the scopes of plugins' actions, which else apply to nothing.
func (c *Chain) Within(scope func(Selector) Scope) *Chain {
	links := slices.Clone(c.links)
	for i := range links {
		if links[i].Plugin != "" {
			links[i].scope = scope(links[i].AppliesTo)
		}
	}
	return chainOf(links)
}

// HasPlugins says whether an action of a plugin is among the chain's.
func (c *Chain) HasPlugins() bool {
	return slices.ContainsFunc(c.links, func(l Link) bool { return l.Plugin != "" })
}

// Ahead is the chain of those actions that also run when an archive is rewritten.
func (c *Chain) Ahead() *Chain {
	return chainOf(slices.DeleteFunc(slices.Clone(c.links), func(l Link) bool { return !l.Archive }))
}

// For returns the actions that apply to a resource, in their order.
func (c *Chain) For(resource string) []*Link {
	if c.foreign == nil {
		return c.byResource[resource]
	}
	if known, ok := c.foreign.Load(resource); ok {
		return known.([]*Link)
	}
	var list []*Link
	own := c.byResource[resource]
	for i := range c.links {
		switch l := &c.links[i]; {
		case l.Plugin == "" && slices.Contains(l.AppliesTo.Resources, resource):
			list, own = append(list, own[0]), own[1:]
		case l.scope != nil && l.scope.Resource(resource):
			list = append(list, l)
		}
	}
	c.foreign.Store(strings.Clone(resource), list)
	return list
}

// Runs says whether the chain has an action of this name.
func (c *Chain) Runs(name string) bool {
	return slices.ContainsFunc(c.links, func(l Link) bool { return l.Name == name })
}

// Needs returns the resources of the target that some action asks for, sorted.
func (c *Chain) Needs() []string { return c.needs }

// In says whether the action is for items of a namespace of the target; "" stands for cluster-scoped items.
func (l *Link) In(namespace string) bool { return l.scope == nil || l.scope.Namespace(namespace) }

// Takes says whether the action's label selector matches the item.
func (l *Link) Takes(item *object.Value) bool {
	return l.selector.Empty() || l.selector.Matches(labels.Set(item.Labels()))
}
