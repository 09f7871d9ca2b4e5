package volumes

import (
	"github.com/veltx/veltx/tarball/layout"
)

// missing is an object that a finding on a volume's data says is not there.
type missing struct{ targetMayHaveIt bool }

// tellMissing remembers what the finding of a line says is not there.
func (p *Plan) tellMissing(l *line) {
	c := l.claim
	switch {
	case c == nil && len(p.absent[l.at]) > 0:
		left := p.world.Backup.Has(claimAt(l.at).Key()) // and what leaves it out is told
		p.missing[layout.Address{Resource: layout.PersistentVolumeClaims, Namespace: l.Namespace, Name: l.Claim}] = missing{!left}
	case c == nil:
	case l.finding == sourceMissing:
		p.missing[c.source] = missing{true}
	case c.snapshot != "":
		p.missing[c.source] = missing{false} // its name is made for this restore
	case l.finding == pvMissing || l.pv == nil && (l.finding == leftOut || l.finding == needsOld):
		p.missing[layout.Address{Resource: layout.PersistentVolumes, Name: c.after}] = missing{true}
	}
}

// Tells says whether a finding on a volume's data tells that an object is missing, and whether the target may have it. It
// is asked after Conclude.
func (p *Plan) Tells(at layout.Address) (told, targetMayHaveIt bool) {
	m, told := p.missing[at]
	return told, m.targetMayHaveIt
}
