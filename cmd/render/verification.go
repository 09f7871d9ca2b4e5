package render

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/veltx/veltx/transform/look/verify"
)

// Verification is what was found in backups.
type Verification struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Findings   int              `json:"findings"`
	Backups    []*verify.Report `json:"backups"`
}

// WriteVerification writes what was found.
func WriteVerification(out io.Writer, format string, reports []*verify.Report, style Style) error {
	v := &Verification{APIVersion: apiVersion, Kind: "Verification", Backups: reports}
	for _, r := range reports {
		for _, n := range r.Counts {
			v.Findings += n
		}
	}
	if v.Backups == nil {
		v.Backups = []*verify.Report{}
	}
	return show(out, format, v, style, func(p *page) {
		for _, r := range reports {
			writeVerified(p, r)
		}
		if len(reports) != 1 {
			p.line(plain, Count(len(reports), "backup")+", "+Count(v.Findings, "finding"))
		}
	})
}

func writeVerified(p *page, r *verify.Report) {
	p.put(strong, r.Source)
	p.put(plain, ": "+Count(r.Items, "item")+", "+Bytes(r.Bytes)+": ")
	defer writeFailed(p, r.Failed)
	if len(r.Findings) == 0 {
		p.line(good, "nothing found")
		return
	}
	total := 0
	for _, n := range r.Counts {
		total += n
	}
	p.line(bad, Count(total, "finding"))
	for _, f := range r.Findings {
		p.put(caution, "  "+string(f.ID))
		p.line(plain, "  "+cmp.Or(f.Entry, f.File))
		p.hanging(plain, 4, 4, f.Text)
	}
	for _, id := range slices.Sorted(maps.Keys(r.Counts)) {
		if n := r.Untold(id); n > 0 {
			p.line(faint, fmt.Sprintf("  and %d more of %s", n, id))
		}
	}
}

// writeFailed names the items that Velero did not store.
func writeFailed(p *page, failed []verify.FailedItem) {
	const few = 10
	if len(failed) == 0 {
		return
	}
	p.line(faint, "  "+Count(len(failed), "item")+" that Velero failed to back up, by its own errors")
	for _, f := range failed[:min(few, len(failed))] {
		p.put(plain, "    "+f.Kind+" "+f.Name)
		if f.Error != "" {
			p.wrapped(faint, 4, 6, ": "+f.Error)
			continue
		}
		p.line(plain, "")
	}
	if more := len(failed) - few; more > 0 {
		p.line(faint, fmt.Sprintf("    and %d more", more))
	}
}
