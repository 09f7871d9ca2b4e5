// Package scrub takes secrets out of a backup, so that it can be shown to others: values of Secrets, values of
// ConfigMaps, environment variables and arguments that look like secrets. Placeholders take their place, so that the
// structure stays and Velero still restores the backup.
package scrub

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
}

// Archive writes the backup's archive without secrets. An item that cannot be read is left out.
func Archive(ctx context.Context, src *tarball.Source, w io.Writer, o Options) (*Result, error) {
	key, err := src.RedactionKey(ctx)
	if err != nil {
		return nil, err
	}
	a := &archive{key: key, patterns: o.Patterns, result: &Result{}}
	out := pack.New(w, func() pack.Edit { return a.edit }, pack.Options{Level: o.Level, Workers: o.Workers})
	defer out.Abort()
	err = src.Each(ctx, func(e *tarball.Entry) error {
		body, err := e.Body()
		if err != nil {
			return err
		}
		return out.Add(e.Path, e.Mode, e.ModTime, body, false)
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

	mu     sync.Mutex
	result *Result
}

func (a *archive) edit(e *pack.Entry) (keep bool, err error) {
	key, err := layout.Parse(e.Path)
	if errors.Is(err, layout.ErrNotItem) {
		return true, nil
	}
	o, parseErr := object.Parse(e.Body)
	if err != nil || parseErr != nil {
		a.count(key, Result{Dropped: 1})
		return false, nil
	}
	s := &scrubber{archive: a}
	s.item(key.Resource, o)
	if s.values > 0 {
		// A body of its own: the old bytes belong to the batch.
		e.Body = bytes.Clone(o.JSON())
	}
	a.count(key, Result{Items: 1, Changed: min(s.values, 1), Values: s.values})
	return true, nil
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
