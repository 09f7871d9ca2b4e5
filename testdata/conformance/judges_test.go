package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A judge whose Velero starts the judge's own program as its plugin has to be that plugin when its tests run, too: else the tests start
// themselves, and Velero waits for a plugin in vain.
func TestJudgesServeTheirOwnActionsInTheirTests(t *testing.T) {
	mains, err := filepath.Glob("../velero/v*/cmd/oracle/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatal("no judges: ", err)
	}
	serves := func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), "oracle.ServeOwn()")
	}
	for _, main := range mains {
		if serves(main) && !serves(filepath.Join(filepath.Dir(main), "cases_test.go")) {
			t.Errorf("%s calls ServeOwn, and the tests beside it do not", main)
		}
	}
}
