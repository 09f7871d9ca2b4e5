package cmd

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/redact"
)

const redactHelp = `Writes BACKUP without its secrets, for a support ticket: structure, names and counts stay, and Velero still
restores it.

Replaced by placeholders are the values of Secrets; values of ConfigMaps whose keys or contents look
like secrets; environment variables with suspicious names or values; arguments, annotations and other
fields such as password=..., private keys and URLs with passwords; and all of that in last-applied
annotations. Equal values get equal placeholders, such as redacted-1f2e3d4c, made with a key that only
who has the backup can make. --pattern names more: regular expressions of names and values.

What nobody can recognise stays: look at the result before you share it. The files beside a backup's
tarball are not copied; an item that is no JSON is left out.
` + exitCodes

// NewRedact returns the command that takes secrets out of a backup.
func NewRedact(streams Streams) *cobra.Command {
	var (
		from     sourceFlags
		out      string
		force    bool
		patterns []string
		output   outputFlags
		look     screenFlags
	)
	c := &cobra.Command{
		Use:   "redact BACKUP -o OUT.tar.gz",
		Short: "Write a backup without secrets, to share it",
		Long:  redactHelp,
		Example: `  veltx redact nightly.tar.gz -o for-support.tar.gz
  veltx redact backups/nightly -o for-support.tar.gz --pattern '(?i)customer' --pattern '@example\.com'`,
		Args: from.arguments,
		RunE: func(c *cobra.Command, args []string) (err error) {
			args, err = from.store.locate(args)
			if err != nil {
				return err
			}
			o, err := redactOptions(out, patterns)
			if err != nil {
				return err
			}
			if out == standard && isTerminal(streams.Out) {
				return errors.New("the archive would go to the terminal: redirect standard output, or name a file with -o")
			}
			file, err := createArchive(streams, out, force, args)
			if err != nil {
				return err
			}
			defer file.Abort()
			work := newProgress(look.progress.value, streams.Err, output.quiet)
			defer work.end()
			from.tell = work.counting()
			src, err := from.open(c.Context(), streams, args)
			if err != nil {
				return err
			}
			work.reading(src)
			result, err := redact.Archive(c.Context(), src.Source, file, o)
			if err := errors.Join(err, src.Close()); err != nil {
				return err
			}
			if err := file.Commit(); err != nil {
				return err
			}
			work.end()
			output.note(streams, wroteRedacted(out, result))
			return nil
		},
	}
	from.bind(c.Flags())
	c.Flags().StringVarP(&out, "output", "o", "", "`OUT`: a .tar.gz, or - for standard output")
	c.Flags().BoolVar(&force, "force", false, "replace OUT if it is a file")
	c.Flags().StringArrayVar(&patterns, "pattern", nil, "regular expression `RE` of names and values that are secret, too; repeatable")
	output.bindTalk(c.Flags())
	look.bindProgress(c.Flags())
	return c
}

func redactOptions(out string, patterns []string) (redact.Options, error) {
	var o redact.Options
	name := strings.ToLower(out)
	switch {
	case out == "":
		return o, wrongUsage("-o OUT is missing: name a .tar.gz, or - for standard output")
	case out != standard && !strings.HasSuffix(name, ".tar.gz") && !strings.HasSuffix(name, ".tgz"):
		return o, wrongUsage("-o %s: name a .tar.gz, or - for standard output", out)
	}
	for _, text := range patterns {
		p, err := regexp.Compile(text)
		if err != nil {
			return o, wrongUsage("--pattern: %v", err)
		}
		o.Patterns = append(o.Patterns, p)
	}
	return o, nil
}

func wroteRedacted(out string, r *redact.Result) string {
	line := fmt.Sprintf("veltx: wrote %s: %s, values replaced: %d in %s", out, render.Items(r.Items), r.Values, render.Items(r.Changed))
	if r.Dropped > 0 {
		line += fmt.Sprintf("; left out, as they are no JSON: %d", r.Dropped)
	}
	return line
}
