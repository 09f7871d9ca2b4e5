package survey

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// Share is one of several parts of a store: each backup is in exactly one of them, by its name alone, so that it stays
// where it is whatever else comes into the store or goes. The zero value is all of the store.
type Share struct {
	Number int `json:"share"` // from 1 on
	Of     int `json:"of"`
}

// ParseShare reads I/N.
func ParseShare(text string) (Share, error) {
	number, of, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(number)
	n, err2 := strconv.Atoi(of)
	switch {
	case !ok || err != nil || err2 != nil:
		return Share{}, fmt.Errorf("%q is not I/N, such as 3/8", text)
	case n < 1 || i < 1 || i > n:
		return Share{}, fmt.Errorf("%q: shares are counted from 1/%d to %d/%d", text, max(n, 1), max(n, 1), max(n, 1))
	}
	return Share{i, n}, nil
}

// JobShare is the share of a pod of an Indexed Job, whose indexes begin with 0.
func JobShare(index, completions string) (Share, error) {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 {
		return Share{}, fmt.Errorf("%q is no index of a Job", index)
	}
	n, err := strconv.Atoi(completions)
	if err != nil || n <= i {
		return Share{}, fmt.Errorf("%q is no number of completions above the index %d", completions, i)
	}
	return Share{i + 1, n}, nil
}

// Has says whether a backup is in the share.
func (s Share) Has(backup string) bool {
	if s.Of <= 1 {
		return true
	}
	sum := sha256.Sum256([]byte(backup))
	return int(binary.BigEndian.Uint64(sum[:8])%uint64(s.Of)) == s.Number-1
}

func (s Share) String() string { return strconv.Itoa(s.Number) + "/" + strconv.Itoa(s.Of) }

// End is the last line of the report of a share. Without it the run did not end, and the report does not count.
type End struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Command    string `json:"command"`
	Share
	Backups int    `json:"backups"`
	Options string `json:"options,omitempty"` // the flags that say what was asked, equal in all shares
}

// NewEnd is the last line of the report of a share.
func NewEnd(command string, of Share, backups int, options string) *End {
	return &End{APIVersion: apiVersion, Kind: ShareKind, Command: command, Share: of, Backups: backups, Options: options}
}
