package restore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobwas/glob"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/report"
)

// tellNothing tells of each name, pattern and selector that takes nothing, and of a restore that is left with nothing.
func (w *walk) tellNothing(s *report.Summary) {
	spec := &w.o.Restore.Spec
	w.tellNamespaces(s, "includedNamespaces", spec.IncludedNamespaces, true)
	w.tellNamespaces(s, "excludedNamespaces", spec.ExcludedNamespaces, false)
	w.tellResources(s, "includedResources", spec.IncludedResources, true)
	w.tellResources(s, "excludedResources", spec.ExcludedResources, false)
	if status := spec.RestoreStatus; status != nil {
		w.tellResources(s, "restoreStatus.includedResources", status.IncludedResources, false)
		w.tellResources(s, "restoreStatus.excludedResources", status.ExcludedResources, false)
	}
	w.tellSelectors(s)
	w.tellPolicies(s)
	if all := w.from.index.Len(); w.exit.summary.Items == 0 && all > 0 {
		s.Find(report.Error, "nothing-restored", fmt.Sprintf("nothing is restored: the filters of the restore exclude all of the backup's %s", items(all)))
	}
}

// tellSelectors tells of label selectors that no item matches. They are held against what the other filters take.
func (w *walk) tellSelectors(s *report.Summary) {
	spec, field, who := &w.o.Restore.Spec, "labelSelector", "no item"
	if spec.OrLabelSelectors != nil {
		field = "orLabelSelectors"
	}
	for _, list := range [][]string{spec.IncludedNamespaces, spec.ExcludedNamespaces, spec.IncludedResources} {
		if len(list) > 0 && !slices.Contains(list, "*") {
			who = "no item that the other filters take"
		}
	}
	for i, selector := range w.from.selection.selectors {
		if !w.from.selection.seen.took[i] {
			takesNothing(s, report.Warning, field, selector.String(), who+" "+w.from.selection.seen.why(selector))
		}
	}
}

// takesNothing adds the finding of one entry of a filter; one that stands there twice is told of once.
func takesNothing(s *report.Summary, severity report.Severity, filter, entry, why string) {
	subject := filter + " " + entry
	if !slices.ContainsFunc(s.Findings, func(f report.Finding) bool { return f.ID == "filter-takes-nothing" && f.Subject == subject }) {
		s.FindOn(severity, "filter-takes-nothing", subject, fmt.Sprintf("%s matches nothing: %s", subject, why))
	}
}

// broken says what is wrong with an entry whatever the backup has, "" for nothing.
func broken(entry string) string {
	if _, err := glob.Compile(entry); err != nil {
		return "it is not a valid pattern, and Velero ignores it and every entry that sorts after it"
	}
	if strings.Contains(entry, ",") && !strings.Contains(entry, "{") {
		return "it is one name with a comma in it: make each name a separate entry"
	}
	return ""
}

func isPattern(entry string) bool { return strings.ContainsAny(entry, `*?[]{}\!`) }

// tellNamespaces tells of namespaces that the backup does not have, or that hold nothing that could be taken. To leave out what
// is not there is no fault, unless another name is near.
func (w *walk) tellNamespaces(s *report.Summary, filter string, entries []string, included bool) {
	for _, entry := range entries {
		if why := broken(entry); why != "" {
			takesNothing(s, report.Warning, filter, entry, why)
			continue
		}
		matches := filters.NewSet([]string{entry}).Match
		if entry == "*" || slices.ContainsFunc(w.from.Namespaces(), matches) {
			continue
		}
		empty := slices.IndexFunc(w.emptyNamespaces(), matches)
		near := layout.Nearest(entry, append(w.emptyNamespaces(), w.from.Namespaces()...))
		switch {
		case empty >= 0 && !w.from.selection.walksClusterScope() && included:
			takesNothing(s, report.Warning, filter, entry, "the backup has nothing in this namespace, and Velero creates a Namespace with the first item in it (--include-cluster-resources restores the Namespace itself)")
		case empty >= 0:
		case isPattern(entry) && included:
			takesNothing(s, report.Warning, filter, entry, "no namespace of the backup matches it")
		case w.mappedTo(entry) != "":
			takesNothing(s, report.Warning, filter, entry, "filters take the names of the backup, and there this namespace is called "+w.mappedTo(entry))
		case included || near != "":
			takesNothing(s, report.Warning, filter, entry, "the backup has no such namespace"+meant(near))
		default:
			takesNothing(s, report.Notice, filter, entry, "the backup has no such namespace")
		}
	}
}

// mappedTo is the namespace of the backup that is mapped to a name, "" for none.
func (w *walk) mappedTo(target string) string {
	for _, original := range w.from.Namespaces() {
		if w.o.Restore.Spec.NamespaceMapping[original] == target {
			return original
		}
	}
	return ""
}

// emptyNamespaces are the Namespaces of the backup, those that hold something included.
func (w *walk) emptyNamespaces() (names []string) {
	for _, rg := range w.from.index.Ranges(layout.Namespaces, "") {
		for id := rg.From; id < rg.To; id++ {
			names = append(names, w.from.index.Key(id).Name)
		}
	}
	return names
}

// tellResources tells of resources that the backup and Kubernetes do not have, or of which nothing is restored. One that only this backup lacks is worth no
// more than a note.
func (w *walk) tellResources(s *report.Summary, filter string, entries []string, included bool) {
	never := neverRestored(w.o.Profile)
	for _, entry := range entries {
		if why := broken(entry); why != "" {
			takesNothing(s, report.Warning, filter, entry, why)
			continue
		}
		full, known := w.target.resources.Resolve(entry)
		matches := filters.NewSet([]string{full}).Match
		var named []string
		for _, resource := range w.from.index.Resources() {
			if matches(resource) {
				named = append(named, resource)
			}
		}
		switch {
		case entry == "*" || slices.Contains(never, full): // Velero's own, in a Restore that has been in a cluster
		case len(named) == 0 && known:
			takesNothing(s, report.Notice, filter, entry, "the backup has no "+full)
		case len(named) == 0 && isPattern(entry):
			takesNothing(s, report.Warning, filter, entry, "no resource of the backup matches it")
		case len(named) == 0:
			near := w.nearResource(entry)
			severity := report.Warning
			if near == "" && strings.HasPrefix(filter, "excluded") {
				severity = report.Notice
			}
			takesNothing(s, severity, filter, entry, "the backup has no resource of this name"+meant(near))
		case included:
			w.tellUntaken(s, filter, entry, named)
		}
	}
}

// nearResource is the resource that was probably meant, first among those of the backup.
func (w *walk) nearResource(entry string) string {
	plain, _, _ := strings.Cut(entry, ".")
	byWord := map[string]string{}
	var words []string
	for _, resource := range w.from.index.Resources() {
		known, _ := w.target.resources.Lookup(resource)
		plural, _, _ := strings.Cut(resource, ".")
		for _, word := range append([]string{resource, plural, known.Singular}, known.ShortNames...) {
			if len(word) > 2 && byWord[word] == "" {
				byWord[word] = resource
				words = append(words, word)
			}
		}
	}
	if near := layout.Nearest(entry, words); near != "" {
		return byWord[near]
	}
	return byWord[layout.Nearest(plain, words)]
}

// tellUntaken says why nothing is restored of resources that are asked for and that the backup has.
func (w *walk) tellUntaken(s *report.Summary, filter, entry string, resources []string) {
	scoped := true // all of them for the cluster
	for _, resource := range resources {
		for _, rg := range w.from.index.Ranges(resource, "") {
			scoped = scoped && rg.Namespace == ""
			for id := rg.From; id < rg.To; id++ {
				if w.from.index.Marked(id) {
					return
				}
			}
		}
	}
	if scoped && !w.from.selection.walksClusterScope() {
		takesNothing(s, report.Warning, filter, entry,
			"cluster-scoped items are restored only if all namespaces are, or with includeClusterResources (--include-cluster-resources)")
		return
	}
	takesNothing(s, report.Notice, filter, entry, "the other filters exclude all such items of the backup")
}
