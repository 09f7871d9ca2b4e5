//go:build race

package plugins

// underRace: the race detector has memory of its own, so that a plugin of this test does not end as others do.
const underRace = true
