package render

import (
	"fmt"
	"io"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/restore"
)

// WriteUpgrade writes what changes in a restore between two releases of Velero.
func WriteUpgrade(out io.Writer, before, after actions.Profile, list []restore.ItemBetween, style Style) error {
	p := newPage(out, style)
	p.fact("Velero", before.String()+" to "+after.String())
	p.fact("Changed", Count(len(list), "item"))
	for i := range list {
		writeBetween(p, before, after, &list[i])
	}
	return p.flush()
}

func writeBetween(p *page, before, after actions.Profile, d *restore.ItemBetween) {
	p.gap()
	p.line(strong, d.Address)
	if d.Before.Outcome != d.After.Outcome {
		p.line(plain, "  "+before.String()+": "+outcomeText(d.Before))
		p.line(plain, "  "+after.String()+": "+outcomeText(d.After))
	}
	changes := d.Changes()
	for _, c := range changes[:min(len(changes), maxChanges)] {
		p.line(plain, "  "+changeText(c))
	}
	if rest := len(changes) - maxChanges; rest > 0 {
		p.line(plain, fmt.Sprintf("  and %d more", rest))
	}
}

// maxChanges is how many changes of one item are shown.
const maxChanges = 10

func outcomeText(f restore.Fate) string {
	switch {
	case f.Outcome == "":
		return "left out"
	case f.Reason != "":
		return string(f.Outcome) + ": " + f.Reason
	}
	return string(f.Outcome)
}

func changeText(c object.Change) string {
	text := string(c.Op) + " " + c.Path
	switch c.Op {
	case object.Add:
		text += ": " + shortValue(c.New)
	case object.Remove:
		text += ": " + shortValue(c.Old)
	default:
		text += ": " + shortValue(c.Old) + " becomes " + shortValue(c.New)
	}
	return text
}

// shortValue is a value, or its beginning.
func shortValue(v *object.Value) string {
	const most = 60
	text := []rune(string(v.JSON()))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
