package transform_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
)

const casesDir = "../testdata/cases"

func TestMain(m *testing.M) {
	candidate.BecomePlugin()
	os.Exit(m.Run())
}

// TestEachCaseIsAnsweredAsVeleroAnswersIt compares previews with the kept answers of the real Velero, each version.
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
		for _, version := range c.Versions {
			t.Run(c.Name+"/"+version, func(t *testing.T) { answerCase(t, c, version) })
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

func answerCase(t *testing.T, c *conformance.Case, version string) {
	diffs, err := candidate.Check(c, version)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Error(d)
	}
}
