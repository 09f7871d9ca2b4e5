package backup

import (
	"context"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/report"
)

// blockItem is an item of the block that is being made.
type blockItem struct {
	id     index.ID
	object *object.Value
	cause  cause
}

// cause is why an item comes into question.
type cause struct {
	why, by, action string
}

// backUp makes blocks of the candidates and backs them up one after the other.
// Source: v1.18.2 pkg/backup/backup.go:560-625, v1.6.3 pkg/backup/backup.go:345-400.
func (r *run) backUp(ctx context.Context) error {
	var block []blockItem
	for i, c := range r.candidates {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if block, err = r.join(block, c.id, cause{why: report.WhySelected}); err != nil {
			return err
		}
		if len(block) == 0 || r.continues(i) {
			continue
		}
		if err := r.backUpBlock(block); err != nil {
			return err
		}
		block = block[:0]
	}
	return nil
}

// continues says whether the next candidate joins this one's block: both are ordered items of one resource.
func (r *run) continues(i int) bool {
	if i+1 == len(r.candidates) || !r.candidates[i].ordered || !r.candidates[i+1].ordered {
		return false
	}
	return r.source.index.Key(r.candidates[i].id).Resource == r.source.index.Key(r.candidates[i+1].id).Resource
}

// join adds an item to the block unless it is in one already or excluded, and then what the item block actions name,
// and what these name in turn.
// Source: v1.18.2 pkg/backup/itemblock.go:41-79, pkg/backup/backup.go:710-795.
func (r *run) join(block []blockItem, id index.ID, why cause) ([]blockItem, error) {
	if r.states[id]&handled != 0 {
		return block, nil
	}
	r.states[id] |= handled
	it, err := r.open(id, why)
	if err != nil || it == nil {
		return block, err
	}
	if left, err := r.leftOut(it, false); left || err != nil {
		return block, err
	}
	block = append(block, blockItem{id, it.object, it.cause})
	for _, a := range r.blocks.For(it.key.Resource) {
		if !a.In(it.key.Namespace) || !a.Takes(it.object) {
			continue
		}
		if block, err = r.joinRelated(block, it, a); err != nil {
			return block, err
		}
	}
	return block, nil
}

func (r *run) joinRelated(block []blockItem, it *item, a *actions.Link) ([]blockItem, error) {
	out, err := r.execute(it, a)
	if err := broken(it.key, a.Name, err); err != nil {
		return block, err
	}
	if err != nil {
		r.summary.FindOn(report.Error, "item-block-failed", it.key.String()+": "+a.Name, fmt.Sprintf("%s: %s: %v; it is backed up without the items that belong to it", it.key, a.Name, r.told(it, err)))
		return block, nil
	}
	if out == nil {
		return block, nil
	}
	for _, ref := range out.Additional {
		id, ok := r.find(ref)
		if !ok {
			continue // told when the item is backed up, if an item action asks for it too
		}
		if block, err = r.join(block, id, cause{report.WhyBlock, it.key.String(), a.Name}); err != nil {
			return block, err
		}
	}
	return block, nil
}

func (r *run) find(ref actions.ItemRef) (index.ID, bool) {
	full, _ := r.source.known.Resolve(ref.Resource)
	return r.source.find(full, ref.Namespace, ref.Name)
}

func (r *run) backUpBlock(block []blockItem) error {
	r.block++
	for _, b := range block {
		it := r.newItem(b.id, b.cause)
		it.object = b.object
		in, _, err := r.backUpItem(it, false)
		if err != nil {
			return err
		}
		if in {
			r.backedUp[it.key.Resource] = true
		}
	}
	return nil
}
