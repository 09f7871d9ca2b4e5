package cmd

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/sink"
)

// NewTransform returns the command that writes a rewritten backup or manifests.
func NewTransform(streams Streams) *cobra.Command {
	var t transformCommand
	c := newCommand("transform")
	c.Args = t.from.arguments
	c.RunE = func(c *cobra.Command, args []string) error { return t.run(c, streams, args) }
	t.from.bind(c.Flags())
	bindConfig(c.Flags())
	t.how.bind(c.Flags())
	t.how.bindAPIServer(c.Flags())
	t.how.plugins.bind(c.Flags(), restoreActions)
	t.into.bind(c.Flags())
	t.into.from = &t.from.store
	t.plan.bind(c.Flags())
	t.judge.bind(c.Flags())
	t.judge.bindGitHub(c.Flags())
	t.show.bindNotes(c.Flags())
	c.Flags().BoolVar(&t.simulate, "simulate", true, "simulate the restore of an archive and show its result; false takes half the time, and looks for no references")
	t.output.bindColor(c.Flags())
	t.output.bindWork(c.Flags())
	return c
}

// transformCommand are the flags of transform.
type transformCommand struct {
	from   sourceFlags
	how    restoreFlags
	into   transformFlags
	plan   planFlag
	judge  verdictFlags
	show   findingFlags
	output outputFlags

	simulate bool
}

func (t *transformCommand) run(c *cobra.Command, streams Streams, args []string) (err error) {
	path, err := t.from.find(args)
	if err != nil {
		return err
	}
	options, err := t.into.options(&t.how, c.Flags(), streams, path)
	if err != nil {
		return err
	}
	if err := t.judge.load(); err != nil {
		return err
	}
	if t.plan.name != "" && len(t.how.plugins.paths) > 0 {
		return wrongUsage("--plan: a plan holds no plugins: leave --plugin out, or give the flags in the place of the plan")
	}
	if !t.simulate && len(t.how.targets)+len(t.how.targetVersion)+len(t.how.apiServer) > 0 {
		return wrongUsage("--target, --target-version and --api-server are asked by the simulated restore: leave --simulate=false out")
	}
	options, endServer, err := t.withTarget(c, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, endServer()) }()
	if options.References != nil && len(options.Restore.Spec.NamespaceMapping) == 0 {
		return wrongUsage("--rewrite-references gives references the names of --namespace-mappings: give some")
	}
	options.TempDir = t.from.tempDir
	to, err := t.into.create(streams, path, t.from.tempDir, t.how.restoreName != "")
	if err != nil {
		return err
	}
	defer to.Abort()
	s := t.output.begin(streams)
	defer s.abandon()
	end, err := t.how.plugins.start(c.Context(), s, options, "")
	if err != nil {
		return err
	}
	return errors.Join(t.write(c.Context(), s, path, options, to), end())
}

// withTarget gives the restore its target: that of the plan, unless flags say how to restore. What it returns ends its API server.
func (t *transformCommand) withTarget(c *cobra.Command, o *restore.Options) (*restore.Options, func() error, error) {
	planned, err := t.plan.options(c.Flags(), o)
	if err != nil {
		return nil, nil, err
	}
	if planned == o {
		end, err := t.how.addTarget(c.Context(), &t.from, o)
		return o, end, err
	}
	end, err := t.plan.serve(c.Context(), &t.how, &t.from, planned)
	return planned, end, err
}

// write writes the backup at a path to its place, and tells what was found.
func (t *transformCommand) write(ctx context.Context, s *session, path string, o *restore.Options, to transformed) error {
	findings := render.NewFindings()
	findings.Notes = t.show.notes
	var written *report.Summary
	summary, err := withBackup(ctx, s, &t.from, path, func(src *opened) (*report.Summary, error) {
		if err := o.Complete(src.Name()); err != nil {
			return nil, err
		}
		if err := t.plan.check(ctx, src, o); err != nil {
			return nil, err
		}
		about, err := aboutRestore(src, o, &t.how, &t.judge)
		if err != nil {
			return nil, err
		}
		o.Restored = s.work.restoring()
		items := t.judge.watch(findings, about)
		if _, folder := to.(*folderPlace); folder || !t.simulate || t.output.quiet && t.judge.isDeaf() {
			summary, err := to.transform(ctx, src, o, items)
			written = summary
			return summary, err
		}
		summary, of, err := foretold(ctx, src, o, to, items)
		written = of
		return summary, err
	})
	if err != nil {
		return err
	}
	if err := t.judge.conclude(summary); err != nil {
		return err
	}
	if err := to.Commit(); err != nil {
		return err
	}
	err = s.wrote(t.into.out+": "+to.wrote(written)+"; "+render.Found(summary), func(err io.Writer, style render.Style) error {
		return findings.Write(err, summary, style)
	})
	if err != nil {
		return err
	}
	if folder, ok := to.(*folderPlace); ok && folder.made.Secrets > 0 {
		s.note("veltx: " + t.into.out + ": has the values of " + render.Count(folder.made.Secrets, "Secret") + " in clear; --secrets placeholder or omit leaves them out")
	}
	if _, folder := to.(*folderPlace); !folder && !t.simulate && len(o.Restore.Spec.NamespaceMapping) > 0 && o.References == nil {
		s.note("veltx: with --simulate=false, references to mapped namespaces are not looked for: veltx references lists them")
	}
	if next := to.preview(); next != "" {
		s.note("veltx: to see what a restore of it would do: " + next)
	}
	return t.judge.settle(s)
}

// transformFlags say what is written and where.
type transformFlags struct {
	outFlags
	format          choice
	chosen, skipped list
	references      choice
	all             bool
	secrets         choice
}

func (f *transformFlags) bind(flags *pflag.FlagSet) {
	f.outFlags.bind(flags, outWords{
		out:   "`OUT`: a .tar.gz, - for standard output, or a folder",
		force: "replace OUT if it is a file, or a folder that veltx wrote, and the file of --write-baseline",
		name:  "name of the backup in the store OUT (default: as it was)",
		level: "of an archive: 1 is fastest, 9 is smallest",
	})
	f.format = choice{value: string(sink.YAML), words: []string{string(sink.YAML), string(sink.JSON)}}
	flags.Var(&f.format, "manifest-format", "format of manifests")
	flags.BoolVar(&f.all, "all", false, "manifests of what controllers make as well, such as the pods of a Deployment")
	f.secrets = choice{value: string(restore.KeepSecrets), words: []string{string(restore.KeepSecrets), string(restore.PlaceSecrets), string(restore.OmitSecrets)}}
	flags.Var(&f.secrets, "secrets", "what a folder of manifests has of Secrets: their values, a word in place of each, or nothing")
	f.references = choice{words: references.RewritingWords}
	flags.Var(&f.references, "rewrite-references", "rewrite references to mapped namespaces; see veltx references")
	flags.Var(&f.chosen, "actions", "run only these item actions; see veltx actions")
	flags.Var(&f.skipped, "skip-actions", "run all item actions but these")
}

// options checks everything that can be checked before the backup is opened.
func (f *transformFlags) options(how *restoreFlags, given *pflag.FlagSet, streams Streams, path string) (*restore.Options, error) {
	if err := f.check(streams, "a .tar.gz, a folder, or - for standard output"); err != nil {
		return nil, err
	}
	if err := f.ofKind(given); err != nil {
		return nil, err
	}
	options, err := how.options(given, streams, path)
	if err != nil {
		return nil, err
	}
	options.References = references.RewritingOf(f.references.value)
	options.Actions, err = chooseActions(options.Actions, options.Profile, f.chosen.names, f.skipped.names)
	return options, err
}

// ofKind refuses what the kind of OUT has no use for: that of a folder of manifests, and that of an archive.
func (f *transformFlags) ofKind(given *pflag.FlagSet) error {
	packed := f.toStore || f.isArchive()
	for _, name := range []string{"all", "secrets", "manifest-format"} {
		if given.Changed(name) && packed {
			return wrongUsage("--%s is for a folder of manifests, and -o %s is an archive", name, f.out)
		}
	}
	if given.Changed("compression-level") && !packed {
		return wrongUsage("--compression-level is for an archive, and -o %s is a folder of manifests", f.out)
	}
	return nil
}

// create prepares OUT before the backup is opened.
func (f *transformFlags) create(streams Streams, path, tempDir string, keepLabels bool) (transformed, error) {
	if err := apart(f.out, path); err != nil {
		return nil, err
	}
	if f.toStore || f.isArchive() {
		return f.outFlags.create(streams, path, tempDir)
	}
	folder, err := sink.CreateDirectory(f.out, f.force, sink.Format(f.format.value))
	if err != nil {
		return nil, err
	}
	how := restore.ManifestOptions{KeepLabels: keepLabels, All: f.all, Secrets: restore.SecretValues(f.secrets.value)}
	return &folderPlace{Directory: folder, how: how}, nil
}

// chooseActions keeps the actions that --actions and --skip-actions leave, in their order.
func chooseActions(all []actions.Action, profile actions.Profile, only, without []string) ([]actions.Action, error) {
	chosen, err := actionNames("actions", only, all, profile)
	if err != nil {
		return nil, err
	}
	skipped, err := actionNames("skip-actions", without, all, profile)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(a actions.Action) bool {
		return len(chosen) > 0 && !slices.Contains(chosen, a.Name) || slices.Contains(skipped, a.Name)
	}), nil
}

// actionNames checks names of actions; velero.io/ may be left out.
func actionNames(flag string, names []string, all []actions.Action, profile actions.Profile) ([]string, error) {
	var known []string
	for _, a := range all {
		known = append(known, a.Name)
	}
	var full []string
	for _, name := range names {
		if !strings.Contains(name, "/") {
			name = "velero.io/" + name
		}
		if !slices.Contains(known, name) {
			return nil, wrongUsage("--%s: Velero %s has no action %s; there are %s", flag, profile, name, strings.Join(known, ", "))
		}
		full = append(full, name)
	}
	return full, nil
}
