package layout

import (
	"strings"
	"testing"
)

func TestTheNearestNameIsTheOneThatWasMeant(t *testing.T) {
	names := []string{"web", "openldap", "deployments", "shop", "EnableCSI"}
	for name, want := range map[string]string{
		"wbe": "web", "wob": "web", "we": "web", "x": "", "deployement": "deployments", "openldp": "openldap", "Shop": "shop", "shp": "shop",
		"enablecsi": "EnableCSI", "EnableCSIs": "EnableCSI", "kube-system": "", "": "", strings.Repeat("s", 65): "", "data": "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if got := Nearest("web", nil); got != "" {
		t.Errorf("of no names: %q", got)
	}
}
