package restore

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// What becomes of an item that the target has: by policy, and ServiceAccounts by a merge.
func TestAnItemMeetsWhatTheTargetHas(t *testing.T) {
	const labels = `velero.io/backup-name: b, velero.io/restore-name: r`
	item := func(rest string) string {
		return `{apiVersion: v1, kind: Thing, metadata: {name: x, labels: {` + labels + `}}` + rest + `}`
	}
	has := func(rest string) string {
		return `{apiVersion: v1, kind: Thing, metadata: {name: x, uid: u}` + rest + `}`
	}
	for _, test := range []struct {
		name, resource, policy, item, target string
		retyped                              bool
		outcome                              report.Outcome
		reason, patch, warning               string
	}{
		{name: "the same", item: item(", data: {a: b}"), target: has(", data: {a: b}"), outcome: report.Exists, reason: "equal to what would be created"},
		{name: "the same but for empty values", item: item(""), target: has(""), retyped: true, outcome: report.Exists, reason: "though Velero warns"},
		{name: "another one", item: item(", data: {a: b}"), target: has(", data: {a: c}"), outcome: report.Exists, reason: "the target has a different one", warning: "exists-differently"},
		{name: "another one, and the policy is update", policy: "update", item: item(", data: {a: b}"), target: has(", data: {a: c}"), outcome: report.Update, reason: "the policy is update",
			patch: `{"data":{"a":"b"},"metadata":{"labels":{"velero.io/backup-name":"b","velero.io/restore-name":"r"}}}`},
		{name: "the same, and the policy is update", policy: "update", item: item(""), target: has(""), outcome: report.Update, reason: "the policy is update",
			patch: `{"metadata":{"labels":{"velero.io/backup-name":"b","velero.io/restore-name":"r"}}}`},
		{name: "one without metadata", item: item(""), target: `{a: b}`, outcome: report.Fail, reason: "the target's object: metadata: is missing"},
		{name: "a ServiceAccount that is the same", resource: layout.ServiceAccounts, policy: "update", retyped: true, item: item(""), target: has(""), outcome: report.Exists, reason: "equal to what would be created"},
		{name: "a ServiceAccount with more in the target", resource: layout.ServiceAccounts, item: item(", secrets: [{name: a}]"), target: has(", secrets: [{name: a}, {name: b}]"), outcome: report.Exists, reason: "everything that Velero would merge"},
		{name: "a ServiceAccount with more in the backup", resource: layout.ServiceAccounts, item: item(", secrets: [{name: a}, {name: b}, {name: b}], imagePullSecrets: [{name: i}]"), target: has(", secrets: [{name: c}, {name: a}]"), outcome: report.Update, reason: "merges",
			patch: `{"imagePullSecrets":[{"name":"i"}],"secrets":[{"name":"c"},{"name":"a"},{"name":"b"}]}`},
		{name: "a ServiceAccount with labels and annotations", resource: layout.ServiceAccounts, item: `{metadata: {name: x, labels: {` + labels + `, l: backup, k: new}, annotations: {m: v}}}`, target: `{metadata: {name: x, labels: {l: target}}}`, outcome: report.Update, reason: "merges",
			patch: `{"metadata":{"annotations":{"m":"v"},"labels":{"k":"new"}}}`},
		{name: "a ServiceAccount that cannot be merged", resource: layout.ServiceAccounts, item: item(", secrets: [a]"), target: has(""), outcome: report.Fail, reason: "secrets[0]: is string, not an object"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := &Options{Profile: actions.V1_18, Restore: &velero.Restore{Spec: velero.RestoreSpec{ExistingResourcePolicy: test.policy}}}
			w := &walk{o: o, env: &pipeline.Env{}}
			if test.resource == "" {
				test.resource = "things"
			}
			it := &pipeline.Item{Key: layout.Address{Resource: test.resource, Name: "x"}.Key(), Object: actiontest.Parse(t, test.item), Retyped: test.retyped}
			found := actiontest.Parse(t, test.target)
			before := string(found.JSON())
			got, err := w.meet(it, found)
			if err != nil || got.Outcome != test.outcome || !strings.Contains(got.Reason, test.reason) {
				t.Errorf("got %+v, %v", got, err)
			}
			if string(it.Report.Patch) != test.patch {
				t.Errorf("patch %s\nwant  %s", it.Report.Patch, test.patch)
			}
			if string(found.JSON()) != before {
				t.Errorf("the target's object is now %s", found.JSON())
			}
			if warned := len(it.Report.Warnings) == 1 && it.Report.Warnings[0].ID == test.warning && it.Report.Warnings[0].By == pipeline.ByExisting; warned != (test.warning != "") {
				t.Errorf("warnings %+v", it.Report.Warnings)
			}
		})
	}
}

// Since 1.19 the typed actions add nothing to a ServiceAccount or a Secret that is the same.
func TestAnEqualItemIsLabelledIn119(t *testing.T) {
	const item = `{metadata: {name: x, labels: {velero.io/backup-name: b, velero.io/restore-name: r}}}`
	for _, test := range []struct {
		name, resource, policy string
		profile                actions.Profile
		outcome                report.Outcome
		warned                 int
	}{
		{"a ServiceAccount, and the policy is update", layout.ServiceAccounts, "update", actions.V1_19, report.Update, 0},
		{"the same in 1.18", layout.ServiceAccounts, "update", actions.V1_18_3, report.Exists, 0},
		{"a ServiceAccount without a policy", layout.ServiceAccounts, "", actions.V1_19, report.Exists, 0},
		{"a Secret", layout.Secrets, "", actions.V1_19, report.Exists, 0},
		{"the same in 1.18", layout.Secrets, "", actions.V1_18_3, report.Exists, 1},
		{"a Pod has an empty status", layout.Pods, "", actions.V1_19, report.Exists, 1},
	} {
		o := &Options{Profile: test.profile, Restore: &velero.Restore{Spec: velero.RestoreSpec{ExistingResourcePolicy: test.policy}}}
		w := &walk{o: o, env: &pipeline.Env{}}
		it := &pipeline.Item{Key: layout.Address{Resource: test.resource, Name: "x"}.Key(), Object: actiontest.Parse(t, item), Retyped: true}
		got, err := w.meet(it, actiontest.Parse(t, `{metadata: {name: x, uid: u}}`))
		if err != nil || got.Outcome != test.outcome || len(it.Warned) != test.warned {
			t.Errorf("%s: got %+v, %v, and %d warnings of Velero", test.name, got, err, len(it.Warned))
		}
	}
}

// Work is counted in bytes that are allocated: of copies of the lists, and of indexes of keys that stand unsorted.
func TestServiceAccountsAreMergedWithWorkThatGrowsAsTheyDo(t *testing.T) {
	allocated := func(n int) uint64 {
		var secrets, labels strings.Builder
		for i := range n {
			fmt.Fprintf(&secrets, `,{"name":"s%06d"}`, i)
			fmt.Fprintf(&labels, `,"k%06d":"v"`, n-i)
		}
		item := object.MustParse(`{"metadata":{"name":"x","labels":{` + labels.String()[1:] + `}},"secrets":[` + secrets.String()[1:] + `]}`)
		target := object.MustParse(`{"metadata":{"name":"x","labels":{"z":"v","a":"v"}}}`)
		it := &pipeline.Item{Object: item}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		verdict, err := mergeServiceAccount(it, target)
		runtime.ReadMemStats(&after)
		patch := object.MustParse(string(it.Report.Patch))
		if err != nil || verdict.Outcome != report.Update || patch.Get("secrets").Len() != n || patch.Get("metadata", "labels").Len() != n {
			t.Fatalf("%v, %v: the patch has %d secrets and %d labels", verdict, err, patch.Get("secrets").Len(), patch.Get("metadata", "labels").Len())
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := allocated(20_000), allocated(40_000); many > 3*few {
		t.Errorf("20,000 secrets and labels take %d bytes, 40,000 take %d", few, many)
	}
}

func TestWhoseStatusGoesBack(t *testing.T) {
	resolve := func(name string) string { return name }
	listed := func(s *velero.RestoreStatusSpec) filters.Pair {
		return newStatusFilter(&Options{Restore: &velero.Restore{Spec: velero.RestoreSpec{RestoreStatus: s}}}, resolve)
	}
	pods := &velero.RestoreStatusSpec{IncludedResources: []string{"pods", "jobs.batch"}, ExcludedResources: []string{"jobs.batch"}}
	for _, test := range []struct {
		annotation, resource string
		spec                 *velero.RestoreStatusSpec
		want                 bool
	}{
		{"", "pods", nil, false},
		{"true", "pods", nil, true},
		{" TRUE ", "pods", nil, true},
		{"yes", "pods", nil, false},
		{"", "pods", pods, true},
		{"false", "pods", pods, false},
		{"", "services", pods, false},
		{"", "jobs.batch", pods, false},
	} {
		item := actiontest.Parse(t, `{metadata: {annotations: {velero.io/restore-status: "`+test.annotation+`"}}}`)
		if got := wantsStatus(actions.Newest, item, test.resource, listed(test.spec)); got != test.want {
			t.Errorf("%q on %s with %+v: %v", test.annotation, test.resource, test.spec, got)
		}
	}
}

func TestOnlyWhatAModifierMadeIsReadBack(t *testing.T) {
	for _, test := range []struct {
		resource, item string
		changed, want  bool
	}{
		{layout.Pods, `{spec: {containers: 1}}`, true, true},
		{layout.Pods, `{spec: {containers: 1}}`, false, false},
		{layout.Pods, `{spec: {}}`, true, false},
		{layout.CRDs, `{metadata: {labels: 1}}`, true, true},
		{layout.CRDs, `{metadata: {}, spec: 1}`, true, false},
		{layout.Services, `{spec: 1}`, true, false},
	} {
		it := &pipeline.Item{Key: layout.Address{Resource: test.resource, Name: "x"}.Key(), Object: actiontest.Parse(t, test.item), Modified: pipeline.Modified{Changed: test.changed}}
		readBack(it)
		if got := len(it.Report.Errors) == 1; got != test.want {
			t.Errorf("%s %s, changed %v: errors %v", test.resource, test.item, test.changed, it.Report.Errors)
		}
	}
}

func TestWhatIsOddAboutARuleIsSaid(t *testing.T) {
	for _, test := range []struct {
		rule modifiers.RuleReport
		want string
	}{
		{modifiers.RuleReport{}, ""},
		{modifiers.RuleReport{PartialHits: 1, PartialExample: layout.Address{Resource: "pods", Namespace: "shop", Name: "web-1"}}, "only part of the name of 1 item, such as pods/shop/web-1"},
		{modifiers.RuleReport{PartialHits: 2}, "of 2 items"},
		{modifiers.RuleReport{ClusterScopedHits: 1}, "for 1 item without a namespace"},
	} {
		if got := strings.Join(remarks(test.rule), "; "); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%+v: got %q", test.rule, got)
		}
	}
	for reason, want := range map[modifiers.Reason]string{
		modifiers.TargetNamespace: "namespaces has the namespace that store", modifiers.OtherCase: "Pods has the wrong case: use pods (1 item)",
		modifiers.GroupMissing: "Pods needs its API group: use pods (1 item)",
	} {
		seen := modifiers.NearMiss{Reason: reason, Seen: "store", Suggestion: "pods", Items: 1}
		if got := nearMiss("Pods", seen); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMappingsThatNoNamespaceCanHave(t *testing.T) {
	for from, want := range map[string]string{"a:b": "", ":b": "needs a name on both sides", "a:": "needs a name on both sides", "a:B": "a:B: B is not a valid namespace name"} {
		key, to, _ := strings.Cut(from, ":")
		errs := checkMapping(map[string]string{key: to})
		if want == "" && len(errs) > 0 || want != "" && (len(errs) != 1 || !strings.Contains(errs[0].Error(), want)) {
			t.Errorf("%s: got %v", from, errs)
		}
	}
}
