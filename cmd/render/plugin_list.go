package render

import (
	"io"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/report"
)

// pluginList is the document of plugins list.
type pluginList struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Plugins    []listedPlugin `json:"plugins"`
}

// listedPlugin is a plugin, and the commands whose --plugin runs something of it.
type listedPlugin struct {
	report.Plugin
	Commands []string `json:"commands"`
}

// runs are the commands that run a kind of plugin.
var runs = []struct {
	kind     actions.Kind
	commands []string
}{
	{actions.RestoreItemAction, []string{"restore-preview", "explain", "transform"}},
	{actions.BackupItemAction, []string{"backup-preview", "backup"}},
	{actions.ItemBlockAction, []string{"backup-preview", "backup"}},
	{actions.DeleteItemAction, []string{"delete-preview"}},
	{"VolumeSnapshotter", []string{"restore-preview", "explain", "transform"}},
	{"ObjectStore", []string{ // with --store plugin:NAME
		"restore-preview", "explain", "transform", "get", "diff", "modifiers test", "policies test", "references", "init", "inspect",
		"backup-preview", "backup", "delete-preview", "delete", "verify", "backups", "redact",
	}},
}

// commandsOf are the commands that run one of some plugins, each a kind and a name.
func commandsOf(names []string) []string {
	commands := []string{}
	for _, run := range runs {
		is := func(name string) bool {
			kind, _, _ := strings.Cut(name, " ")
			return strings.TrimSuffix(kind, "V2") == string(run.kind)
		}
		if !slices.ContainsFunc(names, is) {
			continue
		}
		for _, command := range run.commands {
			if !slices.Contains(commands, command) {
				commands = append(commands, command)
			}
		}
	}
	return commands
}

// Plugins writes what plugins say that they are.
func Plugins(out io.Writer, format string, list []report.Plugin, style Style) error {
	document := pluginList{apiVersion, "Plugins", []listedPlugin{}}
	for _, p := range list {
		document.Plugins = append(document.Plugins, listedPlugin{p, commandsOf(p.Names)})
	}
	return show(out, format, document, style, func(p *page) {
		for i := range list {
			if i > 0 {
				p.end()
			}
			p.line(strong, list[i].Path)
			actionRow(p, "sha256", list[i].SHA256)
			actionRow(p, "module", list[i].Module)
			for _, name := range list[i].Names {
				p.hanging(plain, 2, 4, name)
			}
			run := "no command"
			if commands := document.Plugins[i].Commands; len(commands) > 0 {
				run = strings.Join(commands, ", ")
			}
			actionRow(p, "run by", run)
		}
	})
}
