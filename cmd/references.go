package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/restore"
)

// NewReferences returns the command that lists what names a namespace.
func NewReferences(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		how    restoreFlags
		which  referenceFlags
		output outputFlags
	)
	c := newCommand("references")
	c.Args = from.arguments
	c.RunE = func(c *cobra.Command, args []string) error {
		s := output.begin(streams)
		defer s.abandon()
		_, err := withRestore(c.Context(), s, &from, &how, c.Flags(), args, func(src *opened, o *restore.Options) (*references.Scanner, error) {
			if output.format.value == render.ResourceModifiers {
				return which.modifiers(c.Context(), s, src, o)
			}
			return which.list(c.Context(), s, src, o)
		})
		return err
	}
	from.bind(c.Flags())
	bindConfig(c.Flags())
	how.bindSelection(c.Flags())
	how.bindModifiers(c.Flags())
	how.bindServer(c.Flags())
	which.bind(c.Flags())
	output.bindResult(c.Flags(), render.ReferenceFormats)
	output.bindPager(c.Flags())
	return c
}

// referenceFlags say which references are listed or rewritten.
type referenceFlags struct {
	likely, possible bool
}

func (f *referenceFlags) bind(flags *pflag.FlagSet) {
	flags.BoolVar(&f.likely, "likely", false, "with -o resource-modifiers: also rewrite likely references")
	flags.BoolVar(&f.possible, "possible", false, "also list possible references, which are otherwise only counted")
}

func (f *referenceFlags) list(ctx context.Context, s *session, src *opened, o *restore.Options) (*references.Scanner, error) {
	if f.likely {
		return nil, wrongUsage("--likely goes with -o resource-modifiers: a list has likely references in any case")
	}
	shown := references.Likely
	if f.possible {
		shown = references.Possible
	}
	show := render.NewReferences(s.output.format.value, s.screen, render.ReferencesHead{
		Backup: o.Restore.Spec.BackupName, Source: src.label, Mappings: o.Restore.Spec.NamespaceMapping,
	}, shown, s.output.style(s.streams))
	scanner, err := restore.References(ctx, src.Source, o, references.Possible, show.Add)
	if err != nil {
		return nil, err
	}
	return scanner, show.Finish()
}

// modifiers writes the resource modifiers that rewrite references.
func (f *referenceFlags) modifiers(ctx context.Context, s *session, src *opened, o *restore.Options) (*references.Scanner, error) {
	switch {
	case f.possible:
		return nil, wrongUsage("--possible: what may be no reference is not rewritten; leave it out")
	case len(o.Restore.Spec.NamespaceMapping) == 0:
		return nil, wrongUsage("-o resource-modifiers rewrites references to namespaces that get another name: give --namespace-mappings")
	case o.Modifiers != nil:
		return nil, wrongUsage("-o resource-modifiers writes rules for a restore without any: a restore takes one file, so leave --resource-modifier-configmap out and add its rules to what is written")
	case !o.Profile.Does(actions.RunsResourceModifiers):
		return nil, wrongUsage("Velero %s has no resource modifiers: choose another --velero-version", o.Profile)
	}
	least := references.Certain
	if f.likely {
		least = references.Likely
	}
	type found struct {
		item layout.Address
		ref  references.Reference
	}
	var unreached []found
	rules := references.NewModifiers(references.New(o.Restore.Spec.NamespaceMapping, references.None{}))
	scanner, err := restore.References(ctx, src.Source, o, least, func(item *restore.Referrer) error {
		rules.Add(item.Key.Address, item.Object, item.References)
		for i := range item.References {
			if r := item.References[i]; r.By == "" && references.Unreached(item.Key.Resource, &r) != "" {
				unreached = append(unreached, found{item.Key.Address, r})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, u := range unreached {
		s.note(fmt.Sprintf("veltx: %s %s: no rule rewrites it: %s", u.item, u.ref.Path, references.Unreached(u.item.Resource, &u.ref)))
	}
	if rules.Len() == 0 {
		return nil, fmt.Errorf("there is no %s that a rule can rewrite, and Velero refuses a file without rules", referenceWords(least))
	}
	text, size := rules.ConfigMap(o.Restore.Namespace, references.ConfigMapName)
	if size > references.MaxConfigMap {
		s.note(fmt.Sprintf("veltx: the rules have %s, and a ConfigMap holds %s: restore in several parts, with --include-namespaces or --include-resources, and write rules for each",
			render.Bytes(int64(size)), render.Bytes(references.MaxConfigMap)))
	}
	_, err = s.screen.Write(text)
	return scanner, err
}

func referenceWords(least references.Sure) string {
	return "reference that is " + map[references.Sure]string{references.Certain: "certain", references.Likely: "certain or likely"}[least]
}
