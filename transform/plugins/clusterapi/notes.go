package clusterapi

import (
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/transform/report"
)

// maxNotes is of how many different things each is noted.
const maxNotes = 1000

// notes are what plugins asked that nobody can tell, and what they wrote.
type notes struct {
	asked  map[[2]string]bool            // plugin, what
	writes map[[3]string]map[string]bool // plugin, verb, resource -> addresses
}

// unknown notes that a plugin asked for something that nobody described.
func (n *notes) unknown(plugin, what string, known bool) {
	if known || len(n.asked) == maxNotes {
		return
	}
	if n.asked == nil {
		n.asked = map[[2]string]bool{}
	}
	n.asked[[2]string{plugin, what}] = true
}

// wrote notes a write.
func (n *notes) wrote(plugin, verb, resource, address string) {
	at := [3]string{plugin, verb, resource}
	if n.writes == nil {
		n.writes = map[[3]string]map[string]bool{}
	}
	if n.writes[at] == nil {
		n.writes[at] = map[string]bool{}
	}
	if len(n.writes[at]) < maxNotes {
		n.writes[at][address] = true
	}
}

// Findings are what there is to say about what plugins asked and wrote since Begin.
func (c *Cluster) Findings() []report.Finding {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []report.Finding
	compare := func(a, b [3]string) int { return slices.Compare(a[:], b[:]) }
	for _, at := range slices.SortedFunc(maps.Keys(c.notes.writes), compare) {
		addresses := slices.Sorted(maps.Keys(c.notes.writes[at]))
		f := report.Finding{ID: "plugin-write-refused", Severity: report.Notice, Message: fmt.Sprintf(
			"%s asks the cluster to %s %s, and is refused: a preview writes nothing; --plugin-writes keeps what plugins write for the rest of the run", at[0], at[1], named(addresses))}
		if c.options.Writes {
			f = report.Finding{ID: "plugin-write", Severity: report.Notice, Message: fmt.Sprintf("%s asks the cluster to %s %s, beside the %s", at[0], at[1], named(addresses), c.options.Of.beside())}
		}
		f.Subject, f.Items = at[0]+": "+at[1]+" "+at[2], addresses
		list = append(list, f)
	}
	for _, at := range slices.SortedFunc(maps.Keys(c.notes.asked), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		list = append(list, report.Finding{ID: "plugin-asks-unknown", Severity: report.Notice, Subject: at[0] + ": " + at[1], Message: fmt.Sprintf(
			"%s asks the cluster for %s, %s", at[0], at[1], c.options.Of.unknown())})
	}
	return list
}

// named names the first of some addresses.
func named(addresses []string) string {
	if len(addresses) == 1 {
		return addresses[0]
	}
	return fmt.Sprintf("%s and %d more", addresses[0], len(addresses)-1)
}
