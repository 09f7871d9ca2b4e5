package verdict

import (
	"cmp"
	"slices"

	"github.com/veltx/veltx/transform/report"
)

// Judge sees every finding of a run on its way to a sink. It marks those that a baseline accepts and counts those that
// make the run fail.
type Judge struct {
	Policy   Policy
	Baseline *Baseline // nil for none
	Keep     bool      // the keys of all findings, for a new baseline; of notes, those that the policy names

	keys     []Key
	failing  map[string]int // by id
	accepted int
}

// Watch returns a sink that judges the items and hands them on.
func (j *Judge) Watch(next report.Sink) report.Sink {
	return report.SinkFunc(func(i *report.Item) error {
		for f := range i.Findings() {
			j.one(f, i)
		}
		return next.Item(i)
	})
}

// Conclude judges the findings of the whole plan.
func (j *Judge) Conclude(s *report.Summary) {
	for n := range s.Findings {
		j.one(&s.Findings[n], nil)
	}
	s.Accepted = j.accepted
}

func (j *Judge) one(f *report.Finding, item *report.Item) {
	if f.Severity == report.Notice && !j.Policy.Fails(f) {
		return
	}
	keys := keysOf(f, item)
	if j.Keep {
		j.keys = append(j.keys, keys...)
	}
	j.accept(f, keys)
	if f.Accepted {
		j.accepted++
	}
	if j.Policy.Fails(f) {
		if j.failing == nil {
			j.failing = map[string]int{}
		}
		j.failing[f.ID]++
	}
}

// accept marks the finding if accepted by the baseline, or of one of the whole plan the items that it has.
func (j *Judge) accept(f *report.Finding, keys []Key) {
	if len(f.Items) == 0 {
		f.Accepted = j.Baseline.accepts(keys[0])
		return
	}
	if j.Baseline.accepts(Key{f.ID, f.Subject}) { // as baselines were written before they told items
		f.Accepted = true
	}
	var known []string
	for n, key := range keys {
		if j.Baseline.accepts(key) {
			known = append(known, f.Items[n])
		}
	}
	if len(known) == len(f.Items) {
		f.Accepted = true
	}
	if !f.Accepted {
		f.AcceptedItems = known
	}
}

// Failing is how many findings of one id make the run fail.
type Failing struct {
	ID string
	N  int
}

// Failed says whether some finding makes the run fail.
func (j *Judge) Failed() bool { return len(j.failing) > 0 }

// Failing are the findings that make the run fail, by id, the most frequent first.
func (j *Judge) Failing() []Failing {
	var all []Failing
	for id, n := range j.failing {
		all = append(all, Failing{id, n})
	}
	slices.SortFunc(all, func(a, b Failing) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.ID, b.ID)) })
	return all
}

// Keys are the keys of all findings, with Keep.
func (j *Judge) Keys() []Key { return j.keys }
