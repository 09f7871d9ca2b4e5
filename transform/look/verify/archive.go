package verify

import (
	"errors"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
)

// formatVersions are the values of metadata/version that Velero wrote: 1 before 1.4, 1.1.0 since (v1.18.2 changelogs/CHANGELOG-1.4.md:52).
var formatVersions = []string{"1", "1.1.0"}

// entry looks at one entry of the archive. Damage to it is no error.
func (v *verifier) entry(e *tarball.Entry) error {
	v.report.Entries++
	v.report.Bytes += e.Size
	body, err := e.Body()
	if err != nil {
		return err
	}
	if err := v.checksum(e.Path, body); err != nil {
		return err
	}
	key, err := layout.Parse(e.Path)
	switch {
	case errors.Is(err, layout.ErrNotItem):
		v.other(e.Path, body)
	case err != nil:
		v.find(EntryOdd, e.Path, "stands where no item can: Velero does not restore it")
	default:
		v.item(e.Path, key, body)
	}
	return nil
}

// other is an entry outside resources/.
func (v *verifier) other(path string, body []byte) {
	if path != layout.VersionFile {
		v.find(EntryOdd, path, "stands where Velero writes nothing")
		return
	}
	v.version = true
	switch text := strings.TrimSpace(string(body[:min(len(body), 64)])); text {
	case formatVersions[0]:
		v.twinless = true
	case formatVersions[1]:
	default:
		v.find(VersionOdd, path, "is %q, and Velero writes %s", text, strings.Join(formatVersions, " or "))
	}
}

// item looks at one copy of an item.
func (v *verifier) item(path string, key layout.ItemKey, body []byte) {
	if !key.Preferred() {
		v.report.Items++
	}
	delete(v.expected, key.Plain())
	v.noteTwin(path, key, body)
	v.checkItem(path, key, body)
}
