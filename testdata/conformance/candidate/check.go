package candidate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/veltx/veltx/testdata/conformance"
)

// Check compares veltx's answer to a case with the kept one of that version of Velero, and returns what differs. An error says
// that there is nothing to compare.
func Check(c *conformance.Case, version string) ([]string, error) {
	if c.IsBackup() {
		return checkBackup(c, version)
	}
	want := c.Want[version]
	if want == nil {
		return nil, errNoAnswer
	}
	in, err := c.Input()
	if err != nil {
		return nil, err
	}
	got, err := Preview(version, in)
	if words := conformance.RefusedOnPurpose(c.Name); words != "" {
		return checkRefusal(words, got, err), nil
	}
	if err != nil {
		return nil, err
	}
	if conformance.AnswersBefore(c.Name) {
		return nil, nil
	}
	if got.Refused() != want.Refused() {
		return []string{fmt.Sprintf("refused: %v (%q), Velero: %v (%q %q)",
			got.Refused(), got.Outcome.Validation, want.Refused(), want.Outcome.Validation, want.Outcome.Errors.Velero)}, nil
	}
	return told(conformance.Unmeant(c.Name, version, conformance.CompareAnswers(want, got))), nil
}

var errNoAnswer = errors.New("the case keeps no answer of Velero: run make conformance-update")

func checkRefusal(words string, got *conformance.Answer, err error) []string {
	if err == nil && got.Refused() {
		err = errors.New(strings.Join(got.Outcome.Validation, " "))
	}
	if err == nil || !strings.Contains(err.Error(), words) {
		return []string{fmt.Sprintf("got %v, want it refused: %s", err, words)}
	}
	return nil
}

func checkBackup(c *conformance.Case, version string) ([]string, error) {
	want := c.WantBackup[version]
	if want == nil {
		return nil, errNoAnswer
	}
	in, err := c.BackupInput()
	if err != nil {
		return nil, err
	}
	got, err := Backup(version, in)
	if err != nil {
		return nil, err
	}
	diffs, err := conformance.CompareBackup(in, want, got)
	if err != nil {
		return nil, err
	}
	return told(conformance.Unmeant(c.Name, version, diffs)), nil
}

func told(diffs []conformance.Difference) (list []string) {
	for _, d := range diffs {
		list = append(list, d.String())
	}
	return list
}
