// Package layout knows the names inside a backup's tarball and of the files beside it. It is pure: names in, names out.
//
// An item stands at resources/RESOURCE/namespaces/NAMESPACE/NAME.json or resources/RESOURCE/cluster/NAME.json, and once
// more under resources/RESOURCE/VERSION-preferredversion/… with the same bytes; with the feature EnableAPIGroupVersions
// every other version served has its own copy under resources/RESOURCE/VERSION/….
// Source: Velero v1.18.2 pkg/archive/filesystem.go:31-53, pkg/backup/item_backupper.go (getFilePathInTar).
package layout

import (
	"errors"
	"fmt"
	"strings"
)

const (
	resourcesDir    = "resources"
	namespacesDir   = "namespaces"
	clusterDir      = "cluster"
	preferredSuffix = "-preferredversion"
	itemSuffix      = ".json"

	// VersionFile holds the format version of the tarball.
	VersionFile = "metadata/version"
)

// ItemKey names one copy of an item in a tarball; Parse(k.Path()) == k for every key that Parse returns.
type ItemKey struct {
	Address
	VersionDir string // "" for the plain copy, "v1-preferredversion", "v1beta1"
}

// Path returns the entry's name in the tarball.
func (k ItemKey) Path() string {
	var b strings.Builder
	b.Grow(len(resourcesDir) + len(k.Resource) + len(k.VersionDir) + len(namespacesDir) + len(k.Namespace) + len(k.Name) + 12)
	b.WriteString(resourcesDir)
	b.WriteByte('/')
	b.WriteString(k.Resource)
	if k.VersionDir != "" {
		b.WriteByte('/')
		b.WriteString(k.VersionDir)
	}
	b.WriteByte('/')
	if k.Namespace == "" {
		b.WriteString(clusterDir)
	} else {
		b.WriteString(namespacesDir)
		b.WriteByte('/')
		b.WriteString(k.Namespace)
	}
	b.WriteByte('/')
	b.WriteString(k.Name)
	b.WriteString(itemSuffix)
	return b.String()
}

// Plain returns the key of the item's plain copy.
func (k ItemKey) Plain() ItemKey {
	k.VersionDir = ""
	return k
}

// Version returns the API version that the copy is in, "" for the plain copy.
func (k ItemKey) Version() string { return strings.TrimSuffix(k.VersionDir, preferredSuffix) }

// Preferred says that this is the copy in the source cluster's preferred version.
func (k ItemKey) Preferred() bool { return strings.HasSuffix(k.VersionDir, preferredSuffix) }

// Group returns the API group of a resource, "apps" of "deployments.apps" and "" of "pods".
func Group(resource string) string {
	_, group, _ := strings.Cut(resource, ".")
	return group
}

// Version returns the version in an apiVersion, "v1" of "apps/v1" and of "v1".
func Version(apiVersion string) string {
	return apiVersion[strings.LastIndexByte(apiVersion, '/')+1:]
}

// PreferredDir returns the directory of copies in the preferred version.
func PreferredDir(version string) string { return version + preferredSuffix }

// ErrNotItem says that an entry is no item: metadata/version, or anything outside resources/.
var ErrNotItem = errors.New("not an item")

// Parse reads an entry's name. It returns ErrNotItem for entries outside resources/, and an error that says what is
// wrong for a path inside it that no item can have.
func Parse(path string) (ItemKey, error) {
	rest, ok := strings.CutPrefix(path, resourcesDir+"/")
	if !ok {
		return ItemKey{}, ErrNotItem
	}
	name, ok := strings.CutSuffix(rest, itemSuffix)
	if !ok {
		return ItemKey{}, fmt.Errorf("%s: the name of an item ends in %s", path, itemSuffix)
	}
	var most [6]string // one more than an item's path has
	parts := split(most[:0], name)
	var k ItemKey
	k.Resource = parts[0]
	switch {
	case len(parts) == 3 && parts[1] == clusterDir:
		k.Name = parts[2]
	case len(parts) == 4 && parts[1] == namespacesDir:
		k.Namespace, k.Name = parts[2], parts[3]
	case len(parts) == 4 && parts[2] == clusterDir:
		k.VersionDir, k.Name = parts[1], parts[3]
	case len(parts) == 5 && parts[2] == namespacesDir:
		k.VersionDir, k.Namespace, k.Name = parts[1], parts[3], parts[4]
	default:
		return ItemKey{}, fmt.Errorf("%s: not the path of an item (resources/RESOURCE[/VERSION]/namespaces/NAMESPACE/NAME.json or resources/RESOURCE[/VERSION]/cluster/NAME.json)", path)
	}
	for _, part := range parts {
		if !isSegment(part) {
			return ItemKey{}, fmt.Errorf("%s: %q cannot be part of an item's path", path, part)
		}
	}
	return k, nil
}

// split is strings.Split at slashes into the capacity of parts; the last part is what is left.
func split(parts []string, name string) []string {
	for len(parts) < cap(parts)-1 {
		at := strings.IndexByte(name, '/')
		if at < 0 {
			break
		}
		parts = append(parts, name[:at])
		name = name[at+1:]
	}
	return append(parts, name)
}

// isSegment says whether a part of a path is safe and could be the name of a resource, namespace or object: not empty,
// not a dot name, no separators of any system, no control characters. A colon is fine (system:basic-user).
func isSegment(s string) bool {
	if s == "" || s == "." || s == ".." || len(s) > 512 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == 0x7f || c == '\\' || c == '/' {
			return false
		}
	}
	return true
}
