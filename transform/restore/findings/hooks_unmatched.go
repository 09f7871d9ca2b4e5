package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// concludeSpec tells what is wrong with a hook of the Restore as a whole.
func (w *hooks) concludeSpec(s *report.Summary, i int) {
	spec := &w.specs[i]
	subject := fmt.Sprintf("spec.hooks.resources[%d] (%s)", i, spec.Name)
	if ignored := ignoredFilter(spec); ignored != "" {
		s.FindOn(report.Warning, "hook-filter-ignored", subject, fmt.Sprintf(
			"hook %s: Velero ignores %s: the hook runs in all pods that its namespaces and labels select", spec.Name, ignored))
	}
	switch {
	case !hasHook(spec):
		s.FindOn(report.Warning, "hook-never-matches", subject, fmt.Sprintf("hook %s: postHooks has neither exec nor init, so there is nothing to run", spec.Name))
	case !w.matched[i]:
		s.FindOn(report.Warning, "hook-never-matches", subject, fmt.Sprintf("hook %s: no pod of this restore matches: %s", spec.Name, w.whyUnmatched(i)))
		w.listUnmatched(i, "no pod of this restore matches: "+w.whyUnmatched(i))
	}
}

// listUnmatched lists a hook without a pod.
func (w *hooks) listUnmatched(i int, why string) {
	spec := &w.specs[i]
	line := report.Hook{Name: spec.Name, Source: "restore", Fate: report.HookNever, Why: why}
	for _, post := range spec.PostHooks {
		if post.Exec != nil {
			exec := line
			exec.Type, exec.Container, exec.Command = "exec", post.Exec.Container, cutAll(post.Exec.Command)
			w.list.add(i, &exec)
		}
		if post.Init != nil {
			init := line
			init.Type = "init"
			w.list.add(i, &init)
		}
	}
}

func hasHook(spec *velero.RestoreResourceHookSpec) bool {
	return slices.ContainsFunc(spec.PostHooks, func(h velero.RestoreResourceHook) bool { return h.Exec != nil || h.Init != nil })
}

// ignoredFilter is the filter of a hook by resources that would keep it from pods, if Velero read it.
// Source: v1.18.2 internal/hook/item_hook_handler.go:445-479, v1.6.3 the same file:381-410.
func ignoredFilter(spec *velero.RestoreResourceHookSpec) string {
	pods := func(name string) bool {
		return slices.Contains([]string{"*", "pods", "pod", "po"}, strings.ToLower(name))
	}
	switch {
	case slices.ContainsFunc(spec.ExcludedResources, pods):
		return "excludedResources [" + strings.Join(spec.ExcludedResources, ", ") + "]"
	case len(spec.IncludedResources) > 0 && !slices.ContainsFunc(spec.IncludedResources, pods):
		return "includedResources [" + strings.Join(spec.IncludedResources, ", ") + "]"
	}
	return ""
}

// whyUnmatched says why no pod matches a hook.
func (w *hooks) whyUnmatched(i int) string {
	if len(w.spaces) == 0 {
		return "this restore has no pods"
	}
	for _, target := range slices.Sorted(maps.Keys(w.spaces)) {
		if w.restore.InNamespace(i, w.spaces[target], target) {
			return fmt.Sprintf("no pod in its namespaces, such as %s, has the labels of its labelSelector", target)
		}
	}
	if why := w.wrongSide(&w.specs[i]); why != "" {
		return why
	}
	return "no pod is restored into " + namespacesOf(&w.specs[i])
}

func namespacesOf(spec *velero.RestoreResourceHookSpec) string {
	if len(spec.IncludedNamespaces) == 0 {
		return "a namespace that excludedNamespaces does not exclude"
	}
	return "namespaces like " + strings.Join(spec.IncludedNamespaces, ", ")
}

// wrongSide finds namespaces that are on the wrong side of the namespace mapping.
func (w *hooks) wrongSide(spec *velero.RestoreResourceHookSpec) string {
	mapping := w.world.Env.Restore.Spec.NamespaceMapping
	onlyInit := !slices.ContainsFunc(spec.PostHooks, func(h velero.RestoreResourceHook) bool { return h.Exec != nil })
	byOriginal := onlyInit && !w.world.Env.Profile.Does(actions.MatchesHooksInTargetNamespace)
	for _, named := range spec.IncludedNamespaces {
		for _, from := range slices.Sorted(maps.Keys(mapping)) {
			to := mapping[from]
			switch {
			case !byOriginal && named == from:
				return fmt.Sprintf("includedNamespaces names %s, whose pods are restored into %s, and Velero compares the target namespace: use %s", from, to, to)
			case byOriginal && named == to:
				return fmt.Sprintf("includedNamespaces names %s, and Velero %s compares the original namespace of init hooks: use %s", to, w.world.Env.Profile.Minor(), from)
			}
		}
	}
	return ""
}
