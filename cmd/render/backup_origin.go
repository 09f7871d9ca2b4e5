package render

import (
	"time"

	"github.com/veltx/veltx/tarball/velero"
)

// The annotations of a backup that tell of the cluster it was made of.
const gitVersionAnnotation = "velero.io/source-cluster-k8s-gitversion"

// sourceCluster is what the backup tells of the cluster that it was made of, "" for nothing. velero-backup.json does not
// say which Velero wrote it, only the version of its format.
func sourceCluster(b *velero.Backup) string {
	if b == nil {
		return ""
	}
	text := ""
	if version := b.Annotations[gitVersionAnnotation]; version != "" {
		text = "Kubernetes " + version
	}
	if b.Status.FormatVersion != "" {
		if text != "" {
			text += ", "
		}
		text += "Velero's backup format " + b.Status.FormatVersion
	}
	return text
}

// age says how long ago the backup began, "" where it does not say or nobody wants to know.
func age(b *velero.Backup, now time.Time) string {
	at := b.Status.StartTimestamp
	if now.IsZero() || at == nil || now.Before(at.Time) {
		return ""
	}
	switch hours := int(now.Sub(at.Time).Hours()); {
	case hours < 1:
		return " (less than an hour ago)"
	case hours < 48:
		return " (" + Count(hours, "hour") + " ago)"
	default:
		return " (" + Count(hours/24, "day") + " ago)"
	}
}
