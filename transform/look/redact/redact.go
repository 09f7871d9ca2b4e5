// Package redact takes secrets out of a backup, so that it can be shown to others. Placeholders take their place, so that
// the structure stays and Velero still restores the backup.
//
// A first pass collects the values of all Secrets; the second one replaces them wherever they stand, and what is secret by
// its name, by the flag or name before it, or by its form. Whatever else a file or script has in it stays, and so does what
// names a namespace or a Service of the backup.
package redact

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"sync"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/transform/references"
)

// Options say what is taken out beside what always is.
type Options struct {
	Patterns []*regexp.Regexp // of names and values that are secret, too
	Level    int              // of compression
	Workers  int
}

// Result counts what was done. Copies of items count once.
type Result struct {
	Items   int // in the backup
	Changed int // of them
	Values  int // that were replaced
	Dropped int // items that are no JSON, and could hold anything
	// Unsearched counts values of Secrets that were replaced in these only, as there are too many to keep.
	Unsearched int
}

// Archive writes the backup's archive without secrets. An item that cannot be read is left out.
func Archive(ctx context.Context, src *tarball.Source, w io.Writer, o Options) (*Result, error) {
	key, err := src.RedactionKey(ctx)
	if err != nil {
		return nil, err
	}
	a := &archive{key: key, patterns: o.Patterns, result: &Result{}}
	if a.known, err = learn(ctx, src); err != nil {
		return nil, err
	}
	a.scanner = a.known.scanner()
	a.result.Unsearched = a.known.beyond
	out := pack.New(w, a.batch, pack.Options{Level: o.Level, Workers: o.Workers})
	defer out.Abort()
	var before layout.ItemKey
	err = src.Each(ctx, func(e *tarball.Entry) error {
		body, err := e.Body()
		if err != nil {
			return err
		}
		item, err := layout.Parse(e.Path)
		twin := err == nil && item.Plain() == before
		before = item.Plain()
		return out.Add(e.Path, e.Mode, e.ModTime, body, twin)
	})
	if err != nil {
		return nil, err
	}
	return a.result, out.Close()
}

// archive edits the entries, several at a time.
type archive struct {
	key      []byte
	patterns []*regexp.Regexp
	known    *known
	scanner  *references.Scanner

	mu     sync.Mutex
	result *Result
}

// batch returns the edit of one batch, which remembers what became of an item for its twin, which has the same bytes.
func (a *archive) batch() pack.Edit {
	var last struct {
		item    layout.ItemKey
		in, out []byte
		result  Result
	}
	return func(e *pack.Entry) (keep bool, err error) {
		key, err := layout.Parse(e.Path)
		if errors.Is(err, layout.ErrNotItem) {
			return true, nil
		}
		if err != nil {
			a.count(key, Result{Dropped: 1})
			return false, nil
		}
		if last.item != key.Plain() || !bytes.Equal(last.in, e.Body) {
			last.item, last.in = key.Plain(), e.Body
			last.out, last.result = a.edit(key.Resource, e.Body)
		}
		e.Body = last.out
		a.count(key, last.result)
		return last.result.Dropped == 0, nil
	}
}

// edit returns an item without secrets, and what was done to it.
func (a *archive) edit(resource string, body []byte) ([]byte, Result) {
	o, err := object.Parse(body)
	if err != nil {
		return body, Result{Dropped: 1}
	}
	s := &scrubber{archive: a, named: a.namedBy(resource, o)}
	s.item(resource, o.OpenAll())
	if o.Changed() {
		// A body of its own: the old bytes belong to the batch.
		body = bytes.Clone(o.JSON())
	}
	return body, Result{Items: 1, Changed: min(s.values, 1), Values: s.values}
}

func (a *archive) count(key layout.ItemKey, r Result) {
	if key.VersionDir != "" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.result.Items += r.Items
	a.result.Changed += r.Changed
	a.result.Values += r.Values
	a.result.Dropped += r.Dropped
}
