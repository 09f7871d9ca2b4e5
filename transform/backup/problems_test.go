package backup_test

import (
	"context"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/actions"
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
