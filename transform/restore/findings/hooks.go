package findings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/restore"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// hooks lists the hooks of all pods that the restore comes across, and finds those that will not run.
//
// Velero runs exec hooks in pods that it has created, and only once their containers run: v1.18.2 pkg/restore/restore.go:
// 1747-1765, internal/hook/wait_exec_hook_handler.go:70-266; v1.6.3 pkg/restore/restore.go:1448-1482.
type hooks struct {
	world   *World
	restore *restore.Hooks // nil where the selectors cannot be read, which each pod says
	specs   []velero.RestoreResourceHookSpec
	matched []bool            // of the Restore's hooks, by place
	spaces  map[string]string // target namespaces that pods come to, with an original one of each
	list    hookList
	never   map[neverRun][]string // addresses of pods in which a hook does not run
	missing bool                  // a hook names a container that its pod does not have
}

// neverRun is why hooks of some pods do not run though nothing fails.
type neverRun struct {
	hook  string
	never passed
}

// passed is why Velero runs no hook of a pod; severity is empty where something else tells of it.
type passed struct {
	short, why string
	severity   report.Severity
}

func newHooks(w *World) Watcher {
	specs := w.Env.Restore.Spec.Hooks.Resources
	compiled, err := restore.NewHooks(w.Env.Profile, w.Env.Restore)
	if err != nil {
		compiled, specs = nil, nil
	}
	return &hooks{
		world: w, restore: compiled, specs: specs, matched: make([]bool, len(specs)), spaces: map[string]string{},
		list: hookList{}, never: map[neverRun][]string{},
	}
}

// See implements Watcher. Exec hooks are those of the pod as it is created, init hooks were taken from it as the item
// actions saw it.
func (w *hooks) See(it *pipeline.Item) {
	annotated := restore.HasAnnotations(it.Original()) || restore.HasAnnotations(it.Object)
	if w.restore == nil || len(w.specs) == 0 && !annotated {
		return
	}
	if len(w.specs) > 0 {
		w.spaces[strings.Clone(it.Namespace)] = strings.Clone(it.Key.Namespace)
	}
	fate := w.fateOf(it)
	exec := w.restore.Exec(it.Object, it.Namespace)
	waitsForEver := slices.ContainsFunc(exec, func(h restore.PodHook) bool { return !h.Overruled && h.Exec.WaitTimeout.Duration <= 0 })
	for i := range exec {
		w.addExec(it, &exec[i], fate, waitsForEver)
	}
	for _, hook := range w.restore.Init(it.Original(), it.Namespace) {
		w.addInit(it, &hook, fate)
	}
	if annotated && created(it) {
		w.seeOddities(it)
	}
}

// podFate is what becomes of the hooks of a pod, whatever they are.
type podFate struct {
	never passed
	stuck stuck // why its containers never run
}

func (w *hooks) fateOf(it *pipeline.Item) podFate {
	switch it.Report.Outcome {
	case report.Create:
		if Refusal(it) != nil || slices.ContainsFunc(it.Report.Errors, func(f report.Finding) bool { return f.ID == "restore-wait-volume-missing" }) {
			return podFate{never: passed{why: "the API server refuses the pod"}}
		}
		return podFate{stuck: w.world.neverStarts(it)}
	case report.Exists, report.Update:
		return podFate{never: passed{"the pod exists", "the target has the pod already, and Velero runs hooks only in pods that it creates", report.Warning}}
	case report.Skip:
		return podFate{never: passed{"skipped: " + it.Report.Reason, "Velero does not restore the pod: " + it.Report.Reason, report.Notice}}
	}
	return podFate{never: passed{why: "Velero does not restore the pod: it fails"}} // the pod has an error of its own
}

// addExec judges an exec hook of a pod.
func (w *hooks) addExec(it *pipeline.Item, hook *restore.PodHook, pod podFate, waitsForEver bool) {
	line := w.line(it, hook, "exec")
	exec := hook.Exec
	line.Container, line.Command = exec.Container, cutAll(exec.Command)
	line.OnError = cmp.Or(exec.OnError, "Continue")
	line.ExecTimeout, line.WaitTimeout = exec.ExecTimeout.Duration.String(), exec.WaitTimeout.Duration.String()
	switch {
	case pod.never.why != "":
		w.neverRuns(&line, pod.never)
	case hook.Overruled:
		w.neverRuns(&line, overruled("exec"))
	case !hasContainer(it.Object, exec.Container):
		w.withoutContainer(it, hook, &line)
	case len(exec.Command) == 0:
		w.fail("hook-without-command", "its command is empty", it, hook, &line)
	case line.Name == "":
		w.fail("hook-without-name", "it has no name", it, hook, &line)
	case pod.stuck.why != "":
		w.cannotStart(it, hook, &line, pod.stuck, waitsForEver)
	default:
		line.Fate = report.HookRuns
	}
	w.list.add(hook.Resource, &line)
}

func overruled(kind string) passed {
	return passed{"annotations come first (" + kind + ")", "the pod's annotations have an " + kind + " hook, so Velero ignores those of the Restore", report.Warning}
}

// withoutContainer is about a hook for a container that the pod does not have. Since hooks are tracked, Velero waits for it:
// it drops the hook from its list without recording it.
// Source: v1.18.2 internal/hook/wait_exec_hook_handler.go:85-94, hook_tracker.go:156, pkg/controller/
// restore_finalizer_controller.go:569-580; v1.6.3 internal/hook/wait_exec_hook_handler.go:78-85 drops it only.
func (w *hooks) withoutContainer(it *pipeline.Item, hook *restore.PodHook, line *report.Hook) {
	line.Why = fmt.Sprintf("the pod has no container %s (it has %s)", line.Container, containerNames(it.Object))
	if !w.world.Env.Profile.Does(actions.WaitsForTrackedHooks) {
		line.Fate = report.HookNever
		it.Report.Warn("hook-container-missing", hook.Path(), fmt.Sprintf("%s: %s; Velero does not run the hook", named(hook, line), line.Why))
		return
	}
	w.missing = true
	it.Report.Error("hook-container-missing", hook.Path(), fmt.Sprintf("%s: %s; %s", named(hook, line), line.Why, w.wait(line)))
}

// wait is what comes of a hook that Velero waits for in vain.
func (w *hooks) wait(line *report.Hook) string {
	if w.world.Env.Profile.Does(actions.BoundsHookWaits) {
		line.Fate = report.HookFails
		return "Velero waits for the hook until its resource timeout is over, 10 minutes by default, and counts an error"
	}
	line.Fate = report.HookBlocks
	return "Velero waits for the hook forever, and the restore never ends"
}

// fail is about a hook that Velero tries to run and cannot. Releases that count no failed hooks take that for an error only
// where onError says so.
func (w *hooks) fail(id, why string, it *pipeline.Item, hook *restore.PodHook, line *report.Hook) {
	line.Why, line.Fate = why, report.HookFails
	if line.OnError != "Fail" && !w.world.Env.Profile.Does(actions.CountsFailedHooks) {
		line.Fate = report.HookNever
		it.Report.Warn(id, hook.Path(), fmt.Sprintf("%s: %s; Velero does not run the hook", named(hook, line), why))
		return
	}
	it.Report.Error(id, hook.Path(), fmt.Sprintf("%s: %s; Velero counts an error and skips the hooks that have not run by then", named(hook, line), why))
}

// cannotStart is about a hook of a pod whose containers never run.
func (w *hooks) cannotStart(it *pipeline.Item, hook *restore.PodHook, line *report.Hook, stuck stuck, waitsForEver bool) {
	line.Why = stuck.why
	if !stuck.sure {
		line.Fate = report.HookUnknown
		return
	}
	if waitsForEver {
		it.Report.Error("hook-waits-for-pod", hook.Path(), fmt.Sprintf("%s: %s; the hook has no wait timeout: %s", named(hook, line), stuck.why, w.wait(line)))
		return
	}
	w.fail("hook-waits-for-pod", stuck.why, it, hook, line)
}

// addInit judges an init hook of a pod, container by container.
func (w *hooks) addInit(it *pipeline.Item, hook *restore.PodHook, pod podFate) {
	for _, container := range hook.Init {
		line := w.line(it, hook, "init")
		line.Container = container.Get("name").Str()
		for _, word := range container.Get("command").Elements() {
			line.Command = append(line.Command, report.Cut(word.Str()))
		}
		switch {
		case pod.never.why != "":
			w.neverRuns(&line, pod.never)
		case hook.Overruled:
			w.neverRuns(&line, overruled("init"))
		case pod.stuck.why != "" && pod.stuck.sure:
			line.Fate, line.Why = report.HookNever, pod.stuck.why
		case pod.stuck.why != "":
			line.Fate, line.Why = report.HookUnknown, pod.stuck.why
		default:
			line.Fate = report.HookRuns
		}
		w.list.add(hook.Resource, &line)
	}
}

// line begins the line of a hook, and notes that the hook of the Restore has matched a pod.
func (w *hooks) line(it *pipeline.Item, hook *restore.PodHook, kind string) report.Hook {
	line := report.Hook{
		Name: "annotation", Source: "annotation", Type: kind,
		Pod: it.Namespace + "/" + it.Key.Name, From: it.Key.String(),
	}
	if !hook.Annotated() {
		line.Name, line.Source = w.specs[hook.Resource].Name, "restore"
		w.matched[hook.Resource] = true
	}
	return line
}

// neverRuns is about a hook that Velero ignores.
func (w *hooks) neverRuns(line *report.Hook, why passed) {
	line.Fate, line.Why = report.HookNever, why.why
	if why.severity == "" {
		return
	}
	hook := "hooks of annotations"
	if line.Source == "restore" {
		hook = "hook " + line.Name
	}
	key := neverRun{hook, why}
	addresses := w.never[key]
	if n := len(addresses); n == 0 || addresses[n-1] != line.From {
		w.never[key] = append(addresses, line.From)
	}
}

func (w *hooks) seeOddities(it *pipeline.Item) {
	for _, odd := range restore.Oddities(w.world.Env.Profile, it.Object) {
		it.Report.Warn("hook-annotation-ignored", "metadata.annotations", fmt.Sprintf("Velero ignores annotation %s: %s", odd.Annotation, odd.Why))
	}
}

// Conclude implements Watcher.
func (w *hooks) Conclude(s *report.Summary) {
	for i := range w.specs {
		w.concludeSpec(s, i)
	}
	for _, key := range slices.SortedFunc(maps.Keys(w.never), func(a, b neverRun) int {
		return cmp.Or(cmp.Compare(a.hook, b.hook), cmp.Compare(a.never.why, b.never.why))
	}) {
		items := w.never[key]
		s.Add(report.Finding{
			ID: "hook-never-runs", Severity: key.never.severity, Subject: key.hook + ": " + key.never.short, Items: items,
			Message: fmt.Sprintf("%s: not run in %s: %s", key.hook, counted(len(items), "pod", "pods"), key.never.why),
		})
	}
	if w.missing {
		s.Told().Before = append(s.Told().Before, report.Task{
			Finding: "hook-container-missing",
			Text:    "Name existing containers in the exec hooks, or remove these hooks: otherwise Velero waits for them",
		})
	}
	if lines := w.list.lines(len(w.specs)); len(lines) > 0 {
		s.Told().Hooks = lines
	}
}

// cutAll cuts the words of a command.
func cutAll(words []string) []string {
	cut := make([]string, len(words))
	for i, word := range words {
		cut[i] = report.Cut(word)
	}
	return cut
}

func named(hook *restore.PodHook, line *report.Hook) string {
	if hook.Annotated() {
		return "exec hook of the annotations"
	}
	if line.Name == "" {
		return fmt.Sprintf("exec hook spec.hooks.resources[%d] of the Restore", hook.Resource)
	}
	return "exec hook " + line.Name + " of the Restore"
}

func hasContainer(pod *object.Value, name string) bool {
	return slices.ContainsFunc(pod.Get("spec", "containers").Elements(), func(c *object.Value) bool { return c.Get("name").Is(name) })
}

func containerNames(pod *object.Value) string {
	var names []string
	for _, c := range pod.Get("spec", "containers").Elements() {
		names = append(names, c.Get("name").Str())
	}
	return strings.Join(names, ", ")
}
