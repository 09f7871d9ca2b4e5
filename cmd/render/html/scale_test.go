package html_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/cmd/render/html"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/transform/report"
)

const many = 20_000

// manyItems are the many items.
func manyItems(yield func(*report.Item) bool) { someItems(many)(yield) }

// someItems are items like those of a big cluster: each with changes and a diff, some with findings, some that brought
// others in.
func someItems(total int) func(yield func(*report.Item) bool) {
	resources := []string{"pods", "services", "configmaps", "deployments.apps", "secrets", "persistentvolumeclaims"}
	return func(yield func(*report.Item) bool) {
		for n := range total {
			i := &report.Item{
				Outcome: report.Create, Resource: resources[n%len(resources)], Version: "v1", Namespace: "team-" + strconv.Itoa(n%150),
				Name: fmt.Sprintf("item-%d-%x", n, uint32(n)*2654435761), Actions: []string{"velero.io/" + resources[n%len(resources)]},
			}
			i.OriginalName, i.OriginalNamespace = i.Name, i.Namespace
			i.Object = json.RawMessage(fmt.Sprintf(`{"kind":"Thing","metadata":{"labels":{"app":"a%d","velero.io/backup-name":"b"},"name":%q,`+
				`"namespace":%q},"spec":{"ports":[{"port":80},{"port":%d}],"text":%q}}`, n%77, i.Name, i.Namespace, n, strings.Repeat("word ", n%50)))
			i.Changes = []report.Change{
				{By: "metadata-reset", Op: "remove", Path: "/metadata/uid", Old: json.RawMessage(`"0c5a9d1e"`)},
				{By: i.Actions[0], Op: "remove", Path: "/spec/clusterIP", Old: json.RawMessage(fmt.Sprintf(`"10.0.%d.%d"`, n/256, n%256))},
				{By: i.Actions[0], Op: "remove", Path: "/spec/ports/1/nodePort", Old: json.RawMessage(strconv.Itoa(30000 + n))},
				{By: "restore-labels", Op: "add", Path: "/metadata/labels/velero.io~1backup-name", New: json.RawMessage(`"b"`)},
			}
			switch n % 20 {
			case 3:
				i.Warn("additional-item-missing", "", fmt.Sprintf("asks for persistentvolumes/pvc-%d, which the backup does not have", n))
			case 7:
				i.Error("modifier-failed", "", fmt.Sprintf("rule %d does not fit", n))
			case 11:
				i.Outcome, i.Reason, i.Object = report.Skip, "it has completed its work", nil
			case 12:
				i.BroughtBy = fmt.Sprintf("%s/team-%d/item-%d-%x", resources[(n+1)%len(resources)], (n+1)%150, n+1, uint32(n+1)*2654435761)
			}
			if !yield(i) {
				return
			}
		}
	}
}

func TestTwentyThousandItemsAreWithinTheSize(t *testing.T) {
	page := rendered(t, &report.Summary{}, manyItems)
	t.Logf("%d items: %d bytes", many, len(page))
	if len(page) > 20<<20 {
		t.Errorf("%d bytes", len(page))
	}
}

func TestTheSameItemsGiveTheSameBytes(t *testing.T) {
	if a, b := rendered(t, &report.Summary{}, someItems(2000)), rendered(t, &report.Summary{}, someItems(2000)); !bytes.Equal(a, b) {
		t.Error("two reports of the same items differ")
	}
}

// The best of some tries counts: the machine may do other work at the same time.
func TestTwentyThousandItemsStayUsable(t *testing.T) {
	page := rendered(t, &report.Summary{}, manyItems)
	v, took := open(t, page)
	for tries := 1; tries < 5 && took > 3*time.Second; tries++ {
		took = min(took, v.load())
	}
	t.Logf("%d items, %d bytes: usable after %v", many, len(page), took.Round(time.Millisecond))
	if took > 3*time.Second {
		t.Errorf("loading took %v", took)
	}
	v.want(shown, "19,000 of 20,000 items")
	v.want(`document.querySelectorAll("#rows .row").length < 100`, "true")

	slowest := v.number(typing)
	t.Logf("slowest letter: %.1f ms", slowest)
	if slowest > 100 || slowest == 0 {
		t.Errorf("a letter took %.1f ms", slowest)
	}
	v.set("text", "")
	t.Logf("one frame of scrolling: %.1f ms", v.number(scrolling))
	v.set("text", "item-19999-")
	v.value(`document.querySelector("#rows .row.of").click()`)
	v.soon(`document.getElementById("item-name")?.textContent.includes("item-19999-")`)
	v.want(`document.querySelectorAll("#item .removed").length > 0`, "true")
	v.value(`document.getElementById("draw").click()`)
	v.want(`document.querySelectorAll(".tree > li").length`, "100")
	name := v.value(`document.querySelector(".tree li li button").textContent`)
	v.value(`document.querySelector(".tree li li button").click()`)
	v.soon(fmt.Sprintf(`document.getElementById("item-name").textContent === %q`, name))
	v.want(`[...document.querySelectorAll("#item h4")].some((e) => e.textContent === "Brought in by")`, "true")
	v.want(`document.querySelector("#rows [aria-selected=true] .name").textContent === `+strconv.Quote(name[strings.LastIndexByte(name, '/')+1:]), "true")
}

// typing is how long the slowest of some letters takes until what comes of it is laid out.
const typing = `(async () => {
  const field = document.getElementById("text");
  let slowest = 0;
  for (const text of ["i", "it", "item", "item-1", "item-19", "item-199", "item-1999", "asks for", "zzz", "", "team-1 pods"]) {
    let best = Infinity;
    for (let round = 0; round < 3 || (round < 12 && best > 100); round++) {
      await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
      const begin = performance.now();
      field.value = text;
      field.dispatchEvent(new InputEvent("input", {bubbles: true}));
      document.body.offsetHeight;
      best = Math.min(best, performance.now() - begin);
    }
    slowest = Math.max(slowest, best);
  }
  return slowest;
})()`

// scrolling is how long one of fifty frames takes on the way through the list.
const scrolling = `(async () => {
  const rows = document.getElementById("rows");
  const begin = performance.now();
  for (let n = 0; n < 50; n++) {
    rows.scrollTop = n * 12000;
    await new Promise((next) => requestAnimationFrame(next));
  }
  return (performance.now() - begin) / 50;
})()`

func TestTheReportOfARealBackupWorks(t *testing.T) {
	page := veltx(t, "restore-preview", backups.Folders(t, "all")[0], "-o", "html")
	v, took := open(t, page)
	t.Logf("%d bytes: usable after %v", len(page), took.Round(time.Millisecond))
	items := v.value("items.length")
	v.want(shown+`.endsWith(" of `+items+` items")`, "true")
	v.want(`Promise.all(items.map(detailsOf)).then((all) => all.every((d, n) => d.diff || items[n].outcome !== "create" || items[n].changes === 0))`, "true")
	v.want(`Promise.all(items.map(detailsOf)).then((all) => all.some((d) => d.noDiff?.startsWith("There is no diff")))`, "false")
	v.value(`document.getElementById("fold").click()`)
	v.want(inSight, "0")
	v.set("text", "deployments")
	v.want(shown+` !== "`+items+` items"`, "true")
}

func TestAFullReportSaysWhichDiffsItLeavesOut(t *testing.T) {
	var out bytes.Buffer
	page := html.New(&out, "t", render.Clean)
	page.Room = 20 << 10
	items, without := 0, 0
	for i := range someItems(3000) {
		d := &html.Details{Changes: [][3]string{{"a", "add", "/" + i.Name}}, LeftOut: page.Full()}
		if d.LeftOut {
			without++
		} else {
			d.Diff = fmt.Sprintf("@@ -1,1 +1,1 @@\n-%x\n+%s\n", items*7919, i.Object)
		}
		if err := page.Add(&html.Item{Outcome: "create", Resource: i.Resource, Name: i.Name}, d); err != nil {
			t.Fatal(err)
		}
		items++
	}
	if err := page.Finish(&html.Top{Items: items}); err != nil {
		t.Fatal(err)
	}
	if without == 0 || without == items || out.Len() > 1<<20 {
		t.Fatalf("%d of %d items are without a diff in %d bytes", without, items, out.Len())
	}
	note := fmt.Sprintf("The diffs of 2,%03d items, the last ones", without-2000)
	if without < 2000 || !strings.Contains(out.String(), note) {
		t.Errorf("%d are without a diff, and %q is not in the report", without, note)
	}
}
