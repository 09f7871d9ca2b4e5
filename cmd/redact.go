package cmd

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/redact"
)

// NewRedact returns the command that takes secrets out of a backup.
func NewRedact(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		into   redactFlags
		output outputFlags
	)
	c := newCommand("redact")
	c.Args = from.arguments
	c.RunE = func(c *cobra.Command, args []string) error {
		path, err := from.find(args)
		if err != nil {
			return err
		}
		o, err := into.options(streams)
		if err != nil {
			return err
		}
		file, err := createArchive(streams, into.out, into.force, path)
		if err != nil {
			return err
		}
		defer file.Abort()
		s := output.begin(streams)
		defer s.abandon()
		result, err := withBackup(c.Context(), s, &from, path, func(src *opened) (*redact.Result, error) {
			return redact.Archive(c.Context(), src.Source, file, o)
		})
		if err != nil {
			return err
		}
		if err := file.Commit(); err != nil {
			return err
		}
		s.note(wroteRedacted(into.out, result))
		return nil
	}
	from.bind(c.Flags())
	into.bind(c.Flags())
	output.bindWork(c.Flags())
	return c
}

// redactFlags say where the backup without secrets goes, and what else is secret.
// maxPattern is how long an expression may be: matching costs time with its length.
const maxPattern = 4096

type redactFlags struct {
	out      string
	force    bool
	patterns []string
}

func (f *redactFlags) bind(flags *pflag.FlagSet) {
	flags.StringVarP(&f.out, "output", "o", "", "`OUT`: a .tar.gz, or - for standard output")
	flags.BoolVar(&f.force, "force", false, "replace OUT if it is a file")
	flags.StringArrayVar(&f.patterns, "pattern", nil, "regular expression `RE` of more names and values that are secret; repeatable")
}

// options checks everything that can be checked before the backup is opened.
func (f *redactFlags) options(streams Streams) (redact.Options, error) {
	var o redact.Options
	name := strings.ToLower(f.out)
	switch {
	case f.out == "":
		return o, wrongUsage("-o OUT is missing: name a .tar.gz, or - for standard output")
	case f.out != standard && !strings.HasSuffix(name, ".tar.gz") && !strings.HasSuffix(name, ".tgz"):
		return o, wrongUsage("-o %s: name a .tar.gz, or - for standard output", f.out)
	}
	for _, text := range f.patterns {
		if len(text) > maxPattern {
			return o, wrongUsage("--pattern: an expression of %d bytes is longer than %d: shorten it", len(text), maxPattern)
		}
		p, err := regexp.Compile(text)
		if err != nil {
			return o, wrongUsage("--pattern: %v", err)
		}
		o.Patterns = append(o.Patterns, p)
	}
	return o, noTerminal(streams, f.out)
}

func wroteRedacted(out string, r *redact.Result) string {
	line := fmt.Sprintf("veltx: wrote %s: %s, values replaced: %d in %s", out, render.Count(r.Items, "item"), r.Values, render.Count(r.Changed, "item"))
	if r.Dropped > 0 {
		line += fmt.Sprintf("; left out, as they are no JSON: %d", r.Dropped)
	}
	if r.Unsearched > 0 {
		line += fmt.Sprintf("; values of Secrets replaced in these only, as there are too many to look for elsewhere: %d", r.Unsearched)
	}
	return line
}
