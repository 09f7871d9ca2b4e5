package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/of-1.9/oracle"
)

func TestMain(m *testing.M) {
	oracle.ServeOwn()
	os.Exit(m.Run())
}

// TestKeptAnswers shows that the answers kept with the cases are Velero's.
func TestKeptAnswers(t *testing.T) {
	var out bytes.Buffer
	if code := judge.Main(oracle.Velero, []string{"-check", "../../../../cases"}, &out, &out); code != 0 {
		t.Errorf("exit code %d:\n%s", code, out.String())
	}
}
