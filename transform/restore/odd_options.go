package restore

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// tellUnknownFeatures tells of features that Velero does not have: it takes any word, and nothing follows from it.
// Source: v1.18.2 pkg/apis/velero/v1/constants.go:40-48, pkg/features/feature_flags.go.
func tellUnknownFeatures(s *report.Summary, features []string) {
	known := []string{actions.FeatureCSI, actions.FeatureAPIGroupVersions}
	for i, name := range features {
		if name == "" || slices.Contains(known, name) || slices.Contains(features[:i], name) {
			continue
		}
		s.FindOn(report.Warning, "feature-unknown", name, fmt.Sprintf("Velero has no feature %s%s", name, meant(layout.Nearest(name, known))))
	}
}

// meant asks whether another name was meant.
func meant(name string) string {
	if name == "" {
		return ""
	}
	return ": is " + name + " meant?"
}

// tellOtherBackup tells of a Restore that names another backup than the one that is read: Velero would restore that one. A
// bare archive may be called anything.
func tellOtherBackup(s *report.Summary, asked string, backup *velero.Backup, archive string) {
	name, severity := archive, report.Notice
	if backup != nil {
		name, severity = backup.Name, report.Warning
	}
	if asked != "" && name != "" && asked != name {
		s.FindOn(severity, "another-backup", asked, fmt.Sprintf(
			"the Restore names backup %s, and this is %s: Velero restores the one that the Restore names", asked, name))
	}
}
