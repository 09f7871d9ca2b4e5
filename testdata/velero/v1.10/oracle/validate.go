package oracle

import (
	"encoding/json"
	"fmt"
	"slices"

	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/util/collections"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// neverRestored are the resources that Velero's controller excludes from
// every restore. Source: v1.10.3 pkg/controller/restore_controller.go:56-90.
var neverRestored = []string{
	"nodes", "events", "events.events.k8s.io", "backups.velero.io", "restores.velero.io", "resticrepositories.velero.io",
	"csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io", "backuprepositories.velero.io",
}

// validate excludes what is never restored, and returns why the controller
// would refuse the Restore.
func validate(r *velerov1.Restore) []string {
	var problems []string
	for _, n := range neverRestored {
		if !slices.Contains(r.Spec.ExcludedResources, n) {
			r.Spec.ExcludedResources = append(r.Spec.ExcludedResources, n)
		}
		if slices.Contains(r.Spec.IncludedResources, n) {
			problems = append(problems, fmt.Sprintf("%v are non-restorable resources", n))
		}
	}
	for _, err := range collections.ValidateIncludesExcludes(r.Spec.IncludedResources, r.Spec.ExcludedResources) {
		problems = append(problems, fmt.Sprintf("Invalid included/excluded resource lists: %v", err))
	}
	for _, err := range collections.ValidateIncludesExcludes(r.Spec.IncludedNamespaces, r.Spec.ExcludedNamespaces) {
		problems = append(problems, fmt.Sprintf("Invalid included/excluded namespace lists: %v", err))
	}
	if r.Spec.OrLabelSelectors != nil && r.Spec.LabelSelector != nil {
		problems = append(problems, "encountered labelSelector as well as orLabelSelectors in restore spec, only one can be specified")
	}
	if (r.Spec.BackupName == "") == (r.Spec.ScheduleName == "") {
		problems = append(problems, "Either a backup or schedule must be specified as a source for the restore, but not both")
		return problems
	}
	return append(problems, validateHooks(r)...)
}

// validateHooks looks at the selectors of hooks and at their init containers.
// Source: v1.10.3 pkg/controller/restore_controller.go:311-327, internal/hook/item_hook_handler.go:401-430,545-555.
func validateHooks(r *velerov1.Restore) (problems []string) {
	var containers []runtime.RawExtension
	for _, resource := range r.Spec.Hooks.Resources {
		if resource.LabelSelector != nil {
			if _, err := metav1.LabelSelectorAsSelector(resource.LabelSelector); err != nil {
				return []string{err.Error()}
			}
		}
		for _, h := range resource.PostHooks {
			if h.Init != nil {
				containers = append(containers, h.Init.InitContainers...)
			}
		}
	}
	for _, raw := range containers {
		container := corev1.Container{}
		if err := json.Unmarshal(raw.Raw, &container); err != nil {
			problems = append(problems, err.Error())
		} else if len(container.Command) == 0 || container.Name == "" || container.Image == "" {
			problems = append(problems, "invalid InitContainer in restore hook, it doesn't have Command, Name or Image field")
		}
	}
	return problems
}
