package backup

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/redaction"
	"github.com/veltx/veltx/transform/report"
)

// run is one simulated backup.
type run struct {
	o         *Options
	source    *Source
	spaces    *namespaces
	filter    resourceFilter
	selectors []labels.Selector
	actions   *actions.Chain // backup item actions
	blocks    *actions.Chain // item block actions
	view      *view
	backup    *actions.Backup

	collects   map[string]bool // resources that the filters take
	tracked    map[string]bool // namespaces whose Namespace is taken
	candidates []candidate
	states     []state         // of every item of the source
	backedUp   map[string]bool // resources with an item in the backup that no action asked for
	block      int
	operations operations               // that plugins began
	made       map[layout.Address]*made // by plugins, in the cluster that they ask
	redactor   *redaction.Redactor      // with plugins only
	sink       report.Sink
	summary    *report.Summary
}

// Plan tells the sink every item that a backup of the source would hold, in order. It returns an error where no backup
// could begin; what befalls single items is in the report.
// Source: v1.18.2 pkg/backup/backup.go:252-700 (BackupWithResolvers).
func Plan(ctx context.Context, source *Source, o *Options, sink report.Sink) (*report.Summary, error) {
	r, err := newRun(source, o, sink)
	if err != nil {
		return nil, err
	}
	if err := r.beginPlugins(ctx); err != nil {
		return nil, err
	}
	if err := r.collect(); err != nil {
		return nil, err
	}
	if err := r.backUp(ctx); err != nil {
		return nil, err
	}
	if err := r.backUpDefinitions(); err != nil {
		return nil, err
	}
	if err := r.concludePlugins(); err != nil {
		return nil, err
	}
	r.conclude()
	return r.summary, nil
}

func newRun(source *Source, o *Options, sink report.Sink) (*run, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	r := &run{
		o: o, source: source, sink: sink, view: newView(source), states: make([]state, source.index.Len()),
		collects: map[string]bool{}, tracked: map[string]bool{}, backedUp: map[string]bool{},
		summary: &report.Summary{Outcomes: map[report.Outcome]int{}, Why: map[string]int{}},
		backup:  &actions.Backup{Name: o.Name, Spec: o.Spec},
	}
	if r.backup.Spec.VolumeGroupSnapshotLabelKey == "" && o.Profile.Does(actions.GroupsVolumeSnapshots) {
		r.backup.Spec.VolumeGroupSnapshotLabelKey = defaultVolumeGroupLabel
	}
	r.backup.Get = func(ref actions.ItemRef) *object.Value {
		v, _ := r.view.Get(ref.Resource, ref.Namespace, ref.Name)
		return v
	}
	r.backup.InVersion = r.view.inVersion
	for _, f := range source.findings {
		r.summary.Add(f)
	}
	var err error
	if r.spaces, err = newNamespaces(o, source.namespaces(), r.labelledNamespaces()); err != nil {
		return nil, err
	}
	policies, err := r.readPolicies()
	if err != nil {
		return nil, err
	}
	r.filter = newFilter(o, r.spaces, source.known, policies, r.summary)
	if r.selectors, err = filters.Selectors(o.Spec.LabelSelector, o.Spec.OrLabelSelectors); err != nil {
		return nil, fmt.Errorf("label selector: %w", err)
	}
	if r.actions, err = actions.NewChain(o.Actions, o.has); err != nil {
		return nil, err
	}
	r.blocks, err = actions.NewChain(o.ItemBlocks, o.has)
	return r, err
}

// defaultVolumeGroupLabel is the label of volume groups unless the backup, or a flag of the server, names another.
// Source: v1.18.2 pkg/apis/velero/v1/labels_annotations.go, pkg/controller/backup_controller.go:396.
const defaultVolumeGroupLabel = "velero.io/volume-group"

// labelledNamespaces are the namespaces that their label excludes.
func (r *run) labelledNamespaces() []string {
	var names []string
	for id := range r.source.items(layout.Namespaces) {
		if o, err := r.source.read(id); err == nil && o.Labels()[excludeLabel] == "true" {
			names = append(names, o.Name())
		}
	}
	return names
}

// qualified is an item's name as orderedResources has it.
func qualified(key layout.ItemKey) string {
	return layout.NamespacedName{Namespace: key.Namespace, Name: key.Name}.String()
}

func (r *run) missOrdered(resource, name string) {
	r.summary.FindOn(report.Warning, "ordered-item-missing", resource+"/"+name, fmt.Sprintf("%s: there is no %s %s among the items that are backed up", r.o.field("orderedResources"), resource, name))
}

// countLeftOut counts the items that no line of the plan tells of, by the filter that leaves them out.
func (r *run) countLeftOut() {
	for _, resource := range r.source.index.Resources() {
		for id := range r.source.items(resource) {
			if r.states[id]&told == 0 {
				r.countOne(r.source.index.Key(id))
			}
		}
	}
}

func (r *run) countOne(key layout.ItemKey) {
	left := &r.summary.LeftOut
	switch {
	case !r.collects[key.Resource] && key.Namespace == "":
		left.ClusterScoped++
	case !r.collects[key.Resource]:
		left.Resource++
	case key.Namespace != "" && !r.spaces.has(key.Namespace), key.Resource == layout.Namespaces && !r.spaces.has(key.Name):
		left.Namespace++
	default:
		left.Selector++
	}
}
