package verdict

import "github.com/veltx/veltx/transform/report"

// Judge sees every finding of a run on its way to a sink. It marks those that a baseline accepts and counts those that
// make the run fail.
type Judge struct {
	Policy   Policy
	Baseline *Baseline // nil for none
	Keep     bool      // the keys of all findings, for a new baseline

	keys     []Key
	failing  int
	accepted int
}

// Watch returns a sink that judges the items and hands them on.
func (j *Judge) Watch(next report.Sink) report.Sink {
	return report.SinkFunc(func(i *report.Item) error {
		j.each(i.Errors, i)
		j.each(i.Warnings, i)
		return next.Item(i)
	})
}

// Conclude judges the findings of the whole plan.
func (j *Judge) Conclude(s *report.Summary) {
	j.each(s.Findings, nil)
	s.Accepted = j.accepted
}

func (j *Judge) each(list []report.Finding, item *report.Item) {
	for n := range list {
		f := &list[n]
		key := KeyOf(f, item)
		if j.Keep {
			j.keys = append(j.keys, key)
		}
		if j.Baseline.accepts(key) {
			f.Accepted = true
			j.accepted++
		}
		if j.Policy.Fails(f) {
			j.failing++
		}
	}
}

// Failed says whether some finding makes the run fail.
func (j *Judge) Failed() bool { return j.failing > 0 }

// Keys are the keys of all findings, with Keep.
func (j *Judge) Keys() []Key { return j.keys }
