package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// pluginConfigs finds ConfigMaps for item actions that Velero does not find, or reads only in part.
type pluginConfigs struct{ env *pipeline.Env }

func newPluginConfigs(w *World) Watcher { return pluginConfigs{w.Env} }

// See implements Watcher.
func (pluginConfigs) See(*pipeline.Item) {}

// Conclude implements Watcher.
func (w pluginConfigs) Conclude(s *report.Summary) {
	env := w.env
	if env.Target == nil {
		return
	}
	for _, ignored := range actions.IgnoredConfigs(env.Target, env.Restore.Namespace, env.Chain) {
		name := ignored.Namespace + "/" + ignored.Name
		s.FindOn(report.Warning, "plugin-config-ignored", name, fmt.Sprintf("ConfigMap %s looks like the configuration of an item action, and Velero ignores it: %s", name, ignored.Why))
	}
	w.images(s)
}

// images finds rows of the mapping of images that Velero ignores: it wants "old,new".
// Source: v1.18.2 pkg/restore/actions/change_image_name_action.go:196-206.
func (w pluginConfigs) images(s *report.Summary) {
	env := w.env
	if !env.Chain.Runs(changeImages) {
		return
	}
	config, err := actions.PluginConfig(env.Target, env.Restore.Namespace, actions.RestoreItemAction, changeImages)
	if err != nil {
		return // each item that the action applies to says so
	}
	var rows []string
	for key, row := range config.Get("data").Members() {
		if !imageRow(row.Str()) {
			rows = append(rows, fmt.Sprintf("%s (%q)", key, row.Str()))
		}
	}
	if len(rows) > 0 {
		slices.Sort(rows)
		s.FindOn(report.Warning, "image-mapping-unreadable", config.Name(), fmt.Sprintf(
			"ConfigMap %s: Velero ignores %s %s: it wants \"old,new\"", config.Name(), rowsOf(len(rows)), strings.Join(rows, ", ")))
	}
}

func rowsOf(n int) string {
	if n == 1 {
		return "row"
	}
	return "rows"
}
