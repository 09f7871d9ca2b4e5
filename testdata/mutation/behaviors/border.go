package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
)

// border is a release at which a behavior begins or ends.
type border struct {
	behavior string
	at       actions.Profile
	ends     bool
	noticed  string // the case
	oneSided string // a case whose answers differ there, and that notices on one side
}

func (b *border) String() string {
	if b.ends {
		return fmt.Sprintf("%s until %s", b.behavior, b.at)
	}
	return fmt.Sprintf("%s since %s", b.behavior, b.at)
}

func allBorders() (list []*border) {
	for _, page := range actions.Behaviors() {
		if page.Since != 0 {
			list = append(list, &border{behavior: page.Name, at: page.Since})
		}
		if page.Until != 0 {
			list = append(list, &border{behavior: page.Name, at: page.Until, ends: true})
		}
	}
	slices.SortStableFunc(list, func(a, b *border) int { return cmp.Compare(a.at, b.at) })
	return list
}

// sides are the versions of a case nearest to a border; "" where it has none on a side.
func (b *border) sides(c *conformance.Case) (before, after string, err error) {
	var last, first actions.Profile
	for _, version := range c.Versions {
		p, err := actions.ParseRelease(conformance.Release(version))
		if err != nil {
			return "", "", err
		}
		if p < b.at && p > last {
			last, before = p, version
		}
		if p >= b.at && (first == 0 || p < first) {
			first, after = p, version
		}
	}
	return before, after, nil
}

// try has a case look at each border that none has noticed.
func try(c *conformance.Case, borders []*border) error {
	asks := map[string]map[string]bool{}
	for _, b := range borders {
		before, after, err := b.sides(c)
		if err != nil {
			return err
		}
		if b.noticed != "" || before == "" || after == "" {
			continue
		}
		var noticing []string
		for _, version := range []string{before, after} {
			if asks[version] == nil {
				if asks[version], err = asksFor(c, version); err != nil {
					return fmt.Errorf("%s: %w", version, err)
				}
			}
			if asks[version][b.behavior] && differs(c, version, b.behavior) {
				noticing = append(noticing, version)
			}
		}
		switch {
		case len(noticing) == 2:
			b.noticed = c.Name
		case len(noticing) == 1 && b.oneSided == "" && c.Changes(before, after):
			b.oneSided = c.Name + " in " + noticing[0]
		}
	}
	return nil
}

// asksFor are the behaviors that veltx asks for when it answers a case.
func asksFor(c *conformance.Case, version string) (map[string]bool, error) {
	pages := actions.Behaviors()
	for _, page := range pages {
		os.Unsetenv(asked + page.Name)
	}
	diffs, err := candidate.Check(c, version)
	if err == nil && len(diffs) > 0 {
		err = fmt.Errorf("answered wrongly with nothing flipped: %s", diffs[0])
	}
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, page := range pages {
		if os.Getenv(asked+page.Name) != "" {
			names[page.Name] = true
		}
	}
	return names, nil
}

// differs says whether a case is answered wrongly once a behavior is flipped.
func differs(c *conformance.Case, version, behavior string) bool {
	os.Setenv(flipped, behavior)
	defer os.Unsetenv(flipped)
	diffs, err := candidate.Check(c, version)
	return err != nil || len(diffs) > 0
}
