package restore

import (
	"testing"

	"github.com/veltx/veltx/transform/report"
)

func TestTheVerdictIsOneSentence(t *testing.T) {
	created := map[report.Outcome]int{report.Create: 3}
	lost := report.Data{Volumes: 11, Fates: map[report.Fate]int{report.DataLost: 2, report.DataBack: 3, report.DataOld: 4, report.DataNone: 2}}
	blocks, fails, runs := report.Hook{Fate: report.HookBlocks}, report.Hook{Fate: report.HookFails}, report.Hook{Fate: report.HookRuns}
	task := report.Task{Text: "create it"}
	for _, row := range []struct {
		name string
		s    report.Summary
		told report.Foretold
		want string
	}{
		{"all is well", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Hooks: []report.Hook{runs}}, "Will work"},
		{"steps before", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Before: []report.Task{task, task}, After: []report.Task{task}}, "Will work after 2 steps"},
		{"one step", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Before: []report.Task{task}}, "Will work after 1 step"},
		{"steps after it alone", report.Summary{Items: 3, Outcomes: created}, report.Foretold{After: []report.Task{task}}, "Will work"},
		{"warnings", report.Summary{Items: 3, Outcomes: created, Warnings: 1}, report.Foretold{}, "Will work; 1 warning to read"},
		{"notes are no warnings", report.Summary{Items: 3, Outcomes: created, Notices: 5}, report.Foretold{}, "Will work"},
		{
			"conditions", report.Summary{Items: 3, Outcomes: created},
			report.Foretold{
				Needs: []report.Need{{Missing: true}, {}, {}},
				Data:  report.Data{Volumes: 3, Fates: map[report.Fate]int{report.DataOld: 1, report.DataUnknown: 2}},
			},
			"Will work if the target gets 1 missing object, has 2 required objects and can attach 1 old volume, and the data of 2 volumes comes back",
		},
		{
			"a step, conditions and warnings", report.Summary{Items: 3, Outcomes: created, Warnings: 3},
			report.Foretold{
				Before: []report.Task{task}, Needs: []report.Need{{}},
				Data: report.Data{Volumes: 1, Fates: map[report.Fate]int{report.DataOld: 1}},
			},
			"Will work after 1 step, if the target has 1 required object and can attach 1 old volume; 3 warnings to read",
		},
		{"data are lost", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Data: lost}, "Will lose data: 2 of 11 volumes come back without their data"},
		{
			"the only volume", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Data: report.Data{Volumes: 1, Fates: map[report.Fate]int{report.DataLost: 1}}},
			"Will lose data: 1 of 1 volume comes back without its data",
		},
		{"a hook blocks", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Hooks: []report.Hook{blocks}}, "Will never end: Velero waits for 1 hook that it never runs"},
		{"it never ends", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Ending: report.Ending{Never: "pod shop/a waits for volume b"}}, "Will never end: pod shop/a waits for volume b"},
		{"items fail", report.Summary{Items: 4, Outcomes: map[report.Outcome]int{report.Create: 3, report.Fail: 1}, Errors: 1}, report.Foretold{}, "Will fail in part: 1 of 4 items is not restored"},
		{"hooks fail", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Hooks: []report.Hook{fails, fails, runs}}, "Will fail in part: 2 hooks fail"},
		{
			"hooks fail, and so does the restore", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Hooks: []report.Hook{fails}, Ending: report.Ending{Phase: "PartiallyFailed"}},
			"Will fail in part: 1 hook fails; Velero ends it as PartiallyFailed",
		},
		{
			"items fail, and a hook blocks", report.Summary{Items: 2, Outcomes: map[report.Outcome]int{report.Fail: 1}}, report.Foretold{Hooks: []report.Hook{blocks}, Ending: report.Ending{Phase: "PartiallyFailed"}},
			"Will never end and fail in part: Velero waits for 1 hook that it never runs; 1 of 2 items is not restored",
		},
		{
			"Velero counts errors", report.Summary{Items: 3, Outcomes: created}, report.Foretold{Ending: report.Ending{Phase: "PartiallyFailed", Errors: []report.Result{{Sort: "a", Count: 2}, {Sort: "b", Count: 3}}}},
			"Will fail in part: Velero ends it as PartiallyFailed, with 5 errors",
		},
		{"errors that keep nothing out", report.Summary{Items: 3, Outcomes: created, Errors: 2}, report.Foretold{}, "Will fail in part: 2 errors below"},
		{
			"all at once", report.Summary{Items: 4, Outcomes: map[report.Outcome]int{report.Fail: 4}}, report.Foretold{Data: lost, Ending: report.Ending{Never: "x"}, Hooks: []report.Hook{fails}},
			"Will lose data, never end and fail in part: 2 of 11 volumes come back without their data; x; 4 of 4 items are not restored; 1 hook fails",
		},
		{"nothing", report.Summary{}, report.Foretold{}, "Will restore nothing"},
		{"nothing, and why", report.Summary{Findings: []report.Finding{{Severity: report.Warning, Message: "odd"}, {Severity: report.Error, Message: "it is empty"}}}, report.Foretold{}, "Will restore nothing: it is empty"},
		{"what says so already", report.Summary{Findings: []report.Finding{{Severity: report.Error, Message: "nothing is restored: the filters take nothing"}}}, report.Foretold{}, "Will restore nothing: the filters take nothing"},
		{"the target has all", report.Summary{Items: 2, Outcomes: map[report.Outcome]int{report.Exists: 2}}, report.Foretold{}, "Will change nothing: the target keeps what it has"},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.s.Foretold = &row.told
			foretell(&row.s)
			if got := row.s.Told().Verdict; got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}
