package velero

import (
	"crypto/sha256"
	"encoding/hex"
)

// maxLabelValue is the longest value that a label can have.
const maxLabelValue = 63

// LabelValue makes a name fit into a label's value: of one that is too long the first 57 bytes and the first 6
// hexadecimal digits of its SHA-256 are left. Source: Velero v1.18.2 pkg/label/label.go:37-51.
func LabelValue(name string) string {
	if len(name) <= maxLabelValue {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:maxLabelValue-6] + hex.EncodeToString(sum[:])[:6]
}

// SnapshotName is what a restore calls a VolumeSnapshot, and its content, that has the given name in the backup: the
// SHA-256 of "<restore's UID>/<name>" in hexadecimal digits. Source: Velero v1.18.2 pkg/util/util.go:35-38.
func SnapshotName(restoreUID, name string) string {
	sum := sha256.Sum256([]byte(restoreUID + "/" + name))
	return hex.EncodeToString(sum[:])
}
