package html_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// names of things in the page, as expressions.
const (
	shown   = `document.getElementById("shown").textContent`
	groups  = `document.querySelectorAll("#rows .row.group").length`
	inSight = `document.querySelectorAll("#rows .row.of").length`
	active  = `document.getElementById(document.getElementById("rows").getAttribute("aria-activedescendant"))`
	focus   = `document.activeElement.id`
)

func TestAReportIsUsedInABrowser(t *testing.T) {
	v, _ := open(t, veltx(t, "restore-preview", "--sample", "--namespace-mappings", "shop:store", "-o", "html"))
	v.want(`document.querySelector("h1").textContent`, "Restore preview of shop")
	v.want(shown, "31 of 36 items") // of the others the target keeps what it has, or they are skipped
	for _, test := range []struct {
		name string
		try  func(*visit)
	}{
		{"filters", tryFilters}, {"folding", tryFolding}, {"a diff", tryDiff}, {"keys", tryKeys},
		{"light and dark", tryThemes}, {"paper", tryPaper}, {"addresses", tryAddresses}, {"copies", tryCopies}, {"hidden items", tryHidden}, {"axe", tryAxe},
	} {
		t.Run(test.name, func(t *testing.T) {
			outer := v.T
			v.T = t
			defer func() { v.T = outer }()
			v.value(`document.querySelector("#filters [type=reset]").click()`)
			v.soon(shown + `=== "31 of 36 items"`)
			v.value(`document.getElementById("unhide").click(); 0`)
			v.want(shown, "36 items")
			test.try(v)
		})
	}
}

// An item that is opened has an address, which opens it again.
func tryAddresses(v *visit) {
	const name = `document.getElementById("item-name")?.textContent`
	v.value(`location.hash = "#item/" + encodeURIComponent("services/store/web"); 0`)
	v.soon(name + `=== "services/store/web"`)
	v.value(`openItem(items.find((i) => i.resource === "statefulsets.apps")); 0`)
	v.soon(`decodeURIComponent(location.hash) === "#item/statefulsets.apps/shop-db/db"`)
	v.value(`closeItem(); 0`)
	v.want(`location.hash`, "")
	v.value(`location.hash = "#item/nothing"; 0`)
	v.want(`document.getElementById("item").hidden`, "true")
	v.value(`history.replaceState(null, "", location.pathname); 0`)
}

// Items that nothing happens to are hidden at first; whoever looks for one finds it.
func tryHidden(v *visit) {
	const hidden = `document.getElementById("hidden").hidden`
	v.want(hidden, "true")
	v.value(`document.querySelector("#filters [type=reset]").click()`)
	v.soon(shown + `=== "31 of 36 items"`)
	v.want(hidden, "false")
	v.want(`[...document.querySelectorAll("#rows .badge.skip")].length`, "0")
	v.value(`document.querySelector(".tile.skip").click(); 0`)
	v.want(`list.passed === items.filter((i) => i.outcome === "skip").length && list.passed > 0`, "true")
	v.value(`document.querySelector("#filters [type=reset]").click()`)
	v.soon(shown + `=== "31 of 36 items"`)
	v.value(`openItem(items.find((i) => i.outcome === "skip")); 0`)
	v.want(shown, "36 items")
	v.soon(`document.querySelector("#item .badge.skip") !== null`)
	v.value(`closeItem(); 0`)
}

// Each command can be taken by one click.
func tryCopies(v *visit) {
	v.want(`document.querySelectorAll(".command, .advice").length === document.querySelectorAll("[data-copy]").length`, "true")
	v.value(`document.querySelector("[data-copy]").click(); 0`)
	v.soon(`["Copied", "Selected"].includes(document.querySelector("[data-copy]").textContent)`)
	v.want(`getSelection().toString() === document.querySelector(".command").textContent`, "true")
}

// set gives a filter a value, as somebody who chooses it does.
func (v *visit) set(id, value string) {
	v.Helper()
	v.value(fmt.Sprintf(`{ const e = document.getElementById(%q); e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true})); e.value }`, id, value))
}

func tryFilters(v *visit) {
	for _, test := range []struct{ id, value, passes string }{
		{"outcome", "skip", `i.outcome === "skip"`},
		{"step", "velero.io/service", `i.resource === "services"`},
		{"severity", "warning", `i.findings.some((f) => f.severity === "warning")`},
		{"severity", "error", `i.findings.some((f) => f.severity === "error")`},
		{"finding", "volume-id-unknown", `i.name === "pvc-11111111-2222-4333-8444-000000000001"`},
		{"text", "SECRETS web", `i.resource === "secrets" && i.name.startsWith("web")`},
		{"text", "pod volume backup", `i.reason.includes("pod volume backup")`},
		{"order", "restore", `true`},
	} {
		v.set(test.id, test.value)
		n := v.value("items.filter((i) => " + test.passes + ").length")
		want := n + " of 36 items"
		if n == "36" {
			want = "36 items"
		}
		v.want(shown, want)
		v.set(test.id, "")
		v.want(shown, "36 items")
	}
	v.value(`document.querySelector("button[data-finding=service-account-unknown]").click()`)
	v.want(shown, "1 of 36 items")
	v.value(`document.querySelector("button[data-outcome=exists]").click()`)
	v.want(shown, "2 of 36 items")
	v.want(`document.getElementById("finding").value`, "")
}

func tryFolding(v *visit) {
	v.value(`document.getElementById("fold").click()`)
	v.want(groups, "3")
	v.want(inSight, "0")
	v.value(`document.querySelector("#rows .row.group").click()`)
	v.want(`document.querySelector("#rows .row.group").getAttribute("aria-expanded")`, "true")
	v.want(groups, "10")
	v.value(`document.getElementById("unfold").click()`)
	v.set("text", "cronjobs import")
	v.want(groups, "2")
	v.want(inSight, "1")
}

func tryDiff(v *visit) {
	v.set("step", "velero.io/service")
	v.set("text", "web")
	v.value(`document.querySelector("#rows .row.of").click()`)
	v.set("step", "")
	v.soon(`!document.getElementById("item").hidden`)
	v.want(`document.getElementById("item-name").textContent`, "services/store/web")
	v.want(`[...document.querySelectorAll("#item .removed")].map((e) => e.textContent.trim()).join("|")`,
		"-  namespace: shop|-  clusterIP: 10.96.0.7|-  clusterIPs:|-  - 10.96.0.7|-    nodePort: 31547")
	v.want(`[...document.querySelectorAll("#item .added")].some((e) => e.textContent === "+  namespace: store")`, "true")
	v.want(`document.getElementById("item").textContent.includes("nodePort 30080 kept: last-applied-configuration names port http")`, "true")
	v.set("text", "secrets db-password")
	v.value(`document.querySelector("#rows .row.of").click()`)
	v.soon(`document.getElementById("item-name").textContent === "secrets/shop-db/db-password"`)
	v.value(`document.querySelector("#item [data-close]").click()`)
	v.want(`document.getElementById("item").hidden`, "true")
}

func tryKeys(v *visit) {
	v.value(`document.activeElement.blur()`)
	v.press("/")
	v.want(focus, "text")
	for _, letter := range "services" {
		v.press(string(letter))
	}
	v.want(`document.getElementById("text").value`, "services")
	v.want(shown, "2 of 36 items")
	v.run(chromedp.KeyEvent(kb.Enter))
	v.want(focus, "rows")
	v.want(active+`.getAttribute("aria-level")`, "1")
	v.run(chromedp.KeyEvent(kb.ArrowLeft))
	v.want(active+`.getAttribute("aria-expanded")`, "false")
	v.run(chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowDown))
	v.want(active+`.getAttribute("aria-level")`, "3")
	v.run(chromedp.KeyEvent(kb.Enter))
	v.soon(focus + ` === "item"`)
	v.run(chromedp.KeyEvent(kb.Escape))
	v.want(focus, "rows")
	v.want(`document.getElementById("item").hidden`, "true")
	v.run(chromedp.KeyEvent(kb.End))
	v.want(active+` === [...document.querySelectorAll("#rows .row")].at(-1)`, "true")
	v.run(chromedp.KeyEvent(kb.Home))
	v.want(active+`.id`, "row-0")
	v.run(chromedp.KeyEvent(kb.Tab))
	v.want(`document.activeElement !== document.getElementById("rows")`, "true")
}

// press presses a key that writes a letter, unless the page keeps it from that.
func (v *visit) press(letter string) {
	v.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err := chromedp.Call(v.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: letter, Text: letter})
		v.failed(err)
	}
}

// contrast is the smallest contrast between a text and what is behind it, of all texts that are in the page, and the
// text itself. WCAG 2.1 asks for 4.5 at level AA.
const contrast = `(() => {
  const parse = (c) => c.match(/[\d.]+/g).map(Number);
  const light = (c) => { const [r, g, b] = parse(c).map((v) => v / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c; } return "rgb(255, 255, 255)"; };
  let worst = [99, ""];
  for (const e of document.querySelectorAll("body *:not(script)")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== "") || e.checkVisibility?.() === false || e.matches(":disabled *, :disabled")) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((a, b) => b - a);
    const ratio = (a + .05) / (b + .05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 100)];
  }
  return worst;
})()`

// prefer sets what the user's system prefers.
func (v *visit) prefer(scheme string) {
	v.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
	v.failed(err)
}

func tryThemes(v *visit) {
	const background = `getComputedStyle(document.body).backgroundColor`
	v.set("step", "velero.io/service")
	v.set("text", "web")
	v.value(`document.querySelector("#rows .row.of").click()`)
	v.set("step", "")
	v.soon(`document.getElementById("item-name")?.textContent === "services/store/web"`)
	for _, preferred := range []string{"light", "dark"} {
		v.prefer(preferred)
		colours := map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}
		other := map[string]string{"light": "dark", "dark": "light"}[preferred]
		v.want(background, colours[preferred])
		v.value(`document.getElementById("theme").click()`)
		v.want(background, colours[other])
		v.want(contrast+`[0] >= 4.5 || `+contrast+`.join(" ")`, "true")
		v.value(`document.getElementById("theme").click()`)
		v.want(background, colours[preferred])
		v.want(contrast+`[0] >= 4.5 || `+contrast+`.join(" ")`, "true")
		v.value(`delete document.documentElement.dataset.theme`)
	}
	v.prefer("")
}

// Paper gets one page, and all of the report on request. KEEP_REPORT names a folder for the printed report, for somebody who
// wants to look at it.
func tryPaper(v *visit) {
	onPaper := func(name string) int {
		pdf, err := chromedp.Run(v.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
		v.failed(err)
		if folder := os.Getenv("KEEP_REPORT"); folder != "" {
			v.failed(os.WriteFile(filepath.Join(folder, name), pdf, 0o600))
		}
		return bytes.Count(pdf, []byte("/Type /Page\n"))
	}
	if pages := onPaper("report.pdf"); pages != 1 {
		v.Errorf("got %d pages, want 1", pages)
	}
	v.value(`addEventListener("beforeprint", () => { document.documentElement.dataset.printed = document.querySelectorAll("#rows .row.of").length; })`)
	v.value(`window.print = () => {}; document.getElementById("print").click(); 0`)
	if pages := onPaper("report-whole.pdf"); pages < 2 {
		v.Errorf("got %d pages of the whole report, want more", pages)
	}
	v.want(`document.documentElement.dataset.printed`, "36")
	v.want(`document.body.classList.contains("whole")`, "false")
}

// AXE names the file axe.min.js of axe-core (npm pack axe-core), for somebody who wants its opinion.
func tryAxe(v *visit) {
	name := os.Getenv("AXE")
	if name == "" {
		v.Skip("AXE names no axe.min.js")
	}
	axe, err := os.ReadFile(name)
	v.failed(err)
	v.value(string(axe) + ";0")
	for _, width := range []int64{1280, 400} {
		v.run(chromedp.EmulateViewport(width, 900))
		for _, scheme := range []string{"light", "dark"} {
			v.prefer(scheme)
			v.want(`axe.run(document).then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html).join("; "))`, "")
		}
	}
	v.prefer("")
	v.run(chromedp.EmulateViewport(1280, 900))
}
