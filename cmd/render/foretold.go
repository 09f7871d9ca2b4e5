package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// part is a section of what a preview foretells. Each format shows the same parts.
type part struct {
	title string
	lines []partLine
}

// partLine is a line of a part, with what stands below it.
type partLine struct {
	ink     ink
	text    string
	more    []string
	command string // to be copied whole
}

// foretold are the parts that have something to tell, at most shown lines of a sort in each.
func foretold(s *report.Summary, failed *failedItems, shown int) []part {
	told := s.Foretold
	if told == nil {
		return nil
	}
	all := []part{
		{"DATA", dataLines(&told.Data)},
		{"NEEDS", needLines(told.Needs, shown)},
		{"REFERENCES TO MAPPED NAMESPACES", stayLines(&told.Stays)},
		{"HOOKS", hookLines(told.Hooks, shown)},
		{"REFUSED OR FAILED ITEMS", failed.lines()},
		{"VELERO'S OWN ENDING", endingLines(&told.Ending)},
		{"BEFORE THE RESTORE", taskLines(told.Before, max(shown, shownTasks))},
		{"AFTER THE RESTORE", taskLines(told.After, max(shown, shownTasks))},
	}
	return slices.DeleteFunc(all, func(p part) bool { return len(p.lines) == 0 })
}

// verdictInk is the colour of a verdict.
func verdictInk(verdict string) ink {
	switch {
	case verdict == "Will work":
		return good
	case strings.HasPrefix(verdict, "Will work"), strings.HasPrefix(verdict, "Will change nothing"):
		return caution
	}
	return bad
}

// fates are the fates of data in the order in which they are told, each in words behind a number of volumes.
var fates = []struct {
	fate      report.Fate
	one, many string
	ink       ink
}{
	{report.DataBack, "comes back with its data", "come back with their data", good},
	{report.DataLost, "comes back without its data", "come back without their data", bad},
	{report.DataOld, "has its data only if the target can attach the old volume", "have their data only if the target can attach the old volumes", caution},
	{report.DataUnknown, "may or may not come back with its data", "may or may not come back with their data", caution},
	{report.DataKept, "is in the target already and keeps the target's data", "are in the target already and keep the target's data", plain},
	{report.DataNone, "never had any data", "never had any data", plain},
}

// dataLines tell what becomes of the data of all volumes.
func dataLines(d *report.Data) []partLine {
	var lines []partLine
	for _, row := range fates {
		n := d.Fates[row.fate]
		if n == 0 {
			continue
		}
		text := strconv.Itoa(n)
		if len(lines) == 0 {
			text += " of " + Count(d.Volumes, "volume")
		}
		words := row.many
		if n == 1 {
			words = row.one
		}
		lines = append(lines, partLine{ink: row.ink, text: text + " " + words + size(d, row.fate)})
	}
	return lines
}

// size is how much data the volumes of a fate have, in brackets, "" where there is nothing to say.
func size(d *report.Data, fate report.Fate) string {
	known, unsized := d.Bytes[fate], d.Unsized[fate]
	switch {
	case known > 0 && unsized > 0:
		return " (" + Bytes(known) + ", " + strconv.Itoa(unsized) + " of unknown size)"
	case known > 0:
		return " (" + Bytes(known) + ")"
	case unsized > 0 && fate != report.DataNone:
		return " (size unknown)"
	}
	return ""
}

// needLines tell what the target must have: what it lacks first.
func needLines(needs []report.Need, shown int) []partLine {
	var lacks, unknown []report.Need
	for _, need := range needs {
		if need.Missing {
			lacks = append(lacks, need)
		} else {
			unknown = append(unknown, need)
		}
	}
	lines := needsOf("The target lacks these, and the restore does not bring them:", bad, lacks, shown)
	lines = append(lines, needsOf("The target must have these, which the restore does not bring:", caution, unknown, shown)...)
	if len(unknown) > 0 {
		lines = append(lines, partLine{
			text:    "To check them, save the target's objects and give the file with -f needs.yaml:",
			command: "kubectl get " + strings.Join(resourcesOf(unknown), ",") + " -A -o yaml > needs.yaml",
		})
	}
	return lines
}

func needsOf(title string, i ink, needs []report.Need, shown int) []partLine {
	if len(needs) == 0 {
		return nil
	}
	lines := []partLine{{text: title}}
	for _, need := range needs[:min(shown, len(needs))] {
		lines = append(lines, needLine(&need, i))
	}
	return andMore(lines, len(needs)-shown)
}

func needLine(need *report.Need, i ink) partLine {
	text := itemName(need.Resource, need.Namespace, need.Name)
	if isVersion(need) {
		text = need.Resource + " in version " + need.Name
	}
	if need.Effect != "" {
		text += ": " + need.Effect
	}
	line := partLine{ink: i, text: "  " + text}
	if len(need.Users) > 0 {
		line.more = append(line.more, "needed by "+someOf(need.Users[:min(maxExamples, len(need.Users))], len(need.Users)))
	}
	switch {
	case isVersion(need) && need.Bring != "":
		line.more = append(line.more, "use "+need.Bring)
	case need.InBackup && need.Bring != "":
		line.more = append(line.more, "the backup has it: "+need.Bring)
	case need.Bring != "":
		line.more = append(line.more, "to have it: "+need.Bring)
	case need.InBackup:
		line.more = append(line.more, "the backup has it, but the restore excludes it")
	}
	return line
}

// isVersion says whether what is needed is a version of a resource, and no object: no object has a slash in its name.
func isVersion(need *report.Need) bool { return strings.Contains(need.Name, "/") }

// resourcesOf are what to ask the target for. A Node tells which versions it serves: kubectl knows no resource that is gone.
func resourcesOf(needs []report.Need) []string {
	var resources []string
	for _, need := range needs {
		if isVersion(&need) {
			resources = append(resources, "nodes")
		} else {
			resources = append(resources, need.Resource)
		}
	}
	slices.Sort(resources)
	return slices.Compact(resources)
}

// hookFates are the fates of hooks, worst first, each in words and a colour.
var hookFates = []struct {
	fate  report.HookFate
	words string
	ink   ink
}{
	{report.HookBlocks, "keeps the restore from ending", bad},
	{report.HookFails, "will fail", bad},
	{report.HookNever, "will never run", bad},
	{report.HookUnknown, "may run", caution},
	{report.HookRuns, "will run", good},
}

// hookLines tell which hooks run, and which do not: at most shown of each fate.
func hookLines(hooks []report.Hook, shown int) []partLine {
	var lines []partLine
	for _, row := range hookFates {
		n := 0
		for i := range hooks {
			if hooks[i].Fate != row.fate {
				continue
			}
			if n++; n <= shown {
				lines = append(lines, partLine{ink: row.ink, text: hookName(&hooks[i]) + " " + row.words + reason(hooks[i].Why), more: hookDetails(&hooks[i])})
			}
		}
		lines = andMore(lines, n-shown)
	}
	return lines
}

func reason(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// hookName names a hook by its type, its name in the Restore, and where it runs.
func hookName(h *report.Hook) string {
	text := h.Type + " hook"
	if h.Source == "restore" && h.Name != "" {
		text += " " + h.Name
	}
	if h.Pod != "" {
		text += " of pod " + h.Pod
	}
	if h.Container != "" {
		text += ", container " + h.Container + ","
	}
	return text
}

// hookDetails are the command of a hook, and how long Velero waits.
func hookDetails(h *report.Hook) []string {
	var details []string
	if len(h.Command) > 0 {
		details = append(details, "command: "+report.ShellLine(h.Command...))
	}
	var limits []string
	if h.OnError != "" {
		limits = append(limits, "on error "+h.OnError)
	}
	if h.ExecTimeout != "" {
		limits = append(limits, "may take "+h.ExecTimeout)
	}
	switch h.WaitTimeout {
	case "":
	case "0s":
		limits = append(limits, "waits for its container without a limit")
	default:
		limits = append(limits, "waits "+h.WaitTimeout+" for its container")
	}
	if len(limits) > 0 {
		details = append(details, strings.Join(limits, ", "))
	}
	return details
}

// endingLines tell how Velero's own restore ends.
func endingLines(e *report.Ending) []partLine {
	if e.Never != "" {
		return append([]partLine{{ink: bad, text: "It never ends: " + e.Never}}, resultLines(e)...)
	}
	if e.Phase == "" {
		return nil
	}
	i := good
	if e.Phase != "Completed" {
		i = bad
	}
	text := e.Phase + ", with " + Count(total(e.Errors), "error") + " and " + Count(total(e.Warnings), "warning") + " in Velero's results"
	return append([]partLine{{ink: i, text: text}}, resultLines(e)...)
}

func resultLines(e *report.Ending) []partLine {
	var lines []partLine
	for _, row := range []struct {
		what    string
		results []report.Result
	}{{"errors", e.Errors}, {"warnings", e.Warnings}} {
		var parts []string
		for _, r := range row.results {
			parts = append(parts, strconv.Itoa(r.Count)+" "+strings.ReplaceAll(r.Sort, "-", " "))
		}
		if len(parts) > 0 {
			lines = append(lines, partLine{text: row.what + ": " + strings.Join(parts, ", ")})
		}
	}
	return lines
}

func total(results []report.Result) int {
	n := 0
	for _, r := range results {
		n += r.Count
	}
	return n
}

// shownTasks is how many steps are shown at least, if there are as many.
const shownTasks = 10

// taskLines are steps for hands, numbered: the first ones.
func taskLines(tasks []report.Task, shown int) []partLine {
	var lines []partLine
	for n, task := range tasks[:min(shown, len(tasks))] {
		lines = append(lines, partLine{text: strconv.Itoa(n+1) + ". " + strings.TrimSuffix(task.Text, "."), command: task.Command})
	}
	return andMore(lines, len(tasks)-shown)
}

// andMore adds how many lines are left out.
func andMore(lines []partLine, rest int) []partLine {
	if rest > 0 {
		lines = append(lines, partLine{ink: faint, text: "and " + strconv.Itoa(rest) + " more: -o json lists all"})
	}
	return lines
}

// failedItems are the first items that fail, each with its reason, and how many there are.
type failedItems struct {
	first []partLine
	all   int
}

// shownFailures is how many items that fail are named.
const shownFailures = 8

func (f *failedItems) add(i *report.Item) {
	if i.Outcome != report.Fail && i.Outcome != report.Refused {
		return
	}
	if f.all++; f.all <= shownFailures {
		f.first = append(f.first, partLine{ink: bad, text: title(i) + ": " + i.Errors[len(i.Errors)-1].ID})
	}
}

func (f *failedItems) lines() []partLine {
	if f.all <= shownFailures {
		return f.first
	}
	return append(slices.Clone(f.first), partLine{ink: faint, text: "and " + strconv.Itoa(f.all-shownFailures) + " more: -o wide lists all"})
}

// writeVerdict writes the one sentence.
func writeVerdict(p *page, s *report.Summary) {
	if s.Foretold == nil || s.Foretold.Verdict == "" {
		return
	}
	p.hanging(verdictInk(s.Foretold.Verdict), 0, 2, s.Foretold.Verdict)
}

// writeParts writes what a preview foretells.
func writeParts(p *page, parts []part) {
	for _, part := range parts {
		p.section(strong, part.title)
		for _, line := range part.lines {
			p.hanging(line.ink, 2+leading(line.text), 6, line.text)
			for _, more := range line.more {
				p.hanging(plain, 6, 8, more)
			}
			if line.command != "" {
				p.line(plain, "      "+line.command) // never broken, so that it can be copied
			}
		}
	}
}

// leading counts the spaces that a text begins with.
func leading(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

// shownOfAPart is how many lines of one sort the table shows in a part.
const shownOfAPart = 8

// plainText is what a preview foretells and the volume plan as text, for formats that have a place for one.
func plainText(s *report.Summary) string {
	var text strings.Builder
	p := newPage(&text, Style{})
	writeVerdict(p, s)
	writeParts(p, foretold(s, &failedItems{}, shownOfAPart))
	writeVolumePlan(p, s.Volumes, shownVolumes)
	_ = p.flush() // a strings.Builder takes everything
	return strings.TrimSpace(text.String())
}
