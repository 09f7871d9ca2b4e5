package filters

import "testing"

func TestNamesThatNothingCanHave(t *testing.T) {
	for name, want := range map[string]string{
		"shop": "", "team-*": "", "": `in: "" is no name: name something, or leave the list out`, " shop": `in: " shop" has a space in it`,
		"a b": `in: "a b" has a space in it`, "a\tb": `in: "a\tb" has a space in it`,
	} {
		got := ""
		for _, err := range CheckNames("in", []string{"fine", name}) {
			got += err.Error()
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}
