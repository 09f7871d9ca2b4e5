package cmd

import (
	"bytes"
	"io"
	"os/exec"
	"testing"
)

func TestThePagerIsTheUsersOwn(t *testing.T) {
	for _, row := range []struct {
		value string
		want  int
	}{{"", 0}, {"cat", 0}, {"less -R", 2}, {"most", 1}} {
		t.Setenv("PAGER", row.value)
		if got := pager(); len(got) != row.want {
			t.Errorf("PAGER=%q: got %q", row.value, got)
		}
	}
}

func TestWhatAScreenShowsGoesThroughThePager(t *testing.T) {
	if _, err := exec.LookPath("tr"); err != nil {
		t.Skip("no tr")
	}
	var out bytes.Buffer
	s := &screen{streams: Streams{Out: &out, Err: io.Discard}, pager: []string{"tr", "a-z", "A-Z"}}
	_, _ = io.WriteString(s, "shown")
	if err := s.Close(); err != nil || out.String() != "SHOWN" {
		t.Errorf("got %q, %v", &out, err)
	}
}

func TestAPagerMayBeLeftEarly(t *testing.T) {
	if _, err := exec.LookPath("true"); err != nil {
		t.Skip("no true")
	}
	s := &screen{streams: Streams{Out: io.Discard, Err: io.Discard}, pager: []string{"true"}}
	for range 100 {
		if _, err := s.Write(bytes.Repeat([]byte("x"), 64<<10)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestOutputThatIsNoTerminalHasNoPager(t *testing.T) {
	flags := outputFlags{paged: true}
	var out bytes.Buffer
	s := flags.open(Streams{Out: &out, Err: io.Discard}, nil)
	_, _ = io.WriteString(s, "plain")
	if s.pager != nil || out.String() != "plain" {
		t.Errorf("got %q through %q", &out, s.pager)
	}
}
