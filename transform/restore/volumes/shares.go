package volumes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// shares hands volumes out to claims, as many as can have one: it is a matching by augmenting paths.
type shares struct {
	fitting  [][]int32 // the volumes of each claim
	holder   []int     // of each volume, the claim; -1 for none
	tried    []int     // of each volume, the round that came by last
	hopeless []bool    // volumes that no claim can free
}

// leftOver are the claims for which no volume is provisioned and that get none of those that will be there, with what there is to say.
func (p *Plan) leftOver() map[layout.NamespacedName]string {
	if p.left != nil {
		return p.left
	}
	p.left = map[layout.NamespacedName]string{}
	p.offered("")
	var claims []layout.NamespacedName
	for at, c := range p.claims {
		if c.asks != nil && c.after == "" {
			claims = append(claims, at)
		}
	}
	slices.SortFunc(claims, byName)
	names := slices.Sorted(maps.Keys(p.offers))
	s := newShares(len(names))
	for _, at := range claims {
		fitting, why := p.fitting(p.claims[at], names)
		s.fitting = append(s.fitting, fitting)
		switch {
		case len(fitting) == 0:
			p.left[at] = why
		case !s.handOut(len(s.fitting) - 1):
			var some []string
			for _, i := range fitting[:min(len(fitting), 3)] {
				some = append(some, names[i])
			}
			p.left[at] = fmt.Sprintf("each PersistentVolume that fits (%s) goes to another claim of the restore", strings.Join(some, ", "))
		}
	}
	return p.left
}

func newShares(volumes int) *shares {
	s := &shares{holder: make([]int, volumes), tried: make([]int, volumes), hopeless: make([]bool, volumes)}
	for i := range s.holder {
		s.holder[i], s.tried[i] = -1, -1
	}
	return s
}

// handOut gives a claim a volume, if need be one that another claim has which can have a different one.
func (s *shares) handOut(claim int) bool {
	if s.find(claim, claim) {
		return true
	}
	for i, round := range s.tried { // what this search has come by stays held
		s.hopeless[i] = s.hopeless[i] || round == claim
	}
	return false
}

func (s *shares) find(claim, round int) bool {
	for _, i := range s.fitting[claim] {
		if s.holder[i] < 0 {
			s.holder[i] = claim
			return true
		}
	}
	for _, i := range s.fitting[claim] {
		if s.hopeless[i] || s.tried[i] == round {
			continue
		}
		s.tried[i] = round
		if s.find(s.holder[i], round) {
			s.holder[i] = claim
			return true
		}
	}
	return false
}
