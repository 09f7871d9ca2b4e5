package restore

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// The annotations of an init hook. Velero knows one more, timeout, but nothing in it reads that one.
const (
	initHookPrefix  = "init.hook.restore.velero.io/"
	initHookImage   = initHookPrefix + "container-image"
	initHookName    = initHookPrefix + "container-name"
	initHookCommand = initHookPrefix + "command"
)

// The names of the init container that waits for the pod's volumes: before Velero 1.10, and since.
const (
	resticWait  = "restic-wait"
	restoreWait = "restore-wait"
)

// InitRestoreHook puts init containers in front of a pod's own, behind a restore-wait (1.6: restic-wait) that comes
// first: the one that the pod's annotations describe, else those of the Restore's hooks that match the pod's labels and
// its target namespace (1.6: its original one).
// Source: Velero v1.18.2 pkg/restore/actions/init_restorehook_pod_action.go:45-64, internal/hook/item_hook_handler.go:
// 104-193 and 412-480; v1.6.3 pkg/restore/init_restorehook_pod_action.go:46-60, internal/hook/item_hook_handler.go:
// 99-165 and 345-409.
//
// In an archive the annotations go once they are obeyed, or the restore to come would obey them again; and containers
// that stand at the front already, equal in every field, are not put there a second time.
func InitRestoreHook(profile actions.Profile) actions.Action {
	return actions.Action{
		Name:      "velero.io/init-restore-hook",
		Summary:   "adds the init containers of restore hooks to a pod",
		AppliesTo: actions.Selector{Resources: []string{layout.Pods}},
		Typed:     typed.Pod,
		Archive:   true,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			hooks := in.Restore.Spec.Hooks.Resources
			if len(hooks) == 0 && !in.Item.Has("metadata", "annotations", initHookImage) {
				return nil, nil
			}
			out := &actions.Output{}
			hook, err := hookContainers(profile, in, out)
			if len(hook) == 0 || err != nil {
				return out, err
			}
			injectInit(profile, in, hook, out)
			return out, nil
		},
	}
}

// hookContainers returns what is to be injected. The hooks of the Restore are read even where annotations win, since
// Velero fails the pod on a bad selector then, too.
func hookContainers(profile actions.Profile, in *actions.Input, out *actions.Output) ([]*object.Value, error) {
	hooks, err := restoreHooks(in.Restore.Spec.Hooks.Resources)
	if err != nil {
		return nil, err
	}
	annotated, err := annotatedContainer(in)
	if err != nil {
		return nil, err
	}
	if annotated == nil {
		return selectedContainers(profile, in, hooks, out)
	}
	out.Explain("metadata.annotations", "init container "+annotated.Get("name").Str()+" comes from the pod's annotations")
	if in.Archive {
		consumeAnnotations(in.Item)
	}
	return []*object.Value{annotated}, nil
}

// annotatedContainer makes the container that the pod's annotations describe, or nil.
func annotatedContainer(in *actions.Input) (*object.Value, error) {
	annotation := func(name string) string { return in.Item.Get("metadata", "annotations", name).Str() }
	if annotation(initHookImage) == "" {
		return nil, nil
	}
	command := annotation(initHookCommand)
	if command == "" {
		return nil, &actions.Failure{ID: "init-hook-without-command", Err: fmt.Errorf("metadata.annotations[%s]: missing, and Velero's action panics without it: "+
			"give the command, or remove %s", initHookCommand, initHookImage)}
	}
	name := annotation(initHookName)
	if name == "" {
		name = generatedInitName(in)
	}
	container := object.New()
	if words := hookCommand(command); len(words) > 0 {
		container.Set("command", object.Strings(words...))
	}
	container.Set("image", object.Text(annotation(initHookImage)))
	container.Set("name", object.Text(name))
	return container, nil
}

// generatedInitName names a container whose annotations give no name.
//
// Differs from Velero: its eight hexadecimal digits are random; these follow from the pod's identity in the backup, so
// that runs repeat.
func generatedInitName(in *actions.Input) string {
	identity := strings.Join([]string{in.Resource, in.ItemFromBackup.Namespace(), in.ItemFromBackup.Name(), "0"}, "\x00")
	sum := sha256.Sum256([]byte(identity))
	return "velero-restore-init-" + hex.EncodeToString(sum[:4])
}

// hookCommand reads a command: a JSON array of strings, or else one word.
func hookCommand(text string) []string {
	var words []string
	if text[0] != '[' || json.Unmarshal([]byte(text), &words) != nil {
		return []string{text}
	}
	return words
}

func consumeAnnotations(item *object.Value) {
	var obeyed []string
	for name := range item.Get("metadata", "annotations").Members() {
		if strings.HasPrefix(name, initHookPrefix) {
			obeyed = append(obeyed, name)
		}
	}
	item.RemoveAnnotations(obeyed...)
}

// injectInit puts the hook's containers in front of the pod's own init containers.
func injectInit(profile actions.Profile, in *actions.Input, hook []*object.Value, out *actions.Output) {
	wait := restoreWait
	if !profile.Does(actions.NamesRestoreWait) {
		wait = resticWait
	}
	pod := readPod(in.Item)
	own, at := pod.initContainers, 0
	if len(own) > 0 && own[0].Get("name").Is(wait) {
		at = 1
	}
	if in.Archive && len(own) >= at+len(hook) && slices.EqualFunc(own[at:at+len(hook)], hook, object.Equal) {
		out.Explain("spec.initContainers", "the pod already has the hook's init containers")
		return
	}
	warnSameNames(pod, hook, out)
	podSetInitContainers(in.Item, slices.Concat(own[:at], hook, own[at:]))
}

// warnSameNames tells of names that the API server will refuse, as after a second restore of one pod.
func warnSameNames(pod podView, hook []*object.Value, out *actions.Output) {
	taken := map[string]bool{}
	for _, container := range slices.Concat(pod.initContainers, pod.containers, hook) {
		name := container.Get("name").Str()
		if taken[name] && slices.ContainsFunc(hook, func(h *object.Value) bool { return h.Get("name").Is(name) }) {
			out.Warn("init-container-duplicate", "spec.initContainers", "the pod gets two containers named "+name+
				" through a restore hook: the API server refuses it")
		}
		taken[name] = true
	}
}
