package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

func TestReferencesThatStayAreTenLinesAtMost(t *testing.T) {
	var stays report.Stays
	if lines := stayLines(&stays); lines != nil {
		t.Errorf("without any: %+v", lines)
	}
	for i := range 25 {
		stays.First = append(stays.First, report.Stay{Item: fmt.Sprintf("configmaps/a/c%d", i), Certain: 2, Likely: 1, Path: "/data/x", Text: "web.a.svc"})
	}
	stays.Items, stays.Certain, stays.Likely = 1000, 2000, 1000
	lines := stayLines(&stays)
	if len(lines) != 10 || lines[0].text != "2000 certain and 1000 likely references in 1000 items will name the old namespace:" ||
		lines[1].text != "  certain: configmaps/a/c0 (web.a.svc) and 2 more" || lines[9].text != "and 992 more: veltx references lists all" {
		t.Errorf("got %+v", lines)
	}
	one := stayLines(&report.Stays{Items: 1, Likely: 1, First: []report.Stay{{Item: "secrets/a/s", Likely: 1, Path: "/data/x"}}})
	if len(one) != 2 || one[0].text != "1 likely reference will name the old namespace:" || one[1].text != "  likely: secrets/a/s (not shown)" {
		t.Errorf("got %+v", one)
	}
}

func TestEveryFormatHasTheReferencesThatStay(t *testing.T) {
	s := &report.Summary{Foretold: &report.Foretold{Verdict: "Will work", Stays: report.Stays{
		Certain: 1, Items: 1, First: []report.Stay{{Item: "apiservices.apiregistration.k8s.io/v1.x", Certain: 1, Path: "/spec/service/namespace", Text: "shop", Names: "shop", To: "store"}},
	}}}
	for format, want := range map[string]string{
		Table: "REFERENCES TO MAPPED NAMESPACES", Wide: "REFERENCES TO MAPPED NAMESPACES", Markdown: "1 certain reference will name the old namespace:",
		HTML: "<li class=\"caution below\">certain: apiservices", JSON: `"references":{"certain":1,"likely":0,"items":1,"first":[{"item":"apiservices.apiregistration.k8s.io/v1.x"`,
	} {
		if got := preview(t, format, testAbout(), s, toldItems()); !strings.Contains(strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("%s lacks %q:\n%s", format, want, got)
		}
	}
}
