package restore

import (
	"context"
	"hash/maphash"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// ItemBetween is an item that two restores treat differently.
type ItemBetween struct {
	// Address is the item's in the backup, "resource/namespace/name".
	Address       string
	Before, After Fate
}

// Fate is what becomes of an item. Without an outcome it is no item of the restore.
type Fate struct {
	Outcome report.Outcome
	Reason  string
	Object  *object.Value // what is sent; nil for nothing
}

// Between finds the items that two restores of a backup treat differently: with another outcome, or another object. Only the objects of
// those are held in memory, so that the first restore is simulated twice.
func Between(ctx context.Context, src *tarball.Source, before, after *Options) ([]ItemBetween, error) {
	hashes, seed := map[string]uint64{}, maphash.MakeSeed()
	hash := func(i *report.Item) uint64 {
		return maphash.String(seed, string(i.Outcome)+"\x00"+string(i.Object)+"\x00"+string(i.Patch)+"\x00"+string(i.Status))
	}
	again := *before
	err := eachItem(ctx, src, before, func(address string, i *report.Item) error {
		hashes[address] = hash(i)
		return nil
	})
	if err != nil {
		return nil, err
	}
	differ := map[string]*ItemBetween{}
	err = eachItem(ctx, src, after, func(address string, i *report.Item) (err error) {
		of, both := hashes[address]
		delete(hashes, address)
		if both && of == hash(i) {
			return nil
		}
		d := &ItemBetween{Address: address}
		differ[address] = d
		d.After, err = fate(i)
		return err
	})
	if err != nil {
		return nil, err
	}
	for address := range hashes {
		differ[address] = &ItemBetween{Address: address}
	}
	err = eachItem(ctx, src, &again, func(address string, i *report.Item) (err error) {
		if d := differ[address]; d != nil {
			d.Before, err = fate(i)
		}
		return err
	})
	var list []ItemBetween
	for _, address := range slices.Sorted(maps.Keys(differ)) {
		if d := differ[address]; d.Before.Outcome != d.After.Outcome || len(d.Changes()) > 0 {
			list = append(list, *d)
		}
	}
	return list, err
}

// eachItem simulates a restore and hands over its items.
func eachItem(ctx context.Context, src *tarball.Source, o *Options, do func(string, *report.Item) error) error {
	_, err := Preview(ctx, src, o, report.SinkFunc(func(i *report.Item) error {
		return do(i.Resource+"/"+i.OriginalNamespace+"/"+i.OriginalName, i)
	}))
	return err
}

func fate(i *report.Item) (Fate, error) {
	f := Fate{Outcome: i.Outcome, Reason: i.Reason}
	for _, text := range [][]byte{i.Object, i.Patch} {
		if text == nil {
			continue
		}
		var err error
		f.Object, err = object.Parse(slices.Clone(text))
		return f, err
	}
	return f, nil
}

// Changes are those of the object that is sent, without lists and objects of nothing that come or go.
func (d *ItemBetween) Changes() []object.Change {
	if d.Before.Object == nil || d.After.Object == nil {
		return nil
	}
	return slices.DeleteFunc(object.Diff(d.Before.Object, d.After.Object), func(c object.Change) bool {
		return isNothing(c.Old) && isNothing(c.New)
	})
}

func isNothing(v *object.Value) bool {
	return v.IsNull() || (v.Kind() == object.Object || v.Kind() == object.Array) && v.Len() == 0
}
