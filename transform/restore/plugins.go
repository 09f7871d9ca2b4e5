package restore

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// scope gives the actions of plugins their scopes.
func (s *setting) scope() {
	if !s.env.Chain.HasPlugins() {
		return
	}
	s.env.Chain = s.env.Chain.Within(func(of actions.Selector) actions.Scope { return filters.NewScope(of, s.target.resolve) })
}

// tellUnserved notes actions of plugins that name a resource by its kind or a short name which a definition in the backup
// makes known: on a target without it Velero cannot resolve the name when the restore begins, and never does so again.
func (s *setting) tellUnserved(backup *catalogue) {
	for _, a := range ofPlugins(s.o.Actions) {
		for _, name := range a.AppliesTo.Resources {
			full, known := s.target.resources.Resolve(name)
			if !known || full == name || s.target.resources.Served(full) || s.target.groups.described || len(backup.index.Ranges(full, "")) == 0 {
				continue
			}
			s.summary.FindOn(report.Notice, "plugin-resource-unserved", a.Name+" "+name, fmt.Sprintf(
				"%s applies to %s, which a definition in this backup makes known: on a target without that definition, Velero does not run the action, which would have to name %s",
				a.Name, name, full))
		}
	}
}

// ofPlugins are the actions of plugins in a list.
func ofPlugins(list []actions.Action) []actions.Action {
	return slices.DeleteFunc(slices.Clone(list), func(a actions.Action) bool { return a.Plugin == "" })
}

// asRun is the Restore as Velero's server has it while items are restored, which is what plugins are given: with what it adds
// to the excluded resources, its default for operations, and without kind, as its client drops that.
// Source: v1.18.3 pkg/controller/restore_controller.go:243-251,308-315.
func (o *Options) asRun() *velero.Restore {
	r := *o.Restore
	r.TypeMeta, r.Status = metav1.TypeMeta{}, []byte(`{"phase":"InProgress"}`)
	r.Spec.ExcludedResources = slices.Clone(r.Spec.ExcludedResources)
	for _, name := range neverRestored(o.Profile) {
		if !slices.Contains(r.Spec.ExcludedResources, name) {
			r.Spec.ExcludedResources = append(r.Spec.ExcludedResources, name)
		}
	}
	if o.Profile.Does(actions.RunsVersion2Actions) {
		r.Spec.ItemOperationTimeout.Duration = cmp.Or(r.Spec.ItemOperationTimeout.Duration, operationTimeout)
	}
	return &r
}

// appliesTo says whether an action is for a resource, whatever features it needs.
func (w *walk) appliesTo(a *actions.Action, resource string) bool {
	if a.Plugin == "" {
		return slices.Contains(a.AppliesTo.Resources, resource)
	}
	return slices.ContainsFunc(w.env.Chain.For(resource), func(l *actions.Link) bool { return l.Name == a.Name })
}

// runsIn says whether an action, where it is for the resource, is for a namespace of the target.
func (w *walk) runsIn(action, resource, namespace string) bool {
	return !slices.ContainsFunc(w.env.Chain.For(resource), func(l *actions.Link) bool { return l.Name == action && !l.In(namespace) })
}

// Land implements pipeline.Around. An object whose kind or group has changed goes to the resource of its new kind, as
// discovery has it. Source: v1.18.3 pkg/restore/restore.go:1794-1808.
func (w *walk) Land(it *pipeline.Item) error {
	if w.env.AsRun == nil || it.FromBackup == nil {
		return nil
	}
	kind, version := it.Object.ObjectKind(), it.Object.APIVersion()
	it.Report.Version = layout.Version(version)
	if kind == it.FromBackup.ObjectKind() && groupOf(version) == groupOf(it.FromBackup.APIVersion()) {
		return nil
	}
	resource, known := w.target.resources.ForKind(version, kind)
	if !known && w.target.groups.described {
		return fmt.Errorf("a plugin made %s %s of it, and the target serves no such kind", version, kind)
	}
	it.Report.SentAs = resource
	return nil
}

// groupOf is the group of an apiVersion.
func groupOf(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

// operations are what plugins go on with once their items are restored, by action.
type operations map[string]*operationsOf

type operationsOf struct {
	progress func(*velero.Restore, string) (actions.Progress, error)
	items    []string // by operation
	ids      []string
}

// see keeps what plugins began for an item.
func (o operations) see(it *pipeline.Item) {
	for _, op := range it.Operations {
		of := o[op.Of.Name]
		if of == nil {
			of = &operationsOf{progress: op.Of.Progress}
			o[op.Of.Name] = of
		}
		of.items, of.ids = append(of.items, it.Key.String()), append(of.ids, op.ID)
	}
}

// operationTimeout is how long Velero waits for operations, unless the Restore says otherwise.
// Source: v1.18.3 pkg/cmd/server/config/config.go:47.
const operationTimeout = 4 * time.Hour

// conclude asks each plugin once how far its operations are, as Velero does until they are done, and says whether one failed.
// Source: v1.18.3 pkg/controller/restore_operations_controller.go:239-330.
func (o operations) conclude(s *report.Summary, restore *velero.Restore) (failed bool) {
	if len(o) == 0 {
		return false
	}
	timeout := restore.Spec.ItemOperationTimeout.Duration
	for _, action := range slices.Sorted(maps.Keys(o)) {
		of := o[action]
		bad, first := of.failures(restore)
		if len(bad) > 0 {
			failed = true
			s.Add(report.Finding{ID: "plugin-operation-failed", Severity: report.Warning, Subject: action, Items: bad, Message: fmt.Sprintf(
				"%s says that its operation for %s failed: %s", action, items(len(bad)), first)})
		}
		if waits := len(of.items) - len(bad); waits > 0 {
			s.Add(report.Finding{ID: "plugin-operation", Severity: report.Notice, Subject: action, Items: of.others(bad), Message: fmt.Sprintf(
				"%s goes on with an operation for %s after the restore: Velero ends the restore once it is done, and cancels it after %s", action, items(waits), timeout)})
		}
	}
	return failed
}

// failures are the items whose operations failed, and why the first did.
func (o *operationsOf) failures(restore *velero.Restore) (bad []string, first string) {
	for i, id := range o.ids {
		p, err := o.progress(restore, id)
		why := p.Err
		if err != nil {
			why = err.Error()
		}
		if why == "" || err == nil && !p.Completed {
			continue
		}
		if strings.HasPrefix(o.items[i], layout.Secrets+"/") {
			why = "what it says is not shown, as the item is a Secret"
		}
		bad, first = append(bad, o.items[i]), cmp.Or(first, why)
	}
	return bad, first
}

// others are the items but some.
func (o *operationsOf) others(than []string) []string {
	return slices.DeleteFunc(slices.Clone(o.items), func(item string) bool { return slices.Contains(than, item) })
}
