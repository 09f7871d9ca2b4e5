package layout

import "strings"

// BackupsPrefix is what the keys of all backups start with in a store with this prefix, which may be empty.
// Source: Velero v1.18.2 pkg/persistence/object_store_layout.go:33-51.
func BackupsPrefix(prefix string) string { return inPrefix(prefix, "backups/") }

// RestoresPrefix is what the keys of all restores start with.
func RestoresPrefix(prefix string) string { return inPrefix(prefix, "restores/") }

// BackupPrefix is what the keys of one backup start with.
func BackupPrefix(prefix, backup string) string { return BackupsPrefix(prefix) + backup + "/" }

// BackupKey is the key of one file of a backup.
func BackupKey(prefix, backup string, kind FileKind) string {
	return BackupPrefix(prefix, backup) + FileName(backup, kind)
}

// RepositoryPrefix is what the keys of a namespace's volume data start with, for the uploader kopia or restic.
func RepositoryPrefix(prefix, uploader, namespace string) string {
	return inPrefix(prefix, uploader+"/"+namespace+"/")
}

// inPrefix trims slashes as Velero does (pkg/persistence/object_store.go:132-133).
func inPrefix(prefix, rest string) string {
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		return prefix + "/" + rest
	}
	return rest
}
