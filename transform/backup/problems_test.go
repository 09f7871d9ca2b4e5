package backup_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

func TestBackupsThatVeleroRefuses(t *testing.T) {
	yes := true
	names := func(list ...string) []string { return list }
	for _, row := range []struct {
		profile actions.Profile
		spec    velero.BackupSpec
		err     string
	}{
		{actions.V1_18, velero.BackupSpec{IncludeClusterResources: &yes, IncludedClusterScopedResources: names("pv")}, "cannot stand beside the scoped ones"},
		{actions.V1_18, velero.BackupSpec{LabelSelector: &metav1.LabelSelector{}, OrLabelSelectors: []*metav1.LabelSelector{{}}}, "only one of them"},
		{actions.V1_18, velero.BackupSpec{IncludedResources: names("*", "pods")}, "includedResources: * stands alone"},
		{actions.V1_18, velero.BackupSpec{ExcludedNamespaces: names("*")}, "excludedNamespaces: * is not allowed"},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaces: names("shop"), ExcludedNamespaces: names("shop")}, "excludedNamespaces: shop is included as well"},
		{actions.V1_18, velero.BackupSpec{IncludedClusterScopedResources: names("pv"), ExcludedClusterScopedResources: names("*")}, "excludedClusterScopedResources: * leaves nothing that includedClusterScopedResources could take"},
		{actions.V1_18, velero.BackupSpec{ExcludedNamespaceScopedResources: names("*", "pods")}, "excludedNamespaceScopedResources: * stands alone"},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaces: names("a**")}, `namespace pattern "a**"`},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaces: names("a[")}, `its brackets do not fit`},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaces: names("hidden")}, "includedNamespaces: namespace hidden has the label velero.io/exclude-from-backup=true"},
		{actions.V1_6, velero.BackupSpec{IncludedClusterScopedResources: names("pv")}, "Velero 1.6 has no scoped filters"},
		{actions.V1_6, velero.BackupSpec{ResourcePolicy: &velero.ResourcePolicyRef{}}, "Velero 1.6 has no resource policies"},
		{actions.V1_6, velero.BackupSpec{OrLabelSelectors: []*metav1.LabelSelector{{}}}, "Velero 1.6 has no orLabelSelectors: take it out, or choose profile 1.18"},
	} {
		source := fromText(t, `{apiVersion: v1, kind: Namespace, metadata: {name: hidden, labels: {velero.io/exclude-from-backup: "true"}}}`)
		_, err := backup.Plan(context.Background(), source, options(row.profile, row.spec), report.SinkFunc(func(*report.Item) error { return nil }))
		if err == nil || !strings.Contains(err.Error(), row.err) {
			t.Errorf("error %v, want one with %q", err, row.err)
		}
	}
}

func TestResourcePolicies(t *testing.T) {
	for _, row := range []struct{ policies, err, finding string }{
		{"{version: v1, volumePolicies: [{action: {type: skip}}, {action: {type: snapshot}}]}", "", "has 2 volume policies"},
		{"{version: v1, includedResources: [a]}", "includedResources: unknown field, not one of version, volumePolicies, includeExcludePolicy", ""},
		{"{Version: v1}", "Version: unknown field, not one of version", ""},
		{"{version: v1, volumePolicies: skip}", "volumePolicies: want a list, got \"skip\"", ""},
		{"{version: v1, volumePolicies: [{action: {typ: skip}}]}", "volumePolicies[0].action.typ: unknown field, not one of type, parameters", ""},
		{"{version: v1, volumePolicies: [{action: {type: lose}}]}", `ConfigMap velero/p: volumePolicies[0].action.type: is "lose", not skip`, ""},
		{"{version: v1, includeExcludePolicy: {includedClusterScopedResources: [pv], excludedClusterScopedResources: [pv]}}", "excludedClusterScopedResources: pv is included as well", ""},
		{"{version: v1, includeExcludePolicy: {includedClusterScopedResources: [pods]}}", "", "includeExcludePolicy.includedClusterScopedResources: Velero ignores pods"},
		{"[", "ConfigMap velero/p: yaml: ", ""},
	} {
		source := fromText(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: p, namespace: velero}, data: {policies: '"+row.policies+"'}}")
		o := options(actions.V1_18, velero.BackupSpec{ResourcePolicy: &velero.ResourcePolicyRef{Kind: "configmap", Name: "p"}})
		summary, err := backup.Plan(context.Background(), source, o, report.SinkFunc(func(*report.Item) error { return nil }))
		if row.err != "" {
			if err == nil || !strings.Contains(err.Error(), row.err) {
				t.Errorf("%s: error %v, want one with %q", row.policies, err, row.err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(summary.Findings) != 1 || !strings.Contains(summary.Findings[0].Message, row.finding) {
			t.Errorf("%s: findings %+v, want one with %q", row.policies, summary.Findings, row.finding)
		}
	}
}

func TestSurprisesAreTold(t *testing.T) {
	no := false
	for _, row := range []struct {
		profile actions.Profile
		spec    velero.BackupSpec
		want    string
	}{
		{actions.V1_18, velero.BackupSpec{}, "cluster-scoped-left-out"},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaceScopedResources: []string{"*"}}, ""},
		{actions.V1_18, velero.BackupSpec{ExcludedClusterScopedResources: []string{"nodes"}}, ""},
		{actions.V1_6, velero.BackupSpec{}, ""},
		{actions.V1_18, velero.BackupSpec{IncludeClusterResources: &no}, "namespaces-left-out"},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop", "nowhere"}}, "namespace-missing"},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"x*"}}, "no-namespace-matches"},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}, IncludedClusterScopedResources: []string{"pods"}}, "wrong-scope"},
		{actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}, IncludedResources: []string{"volumesnapshots.snapshot.storage.k8s.io"}}, "include-resources-lost"},
	} {
		_, summary := plan(t, shop, options(row.profile, row.spec))
		var ids []string
		for _, f := range summary.Findings {
			ids = append(ids, f.ID)
		}
		if got := strings.Join(ids, " "); got != row.want {
			t.Errorf("%+v: findings %q, want %q", row.spec, got, row.want)
		}
	}
}

// policyMap is the ConfigMap p with resource policies.
func policyMap(policies string) string {
	return "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: p, namespace: velero}, data: {policies: '" + policies + "'}}\n"
}

func TestPoliciesAddToTheScopedFilters(t *testing.T) {
	for _, row := range []struct {
		policies  string
		spec      velero.BackupSpec
		has, lack []string
	}{
		{"excludedNamespaceScopedResources: [configmaps]", velero.BackupSpec{}, []string{"shop:widgets/w"}, []string{"shop:configmaps/conf"}},
		{"includedNamespaceScopedResources: [configmaps]", velero.BackupSpec{}, []string{"shop:configmaps/conf"}, []string{"shop:widgets/w"}},
		{"includedClusterScopedResources: [clusterroles]", velero.BackupSpec{}, []string{"clusterroles/unrelated"}, []string{"persistentvolumes/pv-spare"}},
		{"excludedClusterScopedResources: [clusterroles]", velero.BackupSpec{}, []string{"clusterrolebindings/app-reads"}, []string{"clusterroles/reader"}},
		{"includedClusterScopedResources: [clusterroles]", velero.BackupSpec{ExcludedClusterScopedResources: []string{"clusterroles"}}, nil, []string{"clusterroles/unrelated"}},
		{"excludedNamespaceScopedResources: [configmaps]", velero.BackupSpec{IncludedNamespaceScopedResources: []string{"configmaps"}}, []string{"shop:configmaps/conf"}, []string{"shop:widgets/w"}},
		{"excludedNamespaceScopedResources: [configmaps], includedNamespaceScopedResources: [widgets.example.io]", velero.BackupSpec{}, []string{"shop:widgets/w"}, []string{"shop:configmaps/conf"}},
	} {
		row.spec.ResourcePolicy = &velero.ResourcePolicyRef{Kind: "ConfigMap", Name: "p"}
		items, _ := plan(t, shop+policyMap("{version: v1, includeExcludePolicy: {"+row.policies+"}}"), options(actions.V1_18, row.spec))
		in := map[string]bool{}
		for i := range items {
			in[short(&items[i])] = items[i].Outcome == report.Include
		}
		for _, name := range row.has {
			if !in[name] {
				t.Errorf("%s: %s is not in the backup", row.policies, name)
			}
		}
		for _, name := range row.lack {
			if in[name] {
				t.Errorf("%s: %s is in the backup", row.policies, name)
			}
		}
	}
}

func TestPoliciesThatCannotStand(t *testing.T) {
	for _, row := range []struct {
		policies string
		spec     velero.BackupSpec
		want     string
	}{
		{"{version: v1, includeExcludePolicy: {}}", velero.BackupSpec{IncludedResources: []string{"pods"}}, "its includeExcludePolicy cannot stand beside the older filters"},
		{"{version: v1}", velero.BackupSpec{IncludedResources: []string{"pods"}}, ""},
		{`{version: v1, includeExcludePolicy: {excludedNamespaceScopedResources: ["*"]}}`, velero.BackupSpec{}, "* is not allowed in includedNamespaceScopedResources"},
		{`{version: v1, includeExcludePolicy: {includedClusterScopedResources: ["*"]}}`, velero.BackupSpec{}, "* is not allowed in includedClusterScopedResources"},
	} {
		row.spec.ResourcePolicy = &velero.ResourcePolicyRef{Kind: "ConfigMap", Name: "p"}
		_, err := backup.Plan(context.Background(), fromText(t, shop+policyMap(row.policies)), options(actions.V1_18, row.spec), report.SinkFunc(func(*report.Item) error { return nil }))
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: got %v, want %q", row.policies, err, row.want)
		}
	}
}

// The policies are read from Velero's namespace though the backup leaves that out.
func TestPoliciesAreReadThoughTheirNamespaceIsLeftOut(t *testing.T) {
	yes := true
	var archive bytes.Buffer
	whole := options(actions.V1_18, velero.BackupSpec{IncludeClusterResources: &yes})
	source := fromText(t, shop+policyMap("{version: v1, includeExcludePolicy: {excludedNamespaceScopedResources: [configmaps]}}"))
	nothing := report.SinkFunc(func(*report.Item) error { return nil })
	if _, err := backup.Write(context.Background(), source, whole, pack.New(&archive, nil, pack.Options{}), nothing); err != nil {
		t.Fatal(err)
	}
	cut := options(actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}, ResourcePolicy: &velero.ResourcePolicyRef{Kind: "ConfigMap", Name: "p"}})
	cluster, err := backup.FromBackup(context.Background(), reopen(t, archive.Bytes()), cut)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	_, err = backup.Plan(context.Background(), cluster, cut, report.SinkFunc(func(i *report.Item) error {
		if i.Resource == "configmaps" {
			t.Errorf("%s/%s is in the plan", i.Namespace, i.Name)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestWhatFiltersRefuseThoughAnActionAsksForIt(t *testing.T) {
	for _, row := range []struct {
		spec         velero.BackupSpec
		item, reason string // "" for an item of which nothing is told
	}{
		{velero.BackupSpec{ExcludedResources: []string{"persistentvolumes"}}, "persistentvolumes/pv-data", "the filters exclude the cluster-scoped resource persistentvolumes"},
		{velero.BackupSpec{ExcludedClusterScopedResources: []string{"persistentvolumes"}}, "persistentvolumes/pv-data", "the filters exclude the cluster-scoped resource persistentvolumes"},
		{velero.BackupSpec{ExcludedResources: []string{"persistentvolumeclaims"}}, "shop:persistentvolumeclaims/data", "the filters leave the resource persistentvolumeclaims out"},
		{velero.BackupSpec{ExcludedNamespaceScopedResources: []string{"persistentvolumeclaims"}}, "shop:persistentvolumeclaims/data", "the filters leave the resource persistentvolumeclaims out"},
		{velero.BackupSpec{ExcludedResources: []string{"crds"}}, "customresourcedefinitions/widgets.example.io", ""},
		{velero.BackupSpec{ExcludedClusterScopedResources: []string{"crds"}}, "customresourcedefinitions/widgets.example.io", ""},
	} {
		row.spec.IncludedNamespaces = []string{"shop"}
		items, _ := plan(t, shop, options(actions.V1_18, row.spec))
		got := ""
		for i := range items {
			if short(&items[i]) == row.item {
				got = string(items[i].Outcome) + ": " + items[i].Reason
			}
		}
		if want := strings.TrimSuffix("skip: "+row.reason, "skip: "); got != want {
			t.Errorf("%+v: %s: got %q, want %q", row.spec, row.item, got, want)
		}
	}
}

func TestNamesOfTheOtherScope(t *testing.T) {
	for _, row := range []struct {
		included     []string
		findings     string
		pods, claims bool
	}{
		{[]string{"nodes", "nodes"}, "wrong-scope includedNamespaceScopedResources: nodes", true, true}, // which leaves an empty list
		{[]string{"nodes", "pods"}, "wrong-scope includedNamespaceScopedResources: nodes", true, false},
		{[]string{"unheard.of.example.io", "pods"}, "", true, false},
		{[]string{"*"}, "", true, true},
	} {
		o := options(actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}, IncludedNamespaceScopedResources: row.included})
		o.ItemBlocks, o.Actions = nil, nil
		items, summary := plan(t, shop, o)
		in := map[string]bool{}
		for i := range items {
			in[items[i].Resource] = true
		}
		var findings []string
		for _, f := range summary.Findings {
			findings = append(findings, f.ID+" "+f.Subject)
		}
		if in["pods"] != row.pods || in["persistentvolumeclaims"] != row.claims || strings.Join(findings, "\n") != row.findings {
			t.Errorf("%q: pods %v, claims %v, findings %q; want %v, %v, %q", row.included, in["pods"], in["persistentvolumeclaims"], findings, row.pods, row.claims, row.findings)
		}
	}
}
