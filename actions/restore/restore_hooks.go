package restore

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/gobwas/glob"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// restoreHook is one element of the Restore's spec.hooks.resources with its selector compiled. Velero passes over the
// resources that a hook names: hooks are for pods.
type restoreHook struct {
	path   string
	spec   *velero.RestoreResourceHookSpec
	labels labels.Selector // nil selects all
}

func restoreHooks(specs []velero.RestoreResourceHookSpec) ([]restoreHook, error) {
	hooks := make([]restoreHook, len(specs))
	for i := range specs {
		hooks[i] = restoreHook{path: fmt.Sprintf("spec.hooks.resources[%d]", i), spec: &specs[i]}
		if specs[i].LabelSelector == nil {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(specs[i].LabelSelector)
		if err != nil {
			return nil, fmt.Errorf("the Restore's %s.labelSelector: %w", hooks[i].path, err)
		}
		hooks[i].labels = selector
	}
	return hooks, nil
}

// CheckHooks checks a Restore's hooks as Velero does before the restore begins: the selectors, and with 1.18 the init
// containers as well. Before that, the API server takes no Restore whose exec hook has no command (v1.18.2 and v1.6.3
// config/crd/v1/bases/velero.io_restores.yaml). Source: Velero v1.18.2 pkg/controller/restore_controller.go:344-360, v1.6.3
// pkg/restore/restore.go:215-219.
func CheckHooks(profile actions.Profile, restore *velero.Restore) error {
	hooks, err := restoreHooks(restore.Spec.Hooks.Resources)
	if err != nil {
		return err
	}
	var errs []error
	for i := range hooks {
		errs = append(errs, hooks[i].checkPatterns())
		for j, post := range hooks[i].spec.PostHooks {
			if post.Exec != nil && len(post.Exec.Command) == 0 {
				errs = append(errs, fmt.Errorf("the Restore's %s.postHooks[%d].exec.command: is missing, and the API server refuses such a Restore", hooks[i].path, j))
			}
		}
		if !profile.Does(actions.ChecksInitHooks) {
			continue
		}
		_, err := hooks[i].containers(profile)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// maxHookPattern is how long a namespace of a hook may be: matching costs time with its length.
const maxHookPattern = 4096

func (h *restoreHook) checkPatterns() error {
	for _, pattern := range slices.Concat(h.spec.IncludedNamespaces, h.spec.ExcludedNamespaces) {
		if len(pattern) > maxHookPattern {
			return fmt.Errorf("the Restore's %s: a namespace of %d bytes is longer than %d: shorten it", h.path, len(pattern), maxHookPattern)
		}
	}
	return nil
}

// selects says whether a hook is for a pod with these labels in this namespace.
func (h *restoreHook) selects(namespace string, set labels.Set) bool {
	return h.inNamespace(namespace) && (h.labels == nil || h.labels.Matches(set))
}

// inNamespace says whether a hook is for pods in this namespace.
func (h *restoreHook) inNamespace(namespace string) bool {
	if hookGlobs(h.spec.ExcludedNamespaces, namespace) {
		return false
	}
	included := h.spec.IncludedNamespaces
	return len(included) == 0 || slices.Contains(included, "*") || hookGlobs(included, namespace)
}

// hookGlobs matches a namespace against globs. Velero tries them sorted and gives up at the first that is malformed.
func hookGlobs(globs []string, namespace string) bool {
	for _, pattern := range slices.Sorted(slices.Values(globs)) {
		g, err := glob.Compile(pattern)
		if err != nil {
			return false
		}
		if g.Match(namespace) {
			return true
		}
	}
	return false
}

// selectedContainers returns the init containers of all hooks that select the pod, in their order.
func selectedContainers(
	profile actions.Profile, in *actions.Input, hooks []restoreHook, out *actions.Output,
) ([]*object.Value, error) {
	var containers []*object.Value
	for _, hook := range selecting(hooks, initNamespace(profile, in.Item.Namespace(), in.Namespace), in.Item) {
		found, err := hook.containers(profile)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			containers = append(containers, found...)
			out.Explain("spec.initContainers", fmt.Sprintf("%d init container(s) come from the Restore's hook %s",
				len(found), hook.spec.Name))
		}
	}
	return containers, nil
}

// containers reads a hook's init containers. They are injected as they are written, fields that veltx does not know
// included.
func (h *restoreHook) containers(profile actions.Profile) ([]*object.Value, error) {
	var containers []*object.Value
	for i := range h.spec.PostHooks {
		found, err := h.initContainers(profile, i)
		if err != nil {
			return nil, err
		}
		containers = append(containers, found...)
	}
	return containers, nil
}

// initContainers reads the init containers of one of the hook's postHooks, nil where it is no init hook.
func (h *restoreHook) initContainers(profile actions.Profile, post int) ([]*object.Value, error) {
	init := h.spec.PostHooks[post].Init
	if init == nil {
		return nil, nil
	}
	var containers []*object.Value
	for i, raw := range init.InitContainers {
		container, err := hookContainer(profile, raw)
		if err != nil {
			return nil, fmt.Errorf("the Restore's %s.postHooks[%d].init.initContainers[%d]: %w", h.path, post, i, err)
		}
		containers = append(containers, container)
	}
	return containers, nil
}

// hookContainer checks a container as Velero does. 1.6 has no check beyond the types.
func hookContainer(profile actions.Profile, raw json.RawMessage) (*object.Value, error) {
	var typed corev1.Container
	if err := json.Unmarshal(raw, &typed); err != nil {
		return nil, fmt.Errorf("not a container: %w", err)
	}
	for _, field := range []struct {
		name  string
		empty bool
	}{{"name", typed.Name == ""}, {"image", typed.Image == ""}, {"command", len(typed.Command) == 0}} {
		if field.empty && profile.Does(actions.ChecksInitHooks) {
			return nil, fmt.Errorf("%s: missing; Velero wants name, image and command", field.name)
		}
	}
	container, err := object.Parse(raw)
	if err != nil || !container.IsNull() {
		return container, err
	}
	return object.New(), nil
}
