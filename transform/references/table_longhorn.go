package references

import "strings"

// longhorn are the kinds of Longhorn: a backup of a volume keeps, as JSON in a label, what used the volume.
// Source: longhorn-manager types/types.go (KubernetesStatusLabel).
var longhorn = []row{
	{of: "backups.longhorn.io backupvolumes.longhorn.io", path: "/spec/labels/KubernetesStatus", form: statusNamespace, kind: Setting},
}

// statusNamespace: {"namespace":"shop",…}.
func statusNamespace(_ *walk, text string, m mention) (from, to int, ok bool) {
	const before = `"namespace":"`
	return m.from - len(before), m.to, strings.HasSuffix(text[:m.from], before)
}
