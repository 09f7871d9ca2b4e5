package render

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

// told is a restore with something in each part.
func told() *report.Summary {
	s := &report.Summary{Foretold: &report.Foretold{
		Verdict: "Will lose data",
		Data: report.Data{
			Volumes: 12, Fates: map[report.Fate]int{report.DataBack: 3, report.DataLost: 2, report.DataOld: 4, report.DataUnknown: 1, report.DataNone: 2},
			Bytes: map[report.Fate]int64{report.DataBack: 3 << 30, report.DataLost: 20 << 30}, Unsized: map[report.Fate]int{report.DataBack: 1, report.DataOld: 4, report.DataNone: 2},
		},
		Needs: []report.Need{
			{Resource: "storageclasses.storage.k8s.io", Name: "fast", Users: []string{"persistentvolumeclaims/shop/a"}, Effect: "1 claim stays Pending"},
			{Resource: "ingressclasses.networking.k8s.io", Name: "nginx", Users: []string{"ingresses.networking.k8s.io/shop/web"}, InBackup: true},
			{Resource: "priorityclasses.scheduling.k8s.io", Name: "high", Users: []string{"pods/shop/a", "pods/shop/b", "pods/shop/c", "pods/shop/d"}, Missing: true, Effect: "the API server refuses the pods", InBackup: true, Bring: "--include-cluster-resources"},
		},
		Hooks: []report.Hook{
			{Name: "warm", Type: "exec", Source: "restore", Pod: "shop/db-0", Container: "postgres", Command: []string{"/bin/sh", "-c", "psql 'x'"}, OnError: "Fail", ExecTimeout: "30s", WaitTimeout: "0s", Fate: report.HookRuns},
			{Name: "annotation", Type: "exec", Source: "annotation", Pod: "shop/web-0", Container: "nginx", Command: []string{"true"}, WaitTimeout: "5m0s", Fate: report.HookBlocks, Why: "the pod has no container nginx"},
			{Name: "nobody", Type: "init", Source: "restore", Fate: report.HookNever, Why: "no pod matches"},
		},
		Ending: report.Ending{Phase: "PartiallyFailed", Errors: []report.Result{{Sort: "hook-failed", Count: 3}}, Warnings: []report.Result{{Sort: "already-exists", Count: 12}, {Sort: "other", Count: 1}}},
		Before: []report.Task{{Text: "Create PriorityClass high.", Command: "kubectl apply -f priorityclasses.yaml"}, {Text: "Read the findings"}},
		After:  []report.Task{{Text: "Fill claim shop/data from your own copy", Command: "kubectl -n shop cp dump.sql db-0:/backup/dump.sql -c postgres --retries=10 --no-preserve=true"}},
	}}
	s.Add(report.Finding{ID: "claim-waits-for-class", Severity: report.Warning, Subject: "fast", Message: "2 claims wait", Items: []string{"persistentvolumeclaims/shop/a", "persistentvolumeclaims/shop/b"}})
	s.Add(report.Finding{ID: "pod-beside-controller", Severity: report.Notice, Subject: "jobs.batch", Message: "1 pod", Items: []string{"pods/shop/web-0"}})
	return s
}

// toldItems are items that the findings of told name, and one that fails.
func toldItems() []*report.Item {
	claim := func(name string) *report.Item {
		return &report.Item{Outcome: report.Create, Resource: "persistentvolumeclaims", Namespace: "store", Name: name, OriginalNamespace: "shop", OriginalName: name}
	}
	failed := &report.Item{Resource: "pods", Namespace: "store", Name: "odd", OriginalNamespace: "shop", OriginalName: "odd"}
	failed.Error("wrong-type", "", "spec: want an object")
	failed.Outcome, failed.Reason = report.Fail, "spec: want an object"
	return []*report.Item{claim("a"), claim("b"), claim("c"), failed}
}

// preview is a preview of items, with the rest of the summary given.
func preview(t *testing.T, format string, about *About, s *report.Summary, items []*report.Item) string {
	t.Helper()
	var out strings.Builder
	p, err := NewPreview(format, &out, about, Style{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items {
		s.Count(i)
		i.Order = s.Items
		if err := p.Item(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(s); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheTableBeginsWithWhatARestoreComesTo(t *testing.T) {
	got := preview(t, Table, testAbout(), told(), toldItems())
	const want = `Will lose data

Backup    b
From      b.tar.gz (tar.gz)
Restore   r as Velero 1.18 (v1.18.2)
Plan      4 items: 3 created, 0 updated, 0 existing, 0 skipped, 1 failed
Found     1 error, 1 warning, 1 note; --show-notes shows notes

DATA
  3 of 12 volumes come back with their data (3.0 GiB, 1 of unknown size)
  2 come back without their data (20.0 GiB)
  4 have their data only if the target can attach the old volumes (size unknown)
  1 may or may not come back with its data
  2 never had any data

NEEDS
  The target lacks these, and the restore does not bring them:
    priorityclasses.scheduling.k8s.io/high: the API server refuses the pods
      needed by pods/shop/a, pods/shop/b, pods/shop/c and 1 more
      the backup has it: --include-cluster-resources
  The target must have these, which the restore does not bring:
    storageclasses.storage.k8s.io/fast: 1 claim stays Pending
      needed by persistentvolumeclaims/shop/a
    ingressclasses.networking.k8s.io/nginx
      needed by ingresses.networking.k8s.io/shop/web
      the backup has it, but the restore excludes it
  To check them, save the target's objects and give the file with -f needs.yaml:
      kubectl get ingressclasses.networking.k8s.io,storageclasses.storage.k8s.io -A -o yaml > needs.yaml

HOOKS
  exec hook of pod shop/web-0, container nginx, keeps the restore from ending:
      the pod has no container nginx
      command: true
      waits 5m0s for its container
  init hook nobody will never run: no pod matches
  exec hook warm of pod shop/db-0, container postgres, will run
      command: /bin/sh -c 'psql '\''x'\'''
      on error Fail, may take 30s, waits for its container without a limit

REFUSED OR FAILED ITEMS
  pods/store/odd: wrong-type

VELERO'S OWN ENDING
  PartiallyFailed, with 3 errors and 13 warnings in Velero's results
  errors: 3 hook failed
  warnings: 12 already exists, 1 other

BEFORE THE RESTORE
  1. Create PriorityClass high
      kubectl apply -f priorityclasses.yaml
  2. Read the findings

AFTER THE RESTORE
  1. Fill claim shop/data from your own copy
      kubectl -n shop cp dump.sql db-0:/backup/dump.sql -c postgres --retries=10 --no-preserve=true

ERRORS
  wrong-type
    pods/store/odd: spec: want an object
`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, part := range []string{"\n  claim-waits-for-class\n    2 claims wait\n        persistentvolumeclaims/shop/a, persistentvolumeclaims/shop/b\n"} {
		if !strings.Contains(got, part) {
			t.Errorf("got\n%s\nwant in it\n%s", got, part)
		}
	}
}

func TestPartsWithNothingToTellAreLeftOut(t *testing.T) {
	for _, s := range []*report.Summary{{}, {Foretold: &report.Foretold{Verdict: "Will work"}}} {
		if got := foretold(s, &failedItems{}, 8); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	}
}

func TestHooksAndNeedsPastTheFirstAreCounted(t *testing.T) {
	s := &report.Summary{Foretold: &report.Foretold{
		Needs: slices.Repeat([]report.Need{{Resource: "secrets", Namespace: "a", Name: "b"}}, 4),
		Hooks: slices.Repeat([]report.Hook{{Type: "exec", Fate: report.HookRuns}}, 5),
		After: slices.Repeat([]report.Task{{Text: "Look"}}, 2000),
	}}
	var texts []string
	for _, p := range foretold(s, &failedItems{}, 3) {
		for _, line := range p.lines {
			texts = append(texts, line.text)
		}
	}
	for _, want := range []string{"and 1 more: -o json lists all", "and 2 more: -o json lists all", "10. Look", "and 1990 more: -o json lists all"} {
		if !slices.Contains(texts, want) {
			t.Errorf("got %q, want %q in it", texts, want)
		}
	}
}

func TestAFindingOfTheWholePlanIsToldOfEachItemThatItNames(t *testing.T) {
	s := told()
	s.Findings[0].AcceptedItems = []string{"persistentvolumeclaims/shop/b"}
	formats := map[string][]string{
		JSONL: {
			`"originalName":"a","planFindings":[{"id":"claim-waits-for-class","severity":"warning","subject":"fast","message":"2 claims wait"}]}` + "\n",
			`"originalName":"b","planFindings":[{"id":"claim-waits-for-class","severity":"warning","subject":"fast","message":"2 claims wait","accepted":true}]}` + "\n",
			`"originalName":"c"}` + "\n",
		},
		Wide: {"warning: claim-waits-for-class\n", "warning: claim-waits-for-class (accepted)\n", "Will lose data\n", "2 claims wait"},
		JUnit: {
			`<testcase classname="persistentvolumeclaims" name="store/a">` + "\n      <system-out>warning claim-waits-for-class: see the case of plan claim-waits-for-class fast",
			`<system-out>warning claim-waits-for-class (accepted): see the case`, `<testcase classname="persistentvolumeclaims" name="store/c"/>`,
			"2 claims wait: persistentvolumeclaims/shop/a ", "<system-out>Will lose data\n\nDATA\n",
		},
		SARIF: {
			`"message":{"text":"2 claims wait (1 other item accepted)"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"resources/persistentvolumeclaims/namespaces/shop/a.json"},"region":{"startLine":1}},"logicalLocations":[{"fullyQualifiedName":"persistentvolumeclaims/shop/a","kind":"resource"}]}]`,
			`"properties":{"veltx/text":"Will lose data\n\nDATA\n`,
		},
		CodeQuality: {`"description":"2 claims wait (1 other item accepted): persistentvolumeclaims/shop/a","check_name":"claim-waits-for-class",`, `"severity":"minor","location":{"path":"resources/persistentvolumeclaims/namespaces/shop/a.json"`},
		Markdown:    {"**Will lose data**\n", "### Data\n\n- 3 of 12 volumes", "2 claims wait: `persistentvolumeclaims/shop/a` (1 accepted)", "  ```\n  kubectl apply -f priorityclasses.yaml\n  ```\n"},
		YAML: {
			"  originalName: a\n  planFindings:\n  - id: claim-waits-for-class\n    severity: warning\n    subject: fast\n    message: 2 claims wait\n",
			"    message: 2 claims wait\n    accepted: true\n", "  originalName: c\n- order: 4\n",
		},
		JSON:  {`"originalName":"a","planFindings":[{"id":"claim-waits-for-class",`, `"originalName":"c"},`, `"items":["persistentvolumeclaims/shop/a","persistentvolumeclaims/shop/b"],"acceptedItems":["persistentvolumeclaims/shop/b"]`, `"verdict":"Will lose data"`},
		HTML:  {`"id":"claim-waits-for-class","text":"2 claims wait","items":["persistentvolumeclaims/shop/a","persistentvolumeclaims/shop/b"],"accepted":["persistentvolumeclaims/shop/b"]`},
		Table: {"    2 claims wait\n        persistentvolumeclaims/shop/a, 1 accepted\n"},
		Name:  nil, // lists items, no findings
		Plan:  nil, // digests of results, and the findings of single items

		RestoreManifest: nil, // asks Velero for the restore
	}
	for _, format := range PreviewFormats {
		want, known := formats[format]
		if !known {
			t.Errorf("%s is not tested", format)
		}
		if len(want) == 0 {
			continue
		}
		copied := *s
		got := preview(t, format, testAbout(), &copied, toldItems())
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: got\n%s\nwant in it\n%s", format, got, part)
			}
		}
	}
}

func TestPlacesOfFindings(t *testing.T) {
	about := testAbout()
	about.Given = Given{Restore: "ci/restore.yaml", RestoreLine: 2, Modifiers: "ci/modifiers.yaml", RuleLines: []int{3, 9}}
	item := toldItems()[0]
	for _, row := range []struct {
		name string
		f    report.Finding
		item *report.Item
		want place
	}{
		{"a rule of an item", report.Finding{By: "resource-modifier[1]"}, item, place{"ci/modifiers.yaml", 9}},
		{"a rule of none", report.Finding{Subject: "rule 0 (pods)"}, nil, place{"ci/modifiers.yaml", 3}},
		{"a rule past the last", report.Finding{By: "resource-modifier[7]"}, item, place{"ci/modifiers.yaml", 1}},
		{"an item", report.Finding{By: "create"}, item, place{"resources/persistentvolumeclaims/namespaces/shop/a.json", 1}},
		{"the Restore", report.Finding{ID: "namespace-mapping-unused", Subject: "x"}, nil, place{"ci/restore.yaml", 2}},
		{"the backup", report.Finding{ID: "backup-empty"}, nil, place{"b.tar.gz", 1}},
	} {
		if got := about.placeOf(&row.f, row.item); got != row.want {
			t.Errorf("%s: got %+v, want %+v", row.name, got, row.want)
		}
	}
	about.Given = Given{}
	if got := about.placeOf(&report.Finding{Subject: "rule 0 (pods)"}, nil); got != (place{"b.tar.gz", 1}) {
		t.Errorf("without files: got %+v", got)
	}
}

func TestLinesKeepTheirOrderAndAreAllJSON(t *testing.T) {
	var items []*report.Item
	for range 3000 {
		items = append(items, toldItems()...)
	}
	lines := strings.Split(strings.TrimSuffix(preview(t, JSONL, testAbout(), told(), items), "\n"), "\n")
	if len(lines) != len(items) {
		t.Fatalf("got %d lines of %d items", len(lines), len(items))
	}
	for n, line := range lines {
		var item report.Item
		if err := json.Unmarshal([]byte(line), &item); err != nil || item.Order != n+1 {
			t.Fatalf("line %d: %v: %s", n, err, line)
		}
	}
}

// A version is no object, and kubectl knows no resource that is gone: a Node of the target tells.
func TestAVersionThatTheTargetMustServe(t *testing.T) {
	var got []string
	for _, line := range needLines([]report.Need{
		{Resource: "cronjobs.batch", Name: "batch/v1beta1", Users: []string{"cronjobs.batch/a/b"}, Effect: "it fails", Bring: "batch/v1"},
		{Resource: "services", Namespace: "a", Name: "web", Bring: "a modifier"},
	}, 9) {
		got = append(append(got, line.text), line.more...)
		if line.command != "" {
			got = append(got, line.command)
		}
	}
	want := []string{
		"The target must have these, which the restore does not bring:",
		"  cronjobs.batch in version batch/v1beta1: it fails", "needed by cronjobs.batch/a/b", "use batch/v1",
		"  services/a/web", "to have it: a modifier",
		"To check them, save the target's objects and give the file with -f needs.yaml:", "kubectl get nodes,services -A -o yaml > needs.yaml",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}
