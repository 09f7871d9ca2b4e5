package transform

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/report"
)

// mappingActions are the actions whose ConfigMap has a row for each mapping.
var mappingActions = []struct{ action, id, what string }{
	{action: "velero.io/change-storage-class", id: "storage-class-mapping-unused", what: "storage class"},
	{action: "velero.io/change-image-name", id: "image-mapping-unused", what: "image"},
	{action: "velero.io/change-pvc-node-selector", id: "node-mapping-unused", what: "node"},
}

// use notes the rows of its ConfigMap that an action applied.
func (w *watch) use(action string, rows []string) {
	for _, row := range rows {
		w.used[[2]string{action, row}] = true
	}
}

// concludeMappings tells of rows that no item needed.
func (w *watch) concludeMappings() {
	for _, m := range mappingActions {
		if !w.chain.Runs(m.action) {
			continue
		}
		config, err := actions.PluginConfig(w.view, w.o.Restore.Namespace, actions.RestoreItemAction, m.action)
		if err != nil {
			continue // each item that the action applies to says so
		}
		for key, row := range config.Get("data").Members() {
			if w.used[[2]string{m.action, key}] {
				continue
			}
			text := key + " to " + row.Str()
			if m.action == "velero.io/change-image-name" {
				text = row.Str()
			}
			w.summary.FindOn(report.Warning, m.id, text, fmt.Sprintf("no restored item has what the %s mapping %q is for", m.what, text))
		}
	}
}
