package html_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

// hostile are texts that would run as a script in a page that is careless in one place.
var hostile = []string{
	`</script><script>window.ran=1</script>`,
	`</script><img src=x onerror="window.ran=2">`,
	`"><svg onload=window.ran=3>`,
	`' onmouseover='window.ran=4' x='`,
	`<!--<script>`,
	`</style></title></textarea><iframe src="javascript:window.ran=5">`,
	`javascript:window.ran=6`,
	"${window.ran=7}`+(window.ran=8)+`{{.}}",
	"\u2028window.ran=9\u2029\u202e\u0000\ufeff]]>",
	`&lt;img src=x onerror=window.ran=10&gt;`,
	"\xff\xfe<img src=x onerror=window.ran=11>",
}

// hostileItems have each hostile text in each place where a backup can have text.
func hostileItems(yield func(*report.Item) bool) {
	for _, text := range hostile {
		quoted, _ := json.Marshal(text)
		i := &report.Item{
			Outcome: report.Create, Resource: text, Namespace: text, Name: text, Version: text, OriginalName: text + "x", OriginalNamespace: text,
			BroughtBy: text + "/" + text + "/" + text + "x", Actions: []string{text}, Reason: text, Notes: []report.Note{{By: text, Path: text, Text: text}},
			Object:  json.RawMessage(`{"a":` + string(quoted) + `,` + string(quoted) + `:1}`),
			Patch:   json.RawMessage(`{"a":` + string(quoted) + `}`),
			Status:  json.RawMessage(`{"a":` + string(quoted) + `}`),
			Changes: []report.Change{{By: text, Op: "add", Path: "/a", New: quoted}},
		}
		i.Warn(text, text, text)
		i.Error(text, text, text)
		if !yield(i) {
			return
		}
	}
}

func hostileSummary() *report.Summary {
	s := &report.Summary{}
	for _, text := range hostile {
		s.Find(report.Error, text, text)
		s.Add(report.Finding{ID: "named", Severity: report.Warning, Subject: text, Message: text, Items: []string{text}})
		told := s.Told()
		told.Verdict += text
		told.Needs = append(told.Needs, report.Need{Resource: text, Name: text, Effect: text, Users: []string{text}})
		told.Hooks = append(told.Hooks, report.Hook{Type: text, Pod: text, Command: []string{text}, Fate: report.HookNever, Why: text})
		told.Before = append(told.Before, report.Task{Text: text, Command: text})
		s.ModifierRules = append(s.ModifierRules, report.ModifierRule{Resource: text, FirstError: text, NearMisses: []string{text}})
		s.Volumes = append(s.Volumes, report.Volume{Method: report.AsItIs, PersistentVolume: text, StorageClass: text, VolumeID: text, Missing: []string{text}})
	}
	return s
}

func TestHostileTextIsEscapedInTheFile(t *testing.T) {
	page := string(rendered(t, hostileSummary(), hostileItems))
	for _, tag := range []string{"<img", "<svg", "<iframe", "<!--", "onload=window.ran=3>", "\u2028"} {
		if strings.Contains(page, tag) {
			t.Errorf("the page holds %s", tag)
		}
	}
	if got, want := strings.Count(page, "<script"), strings.Count(page, "</script>"); got != want || got != 5 {
		t.Errorf("%d scripts begin and %d end, want 5: rows, details, words, what findings name, and the script", got, want)
	}
}

func TestHostileTextRunsNothing(t *testing.T) {
	v, _ := open(t, rendered(t, hostileSummary(), hostileItems))
	v.want("items.length", "11")
	v.value(`document.getElementById("draw").click()`)
	v.value(`(async () => { for (const item of items) await panel.show(item, true); })()`)
	v.value(`for (const e of document.querySelectorAll("details")) e.open = true`)
	v.value(`for (const e of document.querySelectorAll("[data-finding], [data-step]")) e.click()`)
	v.value(`new Promise((next) => setTimeout(next, 300))`)
	v.want(`typeof window.ran`, "undefined")
	v.want(`document.querySelectorAll("img, svg, iframe, body script:not(.rows):not(.details):not(#words):not(#named)").length`, "1")
	v.want(`[...document.querySelectorAll("#rows .row.of .name")].some((e) => e.textContent.includes("<img src=x"))`, "true")
	v.want(`document.body.innerText.includes("\u202e")`, "false")
}

// Were a script to get in all the same, the policy would keep it from running.
func TestThePolicyKeepsOtherScriptsFromRunning(t *testing.T) {
	page := rendered(t, &report.Summary{}, func(func(*report.Item) bool) {})
	with := strings.Replace(string(page), "</main>", `<script>window.ran=1</script><img src="x" onerror="window.ran=2"></main>`, 1)
	v, _ := open(t, []byte(with))
	v.want(`typeof window.ran`, "undefined")
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.problems) < 2 {
		t.Errorf("the browser says nothing of what it kept from running: %q", v.problems)
	}
	v.problems = nil
}
