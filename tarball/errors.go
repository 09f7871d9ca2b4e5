package tarball

import "errors"

// What can be wrong with an archive; an *Error wraps one of these.
var (
	ErrNotBackup  = errors.New("not a backup")
	ErrTruncated  = errors.New("the archive is truncated")
	ErrDamaged    = errors.New("the archive is damaged")
	ErrLimit      = errors.New("over a limit")
	ErrUnsafePath = errors.New("unsafe path")
	ErrEntryType  = errors.New("not an ordinary file")
	ErrDuplicate  = errors.New("two different entries at one path")
)

// Error says what is wrong with which file and entry. Its text is one line.
type Error struct {
	File    string // as the caller named it, or "standard input"
	Entry   string // the entry's path in the archive; empty where none is concerned
	Problem string // what is wrong and what to do
	Kind    error  // one of the sentinels, or what the system said
}

func (e *Error) Error() string {
	if e.Entry == "" {
		return e.File + ": " + e.Problem
	}
	return e.File + ": entry " + e.Entry + ": " + e.Problem
}

func (e *Error) Unwrap() error { return e.Kind }
