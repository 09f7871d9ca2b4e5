package cmd

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/sink"
)

const transformHelp = `Writes BACKUP as it has to be so that a restore of it with no options gives what a restore of the original
with these options gives.

OUT ending in .tar.gz or .tgz, or - for standard output, is a rewritten archive in Velero's layout.
Any other OUT is a folder of manifests for kubectl or Git: kubectl apply -R -f OUT.
With --to-store OUT is a store (a copy of Velero's object storage), and gets a whole backup: the
archive, velero-backup.json and all other files, rewritten alike. Data of volumes stay where they are.

Nothing shows under the name OUT before all of it is written. --force replaces a file, or a
folder that holds nothing but what veltx wrote; findings do not keep OUT from being written.

An archive is rewritten item by item: its findings are those of single items, and of options that are not
used or that an archive cannot hold. What needs the whole restore (custom resources without a definition,
pods beside their controllers, claims that wait) veltx restore-preview OUT tells. For a folder of manifests
the restore is simulated, and all findings are told.

--plan names a plan that was reviewed (restore-preview -o plan). Its options are used, or those that
flags give, which must be the same; nothing is written if the backup, an option or a result differs.
` + exitCodesWithFindings

// NewTransform returns the command that writes a rewritten backup or manifests.
func NewTransform(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		how    restoreFlags
		into   outFlags
		plan   planFlag
		output outputFlags
		look   screenFlags
	)
	c := &cobra.Command{
		Use:   "transform BACKUP -o OUT",
		Short: "Write a rewritten backup, or a folder of manifests",
		Long:  transformHelp,
		Example: `  veltx transform nightly.tar.gz -o shop-test.tar.gz --namespace-mappings shop:shop-test
  veltx transform backups/nightly -o manifests --include-namespaces shop
  veltx transform nightly --store bucket -o bucket --to-store --backup-name shop-test \
    --include-namespaces shop --namespace-mappings shop:shop-test
  veltx transform --sample -o - | tar -tz`,
		Args: from.arguments,
		RunE: func(c *cobra.Command, args []string) error {
			args, err := from.store.locate(args)
			if err != nil {
				return err
			}
			options, err := into.prepare(&how, c.Flags(), streams, args)
			if err != nil {
				return err
			}
			if options, err = plan.options(c.Flags(), options); err != nil {
				return err
			}
			options.TempDir, into.tempDir = from.tempDir, from.tempDir
			place, err := into.create(streams, args)
			if err != nil {
				return err
			}
			defer place.Abort()
			work := newProgress(look.progress.value, streams.Err, output.quiet)
			from.tell = work.counting()
			src, err := from.open(c.Context(), streams, args)
			if err != nil {
				return err
			}
			if err := plan.check(c.Context(), src, options); err != nil {
				return errors.Join(err, src.Close())
			}
			findings := render.NewFindings()
			about, err := aboutRestore(src, options, &how.verdict)
			if err != nil {
				return errors.Join(err, src.Close())
			}
			work.restore(src, options)
			summary, err := transformInto(c.Context(), place, src, options, how.restoreName != "", how.verdict.watch(findings, about))
			work.end()
			if err := errors.Join(err, src.Close()); err != nil {
				return err
			}
			if err := how.verdict.conclude(summary); err != nil {
				return err
			}
			if err := place.Commit(); err != nil {
				return err
			}
			if err := output.tell(streams, into.out+": "+place.wrote(summary), findings, summary); err != nil {
				return err
			}
			if next := place.preview(); next != "" {
				output.note(streams, "veltx: to see what a restore of it would do: "+next)
			}
			return how.verdict.settle(streams)
		},
	}
	from.bind(c.Flags())
	how.bind(c)
	into.bind(c.Flags())
	plan.bind(c.Flags())
	output.bindTalk(c.Flags())
	look.bindProgress(c.Flags())
	return c
}

// outFlags say what is written and where.
type outFlags struct {
	out             string
	force           bool
	format          choice
	chosen, skipped list
	level, parallel int
	toStore         bool
	toPrefix        string
	backupName      string
	tempDir         string
}

func (f *outFlags) bind(flags *pflag.FlagSet) {
	f.format = choice{value: string(sink.YAML), words: []string{string(sink.YAML), string(sink.JSON)}}
	flags.StringVarP(&f.out, "output", "o", "", "`OUT`: a .tar.gz, - for standard output, or a folder")
	flags.BoolVar(&f.force, "force", false, "replace OUT if it is a file, or a folder that veltx wrote")
	flags.BoolVar(&f.toStore, "to-store", false, "OUT is a store: write a whole backup into it")
	flags.StringVar(&f.toPrefix, "to-prefix", "", "prefix of the backups in the store OUT")
	flags.StringVar(&f.backupName, "backup-name", "", "name of the backup in the store OUT (default: as it was)")
	flags.Var(&f.format, "manifest-format", "format of manifests")
	flags.Var(&f.chosen, "actions", "run only these item actions; see veltx actions")
	flags.Var(&f.skipped, "skip-actions", "run all item actions but these")
	flags.IntVar(&f.level, "compression-level", 3, "of an archive: 1 is fastest, 9 is smallest")
	flags.IntVar(&f.parallel, "parallel", 0, "number of workers (default: one for each core)")
}

// prepare checks everything that can be checked before the backup is opened.
func (f *outFlags) prepare(how *restoreFlags, given *pflag.FlagSet, streams Streams, args []string) (*restore.Options, error) {
	switch {
	case f.out == "":
		return nil, wrongUsage("-o OUT is missing: name a .tar.gz, a folder, or - for standard output")
	case f.level < 1 || f.level > 9:
		return nil, wrongUsage("--compression-level: %d is not between 1 and 9", f.level)
	case f.parallel < 0:
		return nil, wrongUsage("--parallel: %d is less than 0", f.parallel)
	case !f.toStore && (f.backupName != "" || f.toPrefix != ""):
		return nil, wrongUsage("--backup-name and --to-prefix are for a backup in a store: give --to-store as well")
	case f.toStore && f.out == standard:
		return nil, wrongUsage("-o -: a store is a folder, and not standard output")
	case f.out == standard && isTerminal(streams.Out):
		return nil, errors.New("the archive would go to the terminal: redirect standard output, or name a file with -o")
	}
	if err := oneStandardInput(args, how); err != nil {
		return nil, err
	}
	options, err := how.options(given, streams.In)
	if err != nil {
		return nil, err
	}
	options.Actions, err = f.chooseActions(options.Actions, options.Profile)
	return options, err
}

// isArchive tells by its name what OUT is to be.
func (f *outFlags) isArchive() bool {
	name := strings.ToLower(f.out)
	return name == standard || strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
}
