package backup

import (
	"errors"

	"github.com/veltx/veltx/tarball/layout"
)

// errNotKept says that the body of an item was not read, since no backup with these options could need it.
var errNotKept = errors.New("its namespace is left out")

// itemError is what is wrong with one item of the source; the others can still be backed up.
type itemError struct {
	key layout.ItemKey
	err error
}

func (e *itemError) Error() string { return e.key.Path() + ": " + e.err.Error() }
func (e *itemError) Unwrap() error { return e.err }
