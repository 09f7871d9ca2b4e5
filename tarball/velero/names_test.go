package velero

import (
	"strings"
	"testing"
)

func TestNamesThatAreTooLongForALabelEndInAHash(t *testing.T) {
	short := strings.Repeat("a", 63)
	if got := LabelValue(short); got != short {
		t.Errorf("63 bytes became %q", got)
	}
	// echo -n aaa… (64 times) | sha256sum
	if got, want := LabelValue(short+"a"), strings.Repeat("a", 57)+"ffe054"; got != want {
		t.Errorf("64 bytes became %q, want %q", got, want)
	}
}

func TestSnapshotNamesAreDerivedFromTheRestore(t *testing.T) {
	// echo -n uid/snap | sha256sum
	const want = "5d0ee689f225de382dd78c5e365c97be068b8d59a6e94ff4f670db5d85874e9e"
	if got := SnapshotName("uid", "snap"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
