package main

import (
	"fmt"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// compareBackup returns the differences in one case of a backup, and how many files Velero backed up and how many runs of
// actions there were.
func (d *driver) compareBackup(text []byte) ([]conformance.Difference, int, error) {
	answer, err := d.askText(judge.Question{Case: string(text)})
	if err != nil {
		return nil, 0, err
	}
	want, err := conformance.ParseBackupAnswer(answer)
	if err != nil {
		return nil, 0, err
	}
	c, err := conformance.ParseCase(text)
	if err != nil {
		return nil, 0, err
	}
	in, err := c.BackupInput()
	if err != nil {
		return nil, 0, err
	}
	got, err := candidate.Backup(d.version, in)
	if err != nil {
		return nil, 0, fmt.Errorf("veltx: %w", err)
	}
	diffs, err := conformance.CompareBackup(in, want, got)
	return conformance.Unmeant("", d.version, diffs), len(want.Entries) + len(want.Executions), err
}
