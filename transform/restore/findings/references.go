package findings

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// references finds what restored items name and neither the restore nor the target has, with one finding for each such
// thing. It keeps only what is not there yet when its user comes: most of what items name comes before them. Of what will not
// come any more, so many of a sort are kept, and of the rest only the users.
type references struct {
	world   *World
	open    map[layout.Address]*reference // not there yet
	kept    map[sort]int                  // how many of these will not come any more
	crowds  map[sort]*reference           // all others of them
	renamed map[uint64]struct{}           // addresses of restored items that have a new name
	seed    maphash.Seed
	kinds   map[[2]string]string // resources by apiVersion and kind
}

// maxTold is how many things of a sort have a finding of their own.
const maxTold = 50

// sort is what missing things of one resource are told apart by.
type sort struct {
	resource string
	weight   needs.Weight
	guarding bool
	inBackup bool
}

// reference is something that is named, as it is called in the target, or a crowd of such things.
type reference struct {
	weight   needs.Weight
	guarding bool     // a webhook that must answer needs it
	effects  []string // of the heaviest needs
	unmapped bool     // a user has no finding that it names a namespace that gets another name
	users    []int32  // their numbers in the backup
}

func newReferences(w *World) Watcher {
	return &references{
		world: w, open: map[layout.Address]*reference{}, kept: map[sort]int{}, crowds: map[sort]*reference{},
		renamed: map[uint64]struct{}{}, seed: maphash.MakeSeed(), kinds: map[[2]string]string{},
	}
}

// namingOrRenamed are the resources whose items name others, and those that name none and may have new names.
func namingOrRenamed() []string { return append(needs.Users(), layout.CSISnapshotContents) }

// sent says that Velero sends the item.
func sent(it *pipeline.Item) bool {
	return it.Report.Outcome == report.Create || it.Report.Outcome == report.Update
}

// See implements Watcher.
func (w *references) See(it *pipeline.Item) {
	w.noteName(it)
	controller := w.world.controller(it)
	if it.Key.Resource != layout.Pods && controller != "" || it.Key.Resource == needs.ReplicaSets && needs.IsScaledDown(it.Object) {
		return // its controller has the same template, or it runs no pods
	}
	user := &needs.User{
		Resource: it.Key.Resource, Version: it.Report.Version, Namespace: it.Namespace, Object: it.Object,
		Controller: controller, Resolve: w.resolve,
	}
	warned := warnedOf(it)
	needs.Read(user, func(n needs.Need) { w.note(it, n, warned) })
}

// warned is what the warnings of an item tell already, as it may have tens of thousands, and as many needs.
type warned struct {
	objects    map[layout.Address]bool // that make a warning void if the restore brings them
	namespaces map[string]bool         // that the item names and that get another name
}

func warnedOf(it *pipeline.Item) warned {
	w := warned{}
	for _, f := range it.Report.Warnings {
		if f.Unless != (layout.Address{}) {
			if w.objects == nil {
				w.objects = map[layout.Address]bool{}
			}
			w.objects[f.Unless] = true
		}
		if at := strings.LastIndex(f.Message, namesNamespace); at >= 0 && f.ID == staleReference {
			if w.namespaces == nil {
				w.namespaces = map[string]bool{}
			}
			namespace, _, _ := strings.Cut(f.Message[at+len(namesNamespace):], ",")
			w.namespaces[namespace] = true
		}
	}
	return w
}

// noteName remembers that an item has another name than in the backup.
func (w *references) noteName(it *pipeline.Item) {
	if name := it.Object.Get("metadata", "name"); mayBeRenamed(it.Key.Resource) && !name.Is(it.Key.Name) {
		w.renamed[w.hash(layout.Address{Resource: it.Key.Resource, Namespace: it.Namespace, Name: name.Str()})] = struct{}{}
	}
}

// mayBeRenamed says whether Velero gives items of the resource new names.
func mayBeRenamed(resource string) bool {
	return resource == layout.PersistentVolumes || resource == layout.CSISnapshots || resource == layout.CSISnapshotContents
}

func (w *references) hash(a layout.Address) uint64 { return maphash.Comparable(w.seed, a) }

// resolve is the resource of a kind, "" for one that is not known.
func (w *references) resolve(apiVersion, kind string) string {
	of := [2]string{apiVersion, kind}
	resource, asked := w.kinds[of]
	if !asked {
		if name, known := w.world.Resources.ForKind(apiVersion, kind); known {
			resource = name
		}
		w.kinds[of] = resource
	}
	return resource
}

// note keeps a need that is not met yet. What an action has warned of already is not told again.
func (w *references) note(it *pipeline.Item, n needs.Need, warned warned) {
	if w.isThere(n.Of) || warned.objects[n.Of] {
		return
	}
	r := w.place(n)
	r.add(n, it.Number)
	r.unmapped = r.unmapped || !warned.namespaces[n.Of.Namespace]
}

// place is where a need is kept.
func (w *references) place(n needs.Need) *reference {
	if r := w.open[n.Of]; r != nil {
		return r
	}
	if w.world.Backup.Past(n.Of.Resource) {
		of := sort{n.Of.Resource, n.Weight, n.Guarding, w.inBackup(n.Of)}
		if w.kept[of]++; w.kept[of] > maxTold {
			return entry(w.crowds, of)
		}
	}
	return entry(w.open, n.Of)
}

func entry[K comparable](m map[K]*reference, key K) *reference {
	if m[key] == nil {
		m[key] = &reference{}
	}
	return m[key]
}

// add adds a need of the item with a number.
func (r *reference) add(n needs.Need, number int) {
	r.guarding = r.guarding || n.Guarding
	if n.Weight > r.weight {
		r.weight, r.effects = n.Weight, nil // what weighs less is not worth a word
	}
	if n.Weight == r.weight && !slices.Contains(r.effects, n.Effect) {
		r.effects = append(r.effects, n.Effect)
	}
	if user := int32(number); len(r.users) == 0 || r.users[len(r.users)-1] != user {
		r.users = append(r.users, user)
	}
}

// isThere says whether the target has it, or the restore has brought it by now.
func (w *references) isThere(a layout.Address) bool {
	if w.world.View.Has(a) || w.isBrought(a) {
		return true
	}
	if len(w.renamed) == 0 || !mayBeRenamed(a.Resource) {
		return false
	}
	_, renamed := w.renamed[w.hash(a)]
	return renamed
}

// inBackup says whether the backup has what the restore would bring to the address.
func (w *references) inBackup(a layout.Address) bool {
	return slices.ContainsFunc(w.world.originalsOf(a), func(o layout.Address) bool { return w.world.Backup.Has(o.Key()) })
}

func (w *references) isBrought(a layout.Address) bool {
	return slices.ContainsFunc(w.world.originalsOf(a), func(o layout.Address) bool { return w.world.Backup.Landed(o.Key()) })
}

// Conclude implements Watcher.
func (w *references) Conclude(s *report.Summary) {
	missing := map[layout.Address]*reference{}
	for a, r := range w.open {
		switch {
		case w.comesElsewhere(a) && !r.unmapped: // each user has the finding reference-to-mapped-namespace
		case !w.isThere(a):
			missing[a] = r
		case r.weight == needs.Refused:
			w.tellLate(s, a, r)
		}
	}
	var told []report.Need
	for _, a := range slices.SortedFunc(maps.Keys(missing), layout.Address.Compare) {
		f, need := w.find(a, missing[a])
		already, open := w.toldAlready(a)
		if !already {
			s.Add(f)
		}
		if open && f.Severity != report.Notice {
			told = append(told, need)
		}
	}
	told = append(told, w.tellCrowds(s)...)
	if len(told) > 0 {
		s.Told().Needs = append(s.Told().Needs, told...)
		s.Told().Before = append(s.Told().Before, w.tasks(told)...)
	}
}

// toldAlready says whether a finding on a volume's data tells that an object is missing, and whether the restore works once
// the target has it.
func (w *references) toldAlready(a layout.Address) (already, open bool) {
	if w.world.Told == nil {
		return false, true
	}
	already, open = w.world.Told(a)
	return already, open || !already
}

// find makes the finding of something that is missing, and the need for it.
func (w *references) find(a layout.Address, r *reference) (report.Finding, report.Need) {
	why, bring, inBackup := w.whyMissing(a)
	need := report.Need{
		Resource: a.Resource, Namespace: a.Namespace, Name: a.Name, Users: w.addresses(r.users), Missing: w.world.Env.Target.Complete(a.Resource),
		Effect: strings.Join(r.effects, "; "), InBackup: inBackup, Bring: bring,
	}
	f := findingOf(a, r, need.Missing, inBackup)
	f.Items = need.Users
	f.Message = fmt.Sprintf("%s %s %s, which this restore does not bring (%s); %s; without it, %s",
		count(need.Users), verb(len(need.Users), "need"), w.world.title(a), why, w.world.targetLacks(a.Resource), need.Effect)
	if bring != "" {
		f.Message += "; to include it: " + bring
	}
	return f, need
}

// tellCrowds tells of what is missing and has no finding of its own.
func (w *references) tellCrowds(s *report.Summary) (told []report.Need) {
	bySort := func(a, b sort) int {
		return cmp.Or(cmp.Compare(a.resource, b.resource), cmp.Compare(b.weight, a.weight), cmp.Compare(yes(b.guarding), yes(a.guarding)), cmp.Compare(yes(b.inBackup), yes(a.inBackup)))
	}
	for _, of := range slices.SortedFunc(maps.Keys(w.crowds), bySort) {
		r := w.crowds[of]
		plural, _, _ := strings.Cut(of.resource, ".")
		lacks := w.world.Env.Target.Complete(of.resource)
		f := findingOf(layout.Address{Resource: of.resource, Name: "*"}, r, lacks, of.inBackup)
		where := "the backup does not have"
		if of.inBackup {
			where = "the backup has"
		}
		effect := strings.Join(r.effects, "; ")
		f.Subject, f.Items = fmt.Sprintf("more %s that %s: %s", of.resource, where, effect), w.addresses(r.users)
		f.Message = fmt.Sprintf("%s %s more %s that this restore does not bring and %s, besides those listed one by one; %s; without them, %s",
			count(f.Items), verb(len(f.Items), "need"), plural, where, w.world.targetLacks(of.resource), effect)
		if s.Add(f); f.Severity != report.Notice {
			told = append(told, report.Need{Resource: of.resource, Name: "*", Users: f.Items, Missing: lacks, Effect: effect, InBackup: of.inBackup})
		}
	}
	return told
}

// yes is 1 for true.
func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// findingOf is the finding of something that is missing, by what it is and by what comes of it.
func findingOf(a layout.Address, r *reference, targetLacksIt, inBackup bool) report.Finding {
	switch {
	case a.Resource == layout.StorageClasses:
		return report.Finding{ID: "claim-waits-for-class", Severity: report.Warning, Subject: a.Name}
	case r.guarding:
		return report.Finding{ID: "webhook-before-service", Severity: report.Warning, Subject: a.String()}
	case r.weight == needs.Refused && targetLacksIt:
		return report.Finding{ID: "reference-refused", Severity: report.Error, Subject: a.String()}
	case r.weight == needs.Refused:
		return report.Finding{ID: "reference-refused", Severity: report.Warning, Subject: a.String()}
	case r.weight == needs.Tolerated && !inBackup:
		return report.Finding{ID: "reference-missing", Severity: report.Notice, Subject: a.String()}
	}
	return report.Finding{ID: "reference-missing", Severity: report.Warning, Subject: a.String()}
}

// tellLate tells of pods that come before what the API server wants of them. Source: restoreOrder.
func (w *references) tellLate(s *report.Summary, a layout.Address, r *reference) {
	pods := slices.DeleteFunc(w.addresses(r.users), func(user string) bool { return !strings.HasPrefix(user, layout.Pods+"/") })
	if len(pods) == 0 {
		return
	}
	f := report.Finding{ID: "reference-too-late", Severity: report.Warning, Subject: a.String(), Items: pods}
	if w.world.Env.Target.Complete(a.Resource) {
		f.Severity = report.Error
	}
	f.Message = fmt.Sprintf("this restore has %s only after the pods that name it, and %s: the API server refuses %s",
		w.world.title(a), w.world.targetLacks(a.Resource), count(pods))
	s.Add(f)
	s.Told().Before = append(s.Told().Before, report.Task{
		Finding: f.ID, Text: "Restore " + a.Resource + " first, in a separate restore",
		Command: w.world.restoreOf([]string{a.Resource}, ""),
	})
}

// comesElsewhere says whether the restore brings it into another namespace than the one in which it is named.
func (w *references) comesElsewhere(a layout.Address) bool {
	return a.Namespace != "" && w.world.Env.TargetNamespace(a.Namespace) != a.Namespace && w.world.Backup.Landed(a.Key())
}

// whyMissing says why the restore does not bring it, and which filter or flag would.
func (w *references) whyMissing(a layout.Address) (why, bring string, inBackup bool) {
	if w.comesElsewhere(a) {
		to := w.world.Env.TargetNamespace(a.Namespace)
		return fmt.Sprintf("it is restored as %s/%s, but the reference is to %s/%s", to, a.Name, a.Namespace, a.Name),
			fmt.Sprintf("a resource modifier that changes the namespace to %s", to), false
	}
	for _, original := range w.world.originalsOf(a) {
		if w.world.Backup.Has(original.Key()) {
			why, bring = w.world.Backup.LeftOut(original.Key())
			return why, bring, true
		}
	}
	return "the backup does not have it", "", false
}

// addresses are the items of these numbers, sorted.
func (w *references) addresses(numbers []int32) []string {
	list := make([]string, len(numbers))
	for i, number := range numbers {
		list[i] = w.world.Backup.Address(int(number)).String()
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// tasks are what is to be done for the needs before the restore.
func (w *references) tasks(list []report.Need) []report.Task {
	return slices.Concat(w.bringFirst(list), w.lookUp(list))
}

// carriesNothing are the resources that a restore of their own brings without any harm: those that hold no data, and run
// nothing. What the target has stays.
var carriesNothing = []string{
	layout.ClusterRoles, layout.ConfigMaps, layout.CSISnapshotClasses, needs.IngressClasses, layout.PriorityClasses, needs.Roles, needs.RuntimeClasses,
	layout.Secrets, layout.ServiceAccounts, layout.StorageClasses, needs.VolumeAttributesClasses,
}

// bringFirst restores what the filters leave out, by namespace.
func (w *references) bringFirst(list []report.Need) []report.Task {
	resources := map[string][]string{} // by original namespace
	for _, n := range list {
		if !n.InBackup || n.Bring == "" || !slices.Contains(carriesNothing, n.Resource) {
			continue
		}
		for _, original := range w.world.originalsOf(layout.Address{Resource: n.Resource, Namespace: n.Namespace, Name: n.Name}) {
			if w.world.Backup.Has(original.Key()) && !slices.Contains(resources[original.Namespace], n.Resource) {
				resources[original.Namespace] = append(resources[original.Namespace], n.Resource)
			}
		}
	}
	var tasks []report.Task
	for _, namespace := range slices.Sorted(maps.Keys(resources)) {
		text := "Restore the objects that this restore excludes but its items need"
		if namespace != "" {
			text += ", in namespace " + namespace
		}
		tasks = append(tasks, report.Task{Finding: "reference-missing", Text: text, Command: w.world.restoreOf(resources[namespace], namespace)})
	}
	return tasks
}

// How many objects a command names, and for how many namespaces there is a command each; beyond that, it lists resources.
const (
	maxNames      = 20
	maxNamespaces = 5
)

// lookUp asks the target for what is not known of it, by namespace.
func (w *references) lookUp(list []report.Need) []report.Task {
	names := map[string][]string{}
	for _, n := range list {
		if !n.Missing && n.Name != "*" {
			names[n.Namespace] = append(names[n.Namespace], n.Resource+"/"+n.Name)
		}
	}
	if len(names) > maxNamespaces {
		names = together(names)
	}
	var tasks []report.Task
	for _, namespace := range slices.Sorted(maps.Keys(names)) {
		tasks = append(tasks, lookUpIn(namespace, names[namespace]))
	}
	return tasks
}

// allNamespaces stands for the namespaces of many objects.
const allNamespaces = "*"

// together puts all that has a namespace together.
func together(names map[string][]string) map[string][]string {
	all := map[string][]string{}
	for namespace, objects := range names {
		if namespace != "" {
			namespace = allNamespaces
		}
		all[namespace] = append(all[namespace], objects...)
	}
	return all
}

func lookUpIn(namespace string, objects []string) report.Task {
	text, command := "Check that the target has what this restore needs in namespace "+namespace, "kubectl get --namespace "+namespace
	switch namespace {
	case "":
		text, command = "Check that the target has the cluster-scoped objects that this restore needs", "kubectl get"
	case allNamespaces:
		text, command, objects = "Check that the target has what this restore needs in its namespaces", "kubectl get --all-namespaces", []string{resourcesOf(objects)}
	}
	return report.Task{Finding: "reference-missing", Text: text, Command: strings.Join(append([]string{command}, someNames(objects)...), " ")}
}

// someNames are the objects as kubectl takes them, or their resources if they are many.
func someNames(objects []string) []string {
	if len(objects) <= maxNames {
		return objects
	}
	return []string{resourcesOf(objects)}
}

// resourcesOf are the resources of objects.
func resourcesOf(objects []string) string {
	var resources []string
	for _, o := range objects {
		resource, _, _ := strings.Cut(o, "/")
		resources = append(resources, resource)
	}
	slices.Sort(resources)
	return strings.Join(slices.Compact(resources), ",")
}

// restoreOf is the command that restores only some resources, cluster-scoped ones or those of a namespace.
func (w *World) restoreOf(resources []string, namespace string) string {
	spec := &w.Env.Restore.Spec
	command := []string{"velero restore create", "--from-backup", cmp.Or(spec.BackupName, "BACKUP"), "--include-resources", strings.Join(resources, ",")}
	switch {
	case namespace == "":
		command = append(command, "--include-cluster-resources=true")
	case w.Env.TargetNamespace(namespace) != namespace:
		command = append(command, "--include-namespaces", namespace, "--namespace-mappings", namespace+":"+w.Env.TargetNamespace(namespace))
	default:
		command = append(command, "--include-namespaces", namespace)
	}
	return strings.Join(append(command, "--wait"), " ")
}
