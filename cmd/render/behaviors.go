package render

import (
	"io"

	"github.com/veltx/veltx/actions"
)

// behaviors is the document of what releases of Velero do.
type behaviors struct {
	APIVersion string                 `json:"apiVersion"`
	Kind       string                 `json:"kind"`
	Behaviors  []actions.BehaviorPage `json:"behaviors"`
}

// Behaviors lists what Velero does since a release, or did until one.
func Behaviors(out io.Writer, format string, list []actions.BehaviorPage, style Style) error {
	return show(out, format, behaviors{apiVersion, "VeleroBehaviors", list}, style, func(p *page) {
		p.hanging(faint, 0, 0, "What is not listed is the same in every release that veltx reproduces, or not told apart.")
		for i := range list {
			writeBehavior(p, span(&list[i]), &list[i])
		}
	})
}

// span says which releases have a behavior.
func span(b *actions.BehaviorPage) string {
	switch {
	case b.Since == 0:
		return "until " + b.Until.String()
	case b.Until == 0:
		return "since " + b.Since.String()
	}
	return "since " + b.Since.String() + ", until " + b.Until.String()
}

func writeBehavior(p *page, when string, b *actions.BehaviorPage) {
	p.put(strong, b.Name)
	p.line(faint, "  "+when)
	p.hanging(plain, 2, 2, b.Sentence)
}

// between is the document of what differs between two releases.
type between struct {
	APIVersion string                 `json:"apiVersion"`
	Kind       string                 `json:"kind"`
	From       actions.Profile        `json:"from"`
	To         actions.Profile        `json:"to"`
	Begins     []actions.BehaviorPage `json:"begins"` // what the second does and the first does not
	Ends       []actions.BehaviorPage `json:"ends"`   // what the first does and the second does not
}

// BehaviorsBetween tells what a release of Velero does that another does not, both ways.
func BehaviorsBetween(out io.Writer, format string, from, to actions.Profile, style Style) error {
	d := between{APIVersion: apiVersion, Kind: "VeleroBehaviorDiff", From: from, To: to, Begins: []actions.BehaviorPage{}, Ends: []actions.BehaviorPage{}}
	for i, page := range actions.Behaviors() {
		before, after := from.Does(actions.Behavior(i)), to.Does(actions.Behavior(i))
		switch {
		case after && !before:
			d.Begins = append(d.Begins, page)
		case before && !after:
			d.Ends = append(d.Ends, page)
		}
	}
	return show(out, format, &d, style, func(p *page) {
		writeBehaviors(p, "VELERO "+to.String()+" DOES, AND "+from.String()+" DOES NOT", d.Begins)
		writeBehaviors(p, "VELERO "+from.String()+" DOES, AND "+to.String()+" DOES NOT", d.Ends)
		if len(d.Begins)+len(d.Ends) == 0 {
			p.line(plain, "Nothing that veltx knows of differs between Velero "+from.String()+" and "+to.String()+".")
		}
	})
}

func writeBehaviors(p *page, title string, list []actions.BehaviorPage) {
	if len(list) == 0 {
		return
	}
	p.section(strong, title)
	for i := range list {
		writeBehavior(p, span(&list[i]), &list[i])
	}
}
