package actions

import "errors"

// Failure is an error of an action that has an id of its own among the findings. Other errors are "action-failed".
type Failure struct {
	ID  string
	Err error
}

func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns the error itself.
func (f *Failure) Unwrap() error { return f.Err }

// FailureID is the id of an action's error.
func FailureID(err error, otherwise string) string {
	var failure *Failure
	if errors.As(err, &failure) {
		return failure.ID
	}
	return otherwise
}

// Broken is an error of an action that ends the whole run, as what it says holds for each item to come.
type Broken struct{ Err error }

func (b *Broken) Error() string { return b.Err.Error() }

// Unwrap returns the error itself.
func (b *Broken) Unwrap() error { return b.Err }
