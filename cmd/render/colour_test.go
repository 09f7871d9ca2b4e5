package render

import "testing"

func TestColourIsForTerminalsAndHeedsNoColor(t *testing.T) {
	for _, row := range []struct {
		choice   Colour
		terminal bool
		noColor  string
		term     string
		want     bool
	}{
		{Auto, true, "", "xterm", true},
		{Auto, false, "", "xterm", false},
		{Auto, true, "1", "xterm", false},
		{Auto, true, "", "dumb", false},
		{Always, false, "1", "dumb", true},
		{Never, true, "", "xterm", false},
	} {
		t.Setenv("NO_COLOR", row.noColor)
		t.Setenv("TERM", row.term)
		if got := row.choice.On(row.terminal); got != row.want {
			t.Errorf("%+v: got %v", row, got)
		}
	}
}
