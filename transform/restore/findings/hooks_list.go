package findings

import "github.com/veltx/veltx/transform/report"

// maxHookLines is how many pods are listed for each hook and fate. A backup of a million pods has as many hooks where its
// pods have annotations: the further ones are counted in the last line.
const maxHookLines = 1000

// hookList has the lines of all hooks, by hook and fate.
type hookList map[hookKind]*[]report.Hook

// hookKind is a hook of the Restore by its place, or -1 for those of annotations.
type hookKind struct {
	resource int
	kind     string
	fate     report.HookFate
}

func (l hookList) add(resource int, line *report.Hook) {
	key := hookKind{resource, line.Type, line.Fate}
	lines := l[key]
	if lines == nil {
		lines = new([]report.Hook)
		l[key] = lines
	}
	if n := len(*lines); n == maxHookLines {
		(*lines)[n-1].More++
		return
	}
	*lines = append(*lines, *line)
}

// lines are all of them: those of the Restore in its order, then those of annotations, and of each hook the worst first.
func (l hookList) lines(resources int) []report.Hook {
	var all []report.Hook
	for i := range resources + 1 {
		resource := i
		if i == resources {
			resource = -1
		}
		for _, kind := range []string{"exec", "init"} {
			for _, fate := range []report.HookFate{report.HookBlocks, report.HookFails, report.HookNever, report.HookUnknown, report.HookRuns} {
				if lines := l[hookKind{resource, kind, fate}]; lines != nil {
					all = append(all, *lines...)
				}
			}
		}
	}
	return all
}
