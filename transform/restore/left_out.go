package restore

// countLeftOut counts the items that a filter leaves out and that nothing else has brought in: an item of a namespace brings the
// Namespace, and an action the volume of a claim.
func (w *walk) countLeftOut() {
	index, left, byResource := w.from.index, &w.exit.summary.LeftOut, map[string]int{}
	for _, resource := range index.Resources() {
		before := left.Resource
		for _, rg := range index.Ranges(resource, "") {
			count := w.from.selection.leavesOut(resource, rg.Namespace, left)
			ruled := &left.Selector
			if _, by := w.from.selection.policy(resource, rg.Namespace); by {
				ruled = &left.Policy
			}
			for id := rg.From; id < rg.To; id++ {
				switch {
				case index.Marked(id):
				case count == &left.Policy:
					*count++
					w.noteNotListed(resource, rg.Namespace)
				case count != nil:
					*count++
				case w.unlabelled.has(int(id)):
					*ruled++
				}
			}
		}
		if n := left.Resource - before; n > 0 {
			byResource[resource] = n
		}
	}
	w.exit.summary.LeftOutResources = byResource
}

// numbers is a set of numbers of items, a bit for each.
type numbers []uint64

func (s *numbers) add(n int) {
	for len(*s) <= n/64 {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s numbers) has(n int) bool { return n/64 < len(s) && s[n/64]&(1<<(n%64)) != 0 }
