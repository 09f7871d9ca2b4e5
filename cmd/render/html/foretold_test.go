package html_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/veltx/veltx/transform/report"
)

// told is a restore with something in each part.
func told() *report.Summary {
	s := &report.Summary{Foretold: &report.Foretold{
		Verdict: "Will lose data and fail in part: 2 of 11 volumes come back without data that the source had; 1 of 3 items is not restored",
		Data: report.Data{
			Volumes: 11, Fates: map[report.Fate]int{report.DataBack: 3, report.DataLost: 2, report.DataOld: 4, report.DataNone: 2},
			Bytes: map[report.Fate]int64{report.DataBack: 3 << 30, report.DataLost: 20 << 30}, Unsized: map[report.Fate]int{report.DataOld: 4},
		},
		Needs: []report.Need{
			{Resource: "priorityclasses.scheduling.k8s.io", Name: "high", Users: []string{"pods/shop/web-0", "pods/shop/web-1"}, Missing: true, Effect: "the API server refuses the pods", InBackup: true, Bring: "--include-cluster-resources"},
			{Resource: "storageclasses.storage.k8s.io", Name: "fast", Users: []string{"persistentvolumeclaims/shop/data"}, Effect: "1 claim stays Pending"},
		},
		Hooks: []report.Hook{
			{Name: "warm", Type: "exec", Source: "restore", Pod: "shop/db-0", Container: "postgres", Command: []string{"/bin/sh", "-c", "psql -f /backup/dump.sql"}, OnError: "Fail", ExecTimeout: "30s", WaitTimeout: "0s", Fate: report.HookRuns},
			{Name: "cold", Type: "exec", Source: "restore", Pod: "shop/web-0", Container: "nginx", Command: []string{"true"}, Fate: report.HookBlocks, Why: "the pod has no container of this name"},
		},
		Ending: report.Ending{Phase: "PartiallyFailed", Errors: []report.Result{{Sort: "hook-failed", Count: 3}}, Warnings: []report.Result{{Sort: "already-exists", Count: 12}}},
		Before: []report.Task{{Text: "Create PriorityClass high", Command: "kubectl apply -f priorityclasses.yaml"}},
		After:  []report.Task{{Text: "Fill claim shop/data from your own copy", Command: "kubectl -n shop cp dump.sql db-0:/backup/dump.sql -c postgres --retries=10 --no-preserve=true"}},
	}}
	s.Add(report.Finding{ID: "claim-waits-for-class", Severity: report.Warning, Subject: "fast", Message: "1 claim waits for storage class fast", Items: []string{"persistentvolumeclaims/shop/data"}})
	return s
}

func toldItems(yield func(*report.Item) bool) {
	for _, i := range []*report.Item{
		{Outcome: report.Create, Resource: "persistentvolumeclaims", Namespace: "shop", Name: "data", OriginalNamespace: "shop", OriginalName: "data"},
		{Outcome: report.Create, Resource: "pods", Namespace: "shop", Name: "web-0", OriginalNamespace: "shop", OriginalName: "web-0"},
		{Outcome: report.Fail, Resource: "pods", Namespace: "shop", Name: "odd", OriginalNamespace: "shop", OriginalName: "odd", Reason: "spec.containers: want a list", Errors: []report.Finding{{ID: "wrong-type", Severity: report.Error, Message: "spec.containers: want a list"}}},
	} {
		if !yield(i) {
			return
		}
	}
}

// What a restore comes to stands at the top, fits a telephone and the first page of paper, and is drawn for somebody who
// wants to look at it where KEEP_REPORT names a folder.
func TestTheVerdictAndDataComeFirst(t *testing.T) {
	v, _ := open(t, rendered(t, told(), toldItems))
	v.want(`document.querySelector("header .verdict").className`, "verdict bad")
	v.want(`[...document.querySelectorAll(".part h2")].map((e) => e.textContent).join("|")`,
		"Data|Needs|Hooks|Refused or failed items|Velero's own ending|Before the restore|After the restore")
	v.want(`document.querySelector(".command").textContent.endsWith("> needs.yaml")`, "true")
	v.want(`items.filter((i) => i.findings.some((f) => f.id === "claim-waits-for-class")).map((i) => i.name).join("|")`, "data")
	for _, width := range []int64{1280, 400} {
		v.run(chromedp.EmulateViewport(width, 900))
		v.want(`document.documentElement.scrollWidth <= innerWidth`, "true")
		v.want(`document.querySelector(".verdict").getBoundingClientRect().top < innerHeight / 3`, "true")
		v.keep(map[int64]string{1280: "foretold.png", 400: "foretold-narrow.png"}[width])
	}
	v.want(contrast+`[0] >= 4.5 || `+contrast+`.join(" ")`, "true")
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	v.failed(err)
	v.run(chromedp.EmulateViewport(794, 1123))
	v.want(`document.querySelector(".tiles").getBoundingClientRect().bottom < innerHeight`, "true")
	v.keep("foretold-print.png")
	pdf, err := chromedp.Run(v.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	v.failed(err)
	if folder := os.Getenv("KEEP_REPORT"); folder != "" {
		v.failed(os.WriteFile(filepath.Join(folder, "foretold.pdf"), pdf, 0o600))
	}
}

// keep draws the page into the folder that KEEP_REPORT names.
func (v *visit) keep(name string) {
	v.Helper()
	folder := os.Getenv("KEEP_REPORT")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	v.failed(err)
	v.failed(os.WriteFile(filepath.Join(folder, name), png, 0o644))
}
