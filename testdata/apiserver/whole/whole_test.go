package whole

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/apiserver/real"
)

var update = flag.Bool("update", false, "keep what the server of VELTX_API_SERVER answers")

func TestMain(m *testing.M) {
	if is, err := real.Become(os.Args, os.Stdin); is {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func eachCase(t *testing.T, do func(t *testing.T, c *Case)) {
	t.Helper()
	paths, err := filepath.Glob("../cases/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			do(t, c)
		})
	}
}

func compare(t *testing.T, want, got []string) {
	t.Helper()
	for n := range max(len(want), len(got)) {
		var w, g string
		if n < len(want) {
			w = want[n]
		}
		if n < len(got) {
			g = got[n]
		}
		if w != g {
			t.Errorf("\nserver %s\nveltx  %s", w, g)
		}
	}
}

// What a real API server answered in whole restores is what veltx answers, with no server to ask.
func TestVeltxAnswersAsTheKeptAnswers(t *testing.T) {
	eachCase(t, func(t *testing.T, c *Case) {
		got, err := c.Preview(t.Context(), t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		compare(t, c.Answers(), got)
	})
}

// The kept answers are what the server says.
func TestTheKeptAnswersAreTheServers(t *testing.T) {
	server := os.Getenv("VELTX_API_SERVER")
	if server == "" {
		t.Skip("VELTX_API_SERVER names no folder with kube-apiserver and etcd: make conformance-apiserver builds them")
	}
	eachCase(t, func(t *testing.T, c *Case) {
		got, err := c.Preview(t.Context(), t.TempDir(), server)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := c.Keep(got); err != nil {
				t.Fatal(err)
			}
			return
		}
		compare(t, c.Answers(), got)
	})
}
