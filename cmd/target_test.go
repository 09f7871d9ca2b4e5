package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAPreviewTellsWhatTheAPIServerRefuses(t *testing.T) {
	target := filepath.Join(t.TempDir(), "services.yaml")
	const other = `{apiVersion: v1, kind: Service, metadata: {name: other, namespace: default}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}`
	if err := os.WriteFile(target, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, exitFine, "restore-preview", "--sample", "--target-version", "1.33", "-o", "name")
	items := run(t, exitFindings, "restore-preview", "--sample", "--target", target, "-o", "jsonl")
	if strings.Count(items, `"outcome":"refused"`) != 1 || !strings.Contains(items, "spec.ports[0].nodePort: Invalid value: 30080") {
		t.Errorf("not the Service alone is refused, whose node port another one has:\n%s", items)
	}
}
