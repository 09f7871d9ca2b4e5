package cmd

import (
	"cmp"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/cmd/render"
)

// NewVersion returns the command that says what this program is.
func NewVersion(streams Streams) *cobra.Command {
	var output outputFlags
	c := newCommand("version")
	c.Args = noArguments
	c.RunE = func(*cobra.Command, []string) error {
		return render.Version(streams.Out, output.format.value, about())
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	return c
}

// What a release says of itself by the linker (-X github.com/veltx/veltx/cmd.version=…). Any other build has it from what
// the Go tool put into the binary.
var version, commit, date string

// about says what this program is.
func about() *render.Program {
	p := built()
	p.Version, p.Revision, p.Date = cmp.Or(version, p.Version), cmp.Or(commit, p.Revision), cmp.Or(date, p.Date)
	return p
}

// built reads what the Go tool put into the binary.
func built() *render.Program {
	p := &render.Program{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	for _, profile := range actions.Profiles() {
		p.Velero = append(p.Velero, render.VeleroVersion{Version: profile.String(), Release: profile.Release()})
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return p
	}
	if info.Main.Version != "" {
		p.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			p.Revision = s.Value
		case "vcs.time":
			p.Date = s.Value
		case "vcs.modified":
			p.Modified = s.Value == "true"
		}
	}
	return p
}
