package restore

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// maxReasons is how many errors of a backup are told, and maxReason how long each may be.
const (
	maxReasons = 5
	maxReason  = 240
)

// refuses is why Velero ends a restore of the backup as FailedValidation. Other phases than Failed may pass until the restore comes.
// Source: d2241adba pkg/controller/restore_controller.go:407-416.
func (o *Options) refuses(side *tarball.Side) error {
	if side.Backup == nil || !o.Profile.Does(actions.RefusesUnfinishedBackups) || !strings.HasPrefix(side.Backup.Status.Phase, "Failed") {
		return nil
	}
	return fmt.Errorf("the Restore ends as FailedValidation: backup %s is %s, and Velero %s restores only backups that are Completed or PartiallyFailed: restore another one",
		side.Backup.Name, side.Backup.Status.Phase, o.Profile)
}

// incomplete tells of a backup that did not complete, with the errors that Velero noted beside it.
func incomplete(src *tarball.Source, side *tarball.Side) ([]report.Finding, error) {
	if side.Backup == nil {
		return nil, nil
	}
	phase := side.Backup.Status.Phase
	var f report.Finding
	switch {
	case strings.HasSuffix(phase, "PartiallyFailed"):
		f = report.Finding{ID: "backup-partially-failed", Severity: report.Warning}
	case strings.HasPrefix(phase, "Failed"):
		f = report.Finding{ID: "backup-failed", Severity: report.Error}
	default:
		return nil, nil
	}
	noted, err := src.Errors(side)
	if err != nil {
		return nil, err
	}
	var reasons []string
	reasons, f.Items = backupErrors(noted)
	f.Message = fmt.Sprintf("the backup is %s", phase)
	switch shown := reasons[:min(len(reasons), maxReasons)]; {
	case len(reasons) == 0:
		f.Message += ", and the reason is unknown: its results file is missing"
	case len(reasons) > maxReasons:
		f.Message += fmt.Sprintf(": %s; and %d more errors in its results file", strings.Join(shown, "; "), len(reasons)-maxReasons)
	default:
		f.Message += ": " + strings.Join(shown, "; ")
	}
	return []report.Finding{f}, nil
}

// noted is how the results write an error. Source: v1.18.2 pkg/util/logging/log_counter_hook.go:69-91.
var noted = regexp.MustCompile(`^(?: resource: /(\S*))?(?: name: /(\S*))? message: /`)

// backupErrors are the errors of a backup in words, without repeats, and the addresses of the items that they name.
func backupErrors(m tarball.Messages) (reasons, items []string) {
	seen := map[string]bool{"": true}
	once := func(list []string, text string) []string {
		if seen[text] {
			return list
		}
		seen[text] = true
		return append(list, text)
	}
	add := func(namespace string, texts []string) {
		for _, text := range texts {
			reason, at := backupError(namespace, text)
			reasons, items = once(reasons, reason), once(items, at)
		}
	}
	add("", m.Velero)
	add("", m.Cluster)
	for _, namespace := range slices.Sorted(maps.Keys(m.Namespaces)) {
		add(namespace, m.Namespaces[namespace])
	}
	return reasons, items
}

// backupError is one error in words, and the address of the item that it names, "" for none. Of a Secret only its name is
// told: the text may hold what is in it.
func backupError(namespace, text string) (reason, item string) {
	m := noted.FindStringSubmatch(text)
	if m == nil {
		return cutReason(strings.TrimSpace(text)), ""
	}
	text = strings.ReplaceAll(strings.TrimSpace(text[len(m[0]):]), " error: /", ": ")
	if m[1] == "" || m[2] == "" {
		return cutReason(text), ""
	}
	item = layout.Address{Resource: m[1], Namespace: namespace, Name: strings.TrimPrefix(m[2], namespace+"/")}.String()
	if m[1] == layout.Secrets {
		return item + " was not backed up", item
	}
	return item + ": " + cutReason(text), item
}

func cutReason(text string) string {
	if len(text) <= maxReason {
		return text
	}
	return strings.ToValidUTF8(text[:maxReason], "") + "…"
}
