package cmd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
)

func TestVolumesAreMappedByFlagAndFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ids.csv")
	if err := os.WriteFile(file, []byte("old,new\nvol-5,vol-6\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		args  []string
		pairs int
		err   string
	}{
		{"nothing", nil, 0, ""},
		{"commas and repetition", []string{"--volume-id-mappings=a=b,c=d", "--volume-id-mappings=e=f"}, 3, ""},
		{"a file beside the flag", []string{"--volume-id-mappings=a=b", "--volume-id-mappings-file=" + file}, 2, ""},
		{"no pair", []string{"--volume-id-mappings=a:b"}, 0, `--volume-id-mappings: "a:b" is not old=new`},
		{"two become one", []string{"--volume-id-mappings=a=b,c=b"}, 0, `volumes "a" and "c" are both mapped to "b"`},
		{"no file", []string{"--volume-id-mappings-file=/does/not/exist.csv"}, 0, "open /does/not/exist.csv: no such file or directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f restoreFlags
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			f.bindVolumes(flags)
			if err := flags.Parse(c.args); err != nil {
				t.Fatal(err)
			}
			mapping, err := f.volumes()
			if err == nil && c.err != "" || err != nil && err.Error() != c.err {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if err == nil && len(mapping) != c.pairs {
				t.Errorf("got %v, want %d pairs", mapping, c.pairs)
			}
		})
	}
}
