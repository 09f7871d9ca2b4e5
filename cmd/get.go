package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/look/get"
	"github.com/veltx/veltx/transform/redaction"
)

// NewGet returns the command that looks into a backup.
func NewGet(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		query  queryFlags
		output outputFlags
	)
	c := newCommand("get")
	c.Args = func(c *cobra.Command, args []string) error {
		head, _ := from.split(args)
		return from.clusterArguments(c, head)
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		args, what := from.split(args)
		q, err := query.parse(what)
		if err != nil {
			return err
		}
		path, err := from.find(args)
		if err != nil {
			return err
		}
		show, err := render.NewObjects(output.format.value, q.Namespace != "", countsOnly(q), single(q))
		if err != nil {
			return wrongUsage("-o %s: %v", output.format.value, err)
		}
		s := output.begin(streams)
		defer s.abandon()
		_, err = withCluster(c.Context(), s, &from, path, &backup.Options{}, func(source *clusterSource) (*render.Objects, error) {
			if err := from.manifests.wanted(source); err != nil {
				return show, err
			}
			s.noteLeftOut(source)
			q.Redactor = query.redactor(c.Context(), source)
			show.Of(timeOf(source), definitions(source), query.managed, len(q.Wanted) != 1 || q.Wanted[0].Resource == get.All)
			if err := show.SortBy(query.sortBy); err != nil {
				return show, wrongUsage("--sort-by %s: %v", query.sortBy, err)
			}
			show.On(s.screen, isTerminal(streams.Out), output.style(streams))
			return show, showItems(c.Context(), streams, source.Source, q, show)
		})
		return err
	}
	from.bind(c.Flags())
	from.bindManifests(c.Flags(), "")
	query.bind(c.Flags())
	c.Flags().BoolVar(&query.managed, "show-managed-fields", false, "show metadata.managedFields in yaml and json")
	c.Flags().StringVar(&query.sortBy, "sort-by", "", "sort by a field, such as .metadata.name; all items are held in memory")
	output.bindResult(c.Flags(), render.ObjectFormats)
	output.format.prefixes = []string{render.JSONPath, render.CustomColumns}
	output.bindPager(c.Flags())
	return c
}

// timeOf is when the backup was made, zero where nothing tells.
func timeOf(source *clusterSource) time.Time {
	if source.from == nil {
		return time.Time{}
	}
	side, err := source.from.Side()
	if err != nil || side.Backup == nil || side.Backup.Status.StartTimestamp == nil {
		return time.Time{} // the error comes again where the side files matter
	}
	return side.Backup.Status.StartTimestamp.Time
}

// definitions finds the CustomResourceDefinition of a resource in the source, nil for none.
func definitions(source *clusterSource) func(resource string) *object.Value {
	return func(resource string) *object.Value {
		key := layout.Address{Resource: layout.CRDs, Name: resource}.Key()
		if !source.Has(key) {
			return nil
		}
		definition, err := source.Item(key)
		if err != nil {
			return nil // without its columns
		}
		return definition
	}
}

// split parts BACKUP from what stands behind it.
func (f *sourceFlags) split(args []string) (backup, rest []string) {
	if f.sample || len(args) == 0 {
		return nil, args
	}
	return args[:1], args[1:]
}

// countsOnly says that nothing in particular is asked for, so that a table of counts tells more than one of all items.
func countsOnly(q *get.Query) bool {
	return len(q.Wanted) == 0 && q.Namespace == "" && q.Labels == nil
}

// single says that one item is asked for by its name.
func single(q *get.Query) bool { return len(q.Wanted) == 1 && q.Wanted[0].Name != "" }

func showItems(ctx context.Context, streams Streams, source *backup.Source, q *get.Query, show *render.Objects) error {
	if show.Counts() {
		return showCounts(streams, source, show)
	}
	unread := 0
	err := q.Each(ctx, source, func(i *get.Item) error {
		if i.Problem != nil {
			unread++
			streams.say("veltx: " + i.Problem.Error())
			return nil
		}
		return show.Add(i.Key, i.Object)
	})
	if err := errors.Join(err, show.Finish()); err != nil {
		return err
	}
	if unread > 0 {
		return fmt.Errorf("%s could not be read", render.Count(unread, "item"))
	}
	sayIfEmpty(streams, show)
	return nil
}

func sayIfEmpty(streams Streams, show *render.Objects) {
	if show.Empty() {
		streams.say("veltx: no items found")
	}
}

func showCounts(streams Streams, source *backup.Source, show *render.Objects) error {
	defer sayIfEmpty(streams, show)
	for _, resource := range source.Resources() {
		items, namespaces := source.Count(resource)
		show.Count(resource, items, namespaces)
	}
	return show.Finish()
}

// queryFlags say which items are looked for.
type queryFlags struct {
	namespace     string
	allNamespaces bool
	selector      string
	showSecrets   bool
	managed       bool
	sortBy        string
}

func (f *queryFlags) bind(flags *pflag.FlagSet) {
	flags.StringVarP(&f.namespace, "namespace", "n", "", "only items of this namespace (default: of all namespaces)")
	flags.BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "items of all namespaces, which is the default")
	flags.StringVarP(&f.selector, "selector", "l", "", "only items with these labels")
	flags.BoolVar(&f.showSecrets, "show-secrets", false, "show the values of Secrets instead of their lengths and hashes")
}

func (f *queryFlags) parse(what []string) (*get.Query, error) {
	if f.namespace != "" && f.allNamespaces {
		return nil, wrongUsage("-n %s and -A: only one of them can be given", f.namespace)
	}
	wanted, err := get.Parse(what)
	if err != nil {
		return nil, wrongUsage("%v", err)
	}
	q := &get.Query{Wanted: wanted, Namespace: f.namespace}
	if f.selector == "" {
		return q, nil
	}
	if q.Labels, err = labels.Parse(f.selector); err != nil {
		return nil, fmt.Errorf("--selector: %q: %w", f.selector, err)
	}
	return q, nil
}

// redactor hides the values of Secrets under the key of a source; it is nil where they are to be shown.
func (f *queryFlags) redactor(ctx context.Context, key *clusterSource) *redaction.Redactor {
	if f.showSecrets {
		return nil
	}
	return &redaction.Redactor{Key: func() ([]byte, error) { return key.redactionKey(ctx) }}
}
