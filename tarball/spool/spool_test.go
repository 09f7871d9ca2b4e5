package spool

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

func newSpool(t testing.TB) *Spool {
	t.Helper()
	s, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func add(t testing.TB, s *Spool, body []byte) Ref {
	t.Helper()
	ref, err := s.Add(strconv.Itoa(len(s.places)%3), body)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func get(t testing.TB, s *Spool, ref Ref) []byte {
	t.Helper()
	body, err := s.Get(ref)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// randomBody has the given size, and compresses like JSON does.
func randomBody(r *rand.Rand, size int) []byte {
	var body []byte
	for len(body) < size {
		body = fmt.Appendf(body, `{"name":"web-%x","namespace":"shop","resourceVersion":"%d","ready":true},`, r.Uint64(), r.IntN(1e6))
	}
	return body[:size]
}

func TestBodiesOfAnySizeComeBackInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 0, 1, 0, blockBytes, blockBytes - 3, blockBytes + 1, 3 * blockBytes, 0, 5 << 20, 1}
	for range 2000 {
		sizes = append(sizes, int(r.ExpFloat64()*4000))
	}
	s := newSpool(t)
	var bodies [][]byte
	var refs []Ref
	for _, size := range sizes {
		body := randomBody(r, size)
		bodies = append(bodies, body)
		scratch := bytes.Clone(body)
		refs = append(refs, add(t, s, scratch))
		clear(scratch) // Add keeps a copy
	}
	if err := s.Finish(); err != nil {
		t.Fatal(err)
	}
	for i, ref := range refs {
		if !bytes.Equal(get(t, s, ref), bodies[i]) {
			t.Fatalf("in order: body %d of %d bytes is another", i, len(bodies[i]))
		}
	}
	for _, i := range r.Perm(len(refs)) {
		if !bytes.Equal(get(t, s, refs[i]), bodies[i]) {
			t.Fatalf("in random order: body %d of %d bytes is another", i, len(bodies[i]))
		}
	}
}

func TestABodyMayBeKept(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := newSpool(t)
	var bodies, kept [][]byte
	var refs []Ref
	for range 3 * keptBlocks {
		body := randomBody(r, blockBytes/2)
		bodies = append(bodies, body)
		refs = append(refs, add(t, s, body))
	}
	if err := s.Finish(); err != nil {
		t.Fatal(err)
	}
	for _, ref := range refs {
		kept = append(kept, get(t, s, ref))
	}
	for i := range kept {
		if !bytes.Equal(kept[i], bodies[i]) {
			t.Fatalf("body %d changed after it was handed out", i)
		}
		_ = append(kept[i], 'x') // must not reach the next body
	}
	for i, ref := range refs {
		if !bytes.Equal(get(t, s, ref), bodies[i]) {
			t.Fatalf("appending to a body changed body %d", i)
		}
	}
}

func TestFewBlocksAreHeld(t *testing.T) {
	s := newSpool(t)
	var refs []Ref
	for range 4 * keptBlocks {
		refs = append(refs, add(t, s, make([]byte, blockBytes)))
	}
	big := add(t, s, make([]byte, keptBytes+1))
	if err := s.Finish(); err != nil {
		t.Fatal(err)
	}
	for _, ref := range append(refs, big) {
		get(t, s, ref)
	}
	if len(s.recent) != keptBlocks {
		t.Errorf("%d blocks are held, want %d", len(s.recent), keptBlocks)
	}
	for _, held := range s.recent {
		if len(held.bytes) > keptBytes {
			t.Errorf("a block of %d bytes is held", len(held.bytes))
		}
	}
}

func TestGetBeforeFinish(t *testing.T) {
	s := newSpool(t)
	if _, err := s.Get(add(t, s, []byte("x"))); !errors.Is(err, ErrNotFinished) {
		t.Errorf("Get: %v, want %v", err, ErrNotFinished)
	}
}

func TestARefOfAnotherSpool(t *testing.T) {
	s := newSpool(t)
	add(t, s, []byte("x"))
	if err := s.Finish(); err != nil {
		t.Fatal(err)
	}
	if body, err := s.Get(7); err == nil {
		t.Errorf("Get = %q, want an error", body)
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	s, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	add(t, s, make([]byte, 2*blockBytes))
	if err := errors.Join(s.Finish(), s.Close()); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func BenchmarkSpool(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	bodies := make([][]byte, 5000)
	total := 0
	for i := range bodies {
		bodies[i] = randomBody(r, 1000+r.IntN(8000))
		total += len(bodies[i])
	}
	filled := func(b *testing.B) (*Spool, []Ref) {
		s := newSpool(b)
		refs := make([]Ref, len(bodies))
		for i, body := range bodies {
			refs[i] = add(b, s, body)
		}
		if err := s.Finish(); err != nil {
			b.Fatal(err)
		}
		return s, refs
	}
	b.Run("add", func(b *testing.B) {
		b.SetBytes(int64(total))
		for b.Loop() {
			filled(b)
		}
	})
	s, refs := filled(b)
	b.Run("get in order", func(b *testing.B) {
		b.SetBytes(int64(total))
		for b.Loop() {
			for _, ref := range refs {
				get(b, s, ref)
			}
		}
	})
	b.Run("get in random order", func(b *testing.B) {
		b.SetBytes(int64(total))
		for b.Loop() {
			for _, i := range r.Perm(len(refs)) {
				get(b, s, refs[i])
			}
		}
	})
}
