package conformance

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// generated matches the names that Velero makes up anew each time, and the random end of a content's name and of the label of a claim that waits
// for moved data, or the hash of it where a label would be too long.
var generated = regexp.MustCompile(`(velero-restore-init-|velero-clone-)[0-9a-f][0-9a-f-]*|("velero.io/dynamic-pv-restore": ?"[^"]*\.|"volumeSnapshotContentName": ?"[^"]*-)[0-9a-z]{5}\b` +
	`|("velero.io/dynamic-pv-restore": ?"[^"]{57})[0-9a-f]{6}\b`)

// readable decodes an object, with generated names made equal and with the
// mounts of restore-wait sorted.
func readable(data []byte) (any, error) {
	v, err := decode(generated.ReplaceAll(data, []byte("$1$2$3*")))
	if err != nil {
		return nil, err
	}
	if obj, ok := v.(map[string]any); ok {
		sortRestoreWait(obj)
	}
	return v, nil
}

// sortRestoreWait sorts the mounts of the init container that waits for
// volumes, since Velero walks a map to write them.
func sortRestoreWait(obj map[string]any) {
	containers, _ := get(obj, "spec", "initContainers").([]any)
	for _, c := range containers {
		m, ok := c.(map[string]any)
		if !ok || (m["name"] != "restore-wait" && m["name"] != "restic-wait") {
			continue
		}
		if mounts, ok := m["volumeMounts"].([]any); ok {
			sort.SliceStable(mounts, func(i, j int) bool { return text(mounts[i]) < text(mounts[j]) })
		}
	}
}

// report is called for each place where two values differ.
type report func(path string, want, got any, hasWant, hasGot bool)

// compareValues walks two values side by side.
func compareValues(want, got any, path string, differ report) {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			compareMaps(w, g, path, differ)
			return
		}
	case []any:
		if g, ok := got.([]any); ok && len(g) == len(w) {
			for i := range w {
				compareValues(w[i], g[i], fmt.Sprintf("%s/%d", path, i), differ)
			}
			return
		}
	default:
		if isScalar(got) && want == got {
			return
		}
	}
	differ(path, want, got, true, true)
}

func compareMaps(want, got map[string]any, path string, differ report) {
	keys := make([]string, 0, len(want)+len(got))
	for k := range want {
		keys = append(keys, k)
	}
	for k := range got {
		if _, both := want[k]; !both {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	for _, k := range keys {
		w, hasW := want[k]
		g, hasG := got[k]
		at := path + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(k)
		switch {
		case hasW && hasG:
			compareValues(w, g, at, differ)
		case hasW && isEmpty(w):
			// Velero's typed objects add empty values.
		default:
			differ(at, w, g, hasW, hasG)
		}
	}
}

// isEmpty tells whether a value says nothing: null, {}, [], "", 0, false, or
// an object that holds only such values.
func isEmpty(v any) bool {
	switch t := v.(type) {
	case nil:
		return true
	case bool:
		return !t
	case string:
		return t == ""
	case json.Number:
		return t.String() == "0"
	case []any:
		return len(t) == 0
	case map[string]any:
		for _, e := range t {
			if !isEmpty(e) {
				return false
			}
		}
		return true
	}
	return false
}

// isScalar tells whether a value can be compared with ==.
func isScalar(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}
