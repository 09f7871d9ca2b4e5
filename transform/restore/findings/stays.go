package findings

import (
	"cmp"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/internal/pipeline"
	refs "github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
)

// stays counts the references to mapped namespaces that stay, and keeps the first items of each degree.
type stays struct {
	counted         report.Stays
	certain, likely []report.Stay
	items           int // with likely ones
}

// mostStays is how many items of a degree are kept.
const mostStays = 25

// add adds an item. A rewriting shows items in no particular order, so its first ones are those whose addresses are.
func (s *stays) add(it *pipeline.Item, certain, likely []refs.Reference, env *pipeline.Env) {
	if len(certain)+len(likely) == 0 {
		return
	}
	s.counted.Items++
	s.counted.Certain += len(certain)
	s.counted.Likely += len(likely)
	if len(likely) > 0 {
		s.items++
	}
	list, first := &s.likely, likely
	if len(certain) > 0 {
		list, first = &s.certain, certain
	}
	if len(*list) == mostStays && !env.Archive {
		return
	}
	*list = append(*list, report.Stay{
		Item: strings.Clone(it.Key.Address.String()), Certain: len(certain), Likely: len(likely),
		Path: first[0].Path, Text: first[0].Text, Names: first[0].Namespace, To: env.TargetNamespace(first[0].Namespace),
	})
	if env.Archive {
		slices.SortFunc(*list, func(a, b report.Stay) int { return cmp.Compare(a.Item, b.Item) })
		*list = (*list)[:min(len(*list), mostStays)]
	}
}

func (s *stays) conclude(to *report.Summary) {
	if s.counted.Items == 0 {
		return
	}
	s.counted.First = slices.Concat(s.certain, s.likely)
	to.Told().Stays = s.counted
}
