package pack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"
)

const (
	defaultLevel      = 3
	defaultBatchBytes = 512 << 10
	highestLevel      = flate.BestCompression
)

// ErrClosed is returned by a Writer that was closed or aborted before.
var ErrClosed = errors.New("the archive is already closed")

// Entry is one regular file of the archive.
type Entry struct {
	Path    string
	Mode    int64
	ModTime time.Time
	Body    []byte // belongs to the batch: valid while the batch's Edit is in use
}

// Edit changes an entry before it is written: path, body, or both. keep false leaves the entry out. The body may be
// changed in place or replaced; a body that was given to an earlier entry of the batch may be given again.
type Edit func(*Entry) (keep bool, err error)

// Options of a Writer; zero values mean the defaults.
type Options struct {
	Level      int // of deflate, 1 to 9; default 3
	Workers    int // default runtime.GOMAXPROCS(0)
	BatchBytes int // of input in a batch; default 512 KiB
}

// Writer writes a gzipped tar. It is used by one goroutine and must be ended by Close or Abort.
type Writer struct {
	perBatch   func() Edit
	batchBytes int
	member     member

	current *batch      // being filled, nil before the first entry and after each cut
	free    chan *batch // the ring's idle batches
	jobs    chan *batch // to the workers
	ordered chan *batch // the same batches, to the goroutine that writes

	running sync.WaitGroup
	ctx     context.Context // ends with the first error
	fail    context.CancelCauseFunc
	ended   bool
}

// New returns a Writer to out. perBatch is called once for each batch and returns the Edit for its entries, which are
// handed to it in order by one goroutine; what the closure holds is thus the state of one batch, such as the result for
// an item that its twin can use again. Edits of different batches run concurrently. A nil perBatch copies all entries.
func New(out io.Writer, perBatch func() Edit, o Options) *Writer {
	if perBatch == nil {
		perBatch = func() Edit { return func(*Entry) (bool, error) { return true, nil } }
	}
	workers := orDefault(o.Workers, runtime.GOMAXPROCS(0))
	level := orDefault(o.Level, defaultLevel)
	ring := 2*workers + 1
	w := &Writer{
		perBatch:   perBatch,
		batchBytes: orDefault(o.BatchBytes, defaultBatchBytes),
		member:     member{out: out, level: level},
		free:       make(chan *batch, ring),
		jobs:       make(chan *batch, ring),
		ordered:    make(chan *batch, ring),
	}
	w.ctx, w.fail = context.WithCancelCause(context.Background())
	if level > highestLevel {
		w.fail(fmt.Errorf("compression level %d: use 1 to %d", level, highestLevel))
	}
	for range ring {
		w.free <- newBatch()
	}
	for range workers {
		w.running.Go(func() { w.work(level) })
	}
	w.running.Go(w.write)
	return w
}

func orDefault(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// Add appends an entry, whose body it copies. joined keeps it in one batch with the entry before: a twin. The error may
// be that of an earlier entry; after one, the Writer takes no more.
func (w *Writer) Add(path string, mode int64, modTime time.Time, body []byte, joined bool) error {
	if w.ended || w.ctx.Err() != nil {
		return w.cause()
	}
	if !joined && w.current.full(len(body), w.batchBytes) {
		w.send()
	}
	if w.current == nil {
		select {
		case w.current = <-w.free:
		case <-w.ctx.Done():
			return w.cause()
		}
	}
	w.current.add(Entry{Path: path, Mode: mode, ModTime: modTime}, body, w.batchBytes)
	return nil
}

// send never blocks: both channels hold as many batches as there are.
func (w *Writer) send() {
	w.current.seal()
	w.jobs <- w.current
	w.ordered <- w.current
	w.current = nil
}

// work is one worker. After an error it only passes batches on.
func (w *Writer) work(level int) {
	deflate, err := flate.NewWriter(io.Discard, min(level, highestLevel))
	if err != nil {
		w.fail(err)
	}
	for b := range w.jobs {
		if w.ctx.Err() == nil {
			b.err = b.pack(w.perBatch(), deflate)
		}
		b.packed <- struct{}{}
	}
}

// write puts batches out in their order.
func (w *Writer) write() {
	for b := range w.ordered {
		<-b.packed
		if w.ctx.Err() == nil {
			if err := w.member.put(b); err != nil {
				w.fail(err)
			}
		}
		b.reset(w.batchBytes)
		w.free <- b
	}
}

// Close writes what is left and the ends of tar and gzip. It returns the first error of any goroutine; all of them have
// ended then. Without an error the archive is complete.
func (w *Writer) Close() error {
	if w.ended {
		return w.cause()
	}
	if w.current != nil {
		w.send()
	}
	w.join()
	if w.ctx.Err() != nil {
		return w.cause()
	}
	err := w.member.finish()
	w.fail(errors.Join(err, ErrClosed))
	return err
}

// Abort ends all goroutines and leaves the archive unfinished. After Close it does nothing.
func (w *Writer) Abort() {
	if w.ended {
		return
	}
	w.fail(ErrClosed)
	w.join()
}

func (w *Writer) join() {
	w.ended = true
	close(w.jobs)
	close(w.ordered)
	w.running.Wait()
}

func (w *Writer) cause() error { return context.Cause(w.ctx) }
