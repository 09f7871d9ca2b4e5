package html_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPictures draws docs/images/report.png anew, and others to look at, into the folder that KEEP_REPORT names:
//
//	KEEP_REPORT=$PWD/docs/images go test -run TestPictures ./cmd/render/html
func TestPictures(t *testing.T) {
	folder := os.Getenv("KEEP_REPORT")
	if folder == "" {
		t.Skip("KEEP_REPORT names no folder for pictures")
	}
	v, _ := open(t, veltx(t, "restore-preview", "--sample", "--namespace-mappings", "shop:store", "-o", "html"))
	for _, picture := range []struct {
		name          string
		scheme        string
		width, height int64
	}{
		{"report.png", "light", 1280, 800}, {"report-dark.png", "dark", 1280, 800}, {"report-narrow.png", "light", 420, 900},
	} {
		v.run(chromedp.EmulateViewport(picture.width, picture.height))
		v.prefer(picture.scheme)
		v.value(`openItem(items.find((item) => item.resource === "services" && item.name === "web"))`)
		v.soon(`document.getElementById("item-name")?.textContent === "services/store/web"`)
		v.value(`find("item").hidden ? "" : new Promise((next) => setTimeout(next, 200))`)
		png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
		v.failed(err)
		v.failed(os.WriteFile(filepath.Join(folder, picture.name), png, 0o644))
	}
}
