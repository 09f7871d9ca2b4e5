package conformance

import (
	"bytes"
	"fmt"
	"slices"
)

// Version is a version of Velero that can be a judge.
type Version struct {
	// Name is the version's name in cases, and Release the release that is the judge.
	Name, Release string
	// Like is the version whose kept answers are this one's too, where a case keeps none of its own, so that the cases
	// grow by what differs.
	Like string
	// RestoresOnly says that the judge makes no backups.
	RestoresOnly bool
	// NoPlugins says that its server does not start with the test plugins, whose actions are of the second interface.
	NoPlugins bool
}

var versions = []Version{
	{Name: "1.18.3", Release: "v1.18.3", Like: "1.18"},
	{Name: "1.18", Release: "v1.18.2"},
	{Name: "1.17", Release: "v1.17.2", Like: "1.18", RestoresOnly: true},
	{Name: "1.16", Release: "v1.16.2", Like: "1.17", RestoresOnly: true},
	{Name: "1.15", Release: "v1.15.2", Like: "1.16", RestoresOnly: true},
	{Name: "1.14", Release: "v1.14.1", Like: "1.15", RestoresOnly: true},
	{Name: "1.13", Release: "v1.13.2", Like: "1.14", RestoresOnly: true},
	{Name: "1.12", Release: "v1.12.3", Like: "1.13", RestoresOnly: true},
	{Name: "1.11", Release: "v1.11.1", Like: "1.12", RestoresOnly: true},
	{Name: "1.10", Release: "v1.10.3", Like: "1.11", RestoresOnly: true, NoPlugins: true},
	{Name: "1.9", Release: "v1.9.3", Like: "1.10", RestoresOnly: true, NoPlugins: true},
	{Name: "1.6", Release: "v1.6.3"},
}

// AllVersions are the names of the versions of Velero that can be a judge, newest first.
var AllVersions = func() (names []string) {
	for _, v := range versions {
		names = append(names, v.Name)
	}
	return names
}()

// version finds a version by its name.
func version(name string) (Version, bool) {
	i := slices.IndexFunc(versions, func(v Version) bool { return v.Name == name })
	if i < 0 {
		return Version{}, false
	}
	return versions[i], true
}

// Release is the release of Velero that is the judge of a version; "" if there is none.
func Release(name string) string {
	v, _ := version(name)
	return v.Release
}

// restoresOnly says that the judge of a version makes no backups.
func restoresOnly(name string) bool {
	v, _ := version(name)
	return v.RestoresOnly
}

// noPlugins says that a version does not start with the test plugins.
func noPlugins(name string) bool {
	v, _ := version(name)
	return v.NoPlugins
}

// IsLike says whether a version is one of the others, or like one of them.
func IsLike(name string, others []string) bool {
	for name != "" {
		if slices.Contains(others, name) {
			return true
		}
		v, _ := version(name)
		name = v.Like
	}
	return false
}

// inherit gives each version without an answer of its own that of the version that it is like, with its own release's
// images in the place of the other's.
func (c *Case) inherit() error {
	for _, v := range inTheirOrder() {
		like, _ := version(v.Like)
		var err error
		if c.Want[v.Name], err = inherited(c.Want[v.Name], c.Want[v.Like], ParseAnswer, like.Release, v.Release); err != nil {
			return fmt.Errorf("the answer of %s for %s: %w", v.Like, v.Name, err)
		}
		if c.WantBackup[v.Name], err = inherited(c.WantBackup[v.Name], c.WantBackup[v.Like], ParseBackupAnswer, like.Release, v.Release); err != nil {
			return fmt.Errorf("the answer of %s for %s: %w", v.Like, v.Name, err)
		}
	}
	return nil
}

// inTheirOrder are the versions that are like others, each after the one that it is like.
func inTheirOrder() []Version {
	depth := func(v Version) (n int) {
		for ; v.Like != ""; n++ {
			v, _ = version(v.Like)
		}
		return n
	}
	return slices.SortedStableFunc(slices.Values(slices.DeleteFunc(slices.Clone(versions), func(v Version) bool { return v.Like == "" })),
		func(a, b Version) int { return depth(a) - depth(b) })
}

// answer is an answer that can be written down.
type answer interface {
	comparable
	Format() ([]byte, error)
}

func inherited[A answer](own, other A, parse func([]byte) (A, error), from, to string) (A, error) {
	var none A
	if own != none || other == none {
		return own, nil
	}
	text, err := other.Format()
	if err != nil {
		return none, err
	}
	renamed := bytes.ReplaceAll(text, []byte("velero/velero:"+from), []byte("velero/velero:"+to))
	renamed = bytes.ReplaceAll(renamed, []byte("helper:"+from+`"`), []byte("helper:"+to+`"`)) // restore-wait until 1.15
	if bytes.Equal(renamed, text) {
		return other, nil
	}
	return parse(renamed)
}
