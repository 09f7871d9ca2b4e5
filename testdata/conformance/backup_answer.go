package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Entry is one file of a tarball that a backup writes.
type Entry struct {
	// Path is the file's path in the tarball.
	Path string `json:"entry"`
	// Object is what the file holds; left out where it is what the entry before holds.
	Object json.RawMessage `json:"object,omitempty"`
}

// Execution is one run of an action over an item that has nothing to do with any backup going on.
type Execution struct {
	// Kind is BackupItemAction, ItemBlockAction or DeleteItemAction.
	Kind string `json:"kind"`
	// Action is the name that the action is registered with.
	Action string `json:"action"`
	// Item is "<resource>/<namespace>/<name>", the namespace empty for what is cluster-scoped.
	Item string `json:"item"`
	// Object is the item as the action leaves it; left out where it only has more empty values than it had.
	Object json.RawMessage `json:"object,omitempty"`
	// Additional are the items that the action asks for, written as Item is.
	Additional []string `json:"additional,omitempty"`
	// MustInclude says that the filters do not count for the additional items.
	MustInclude bool `json:"mustInclude,omitempty"`
	// Error is why the action failed.
	Error string `json:"error,omitempty"`
	// Requests are the writes that the action itself sends to the cluster.
	Requests []Request `json:"requests,omitempty"`
}

// BackupOutcome is how a backup ended.
type BackupOutcome struct {
	// Validation is why the backup was refused before it began, and Failure why it broke off.
	Validation []string `json:"validation,omitempty"`
	Failure    string   `json:"failure,omitempty"`
	// Errors are what the backup's log holds of that severity.
	Errors Result `json:"errors"`
}

// BackupAnswer is what becomes of a cluster that is backed up.
type BackupAnswer struct {
	// Entries are the files of the tarball, in order, but for the first, which tells the format.
	Entries []Entry
	// Executions are runs of each action over each item of the cluster, outside a backup.
	Executions []Execution
	// Outcome is how the backup ended.
	Outcome BackupOutcome
}

// ParseBackupAnswer reads an answer: a line for each entry and each execution, and the outcome last.
func ParseBackupAnswer(data []byte) (*BackupAnswer, error) {
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	a := &BackupAnswer{}
	for i, line := range lines[:len(lines)-1] {
		if err := a.parseLine(line); err != nil {
			return nil, fmt.Errorf("line %d of the answer: %w", i+1, err)
		}
	}
	if err := json.Unmarshal(lines[len(lines)-1], &a.Outcome); err != nil {
		return nil, fmt.Errorf("last line of the answer: %w", err)
	}
	return a, nil
}

func (a *BackupAnswer) parseLine(line []byte) error {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	if e.Path != "" {
		a.Entries = append(a.Entries, e)
		return nil
	}
	var x Execution
	if err := json.Unmarshal(line, &x); err != nil {
		return err
	}
	a.Executions = append(a.Executions, x)
	return nil
}

// Format writes an answer as ParseBackupAnswer reads it.
func (a *BackupAnswer) Format() ([]byte, error) {
	var buf bytes.Buffer
	out := json.NewEncoder(&buf)
	out.SetEscapeHTML(false)
	for _, e := range a.Entries {
		if err := out.Encode(e); err != nil {
			return nil, fmt.Errorf("entry %s: %w", e.Path, err)
		}
	}
	for _, x := range a.Executions {
		if err := out.Encode(x); err != nil {
			return nil, fmt.Errorf("%s over %s: %w", x.Action, x.Item, err)
		}
	}
	if err := out.Encode(a.Outcome); err != nil {
		return nil, fmt.Errorf("outcome: %w", err)
	}
	return buf.Bytes(), nil
}

// AddEntry adds a file of the tarball behind the others.
func (a *BackupAnswer) AddEntry(path string, data []byte, before []byte) {
	e := Entry{Path: path}
	if !bytes.Equal(data, before) {
		e.Object = bytes.TrimSpace(bytes.Clone(data))
	}
	a.Entries = append(a.Entries, e)
}

// Refused says that no backup began, or that it broke off.
func (a *BackupAnswer) Refused() bool {
	return len(a.Outcome.Validation) > 0 || a.Outcome.Failure != ""
}
