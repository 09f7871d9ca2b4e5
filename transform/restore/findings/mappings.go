package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

const (
	changeClasses = "velero.io/change-storage-class"
	changeNodes   = "velero.io/change-pvc-node-selector"
)

// mappingActions are the actions whose ConfigMap has a row for each mapping.
var mappingActions = []struct{ action, id, what string }{
	{action: changeClasses, id: "storage-class-mapping-unused", what: "storage class"},
	{action: changeImages, id: "image-mapping-unused", what: "image"},
	{action: changeNodes, id: "node-mapping-unused", what: "node"},
}

// UnusedMappings finds rows that no item needed.
type UnusedMappings struct {
	env  *pipeline.Env
	used map[pipeline.Row]bool
	seen map[string]map[string]bool // names that restored items have, by the action that maps them
}

// NewUnusedMappings returns the watcher. A rewriting shows it items by itself.
func NewUnusedMappings(env *pipeline.Env) *UnusedMappings {
	return &UnusedMappings{env, map[pipeline.Row]bool{}, map[string]map[string]bool{changeClasses: {}, changeNodes: {}}}
}

func newUnusedMappings(w *World) Watcher { return NewUnusedMappings(w.Env) }

// See implements Watcher.
func (w *UnusedMappings) See(it *pipeline.Item) {
	for _, row := range it.Used {
		w.used[row] = true
	}
	switch it.Key.Resource {
	case layout.PersistentVolumeClaims:
		w.note(changeNodes, it.Original().Annotation("volume.kubernetes.io/selected-node"))
		w.note(changeClasses, it.Original().Get("spec", "storageClassName").Str())
	case layout.PersistentVolumes:
		w.note(changeClasses, it.Original().Get("spec", "storageClassName").Str())
	}
}

// mostNames is how many names of one sort are kept.
const mostNames = 200

func (w *UnusedMappings) note(action, name string) {
	if seen := w.seen[action]; name != "" && len(seen) < mostNames && !seen[name] {
		seen[strings.Clone(name)] = true
	}
}

// instead says which names restored items have.
func (w *UnusedMappings) instead(action, name string) string {
	names := slices.Sorted(maps.Keys(w.seen[action]))
	if len(names) == 0 {
		return ""
	}
	if near := layout.Nearest(name, names); near != "" {
		return ": is " + near + " meant?"
	}
	const most = 5
	text := "; restored items have " + strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		text += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return text
}

// Conclude implements Watcher.
func (w *UnusedMappings) Conclude(s *report.Summary) {
	env := w.env
	for _, m := range mappingActions {
		if !env.Chain.Runs(m.action) {
			continue
		}
		config, err := actions.PluginConfig(env.Target, env.Restore.Namespace, actions.RestoreItemAction, m.action)
		if err != nil {
			continue // each item that the action applies to says so
		}
		for key, row := range config.Get("data").Members() {
			if w.used[pipeline.Row{Action: m.action, Key: key}] || m.action == changeImages && !imageRow(row.Str()) {
				continue
			}
			text := key + " to " + row.Str()
			if m.action == changeImages {
				text = row.Str()
			}
			s.FindOn(report.Warning, m.id, text, fmt.Sprintf("the %s mapping %q matches no restored item%s", m.what, text, w.instead(m.action, key)))
		}
	}
}

// imageRow says whether Velero reads a row of the mapping of images; others have a finding of their own.
func imageRow(row string) bool {
	_, to, _ := strings.Cut(row, ",")
	return to != ""
}
