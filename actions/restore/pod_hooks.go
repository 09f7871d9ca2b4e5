package restore

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// The annotations of an exec hook.
const (
	execHookPrefix       = "post.hook.restore.velero.io/"
	execHookContainer    = execHookPrefix + "container"
	execHookCommand      = execHookPrefix + "command"
	execHookOnError      = execHookPrefix + "on-error"
	execHookExecTimeout  = execHookPrefix + "exec-timeout"
	execHookWaitTimeout  = execHookPrefix + "wait-timeout"
	execHookWaitForReady = execHookPrefix + "wait-for-ready"
)

// defaultExecTimeout is how long Velero lets a command run that has no limit of its own.
// Source: v1.18.2 pkg/podexec/pod_command_executor.go:36 and 115, v1.6.3 the same file:35 and 112.
const defaultExecTimeout = 30 * time.Second

// Hooks are the hooks of a Restore, ready to be matched with pods.
type Hooks struct {
	profile actions.Profile
	hooks   []restoreHook
}

// NewHooks compiles the selectors of a Restore's hooks.
func NewHooks(profile actions.Profile, r *velero.Restore) (*Hooks, error) {
	hooks, err := restoreHooks(r.Spec.Hooks.Resources)
	return &Hooks{profile, hooks}, err
}

// PodHook is one hook for one pod.
type PodHook struct {
	Resource, Post int                     // its place in spec.hooks.resources and postHooks; of annotations, Resource is -1
	Exec           *velero.ExecRestoreHook // with Velero's defaults filled in; nil for an init hook
	Init           []*object.Value         // the init containers of an init hook
	Overruled      bool                    // the pod's annotations come before it: Velero passes over it
}

// Annotated says that the hook comes from the pod's annotations.
func (h *PodHook) Annotated() bool { return h.Resource < 0 }

// Path is where the hook stands.
func (h *PodHook) Path() string {
	if h.Annotated() {
		return "metadata.annotations"
	}
	return fmt.Sprintf("spec.hooks.resources[%d].postHooks[%d]", h.Resource, h.Post)
}

// HasAnnotations says whether a pod has annotations of hooks.
func HasAnnotations(pod *object.Value) bool {
	for name := range pod.Get("metadata", "annotations").Members() {
		if strings.HasPrefix(name, execHookPrefix) || strings.HasPrefix(name, initHookPrefix) {
			return true
		}
	}
	return false
}

// Exec returns the exec hooks for a pod as it is created, in the target namespace: the one of its annotations, and those
// of the Restore, which Velero passes over where annotations have one.
// Source: Velero v1.18.2 internal/hook/item_hook_handler.go:547-617, v1.6.3 the same file:465-518.
func (h *Hooks) Exec(pod *object.Value, namespace string) []PodHook {
	containers := pod.Get("spec", "containers").Elements()
	if len(containers) == 0 {
		return nil
	}
	var found []PodHook
	if hook := annotatedExec(pod); hook != nil {
		found = append(found, PodHook{Resource: -1, Exec: hook})
	}
	annotated := len(found) > 0
	for i, hook := range selecting(h.hooks, namespace, pod) {
		for j, post := range hook.spec.PostHooks {
			if post.Exec != nil {
				exec := *post.Exec
				found = append(found, PodHook{Resource: i, Post: j, Exec: &exec, Overruled: annotated})
			}
		}
	}
	for i := range found {
		exec := found[i].Exec
		if exec.Container == "" {
			exec.Container = containers[0].Get("name").Str()
		}
		if exec.ExecTimeout.Duration == 0 {
			exec.ExecTimeout.Duration = defaultExecTimeout
		}
	}
	return found
}

// Init returns the init hooks for a pod as the item actions see it, in its original namespace: the one of its annotations,
// and those of the Restore, which Velero passes over where annotations have one.
func (h *Hooks) Init(pod *object.Value, target string) []PodHook {
	var found []PodHook
	if image := pod.Annotation(initHookImage); image != "" {
		container := object.New()
		container.Set("name", object.Text(pod.Annotation(initHookName)))
		container.Set("image", object.Text(image))
		if command := pod.Annotation(initHookCommand); command != "" {
			container.Set("command", object.Strings(hookCommand(command)...))
		}
		found = append(found, PodHook{Resource: -1, Init: []*object.Value{container}})
	}
	annotated := len(found) > 0
	for i, hook := range selecting(h.hooks, initNamespace(h.profile, pod.Namespace(), target), pod) {
		for j := range hook.spec.PostHooks {
			containers, err := hook.initContainers(h.profile, j)
			if len(containers) > 0 && err == nil {
				found = append(found, PodHook{Resource: i, Post: j, Init: containers, Overruled: annotated})
			}
		}
	}
	return found
}

// InNamespace says whether a hook of the Restore is for pods that are restored from one namespace into another, by its
// namespaces alone.
func (h *Hooks) InNamespace(hook int, original, target string) bool {
	selector := &h.hooks[hook]
	return slices.ContainsFunc(h.compared(hook, original, target), selector.inNamespace)
}

// compared are the namespaces of a pod with which Velero compares those of a hook: for init hooks this depends on the
// release.
func (h *Hooks) compared(hook int, original, target string) []string {
	var list []string
	for _, post := range h.hooks[hook].spec.PostHooks {
		if post.Exec != nil {
			list = append(list, target)
		}
		if post.Init != nil {
			list = append(list, initNamespace(h.profile, original, target))
		}
	}
	return list
}

// initNamespace is the namespace by which init hooks are selected.
func initNamespace(profile actions.Profile, original, target string) string {
	if profile.Does(actions.MatchesHooksInTargetNamespace) {
		return target
	}
	return original
}

// selecting yields the hooks that select a pod, with their places.
func selecting(hooks []restoreHook, namespace string, pod *object.Value) iter.Seq2[int, *restoreHook] {
	return func(yield func(int, *restoreHook) bool) {
		if len(hooks) == 0 {
			return
		}
		set := labels.Set(pod.Labels())
		for i := range hooks {
			if hooks[i].selects(namespace, set) && !yield(i, &hooks[i]) {
				return
			}
		}
	}
}

// annotatedExec reads the exec hook of a pod's annotations, nil where they have none. What cannot be read is passed over.
// Source: Velero v1.18.2 internal/hook/item_hook_handler.go:479-529, v1.6.3 the same file:413-452.
func annotatedExec(pod *object.Value) *velero.ExecRestoreHook {
	command := pod.Annotation(execHookCommand)
	if command == "" {
		return nil
	}
	hook := &velero.ExecRestoreHook{
		Container: pod.Annotation(execHookContainer), Command: hookCommand(command),
		ExecTimeout: annotatedDuration(pod, execHookExecTimeout), WaitTimeout: annotatedDuration(pod, execHookWaitTimeout),
	}
	if mode := pod.Annotation(execHookOnError); isErrorMode(mode) {
		hook.OnError = mode
	}
	if ready, err := strconv.ParseBool(pod.Annotation(execHookWaitForReady)); err == nil {
		hook.WaitForReady = &ready
	}
	return hook
}

func annotatedDuration(pod *object.Value, name string) metav1.Duration {
	d, err := time.ParseDuration(pod.Annotation(name))
	if err != nil {
		return metav1.Duration{}
	}
	return metav1.Duration{Duration: d}
}

func isErrorMode(text string) bool { return text == "Continue" || text == "Fail" }

// Oddity is an annotation of a hook that Velero passes over.
type Oddity struct{ Annotation, Why string }

// Oddities lists what Velero passes over in a pod's annotations of hooks.
func Oddities(profile actions.Profile, pod *object.Value) []Oddity {
	var list []Oddity
	for name, value := range pod.Get("metadata", "annotations").Members() {
		if why := oddity(profile, pod, name, value.Str()); why != "" {
			list = append(list, Oddity{name, why})
		}
	}
	return list
}

func oddity(profile actions.Profile, pod *object.Value, name, value string) string {
	switch {
	case strings.HasPrefix(name, initHookPrefix):
		return initOddity(pod, name)
	case !strings.HasPrefix(name, execHookPrefix):
		return ""
	case pod.Annotation(execHookCommand) == "":
		return "there is no command: the pod needs " + execHookCommand + " as well"
	}
	switch name {
	case execHookCommand, execHookContainer:
		return ""
	case execHookExecTimeout, execHookWaitTimeout:
		if _, err := time.ParseDuration(value); value != "" && err != nil {
			return fmt.Sprintf("%q is not a duration: write it with a unit, such as 30s", value)
		}
		return ""
	case execHookOnError:
		if value != "" && !isErrorMode(value) {
			return fmt.Sprintf("%q is neither Continue nor Fail", value)
		}
		return ""
	case execHookWaitForReady:
		if !profile.Does(actions.ReadsWaitForReady) {
			return "Velero " + profile.Minor() + " does not read it"
		}
		if _, err := strconv.ParseBool(value); value != "" && err != nil {
			return fmt.Sprintf("%q is neither true nor false", value)
		}
		return ""
	}
	return "Velero does not read it; the annotations of an exec hook are command, container, on-error, exec-timeout, wait-timeout and wait-for-ready"
}

func initOddity(pod *object.Value, name string) string {
	switch name {
	case initHookImage, initHookName, initHookCommand, initHookPrefix + "timeout":
		if pod.Annotation(initHookImage) == "" {
			return "there is no image: the pod needs " + initHookImage + " as well"
		}
		return ""
	}
	return "Velero does not read it; the annotations of an init hook are container-image, container-name and command"
}
