package findings

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	refs "github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// MappedNamespaces finds what still names a namespace that gets another name.
type MappedNamespaces struct {
	env   *pipeline.Env
	items int // that Velero can rewrite it in
	tasks []report.Task
	asked map[string]int // items with something to do after the restore, by resource
	stays stays
}

const staleReference = "reference-to-mapped-namespace"

// NewMappedNamespaces returns the watcher. A rewriting shows it items by itself.
func NewMappedNamespaces(env *pipeline.Env) *MappedNamespaces {
	return &MappedNamespaces{env: env, asked: map[string]int{}}
}

func newMappedNamespaces(w *World) Watcher { return NewMappedNamespaces(w.Env) }

// See implements Watcher.
func (w *MappedNamespaces) See(it *pipeline.Item) { w.Tell(it, w.Stale(it)) }

// Stale are the references of an item that nothing rewrites. Any number of goroutines may ask for those of different items.
func (w *MappedNamespaces) Stale(it *pipeline.Item) []refs.Reference {
	if w.env.References == nil {
		return nil
	}
	found := w.env.References.Scan(it.Key.Resource, it.Object, it.FromBackup, refs.Likely)
	return slices.DeleteFunc(found, func(r refs.Reference) bool { return r.By != "" })
}

// Tell tells of the references of an item.
func (w *MappedNamespaces) Tell(it *pipeline.Item, found []refs.Reference) {
	if len(found) == 0 {
		return
	}
	var certain, likely []refs.Reference
	lost := lostServices{of: it}
	for _, r := range found {
		switch {
		case isRemade(it):
			it.Report.Notice(staleReference, r.Field(), w.sentence(&r)+"; its controller recreates it")
		case r.Sure != refs.Certain:
			likely = append(likely, r)
		default:
			it.Report.Warn("reference-to-mapped-namespace", r.Field(), w.sentence(&r)+", and Velero leaves it unchanged"+lost.effects(&r))
			certain = append(certain, r)
		}
	}
	if len(likely) > 0 {
		it.Report.Notice(staleReference, likely[0].Field(), w.summary(likely))
	}
	w.stays.add(it, certain, likely, w.env)
	if len(certain) == 0 {
		return
	}
	if it.Key.Resource != layout.Namespaces && it.Key.Resource != layout.Secrets {
		w.items++
	}
	w.ask(it, certain)
}

// isRemade says that a controller makes the item, or what it holds, from others.
func isRemade(it *pipeline.Item) bool {
	switch it.Key.Resource {
	case "endpoints", "endpointslices.discovery.k8s.io", "ipaddresses.networking.k8s.io":
		return true
	case layout.Secrets:
		return it.Object.Get("type").Is("kubernetes.io/service-account-token")
	}
	return false
}

func (w *MappedNamespaces) sentence(r *refs.Reference) string {
	what := r.Text
	if what == "" {
		what = "a value that is not shown"
	}
	return fmt.Sprintf("%s%s%s, which is restored as %s", what, namesNamespace, r.Namespace, w.env.TargetNamespace(r.Namespace))
}

// namesNamespace stands before the namespace in the message of a stale reference.
const namesNamespace = " names namespace "

// lostServices says what comes of references to Services that are not there. It reads the item once, as an item may have tens
// of thousands of them.
type lostServices struct {
	of  *pipeline.Item
	all map[string][]string // effects by namespace; nil until one is asked for
}

func (l *lostServices) effects(r *refs.Reference) string {
	if !strings.HasSuffix(r.Field(), "service.namespace") {
		return ""
	}
	if l.all == nil {
		l.read()
	}
	if len(l.all[r.Namespace]) == 0 {
		return ""
	}
	return "; until it is changed, " + strings.Join(l.all[r.Namespace], ", and ")
}

func (l *lostServices) read() {
	l.all = map[string][]string{}
	user := &needs.User{
		Resource: l.of.Key.Resource, Version: l.of.Report.Version, Namespace: l.of.Namespace, Object: l.of.Object,
		Resolve: func(_, _ string) string { return "" },
	}
	needs.Read(user, func(n needs.Need) {
		if told := l.all[n.Of.Namespace]; n.Of.Resource == layout.Services && !slices.Contains(told, n.Effect) {
			l.all[n.Of.Namespace] = append(told, n.Effect)
		}
	})
}

// mostShown is how many of the likely references of an item are told with their texts.
const mostShown = 3

func (w *MappedNamespaces) summary(found []refs.Reference) string {
	var places []string
	for i := range found[:min(len(found), mostShown)] {
		text := found[i].Text
		if text == "" {
			text = "not shown"
		}
		places = append(places, found[i].Field()+" ("+text+")")
	}
	text := strings.Join(places, ", ")
	if rest := len(found) - len(places); rest > 0 {
		text += " and " + strconv.Itoa(rest) + " more"
	}
	verb := "names"
	if len(found) > 1 {
		verb = "name"
	}
	return text + " probably " + verb + " a namespace that is restored under another name"
}

// mostTasks is for how many items there is a task of their own. For more of them there is one for all.
const mostTasks = 50

// ask keeps what is to be done by hand about the references of an item.
func (w *MappedNamespaces) ask(it *pipeline.Item, found []refs.Reference) {
	w.asked[it.Key.Resource]++
	if len(w.tasks) == mostTasks {
		return
	}
	item := layout.Address{Resource: it.Key.Resource, Namespace: it.Namespace, Name: it.Object.Name()}
	to := w.env.TargetNamespace(found[0].Namespace)
	if slices.ContainsFunc(found, func(r refs.Reference) bool { return r.Namespace != found[0].Namespace }) {
		to = "namespaces of the restore"
	}
	task := report.Task{Finding: staleReference, Text: fmt.Sprintf("Point %s to %s", item, to)}
	if len(found) > 1 {
		task.Text += fmt.Sprintf(" in %d places", len(found))
	}
	hidden := slices.ContainsFunc(found, func(r refs.Reference) bool {
		return refs.Unreached(it.Key.Resource, &r) != "" && it.Key.Resource != layout.Namespaces
	})
	switch patch := w.patch(it, found); {
	case hidden:
		task.Command = kubectl("edit", item)
	case slices.Contains(immutable, it.Key.Resource):
		task.Text += ": it is immutable, so rewrite it before the restore"
	case len(patch) > longestCommand:
		task.Command = kubectl("edit", item)
	default:
		task.Command = kubectl("patch", item, "--type=json", "-p", patch)
	}
	w.tasks = append(w.tasks, task)
}

// immutable are resources whose fields that name namespaces cannot be changed.
var immutable = []string{
	layout.Pods, layout.Jobs, layout.PersistentVolumes, layout.PersistentVolumeClaims, layout.StorageClasses,
	"volumesnapshotclasses.snapshot.storage.k8s.io", "volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io",
	"volumesnapshotcontents.snapshot.storage.k8s.io",
}

// longestCommand is how long a command may be that somebody copies.
const longestCommand = 1024

func kubectl(verb string, item layout.Address, more ...string) string {
	words := []string{"kubectl", verb, item.Resource, item.Name}
	if item.Namespace != "" {
		words = append(words, "-n", item.Namespace)
	}
	return report.ShellLine(append(words, more...)...)
}

// patch is a JSON patch that gives the references their new names.
func (w *MappedNamespaces) patch(it *pipeline.Item, found []refs.Reference) string {
	type operation struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value string `json:"value"`
	}
	var list []operation
	for from := 0; from < len(found); {
		to := from + 1
		for to < len(found) && found[to].Path == found[from].Path {
			to++
		}
		before, _ := found[from].TextIn(it.Object)
		list = append(list, operation{"test", found[from].Path, before}, operation{"replace", found[from].Path, w.env.References.Renamed(before, found[from:to])})
		from = to
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "[]" // cannot happen: texts always have a JSON form
	}
	return string(text)
}

// Conclude implements Watcher.
func (w *MappedNamespaces) Conclude(s *report.Summary) {
	w.stays.conclude(s)
	if w.items > 0 {
		told := s.Told()
		told.Before = append(told.Before, w.rewriteFirst())
	}
	if len(w.tasks) > 0 {
		told := s.Told()
		told.After = append(told.After, w.afterwards()...)
	}
	if w.stays.counted.Likely > 0 {
		told := s.Told()
		told.After = append(told.After, report.Task{
			Finding: staleReference, Text: "Read what probably names a mapped namespace in " + countItems(w.stays.items) + ", and change what does; this lists it",
			Command: w.command("references"),
		})
	}
}

// rewriteFirst is how Velero is made to rewrite the references, or how an archive is.
func (w *MappedNamespaces) rewriteFirst() report.Task {
	task := report.Task{Finding: staleReference, Text: "Rewrite references to mapped namespaces in " + countItems(w.items)}
	modifiers := w.command("references") + " -o resource-modifiers"
	switch {
	case !w.env.Profile.Does(actions.RunsResourceModifiers):
		task.Text += ", and restore the new archive"
		task.Command = w.command("transform") + " --rewrite-references certain -o references.tar.gz"
	case w.env.Restore.Spec.ResourceModifier != nil || w.env.Modifiers != nil && w.env.Modifiers.Len() > 0:
		task.Text += ": add the rules that this writes to the resource modifiers of the restore"
		task.Command = modifiers + " > references.yaml"
	default:
		task.Text += ", and restore with --resource-modifier-configmap " + refs.ConfigMapName
		task.Command = modifiers + " | kubectl apply -f -"
	}
	return task
}

// afterwards is a task for each item, or one for all of them if they are many.
func (w *MappedNamespaces) afterwards() []report.Task {
	all := 0
	for _, n := range w.asked {
		all += n
	}
	if all <= mostTasks {
		if w.env.Archive { // whose items come in no particular order
			slices.SortFunc(w.tasks, func(a, b report.Task) int { return strings.Compare(a.Text, b.Text) })
		}
		return w.tasks
	}
	var kinds []string
	for _, resource := range slices.Sorted(maps.Keys(w.asked)) {
		kinds = append(kinds, report.CountOf(w.asked[resource], resource))
	}
	return []report.Task{{
		Finding: staleReference, Text: "Point the references of " + strings.Join(kinds, ", ") + " to the namespaces of the restore, where they were not rewritten; this lists them",
		Command: w.command("references"),
	}}
}

// command is a command of veltx about the backup and the namespaces that are mapped.
func (w *MappedNamespaces) command(name string) string {
	mapping := w.env.Restore.Spec.NamespaceMapping
	var pairs []string
	for _, from := range slices.Sorted(maps.Keys(mapping)) {
		pairs = append(pairs, from+":"+mapping[from])
	}
	return report.ShellLine("veltx", name, w.env.Argument, "--namespace-mappings", strings.Join(pairs, ","))
}

func countItems(n int) string {
	if n == 1 {
		return "1 item"
	}
	return strconv.Itoa(n) + " items"
}
