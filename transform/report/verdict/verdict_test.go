package verdict_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
)

func TestAPolicyFailsBySeverityAndByID(t *testing.T) {
	warning := report.Finding{ID: "crd-missing", Severity: report.Warning}
	other := report.Finding{ID: "claim-waits-for-class", Severity: report.Warning}
	failure := report.Finding{ID: "wrong-type", Severity: report.Error}
	for _, test := range []struct {
		policy string
		fails  [3]bool // crd-missing, claim-waits-for-class, wrong-type
	}{
		{"never", [3]bool{}},
		{"error", [3]bool{false, false, true}},
		{"warning", [3]bool{true, true, true}},
		{"error,crd-missing", [3]bool{true, false, true}},
		{"crd-missing", [3]bool{true, false, true}},
		{"never,crd-missing", [3]bool{true, false, false}},
		{"error,warning", [3]bool{true, true, true}},
	} {
		p, err := verdict.ParsePolicy(test.policy)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := p.IsNever(), test.policy == "never"; got != want {
			t.Errorf("%s: is never: got %v, want %v", test.policy, got, want)
		}
		if got := [3]bool{p.Fails(&warning), p.Fails(&other), p.Fails(&failure)}; got != test.fails {
			t.Errorf("%s: got %v, want %v", test.policy, got, test.fails)
		}
	}
	for _, bad := range []string{"", "crd-mising", "never,error", "error,"} {
		if _, err := verdict.ParsePolicy(bad); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
}

func TestABaselineAcceptsWhatItWasWrittenOf(t *testing.T) {
	item := report.Item{Resource: "pods", OriginalNamespace: "shop", Namespace: "store", Name: "a", OriginalName: "a"}
	item.Warn("storage-class-unknown", "", "m")
	summary := &report.Summary{}
	summary.FindOn(report.Warning, "crd-missing", "x.example.org", "m")
	sink := report.SinkFunc(func(*report.Item) error { return nil })
	policy, _ := verdict.ParsePolicy("warning")

	first := &verdict.Judge{Policy: policy, Keep: true}
	_ = first.Watch(sink).Item(&item)
	first.Conclude(summary)
	if !first.Failed() {
		t.Fatal("without a baseline nothing fails")
	}
	var file strings.Builder
	if err := verdict.Write(&file, append(first.Keys(), verdict.Key{ID: "wrong-type", Item: "pods/shop/b"})); err != nil {
		t.Fatal(err)
	}
	baseline, err := verdict.Read("f", strings.NewReader(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	second := &verdict.Judge{Policy: policy, Baseline: baseline}
	_ = second.Watch(sink).Item(&item)
	second.Conclude(summary)
	if second.Failed() || summary.Accepted != 2 || !item.Warnings[0].Accepted || !summary.Findings[0].Accepted {
		t.Errorf("the baseline does not accept: failed %v, accepted %d", second.Failed(), summary.Accepted)
	}
	if baseline.Gone() != 1 {
		t.Errorf("gone: got %d, want 1", baseline.Gone())
	}
}

func TestABaselineAcceptsItemsOfAFindingOfTheWholePlan(t *testing.T) {
	policy, _ := verdict.ParsePolicy("warning")
	finding := func() *report.Summary {
		s := &report.Summary{}
		s.Add(report.Finding{ID: "claim-waits-for-class", Severity: report.Warning, Subject: "fast", Message: "m", Items: []string{"b", "a"}})
		return s
	}
	for _, row := range []struct {
		name, entries  string
		fails, whole   bool
		accepted, gone int
		known          []string
	}{
		{"none", ``, true, false, 0, 0, nil},
		{"one of two", `{"id":"claim-waits-for-class","item":"a"}`, true, false, 0, 0, []string{"a"}},
		{"both", `{"id":"claim-waits-for-class","item":"a"},{"id":"claim-waits-for-class","item":"b"}`, false, true, 1, 0, nil},
		{"one that is gone", `{"id":"claim-waits-for-class","item":"c"}`, true, false, 0, 1, nil},
		{"by subject, as it was written once", `{"id":"claim-waits-for-class","item":"fast"}`, false, true, 1, 0, nil},
		{"of another id", `{"id":"crd-missing","item":"a"}`, true, false, 0, 1, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			b, err := verdict.Read("f", strings.NewReader(`{"apiVersion":"veltx.io/v1alpha1","kind":"Baseline","findings":[`+row.entries+`]}`))
			if err != nil {
				t.Fatal(err)
			}
			s, j := finding(), &verdict.Judge{Policy: policy, Baseline: b}
			j.Conclude(s)
			f := s.Findings[0]
			if j.Failed() != row.fails || f.Accepted != row.whole || s.Accepted != row.accepted || b.Gone() != row.gone || !slices.Equal(f.AcceptedItems, row.known) {
				t.Errorf("failed %v, accepted %d, gone %d: %+v", j.Failed(), s.Accepted, b.Gone(), f)
			}
		})
	}
	j := &verdict.Judge{Policy: policy, Keep: true}
	j.Conclude(finding())
	if want := []verdict.Key{{ID: "claim-waits-for-class", Item: "a"}, {ID: "claim-waits-for-class", Item: "b"}}; !slices.Equal(j.Keys(), want) {
		t.Errorf("keys %v, want %v", j.Keys(), want)
	}
}

func TestNotesAreJudgedOnlyWhereThePolicyNamesThem(t *testing.T) {
	for text, fails := range map[string]bool{"error": false, "warning": false, "note": true, "pod-beside-controller": true, "crd-missing": false} {
		policy, err := verdict.ParsePolicy(text)
		if err != nil {
			t.Fatal(err)
		}
		s := &report.Summary{}
		s.FindOn(report.Notice, "pod-beside-controller", "jobs.batch", "m")
		j := &verdict.Judge{Policy: policy, Keep: true}
		j.Conclude(s)
		if j.Failed() != fails || (len(j.Keys()) > 0) != fails {
			t.Errorf("%s: failed %v, keys %v", text, j.Failed(), j.Keys())
		}
	}
}

func TestABaselineIsWrittenSortedAndEachFindingOnce(t *testing.T) {
	const head = "{\n  \"apiVersion\": \"veltx.io/v1alpha1\",\n  \"kind\": \"Baseline\",\n  \"findings\": "
	entry := func(id, item string) string {
		return "    {\n      \"id\": \"" + id + "\",\n      \"item\": \"" + item + "\"\n    }"
	}
	for _, test := range []struct {
		keys []verdict.Key
		want string
	}{
		{nil, head + "[]\n}\n"},
		{
			[]verdict.Key{{ID: "b", Item: "x"}, {ID: "a", Item: "y"}, {ID: "b", Item: "a<&>"}, {ID: "a", Item: "y"}},
			head + "[\n" + entry("a", "y") + ",\n" + entry("b", "a<&>") + ",\n" + entry("b", "x") + "\n  ]\n}\n",
		},
	} {
		var got strings.Builder
		if err := verdict.Write(&got, test.keys); err != nil {
			t.Fatal(err)
		}
		if got.String() != test.want {
			t.Errorf("%v:\n got %s\nwant %s", test.keys, got.String(), test.want)
		}
	}
}

func TestErrorsOfItemsAreJudged(t *testing.T) {
	item := report.Item{Resource: "pods", Namespace: "shop", Name: "a"}
	item.Error("wrong-type", "", "m")
	policy, _ := verdict.ParsePolicy("error")
	j := &verdict.Judge{Policy: policy, Keep: true}
	handedOn := 0
	if err := j.Watch(report.SinkFunc(func(*report.Item) error { handedOn++; return nil })).Item(&item); err != nil {
		t.Fatal(err)
	}
	if want := (verdict.Key{ID: "wrong-type", Item: "pods/shop/a"}); !j.Failed() || len(j.Keys()) != 1 || j.Keys()[0] != want || handedOn != 1 {
		t.Errorf("failed %v, keys %v, handed on %d", j.Failed(), j.Keys(), handedOn)
	}
}

func TestABaselineIsReadStrictly(t *testing.T) {
	const head = `{"apiVersion":"veltx.io/v1alpha1","kind":"Baseline",`
	for _, text := range []string{
		"", "[]", `{"kind":"Baseline"}`, head + `"findings":[],"more":1}`, head + `"findings":[{"item":"x"}]}`,
		head + `"findings":[{"id":"a"},{"id":"a"}]}`, head + `"findings":[]}{}`,
		`{"apiVersion":"veltx.io/v2","kind":"Baseline","findings":[]}`,
	} {
		if _, err := verdict.Read("f", strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "f: ") {
			t.Errorf("%s: got %v, want an error that names the file", text, err)
		}
	}
}
