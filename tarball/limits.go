package tarball

import (
	"fmt"
	"io"
)

// What an archive may hold unless the caller says otherwise. The API server takes no object over 1.5 MiB, and the
// largest clusters have some hundred thousand objects, each of which stands at least twice in a backup.
const (
	DefaultEntryBytes int64 = 32 << 20
	DefaultTotalBytes int64 = 256 << 30
	DefaultEntries    int64 = 20_000_000
)

// maxName is how long an entry's path may be. Velero's are made of names that the API server bounds to 253 bytes each and
// stay below 1,000; each stands in indexes, reports and errors many times over.
// Differs from Velero: it has no such limit.
const maxName = 4096

// Limits bound what is read from an archive. A field that is zero or less has its default.
type Limits struct {
	EntryBytes int64 // the size of an entry, and of a file beside the tarball
	TotalBytes int64 // the unpacked archive with headers and padding, and what is spooled of standard input
	Entries    int64 // directories count
}

func (l Limits) withDefaults() Limits {
	if l.EntryBytes <= 0 {
		l.EntryBytes = DefaultEntryBytes
	}
	if l.TotalBytes <= 0 {
		l.TotalBytes = DefaultTotalBytes
	}
	if l.Entries <= 0 {
		l.Entries = DefaultEntries
	}
	return l
}

// checkName judges a name before anything is made of it.
func checkName(file, name string) error {
	if len(name) <= maxName {
		return nil
	}
	return &Error{File: file, Entry: printable(name), Kind: ErrLimit,
		Problem: fmt.Sprintf("has a name of %d bytes, over the limit of %d; Velero writes no such entry, so nothing of this archive is used", len(name), maxName)}
}

// checkSize judges an entry by its header, before a byte of it is read.
func (l Limits) checkSize(file, entry string, size int64) error {
	if size <= l.EntryBytes {
		return nil
	}
	return &Error{File: file, Entry: printable(entry), Kind: ErrLimit,
		Problem: fmt.Sprintf("has %s, over the limit of %s for one entry; raise the limit if you trust this archive", byteCount(size), byteCount(l.EntryBytes))}
}

func (l Limits) checkTotal(file string, total int64) error {
	if total <= l.TotalBytes {
		return nil
	}
	return &Error{File: file, Kind: ErrLimit,
		Problem: fmt.Sprintf("holds more than %s unpacked, the limit; raise the limit if you trust it", byteCount(l.TotalBytes))}
}

func (l Limits) checkEntries(file string, entries int64) error {
	if entries <= l.Entries {
		return nil
	}
	return &Error{File: file, Kind: ErrLimit,
		Problem: fmt.Sprintf("has more than %d entries, the limit; raise the limit if you trust this archive", l.Entries)}
}

// byteCount writes a number of bytes for people: exact below 1 KiB and where it is a round number of units.
func byteCount(n int64) string {
	units := []string{"KiB", "MiB", "GiB", "TiB"}
	if n < 1024 {
		return fmt.Sprintf("%d bytes", n)
	}
	value := float64(n) / 1024
	for i, unit := range units {
		if value < 1024 || i == len(units)-1 {
			return fmt.Sprintf("%.4g %s", value, unit)
		}
		value /= 1024
	}
	return ""
}

// meter counts what flows through it and ends it at the total limit.
type meter struct {
	in     io.Reader
	file   string
	limits Limits
	total  int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.in.Read(p)
	m.total += int64(n)
	if over := m.limits.checkTotal(m.file, m.total); over != nil {
		return n, over
	}
	return n, err
}
