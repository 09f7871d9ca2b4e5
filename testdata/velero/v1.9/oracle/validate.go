package oracle

import (
	"fmt"
	"slices"

	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/util/collections"
)

// neverRestored are the resources that Velero's controller excludes from
// every restore. Source: v1.9.3 pkg/controller/restore_controller.go:56-90.
var neverRestored = []string{
	"nodes", "events", "events.events.k8s.io", "backups.velero.io", "restores.velero.io", "resticrepositories.velero.io",
	"csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io",
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
	}
	return problems
}
