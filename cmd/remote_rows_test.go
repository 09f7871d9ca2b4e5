package cmd

import (
	"bytes"
	"strings"
	"testing"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report"
)

// remoteRows are of the flags of stores behind plugins. Their errors tell what was obeyed; all but a few rows do without a plugin that
// runs, as one and the same code obeys them in all commands.
func remoteRows() (rows []obeyed) {
	lines := map[string]string{
		"restore-preview": "shop -o jsonl", "explain": "shop svc/web", "transform": "shop -o $W/out.tar.gz", "get": "shop", "diff": "shop shop",
		"inspect": "shop", "init": "shop -o -", "backup-preview": "shop", "backup": "shop -o $W/out.tar.gz", "verify": "shop", "redact": "shop -o $W/out.tar.gz",
		"references": "shop", "backups": "", "delete-preview": "shop", "delete": "shop --confirm", "modifiers test": "$W/modifiers.yaml shop",
		"policies test": "$W/policies.yaml shop",
	}
	const plugin = "--plugin $W/../plugins/stores"
	for _, name := range commandsWith("store-bucket") {
		local := strings.TrimSpace(lines[name] + " --store $W/store")
		remote := strings.TrimSpace(lines[name] + " --store plugin:example.com/store")
		rows = append(rows,
			obeyed{command: name, flag: "store-bucket", without: local, with: "--store-bucket velero"},
			obeyed{command: name, flag: "store-config", without: local, with: "--store-config url=http://127.0.0.1:1"},
			obeyed{command: name, flag: "store-env", without: local, with: "--store-env NO_SUCH_VARIABLE"})
		if name == "restore-preview" || name == "explain" || name == "transform" {
			continue
		}
		rows = append(rows,
			obeyed{command: name, flag: "plugin", without: remote, with: plugin},
			obeyed{command: name, flag: "plugin-timeout", without: remote + " " + plugin, with: "--plugin-timeout 0s"})
	}
	const opened = "--store plugin:example.com/store --store-bucket velero " + plugin
	rows = append(rows,
		obeyed{command: "backups", flag: "store-config", without: opened, with: "--store-config url=http://127.0.0.1:1"},
		obeyed{command: "backups", flag: "store-env", without: opened, with: "--store-env NO_SUCH_VARIABLE"})
	for _, name := range commandsWith("to-bucket") {
		line := shop + " -o plugin:example.com/store --to-store " + plugin
		rows = append(rows,
			obeyed{command: name, flag: "to-bucket", without: line, with: "--to-bucket velero"},
			obeyed{command: name, flag: "to-config", without: line + " --to-bucket velero", with: "--to-config url=http://127.0.0.1:1"},
			obeyed{command: name, flag: "to-env", without: line + " --to-bucket velero", with: "--to-env NO_SUCH_VARIABLE"})
	}
	return rows
}

// commandsWith are the commands that have a flag.
func commandsWith(flag string) (names []string) {
	all := NewRoot(Streams{}).Commands()
	for i := 0; i < len(all); i++ {
		if all[i].Flags().Lookup(flag) != nil {
			names = append(names, strings.TrimPrefix(all[i].CommandPath(), "veltx "))
		}
		all = append(all, all[i].Commands()...)
	}
	return names
}

// What plugins list says of a store are the commands that take one.
func TestThePluginsOfStoresAreRunByEachCommandWithAStore(t *testing.T) {
	var out bytes.Buffer
	list := []report.Plugin{{Names: []string{"ObjectStore example.com/store"}}}
	if err := render.Plugins(&out, render.JSON, list, render.Style{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range commandsWith("store-bucket") {
		if !strings.Contains(out.String(), `"`+name+`"`) {
			t.Errorf("%s is missing in %s", name, &out)
		}
	}
}
