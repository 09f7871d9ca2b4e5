package transform_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
)

const casesDir = "../testdata/cases"

func TestMain(m *testing.M) {
	candidate.BecomePlugin()
	os.Exit(m.Run())
}

// TestEachCaseIsAnsweredAsVeleroAnswersIt compares previews with the kept answers of the real Velero, both versions.
func TestEachCaseIsAnsweredAsVeleroAnswersIt(t *testing.T) {
	found := 0
	err := filepath.WalkDir(casesDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".txtar" {
			return err
		}
		c, err := conformance.ReadCase(path)
		if err != nil {
			return err
		}
		found++
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), casesDir+"/"), ".txtar")
		for _, version := range c.Versions {
			t.Run(name+"/"+version, func(t *testing.T) { answerCase(t, name, c, version) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 20 {
		t.Errorf("only %d cases in %s", found, casesDir)
	}
}

func answerCase(t *testing.T, name string, c *conformance.Case, version string) {
	if c.IsBackup() {
		answerBackup(t, name, c, version)
		return
	}
	want := c.Want[version]
	if want == nil {
		t.Fatal("the case keeps no answer of Velero: run make conformance-update")
	}
	in, err := c.Input()
	if err != nil {
		t.Fatal(err)
	}
	got, err := candidate.Preview(version, in)
	if words := conformance.RefusedOnPurpose(name); words != "" {
		if err == nil && got.Refused() {
			err = errors.New(strings.Join(got.Outcome.Validation, " "))
		}
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("got %v, want it refused: %s", err, words)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if conformance.AnswersBefore(name) {
		return
	}
	if got.Refused() != want.Refused() {
		t.Fatalf("refused: %v (%q), Velero: %v (%q %q)", got.Refused(), got.Outcome.Validation, want.Refused(), want.Outcome.Validation, want.Outcome.Errors.Velero)
	}
	for _, d := range conformance.Unmeant(name, version, conformance.CompareAnswers(want, got)) {
		t.Errorf("%s", d)
	}
}

func answerBackup(t *testing.T, name string, c *conformance.Case, version string) {
	want := c.WantBackup[version]
	if want == nil {
		t.Fatal("the case keeps no answer of Velero: run make conformance-update")
	}
	in, err := c.BackupInput()
	if err != nil {
		t.Fatal(err)
	}
	got, err := candidate.Backup(version, in)
	if err != nil {
		t.Fatal(err)
	}
	diffs, err := conformance.CompareBackup(in, want, got)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range conformance.Unmeant(name, version, diffs) {
		t.Errorf("%s", d)
	}
}
