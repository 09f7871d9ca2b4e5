package transform_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// reportsDir has backups that were rebuilt from public reports of restores that went wrong, where they stand beside the checkout.
const reportsDir = "../../shared/reports"

// reportTold is what a report is told by: a finding of an item or of the whole plan, and a part of the verdict.
type reportTold struct {
	profile, verdict string
	findings         []string // severity, id, and the beginning of the item or the subject
}

var publicReports = map[string]reportTold{
	"01-modifier-rolls-deployment": {verdict: "Will lose data", findings: []string{"error template-differs-from-pods deployments.apps/wiki/docdb"}},
	"03-failed-job-runs-again": {verdict: "Will work; 2 warnings", findings: []string{
		"warning job-runs-again jobs.batch/billing/charge-cards", "warning job-runs-again jobs.batch/billing/invoice-29000000"}},
	"04-csi-snapshot-left-out-by-filter":        {profile: "1.18.2", verdict: "Will lose data", findings: []string{"error volume-data-left-out persistentvolumeclaims/logs/storage-loki-0"}},
	"05-file-backup-of-a-claim-from-a-snapshot": {verdict: "Will work after 1 step, if the target has 1 required object, and the data of 1 volume comes back", findings: []string{"warning claim-source-missing persistentvolumeclaims/mssql/mssql-data"}},
	"06-modifier-reads-status": {verdict: "Will fail in part", findings: []string{
		"error modifier-failed volumesnapshotcontents.snapshot.storage.k8s.io/snapcontent-1", "warning modifier-never-matches rule 1 (services)"}},
	"07-update-policy-immutable": {verdict: "Will work", findings: []string{
		"warning patch-refused pods/shop/", "warning patch-refused persistentvolumeclaims/shop/", "warning patch-refused jobs.batch/shop/", "warning patch-refused statefulsets.apps/shop/"}},
	"08-only-claims-file-backup":    {verdict: "Will lose data", findings: []string{"error volume-data-left-out persistentvolumeclaims/mssql/mssql-data"}},
	"08b-claims-excluded-pod-waits": {verdict: "Will lose data", findings: []string{"error volume-data-left-out persistentvolumeclaims/mssql/mssql-data"}},
	"10-namespace-without-its-cluster-roles": {verdict: "Will work after 3 steps", findings: []string{
		"warning reference-refused priorityclasses", "warning reference-missing clusterroles", "warning reference-missing ingressclasses"}},
	"11-hook-names-a-missing-container": {profile: "1.18.2", verdict: "Will never end", findings: []string{
		"error hook-container-missing pods/store/web-0", "error hook-container-missing pods/store/db-0", "warning hook-never-matches", "warning hook-filter-ignored"}},
	"12-retained-volume-cloned":    {verdict: "Will lose data: ", findings: []string{"error claim-never-binds persistentvolumeclaims/erp/data"}},
	"16-filters-that-take-nothing": {verdict: "Will restore nothing", findings: []string{"error nothing-restored", "warning filter-takes-nothing includedNamespaces openldap"}},
	"18-removed-api-versions": {verdict: "Will fail in part", findings: []string{
		"error api-version-removed cronjobs.batch/legacy/cj", "error api-version-removed ingresses.extensions/legacy/web", "error api-version-removed horizontalpodautoscalers.autoscaling/legacy/h"}},
	"21-references-to-the-old-namespace": {verdict: "Will work after 1 step; 9 warnings", findings: []string{
		"warning reference-to-mapped-namespace customresourcedefinitions", "warning reference-to-mapped-namespace apiservices", "warning reference-to-mapped-namespace networkpolicies",
		"warning reference-to-mapped-namespace services/stage/db", "warning reference-to-mapped-namespace clusterrolebindings", "warning reference-to-mapped-namespace validatingwebhookconfigurations"}},
	"23-priority-class-not-allowed": {verdict: "Will work after 4 steps, if the target has 5 required objects", findings: []string{
		"warning reference-refused priorityclasses", "warning reference-refused serviceaccounts/q/runner", "warning reference-missing secrets/q/creds", "warning reference-missing configmaps/q/conf"}},
	"27-restore-wait-cannot-start": {profile: "1.18.2", verdict: "Will lose data", findings: []string{
		"error restore-wait-cannot-start pods/gitops/controller-0", "note restore-wait-other-user user 1000 beside 26"}},
}

func TestPublicReportsAreTold(t *testing.T) {
	if _, err := os.Stat(reportsDir); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no reports beside the checkout")
	}
	for name, want := range publicReports {
		t.Run(name, func(t *testing.T) {
			summary, found := previewReport(t, filepath.Join(reportsDir, name), want.profile)
			if got := summary.Told().Verdict; !strings.HasPrefix(got, want.verdict) {
				t.Errorf("got %s, want %s", got, want.verdict)
			}
			for _, finding := range want.findings {
				if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, finding) }) {
					t.Errorf("no %s among\n%s", finding, strings.Join(found, "\n"))
				}
			}
		})
	}
}

func previewReport(t *testing.T, folder, profile string) (s *report.Summary, found []string) {
	t.Helper()
	parts := map[string]*txtar.File{}
	for _, name := range []string{"restore.yaml", "target.yaml", "modifiers.yaml", "features"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			t.Fatal(err)
		}
		if name == "restore.yaml" {
			text = text[strings.Index(string(text), "spec:"):]
		}
		parts[name] = &txtar.File{Data: text}
	}
	if profile != "" {
		parts["profile"] = &txtar.File{Data: []byte(profile)}
	}
	o := caseOptions(t, parts)
	src, err := tarball.Open(t.Context(), filepath.Join(folder, "b"), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if err := o.Complete(src.Name()); err != nil {
		t.Fatal(err)
	}
	s, err = restore.Preview(t.Context(), src, o, report.SinkFunc(func(i *report.Item) error {
		address := i.Resource + "/" + i.Name
		if i.Namespace != "" {
			address = i.Resource + "/" + i.Namespace + "/" + i.Name
		}
		for f := range i.Findings() {
			found = append(found, string(f.Severity)+" "+f.ID+" "+address+": "+f.Message)
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range s.Findings {
		found = append(found, string(f.Severity)+" "+f.ID+" "+f.Subject+": "+f.Message)
	}
	return s, found
}
