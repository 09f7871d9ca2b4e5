package survey

import (
	"context"
	"sync"
)

// Run looks at backups, several at once, and hands on the results in the order of the names. No more of them wait than there
// are workers. The first error of take or of the context ends it; what goes wrong with a backup is in its result.
func Run(ctx context.Context, names []string, workers int, look func(context.Context, string) *Result, take func(*Result) error) error {
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	workers = min(max(workers, 1), max(len(names), 1))
	waiting := make(chan chan *Result, workers-1) // with the one that is taken, as many as there are workers
	running.Go(func() {
		defer close(waiting)
		for _, name := range names {
			result := make(chan *Result, 1)
			select {
			case waiting <- result:
			case <-ctx.Done():
				return
			}
			running.Go(func() { result <- look(ctx, name) })
		}
	})
	for result := range waiting {
		r := <-result
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := take(r); err != nil {
			return err
		}
	}
	return ctx.Err()
}
