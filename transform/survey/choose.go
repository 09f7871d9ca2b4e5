package survey

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Listed is a backup of a store, by what is asked to choose it.
type Listed struct{ Name, Schedule, Created, Phase string }

// Choice says which backups of a store are looked at.
type Choice struct {
	Latest bool      // only the newest of each schedule, of those that have ended; those without a schedule stay
	Since  time.Time // only those that were begun then or later, zero for all
}

// Asks says whether more than the name of a backup has to be known to choose it.
func (c Choice) Asks() bool { return c.Latest || !c.Since.IsZero() }

// Of are the names of the chosen backups, sorted. A backup that nothing is known of stays: whoever looks is told.
func (c Choice) Of(all []Listed) []string {
	newest := map[string]Listed{}
	if c.Latest {
		for _, b := range all {
			if b.Schedule != "" && usable(b.Phase) && c.recent(b) && after(b, newest[b.Schedule]) {
				newest[b.Schedule] = b
			}
		}
	}
	var names []string
	for _, b := range all {
		if !c.recent(b) || c.Latest && b.Schedule != "" && newest[b.Schedule].Name != b.Name {
			continue
		}
		names = append(names, b.Name)
	}
	slices.Sort(names)
	return names
}

func (c Choice) recent(b Listed) bool {
	begun, err := time.Parse(time.RFC3339, b.Created)
	return c.Since.IsZero() || err != nil || !begun.Before(c.Since)
}

// usable says whether Velero restores a backup that ended so.
func usable(phase string) bool { return phase == "Completed" || phase == "PartiallyFailed" }

func after(a, b Listed) bool {
	return cmp.Or(strings.Compare(a.Created, b.Created), strings.Compare(a.Name, b.Name)) > 0
}

// ParseSince reads a moment, a day, or how long ago: "2026-11-01", "36h", "7d".
func ParseSince(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	return time.Time{}, fmt.Errorf("%q is neither a day such as 2026-11-01, nor a time, nor an age such as 36h or 7d", text)
}
