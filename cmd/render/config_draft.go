package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// ConfigDraft is what a config file is drafted from.
type ConfigDraft struct {
	Backup, Store, Prefix string
	Sample                bool
	Namespaces, Classes   []string
}

// WriteConfigDraft writes a config file that says where the backup is, and all else as comments: it loads as it is written, and
// with any of the comments taken away.
func WriteConfigDraft(out io.Writer, d *ConfigDraft) error {
	var b strings.Builder
	b.WriteString("# veltx restore-preview --config veltx.yaml\n" +
		"# Each member stands for the flag of its name; a flag on the command line wins. Paths are seen from this file.\n" +
		"# Schema: " + homepage + "/blob/main/docs/schemas/config.json\n" +
		"apiVersion: " + apiVersion + "\nkind: Config\n\n" +
		"# The backup: a folder of the object store, an archive, or with a store its name.\n")
	switch {
	case d.Sample:
		b.WriteString("# backup: backups/nightly\n# store: bucket\n")
	case d.Store != "":
		b.WriteString("backup: " + scalar(d.Backup) + "\nstore: " + scalar(d.Store) + "\n")
		if d.Prefix != "" {
			b.WriteString("prefix: " + scalar(d.Prefix) + "\n")
		}
	default:
		b.WriteString("backup: " + scalar(d.Backup) + "\n# store: bucket\n")
	}
	b.WriteString("\n# The target: what veltx target script collects, objects of it, and the release of its Velero.\n" +
		"# target: [target.tar.gz]\n# files: [restore.yaml]\n# veleroVersion: \"1.18\"\n# features: [EnableCSI]\n")
	if len(d.Namespaces) > 0 {
		b.WriteString("\n# What is restored. The backup has these namespaces:\n# includeNamespaces:\n")
		for _, name := range some(d.Namespaces) {
			b.WriteString("#   - " + scalar(name) + "\n")
		}
		first := scalar(d.Namespaces[0])
		b.WriteString("\n# What is renamed.\n# namespaceMappings:\n#   " + first + ": " + scalar(d.Namespaces[0]+"-copy") + "\n")
	} else {
		b.WriteString("\n# What is restored, and what is renamed.\n# includeNamespaces: [shop]\n# namespaceMappings: {shop: store}\n")
	}
	b.WriteString("# storageClassMappings:")
	if len(d.Classes) == 0 {
		b.WriteString(" {gp2: gp3}\n")
	} else {
		b.WriteString("\n")
		for _, name := range some(d.Classes) {
			b.WriteString("#   " + scalar(name) + ": " + scalar(name) + "\n")
		}
	}
	b.WriteString("# resourceModifiers: modifiers.yaml\n" +
		"\n# Which findings make the exit code 3, besides those in the baseline.\n" +
		"# failOn: [warning]\n# baseline: known.json\n" +
		"\n# Reports beside what is shown.\n# outputs:\n#   - format: junit\n#     file: veltx.xml\n#   - format: sarif\n#     file: veltx.sarif\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// some are the first names: a draft is for people.
func some(names []string) []string {
	const few = 50
	return names[:min(few, len(names))]
}

// scalar is a text as YAML on one line.
func scalar(text string) string {
	value, err := object.From(text)
	if err != nil {
		return fmt.Sprintf("%q", text)
	}
	return strings.TrimSuffix(string(yamltext.Append(nil, value)), "\n")
}
