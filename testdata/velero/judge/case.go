package judge

import (
	"fmt"
	"os"

	"github.com/veltx/veltx/testdata/conformance"
)

// missing is the difference where no answer is kept.
var missing = []conformance.Difference{{Request: "answer", Want: "one", Got: "none kept"}}

// judgeCase runs Velero over one case and returns where the kept answer is
// wrong; with update, it is mended.
func (v Velero) judgeCase(path string, update bool) (diffs []conformance.Difference, ran bool, err error) {
	c, err := conformance.ReadCase(path)
	if err != nil || !c.For(v.Version) || len(c.Plugins) > 0 && os.Getenv(conformance.PluginProgram) == "" {
		return nil, false, err // make conformance-plugins builds the plugins
	}
	var set func() error
	if c.IsBackup() {
		diffs, set, err = v.judgeBackup(c)
	} else {
		diffs, set, err = v.judgeRestore(c)
	}
	if err == nil && update && len(diffs) > 0 {
		if err = set(); err == nil {
			err = c.Write(path)
		}
	}
	if err != nil {
		return nil, true, fmt.Errorf("case %s: %w", path, err)
	}
	return diffs, true, nil
}

// judgeRestore compares an answer with the kept one; set puts it in its place.
func (v Velero) judgeRestore(c *conformance.Case) (diffs []conformance.Difference, set func() error, err error) {
	in, err := c.Input()
	if err != nil {
		return nil, nil, err
	}
	answer, err := v.Restore(in)
	if err != nil {
		return nil, nil, err
	}
	diffs = missing
	if kept := c.Want[v.Version]; kept != nil {
		diffs = conformance.CompareStrict(answer, kept)
	}
	return diffs, func() error { return c.SetWant(v.Version, answer) }, nil
}

func (v Velero) judgeBackup(c *conformance.Case) (diffs []conformance.Difference, set func() error, err error) {
	in, err := c.BackupInput()
	if err != nil {
		return nil, nil, err
	}
	answer, err := v.Backup(in)
	if err != nil {
		return nil, nil, err
	}
	diffs = missing
	if kept := c.WantBackup[v.Version]; kept != nil {
		diffs, err = conformance.CompareBackupStrict(in, answer, kept)
	}
	return diffs, func() error { return c.SetWantBackup(v.Version, answer) }, err
}
