package clusterapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// event is a line of a watch.
type event struct {
	Type   string `json:"type"`
	Object any    `json:"object"`
}

// watch tells of each object that a request selects, and of what becomes of it, for as long as it is asked to, or until the restore
// has ended.
func (c *Cluster) watch(w http.ResponseWriter, r *request) {
	matches, err := newSelection(r)
	if err != nil {
		fail(w, err)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	if seconds, err := strconv.Atoi(r.URL.Query().Get("timeoutSeconds")); err == nil && seconds > 0 {
		ctx, cancel = context.WithTimeout(r.Context(), time.Duration(seconds)*time.Second)
	}
	defer cancel()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	out := &stream{w: w, lines: json.NewEncoder(w)}
	seen, err := c.first(out, r, matches)
	for err == nil {
		out.flush()
		var more bool
		if more, err = c.next(ctx, out, r, matches, &seen); !more {
			return
		}
	}
}

// stream is what a watch writes to.
type stream struct {
	w     http.ResponseWriter
	lines *json.Encoder
}

func (s *stream) flush() {
	if f, ok := s.w.(http.Flusher); ok {
		f.Flush()
	}
}

// first tells what is there already, where that is asked for, and returns how far the plugin knows.
func (c *Cluster) first(out *stream, r *request, matches *selection) (seen uint64, err error) {
	query := r.URL.Query()
	from, err := strconv.ParseUint(query.Get("resourceVersion"), 10, 64)
	initial, _ := strconv.ParseBool(query.Get("sendInitialEvents"))
	if err == nil && from > 0 && !initial {
		return from, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.isComplete(r) {
		c.notes.unknown(r.plugin, r.describe(), false)
	}
	for _, name := range c.names(r.full()) {
		if err := c.tellOne(out, r, matches, change{kind: "ADDED", name: name}); err != nil {
			return 0, err
		}
	}
	if initial {
		err = out.lines.Encode(event{"BOOKMARK", bookmark(r, c.seq)})
	} else {
		err = nil
	}
	return c.seq, err
}

// bookmark says that what is there already has been told.
func bookmark(r *request, seq uint64) any {
	return map[string]any{"kind": r.Kind, "apiVersion": r.gv.String(), "metadata": map[string]any{
		"resourceVersion": version(seq), "annotations": map[string]string{"k8s.io/initial-events-end": "true"},
	}}
}

// next waits for changes and tells them.
func (c *Cluster) next(ctx context.Context, out *stream, r *request, matches *selection, seen *uint64) (more bool, err error) {
	c.mu.Lock()
	renewed := c.renewed
	for {
		told := false
		changes := c.changes[r.full()]
		at := len(changes)
		for at > 0 && changes[at-1].seq > *seen {
			at--
		}
		for _, what := range changes[at:] {
			*seen, told = what.seq, true
			if err := c.tellOne(out, r, matches, what); err != nil {
				c.mu.Unlock()
				return false, err
			}
		}
		if told {
			c.mu.Unlock()
			return true, nil
		}
		if c.changed == nil {
			c.changed = make(chan struct{})
		}
		changed := c.changed
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return false, nil
		case <-renewed:
			return false, nil
		}
		c.mu.Lock()
		if c.renewed != renewed {
			c.mu.Unlock()
			return false, nil
		}
	}
}

// tellOne tells one change, if the request selects the object.
func (c *Cluster) tellOne(out *stream, r *request, matches *selection, what change) error {
	s := what.of
	if s == nil {
		s = c.objects[r.full()][what.name]
	}
	if s == nil {
		return nil // it is deleted by now, which comes later
	}
	o, err := c.selected(r, matches, what.name, s)
	if err != nil || o == nil {
		return err
	}
	if what.kind == "DELETED" {
		err = o.Put(object.Text(version(what.seq)), "metadata", "resourceVersion")
	}
	if err != nil {
		return err
	}
	return out.lines.Encode(event{what.kind, o})
}

// named is the name that a request is about.
func (r *request) named() layout.NamespacedName {
	return layout.NamespacedName{Namespace: r.inNamespace(), Name: r.name}
}
