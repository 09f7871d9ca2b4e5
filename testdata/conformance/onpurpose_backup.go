package conformance

import (
	"encoding/json"
	"slices"
	"strings"
)

// purposesOfBackups are the differences that are meant in backups and their actions.
func purposesOfBackups() []OnPurpose {
	each := func(Difference) bool { return true }
	return []OnPurpose{
		{Name: "crd-versions-stay", Versions: AllVersions, cases: []string{"backup-definitions/v1beta1-served"}, is: func(d Difference) bool {
			return strings.HasSuffix(d.Path, "/apiVersion") && d.Want == `"apiextensions.k8s.io/v1beta1"`
		}},
		{Name: "crd-versions-stay", Versions: []string{"1.6"}, cases: []string{"backup-definitions/v1beta1-not-served-1.6"}, is: each},
		{Name: "snapshot-owner-kept", Versions: []string{"1.18"}, is: func(d Difference) bool {
			return strings.HasPrefix(d.Request, "BackupItemAction velero.io/csi-volumesnapshot-backupper/") && d.Path == "/requests"
		}},
		{Name: "deletions-in-words", Versions: []string{"1.18"}, is: isToldDeletion},
		{Name: "namespaces-of-items", Versions: AllVersions, cases: []string{"backup-filters/namespace-without-object"}, is: func(d Difference) bool {
			return d.Path == "/errors"
		}},
		{Name: "made-without-server", Versions: AllVersions, cases: []string{"plugins/backup-items-that-a-plugin-makes"}, is: func(d Difference) bool {
			return slices.Contains([]string{"/metadata/creationTimestamp", "/metadata/resourceVersion", "/metadata/uid"}, d.Path)
		}},
		{Name: "one-wrong-pod", Versions: []string{"1.18"}, cases: []string{"backup-pods/wrong-types-1.18"}, is: each},
	}
}

// isToldDeletion: where Velero makes a content for a snapshot's handle and deletes it, veltx tells of the handle.
func isToldDeletion(d Difference) bool {
	var told []Request
	if !strings.HasPrefix(d.Request, "DeleteItemAction velero.io/csi-volumesnapshotcontent-delete/") || d.Path != "/requests" ||
		json.Unmarshal([]byte(d.Got), &told) != nil || len(told) != 1 {
		return false
	}
	return told[0].Name == "" || strings.Contains(d.Want, `"source":{"snapshotHandle":"`+told[0].Name+`"}`)
}
