package render

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

// A terminal is used to its width, and names that do not fit it are cut; in a file or a pipe none is.
func TestTheWidthOfATerminalIsUsed(t *testing.T) {
	const name = "mutatingwebhookconfigurations.admissionregistration.example.org"
	warned := &report.Item{Outcome: report.Create, Resource: name, Name: "w"}
	warned.Warn("node-port-conflict", "", strings.Repeat("word ", 40))
	for _, row := range []struct {
		style  Style
		widest int
		whole  bool
	}{{Style{}, columns, true}, {Style{Width: 60}, 60, false}, {Style{Width: 140}, 140, true}, {Style{Width: 10}, narrowest, false}} {
		text := rendered(t, Table, row.style, warned)
		widest := 0
		for line := range strings.Lines(text) {
			if strings.Contains(line, "word word") {
				widest = max(widest, runes(strings.TrimSuffix(line, "\n")))
			}
		}
		if widest > row.widest || widest < row.widest-8 {
			t.Errorf("%+v: lines are %d wide, want %d", row.style, widest, row.widest)
		}
		if _, outcomes, _ := strings.Cut(text, "NAMESPACE AND"); strings.Contains(outcomes, name) != row.whole {
			t.Errorf("%+v: the name is whole: %v, in\n%s", row.style, !row.whole, outcomes)
		}
	}
}

func TestNumbersOfOneAreSingular(t *testing.T) {
	for resource, want := range map[string]string{
		"pods": "1 pod", "endpoints": "1 endpoints", "networkpolicies.networking.k8s.io": "1 networkpolicy", "ingresses.networking.k8s.io": "1 ingress",
		"storageclasses.storage.k8s.io": "1 storageclass", "jobs.batch": "1 job",
	} {
		if got := report.CountOf(1, resource); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := report.CountOf(3, "deployments.apps"); got != "3 deployments" {
		t.Errorf("got %q", got)
	}
}
