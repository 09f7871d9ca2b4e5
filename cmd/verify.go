package cmd

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/verify"
	"github.com/veltx/veltx/transform/sink"
	"github.com/veltx/veltx/transform/survey"
)

// NewVerify returns the command that looks for damage.
func NewVerify(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		sums   checksumFlags
		output outputFlags
		many   surveyFlags
		beside reportFlags
	)
	c := newCommand("verify")
	c.Args = func(c *cobra.Command, args []string) error {
		if all, err := many.given(c, &from, args, output.format.value); all || err != nil {
			return err
		}
		if err := wantFile("write-checksums", sums.write); err != nil {
			return err
		}
		if from.store.dir != "" && len(args) == 0 && !from.sample {
			return sums.checkSingle()
		}
		return from.arguments(c, args)
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		formats := render.SurveyFormats
		if !many.all {
			formats = render.VerificationFormats
		}
		also, err := beside.create(formats)
		if err != nil {
			return err
		}
		defer also.abort()
		s := output.begin(streams)
		defer s.abandon()
		if many.all {
			return s.verifySurvey(c, &from, &many, also, output.format.value)
		}
		reports, err := s.verify(c.Context(), &from, &sums, args)
		s.work.end()
		if err != nil {
			return err
		}
		if err := render.WriteVerification(streams.Out, output.format.value, about().Version, reports, output.style(streams)); err != nil {
			return err
		}
		for _, one := range also {
			if err := render.WriteVerification(one, one.format, about().Version, reports, render.Style{}); err != nil {
				return err
			}
		}
		if err := also.commit(); err != nil {
			return err
		}
		if slices.ContainsFunc(reports, func(r *verify.Report) bool { return len(r.Findings) > 0 }) {
			return errFindings
		}
		return nil
	}
	from.bind(c.Flags())
	sums.bind(c.Flags())
	many.bind(c.Flags())
	beside.bind(c.Flags())
	output.bindResult(c.Flags(), render.VerificationFormats)
	return c
}

// verify looks at one backup, or at all of a store.
func (s *session) verify(ctx context.Context, from *sourceFlags, sums *checksumFlags, args []string) ([]*verify.Report, error) {
	o := verify.Options{Open: from.reading(s.streams, s.work)}
	if from.store.dir != "" && len(args) == 0 {
		return verifyStore(ctx, &from.store, o)
	}
	if from.store.dir != "" {
		o.Name = args[0]
	}
	path, err := from.find(args)
	if err != nil {
		return nil, err
	}
	b, path, err := from.prepare(ctx, path)
	if err != nil {
		return nil, err
	}
	r, err := sums.verify(ctx, s.streams, path, o)
	if err := errors.Join(err, b.cleanup()); err != nil {
		return nil, err
	}
	r.Source = b.label
	return []*verify.Report{r}, nil
}

func verifyStore(ctx context.Context, from *storeFlags, o verify.Options) (reports []*verify.Report, err error) {
	err = from.open(func(at *location) (err error) {
		reports, err = verify.Store(ctx, &verify.Place{Store: at, Bucket: at.bucket, Prefix: at.prefix, Folder: at.folder}, o)
		for _, r := range reports {
			r.Source = from.remote.called(r.Source)
		}
		return err
	})
	return reports, err
}

// verifySurvey looks for damage in many backups of a store.
func (s *session) verifySurvey(c *cobra.Command, from *sourceFlags, many *surveyFlags, also reports, format string) error {
	m := &manyBackups{command: c.Name(), format: format, options: asked(c), flags: many, from: from, reports: also, others: !many.latest && many.since == ""}
	m.look = func(ctx context.Context, r *survey.Result, path string) error {
		found, err := verify.Backup(ctx, path, verify.Options{Open: from.reading(s.streams, nil), Name: r.Backup})
		if err != nil {
			return err
		}
		if r.Verification(found); len(found.Findings) > 0 {
			return errFindings
		}
		return nil
	}
	return s.survey(c.Context(), m)
}

// checksumFlags say what happens to checksums.
type checksumFlags struct {
	write, check string
	force        bool
}

func (f *checksumFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.write, "write-checksums", "", "write the SHA-256 of each entry to `FILE`")
	flags.StringVar(&f.check, "check", "", "compare the entries with the checksums in `FILE`")
	flags.BoolVar(&f.force, "force", false, "replace the files of --write-checksums and --report")
}

func (f *checksumFlags) checkSingle() error {
	if f.write != "" || f.check != "" {
		return wrongUsage("checksums are those of one backup: name it")
	}
	return nil
}

// verify looks at one backup. The checksums of one that cannot be read to its end are not kept.
func (f *checksumFlags) verify(ctx context.Context, streams Streams, path string, o verify.Options) (_ *verify.Report, err error) {
	if f.check != "" {
		if o.Check, err = verify.ReadChecksums(f.check, o.Open.Limits.Entries); err != nil {
			return nil, err
		}
	}
	if f.write == "" {
		return verify.Backup(ctx, path, o)
	}
	file, err := sink.CreateFile(f.write, sink.FileOptions{Replace: f.force})
	if err != nil {
		return nil, err
	}
	defer file.Abort()
	written := &counted{out: file}
	o.Write = written
	r, err := verify.Backup(ctx, path, o)
	switch {
	case err != nil:
		return nil, err
	case written.bytes == 0:
		streams.say("veltx: " + f.write + ": not written, as the archive cannot be read to its end")
		return r, nil
	}
	return r, file.Commit()
}

// counted is a writer that knows whether anything was written.
type counted struct {
	out   io.Writer
	bytes int
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.out.Write(p)
	c.bytes += n
	return n, err
}
