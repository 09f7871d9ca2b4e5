package findings

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// mappingActions are the actions whose ConfigMap has a row for each mapping.
var mappingActions = []struct{ action, id, what string }{
	{action: "velero.io/change-storage-class", id: "storage-class-mapping-unused", what: "storage class"},
	{action: "velero.io/change-image-name", id: "image-mapping-unused", what: "image"},
	{action: "velero.io/change-pvc-node-selector", id: "node-mapping-unused", what: "node"},
}

// UnusedMappings finds rows that no item needed.
type UnusedMappings struct {
	env  *pipeline.Env
	used map[pipeline.Row]bool
}

// NewUnusedMappings returns the watcher. A rewriting shows it items by itself.
func NewUnusedMappings(env *pipeline.Env) *UnusedMappings {
	return &UnusedMappings{env, map[pipeline.Row]bool{}}
}

func newUnusedMappings(w *World) Watcher { return NewUnusedMappings(w.Env) }

// See implements Watcher.
func (w *UnusedMappings) See(it *pipeline.Item) {
	for _, row := range it.Used {
		w.used[row] = true
	}
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
			if m.action == "velero.io/change-image-name" {
				text = row.Str()
			}
			s.FindOn(report.Warning, m.id, text, fmt.Sprintf("the %s mapping %q matches no restored item", m.what, text))
		}
	}
}

// imageRow says whether Velero reads a row of the mapping of images; others have a finding of their own.
func imageRow(row string) bool {
	_, to, _ := strings.Cut(row, ",")
	return to != ""
}
