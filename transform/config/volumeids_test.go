package config_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/config"
)

func TestReadVolumeIDs(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []config.Mapping
		err        string
	}{
		{"rows", "vol-1,vol-2\nvol-3, vol-4\n", []config.Mapping{{Old: "vol-1", New: "vol-2"}, {Old: "vol-3", New: "vol-4"}}, ""},
		{"a heading and comments", "\xef\xbb\xbf# ids\nold,new\nvol-1,vol-2", []config.Mapping{{Old: "vol-1", New: "vol-2"}}, ""},
		{"a comma in an id", "\"a,b\",c\n", []config.Mapping{{Old: "a,b", New: "c"}}, ""},
		{"nothing", "", nil, ""},
		{"bad rows, all named", "vol-1\nvol-1,vol-2\n,vol-3\na,b,c\n", []config.Mapping{{Old: "vol-1", New: "vol-2"}},
			"ids.csv: line 1: \"vol-1\" is not OLD,NEW\nids.csv: line 3: \",vol-3\" is not OLD,NEW\nids.csv: line 4: \"a,b,c\" is not OLD,NEW"},
		{"a quote that does not end", "\"vol-1,vol-2", nil, "ids.csv: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := config.ReadVolumeIDs("ids.csv", strings.NewReader(c.text))
			if text := message(err); !strings.HasPrefix(text, c.err) || (text != "") != (c.err != "") {
				t.Errorf("error %q, want %q", text, c.err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestAMappingOfVolumesIsOneToOne(t *testing.T) {
	for _, c := range []struct {
		name string
		list []config.Mapping
		err  string
	}{
		{"twice the same", []config.Mapping{{Old: "a", New: "b"}, {Old: "a", New: "b"}}, ""},
		{"two volumes change places", []config.Mapping{{Old: "a", New: "b"}, {Old: "b", New: "a"}}, ""},
		{"one becomes two", []config.Mapping{{Old: "a", New: "b"}, {Old: "a", New: "c"}}, `volume "a" is mapped to "b" and to "c"`},
		{"the first row counts", []config.Mapping{{Old: "a", New: "b"}, {Old: "a", New: "c"}, {Old: "a", New: "b"}}, `volume "a" is mapped to "b" and to "c"`},
		{"the first volume counts", []config.Mapping{{Old: "a", New: "c"}, {Old: "b", New: "c"}, {Old: "a", New: "c"}}, `volumes "a" and "b" are both mapped to "c"`},
		{"two become one", []config.Mapping{{Old: "a", New: "c"}, {Old: "b", New: "c"}}, `volumes "a" and "b" are both mapped to "c"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := config.VolumeIDs(c.list); message(err) != c.err {
				t.Errorf("error %q, want %q", message(err), c.err)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
