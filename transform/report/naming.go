package report

import (
	"cmp"
	"hash/maphash"
	"slices"
)

// PlanFinding is a finding of the whole plan that names an item.
type PlanFinding struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	Subject  string   `json:"subject,omitempty"`
	Message  string   `json:"message"`
	Accepted bool     `json:"accepted,omitempty"` // a baseline has it for this item
}

// Naming finds the findings of the whole plan that name an item. Of each name it keeps a hash, in order.
type Naming struct {
	summary *Summary
	seed    maphash.Seed
	names   []naming
}

type naming struct {
	hash    uint64
	finding uint32
}

// Naming is made when the summary is complete.
func (s *Summary) Naming() *Naming {
	n := &Naming{summary: s, seed: maphash.MakeSeed()}
	all := 0
	for i := range s.Findings {
		all += len(s.Findings[i].Items)
	}
	n.names = make([]naming, 0, all)
	for i := range s.Findings {
		for _, item := range s.Findings[i].Items {
			n.names = append(n.names, naming{maphash.String(n.seed, item), uint32(i)})
		}
	}
	slices.SortFunc(n.names, func(a, b naming) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.finding, b.finding)) })
	return n
}

// Of are the findings that name an item, by its address in the backup, in the order of the summary.
func (n *Naming) Of(item string) []PlanFinding {
	if len(n.names) == 0 {
		return nil
	}
	hash := maphash.String(n.seed, item)
	var found []PlanFinding
	at, _ := slices.BinarySearchFunc(n.names, hash, func(name naming, hash uint64) int { return cmp.Compare(name.hash, hash) })
	for ; at < len(n.names) && n.names[at].hash == hash; at++ {
		f := &n.summary.Findings[n.names[at].finding]
		if about, accepted := f.About(item); about {
			found = append(found, PlanFinding{f.ID, f.Severity, f.Subject, f.Message, accepted})
		}
	}
	return found
}
