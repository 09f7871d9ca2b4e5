package restore

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// foretell says in one sentence what comes of the restore.
func foretell(s *report.Summary) { s.Told().Verdict = verdict(s) }

// verdict is the sentence: what goes wrong, worst first, or that it works and what that hangs on.
func verdict(s *report.Summary) string {
	if s.Items == 0 {
		return withReason("Will restore nothing", firstError(s))
	}
	if wrong, why := troubles(s); len(wrong) > 0 {
		return "Will " + listed(wrong) + ": " + strings.Join(why, "; ")
	}
	if s.Outcomes[report.Create]+s.Outcomes[report.Update] == 0 {
		return "Will change nothing: the target keeps what it has"
	}
	return works(s)
}

func withReason(text, why string) string {
	if why == "" {
		return text
	}
	return text + ": " + why
}

func firstError(s *report.Summary) string {
	for _, f := range s.Findings {
		if f.Severity == report.Error {
			return strings.TrimPrefix(f.Message, "nothing is restored: ")
		}
	}
	return ""
}

// troubles are what the restore does that its user does not want, and why.
func troubles(s *report.Summary) (wrong, why []string) {
	told := s.Told()
	if n := told.Data.Fates[report.DataLost]; n > 0 {
		wrong = append(wrong, "lose data")
		why = append(why, portion(n, told.Data.Volumes, "volume", "volumes")+verb(n, " comes back without its data", " come back without their data"))
	}
	if never := neverEnds(told); never != "" {
		wrong, why = append(wrong, "never end"), append(why, never)
	}
	if failures := failures(s); len(failures) > 0 {
		wrong, why = append(wrong, "fail in part"), append(why, failures...)
	}
	return wrong, why
}

// neverEnds says why the restore never ends, "" if it does.
func neverEnds(told *report.Foretold) string {
	if told.Ending.Never != "" {
		return told.Ending.Never
	}
	if n := hooksThat(report.HookBlocks, told.Hooks); n > 0 {
		return "Velero waits for " + numbered(n, "hook", "hooks") + " that it never runs"
	}
	return ""
}

// failures say what fails of the restore.
func failures(s *report.Summary) []string {
	told := s.Told()
	var why []string
	if n := s.Outcomes[report.Fail] + s.Outcomes[report.Refused]; n > 0 {
		why = append(why, portion(n, s.Items, "item", "items")+verb(n, " is", " are")+" not restored")
	}
	if n := hooksThat(report.HookFails, told.Hooks); n > 0 {
		why = append(why, numbered(n, "hook fails", "hooks fail"))
	}
	if len(why) > 0 {
		if told.Ending.Phase == partiallyFailed && neverEnds(told) == "" {
			why = append(why, "Velero ends it as "+partiallyFailed)
		}
		return why
	}
	if errors := count(told.Ending.Errors); errors > 0 {
		return []string{fmt.Sprintf("Velero ends it as %s, with %s", told.Ending.Phase, numbered(errors, "error", "errors"))}
	}
	if s.Errors > 0 && told.Data.Fates[report.DataLost] == 0 { // else it is data that is lost
		return []string{numbered(s.Errors, "error", "errors") + " below"}
	}
	return nil
}

// works says what has to be done or true for the restore to work.
func works(s *report.Summary) string {
	told := s.Told()
	text := "Will work"
	if n := len(told.Before); n > 0 {
		text += " after " + numbered(n, "step", "steps")
	}
	if conditions := conditions(told); conditions != "" {
		if len(told.Before) > 0 {
			text += ","
		}
		text += " if " + conditions
	}
	if s.Warnings > 0 {
		text += "; " + numbered(s.Warnings, "warning", "warnings") + " to read"
	}
	return text
}

// conditions are what must be true for the restore to work, and what only the target or the whole backup tells.
func conditions(told *report.Foretold) string {
	var all []string
	lacks, needs := 0, 0
	for _, need := range told.Needs {
		if need.Missing {
			lacks++
		} else {
			needs++
		}
	}
	if lacks > 0 {
		all = append(all, "gets "+numbered(lacks, "missing object", "missing objects"))
	}
	if needs > 0 {
		all = append(all, "has "+numbered(needs, "required object", "required objects"))
	}
	if n := told.Data.Fates[report.DataOld]; n > 0 {
		all = append(all, "can attach "+numbered(n, "old volume", "old volumes"))
	}
	var clauses []string
	if len(all) > 0 {
		clauses = append(clauses, "the target "+listed(all))
	}
	if n := told.Data.Fates[report.DataUnknown]; n > 0 {
		clauses = append(clauses, "the data of "+numbered(n, "volume", "volumes")+" comes back")
	}
	return strings.Join(clauses, ", and ")
}

func hooksThat(fate report.HookFate, hooks []report.Hook) int {
	n := 0
	for _, hook := range hooks {
		if hook.Fate == fate {
			n++
		}
	}
	return n
}

func count(results []report.Result) int {
	n := 0
	for _, r := range results {
		n += r.Count
	}
	return n
}

// portion writes a part of a number: "1 of 4 items".
func portion(n, all int, one, many string) string {
	return strconv.Itoa(n) + " of " + numbered(all, one, many)
}

// verb chooses the form of a verb for n things.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// numbered writes a number and what is counted: "1 step", "3 steps".
func numbered(n int, one, many string) string {
	return strconv.Itoa(n) + " " + verb(n, one, many)
}

// listed joins words: "a", "a and b", "a, b and c".
func listed(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
