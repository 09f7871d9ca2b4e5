package restore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// The flags of Velero's server that decide on restores. Source: d2241adba pkg/cmd/server/config/config.go:292-303.
const (
	defaultModifiersFlag = "--default-resource-modifier-configmap"
	extractionFlag       = "--max-backup-extraction-size"
)

// serverFlag is the value with which the target's Velero server was started for a flag, where its Deployment is described and has it.
func (o *Options) serverFlag(name string) string {
	for _, c := range o.serverContainers() {
		if value := flagOf(slices.Concat(c.Get("command").Elements(), c.Get("args").Elements()), name); value != "" {
			return value
		}
	}
	return ""
}

// serverContainers are those of the target's Velero server: of the Deployment velero beside the Restore, none where it is not described.
func (o *Options) serverContainers() []*object.Value {
	for _, t := range o.Target {
		if t.ObjectKind() == "Deployment" && t.Name() == "velero" && t.Namespace() == o.Restore.Namespace {
			return t.Get("spec", "template", "spec", "containers").Elements()
		}
	}
	return nil
}

// flagOf is the value of a flag in a command line, behind = or as the next word.
func flagOf(words []*object.Value, name string) string {
	for i, word := range words {
		if value, ok := strings.CutPrefix(word.Str(), name+"="); ok {
			return value
		}
		if word.Is(name) && i+1 < len(words) {
			return words[i+1].Str()
		}
	}
	return ""
}

// defaultModifiers are the resource modifiers that the server runs for a restore without any, and what became of them.
type defaultModifiers struct {
	name    string // of their ConfigMap, "" for none
	problem error  // why they do not run
	unknown bool   // the ConfigMap was not given
}

// readDefaultModifiers takes the server's resource modifiers where the restore has none of its own.
// Source: d2241adba pkg/controller/restore_controller.go:438-502.
func (o *Options) readDefaultModifiers() {
	spec := &o.Restore.Spec
	switch {
	case o.ahead, !o.Profile.Does(actions.RunsDefaultModifiers), o.Modifiers != nil, spec.ResourceModifier != nil:
		return
	case spec.SkipDefaultResourceModifier != nil && *spec.SkipDefaultResourceModifier:
		return
	}
	d := &o.byDefault
	if d.name = o.serverFlag(defaultModifiersFlag); d.name == "" {
		return
	}
	d.unknown = true
	for _, t := range o.Target {
		if t.ObjectKind() == "ConfigMap" && t.Namespace() == o.Restore.Namespace && t.Name() == d.name {
			d.unknown = false
			o.Modifiers, d.problem = modifiers.Parse(t.JSON())
		}
	}
}

// tell says which default modifiers the restore runs, or why it runs none.
func (d *defaultModifiers) tell(s *report.Summary, namespace string) {
	if d.name == "" {
		return
	}
	which := fmt.Sprintf("the server's default resource modifiers, ConfigMap %s/%s", namespace, d.name)
	switch {
	case d.unknown:
		s.FindOn(report.Warning, "default-modifiers-unknown", d.name, "the restore runs "+which+", which was not given: add it with -f")
	case d.problem != nil:
		s.FindOn(report.Warning, "default-modifiers-ignored", d.name, fmt.Sprintf("Velero ignores %s: %v", which, d.problem))
	default:
		s.FindOn(report.Notice, "default-modifiers-run", d.name, "the restore runs "+which)
	}
}

// maxExtraction is how large the files of a backup may be together for a server that was not told otherwise.
// Source: d2241adba pkg/archive/extractor.go:41.
const maxExtraction = 16 << 30

// extractionCap is how large the files of a backup may be together, 0 for as large as they like.
func (o *Options) extractionCap() int64 {
	if !o.Profile.Does(actions.CapsExtraction) {
		return 0
	}
	if megabytes, err := strconv.ParseInt(o.serverFlag(extractionFlag), 10, 32); err == nil && megabytes > 0 {
		return megabytes << 20
	}
	return maxExtraction
}

// tellExtraction tells of a backup that Velero does not unpack.
func tellExtraction(s *report.Summary, o *Options, x *index.Index) {
	if most := o.extractionCap(); most > 0 && x.Bytes() > most {
		s.Find(report.Error, "backup-too-large", fmt.Sprintf(
			"the backup's files have %d MiB together, and Velero unpacks no more than %d: it restores nothing of it; start its server with a larger %s",
			x.Bytes()>>20, most>>20, extractionFlag))
	}
}
