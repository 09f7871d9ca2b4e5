package cmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	"sigs.k8s.io/yaml"
)

// The manifests for a cluster have fields that Kubernetes knows, flags that veltx knows, and its API server takes them, in a
// namespace with the strictest Pod Security too.
func TestTheManifestsAreTakenByTheAPIServer(t *testing.T) {
	dir := t.TempDir()
	all := []string{"{apiVersion: v1, kind: Namespace, metadata: {name: velero-checks, labels: {pod-security.kubernetes.io/enforce: restricted}}}\n"}
	var containers int
	for _, block := range blocks(t, "docs/MANY-BACKUPS.md", "validated by a test") {
		all = append(all, block+"\n")
		var job batchv1.Job
		pod := &job.Spec.Template.Spec
		if strings.Contains(block, "kind: CronJob\n") {
			var cron batchv1.CronJob
			pod = &cron.Spec.JobTemplate.Spec.Template.Spec
			if err := yaml.UnmarshalStrict([]byte(block), &cron); err != nil {
				t.Fatal(err)
			}
		} else if err := yaml.UnmarshalStrict([]byte(block), &job); err != nil {
			t.Fatal(err)
		}
		for _, one := range pod.Containers {
			containers++
			c, _, err := NewRoot(Streams{}).Find(one.Args[:1])
			if err != nil {
				t.Fatal(err)
			}
			if err := c.ParseFlags(one.Args[1:]); err != nil {
				t.Errorf("%s: %v", one.Args, err)
			}
		}
		if job.Kind == "Job" && fmt.Sprint(*job.Spec.Completions) != pod.Containers[0].Env[0].Value {
			t.Errorf("%d completions, and %s=%s", *job.Spec.Completions, pod.Containers[0].Env[0].Name, pod.Containers[0].Env[0].Value)
		}
	}
	if containers != 2 {
		t.Fatalf("%d containers", containers)
	}
	if err := os.WriteFile(filepath.Join(dir, "all.yaml"), []byte(strings.Join(all, "---\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	printed(t, "backup", filepath.Join(dir, "all.yaml"), "-o", filepath.Join(dir, "all.tar.gz"), "--include-cluster-resources", "-q")
	for _, version := range []string{"1.31", "1.33"} {
		var out, problems bytes.Buffer
		line := []string{"restore-preview", filepath.Join(dir, "all.tar.gz"), "--target-version", version, "-o", "wide"}
		if code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, line); code != exitFine || !strings.Contains(out.String(), "veltx-restore-preview") {
			t.Errorf("Kubernetes %s: exit code %d: %s\n%s", version, code, &problems, &out)
		}
	}
}
