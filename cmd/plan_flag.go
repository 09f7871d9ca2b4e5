package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/transform/planfile"
	"github.com/veltx/veltx/transform/restore"
)

// planFlag names a plan that must hold.
type planFlag struct {
	name string
	file *planfile.File
}

func (f *planFlag) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.name, "plan", "", "`FILE` of restore-preview -o plan: refuse if input, options or results differ from it")
}

// options are those of the plan, unless flags say how to restore: then they must come to the same.
func (f *planFlag) options(given *pflag.FlagSet, o *restore.Options) (*restore.Options, error) {
	if f.name == "" {
		return o, nil
	}
	in, err := openFile(f.name)
	if err != nil {
		return nil, err
	}
	if f.file, err = planfile.Read(f.name, in); err != nil {
		return nil, err
	}
	if saysHow(given) {
		return o, nil
	}
	planned, err := f.file.Options.Rebuild()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	planned.Secrets, planned.OnIndexed, planned.References = o.Secrets, o.OnIndexed, o.References
	return planned, nil
}

// serve gives a planned restore the API server that the plan was made with; what it returns ends that.
func (f *planFlag) serve(ctx context.Context, how *restoreFlags, from *sourceFlags, planned *restore.Options) (func() error, error) {
	none := func() error { return nil }
	server := f.file.Options.APIServer
	switch {
	case how.apiServer == "" && server != nil && server.Real:
		return nil, wrongUsage("--plan %s: it was made with --api-server: give that, too", f.name)
	case how.apiServer != "" && (server == nil || !server.Real):
		return nil, wrongUsage("--plan %s: it was made without --api-server: leave that out", f.name)
	case server == nil:
		return none, nil
	case server.Real:
		return how.serveReal(ctx, from, planned)
	}
	if err := serveTarget(planned); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return none, nil
}

// saysHow says whether any flag was given that changes a restore.
func saysHow(given *pflag.FlagSet) bool {
	var how restoreFlags
	names := pflag.NewFlagSet("", pflag.ContinueOnError)
	how.bind(names)
	how.bindAPIServer(names)
	changed := given.Changed("actions") || given.Changed("skip-actions")
	names.VisitAll(func(flag *pflag.Flag) {
		changed = changed || flag.Name != "api-server" && given.Changed(flag.Name) // a place on this machine
	})
	return changed
}

// check refuses what differs from the plan; the options are complete.
func (f *planFlag) check(ctx context.Context, src *opened, o *restore.Options) error {
	if f.file == nil {
		return nil
	}
	planned := *o
	planned.References = nil // a plan is of what Velero does
	if err := planfile.Check(ctx, f.file, src.Source, &planned); err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}
