package cmd

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/cmd/sample"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/look/get"
	"github.com/veltx/veltx/transform/report/findings"
)

// completions are what may be completed.
type completions = []cobra.Completion

const noFiles = cobra.ShellCompDirectiveNoFileComp

// complete gives every command and flag below c its completion.
func complete(c *cobra.Command) {
	for _, sub := range c.Commands() {
		complete(sub)
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if offer := offerOf(f); offer != nil {
			_ = c.RegisterFlagCompletionFunc(f.Name, offer) // fails for a flag that has one
		}
	})
	if c.ValidArgsFunction == nil && len(c.ValidArgs) == 0 {
		c.ValidArgsFunction = completeArgument
	}
}

// offerOf is the completion of a flag's value, nil for that of the shell: files.
func offerOf(f *pflag.Flag) cobra.CompletionFunc {
	if one, ok := f.Value.(*choice); ok {
		return fixed(one.words)
	}
	switch f.Name {
	case "fail-on":
		return listed(func(*cobra.Command, []string) []string {
			return append([]string{"note", "warning", "error", "never"}, findingIDs()...)
		})
	case "show":
		return func(_ *cobra.Command, _ []string, typed string) (completions, cobra.ShellCompDirective) {
			return starting(typed, findingIDs()), noFiles // read when it is asked for, not at each start
		}
	case "velero-version":
		return fixed(strings.Split(actions.ProfileNames(), ", "))
	case "features":
		return listed(func(*cobra.Command, []string) []string { return []string{"EnableCSI", "EnableAPIGroupVersions"} })
	case "existing-resource-policy":
		return fixed([]string{"none", "update"})
	case "include-namespaces", "exclude-namespaces", "n":
		return listed(namespacesOn)
	case "namespace-mappings":
		return listed(func(c *cobra.Command, args []string) []string { return around("", namespacesOn(c, args), ":") })
	case "namespace":
		return func(c *cobra.Command, args []string, typed string) (completions, cobra.ShellCompDirective) {
			return starting(typed, namespacesOn(c, args)), noFiles
		}
	case "include-resources", "exclude-resources", "status-include-resources", "status-exclude-resources":
		return listed(resourcesOn)
	case "store-env", "to-env":
		return func(_ *cobra.Command, _ []string, typed string) (completions, cobra.ShellCompDirective) {
			return starting(typed, variables()), noFiles
		}
	case "store-config", "to-config": // those of the public plugins
		return func(_ *cobra.Command, _ []string, typed string) (completions, cobra.ShellCompDirective) {
			keys := []string{"caCert=", "credentialsFile=", "profile=", "region=", "resourceGroup=", "s3ForcePathStyle=", "s3Url=", "storageAccount="}
			return starting(typed, keys), cobra.ShellCompDirectiveNoSpace
		}
	case "store", "temp-dir":
		return func(*cobra.Command, []string, string) (completions, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
	}
	return nil
}

// variables are the names of those in the environment.
func variables() (names completions) {
	for _, one := range os.Environ() {
		name, _, _ := strings.Cut(one, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func fixed(values []string) cobra.CompletionFunc { return cobra.FixedCompletions(values, noFiles) }

// listed completes the last name of a list between commas.
func listed(names func(c *cobra.Command, args []string) []string) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) (completions, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		given := strings.Split(before, ",")
		var all completions
		for _, name := range names(c, args) {
			if !slices.Contains(given, name) {
				all = append(all, before+name)
			}
		}
		return starting(typed, all), noFiles | cobra.ShellCompDirectiveNoSpace
	}
}

// around puts text before and behind each name.
func around(before string, names []string, behind string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = before + name + behind
	}
	return all
}

// starting are the completions that begin with what is typed.
func starting(typed string, all completions) completions {
	return slices.DeleteFunc(all, func(c cobra.Completion) bool { return !strings.HasPrefix(c, typed) })
}

func findingIDs() []string {
	var ids []string
	for _, e := range findings.All() {
		ids = append(ids, e.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// completeArgument completes what is no flag.
func completeArgument(c *cobra.Command, args []string, typed string) (completions, cobra.ShellCompDirective) {
	switch c.CommandPath() {
	case "veltx findings":
		return starting(typed, findingIDs()), noFiles
	case "veltx versions diff":
		return strings.Split(actions.ProfileNames(), ", "), noFiles
	}
	store := c.Flag("store")
	if store == nil {
		return nil, noFiles
	}
	if _, sampled := flagText(c, "sample"); sampled || len(args) > 0 {
		return completeItem(c, args, typed)
	}
	if dir, given := flagText(c, "store"); given {
		prefix, _ := flagText(c, "prefix")
		list, err := listStore(&storeFlags{dir: dir, prefix: prefix})
		if err != nil {
			return nil, noFiles
		}
		var names completions
		for _, b := range list.Items {
			names = append(names, b.Name)
		}
		return starting(typed, names), noFiles
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// completeItem completes RESOURCE, RESOURCE/NAME, and the NAME behind a RESOURCE.
func completeItem(c *cobra.Command, args []string, typed string) (completions, cobra.ShellCompDirective) {
	what := args
	if _, sampled := flagText(c, "sample"); !sampled {
		what = args[1:]
	}
	switch c.CommandPath() {
	case "veltx explain", "veltx get":
	case "veltx diff", "veltx modifiers test", "veltx policies test":
		return nil, cobra.ShellCompDirectiveDefault
	default:
		return nil, noFiles
	}
	names := namesOn(c, args)
	if names == nil {
		return nil, noFiles
	}
	namespace, _ := flagText(c, "namespace")
	if resource, _, ok := strings.Cut(typed, "/"); ok {
		return starting(typed, around(resource+"/", names.Items(resource, namespace), "")), noFiles
	}
	if len(what) > 0 && !strings.Contains(what[0], "/") {
		return starting(typed, names.Items(what[0], namespace)), noFiles
	}
	return starting(typed, names.Resources()), noFiles | cobra.ShellCompDirectiveNoSpace
}

// flagText is the text of a flag, and whether it was given.
func flagText(c *cobra.Command, name string) (string, bool) {
	f := c.Flag(name)
	if f == nil || !f.Changed {
		return "", false
	}
	return f.Value.String(), true
}

func namespacesOn(c *cobra.Command, args []string) []string {
	if names := namesOn(c, args); names != nil {
		return names.Namespaces()
	}
	return nil
}

func resourcesOn(c *cobra.Command, args []string) []string {
	if names := namesOn(c, args); names != nil {
		return names.Resources()
	}
	return nil
}

// patience is how long completion reads a backup before it offers nothing.
const patience = 3 * time.Second

// namesOn reads the names in the backup on a command line, nil where that fails: completion has no place for errors.
func namesOn(c *cobra.Command, args []string) *get.Names {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	path, done := backupOn(c, args)
	if path == "" {
		return nil
	}
	defer done()
	source, err := tarball.Open(ctx, path, tarball.Options{})
	if err != nil {
		return nil
	}
	names, err := get.ReadNames(ctx, source)
	if errors.Join(err, source.Close()) != nil {
		return nil
	}
	return names
}

// backupOn is the path of the backup on a command line, "" for none.
func backupOn(c *cobra.Command, args []string) (path string, done func()) {
	if _, sampled := flagText(c, "sample"); sampled {
		folder, err := sample.Write("")
		if err != nil {
			return "", nil
		}
		return folder.Path, func() { _ = folder.Remove() }
	}
	if len(args) == 0 || args[0] == standard {
		return "", nil
	}
	dir, _ := flagText(c, "store")
	prefix, _ := flagText(c, "prefix")
	path, err := (&storeFlags{dir: dir, prefix: prefix}).find(args[0])
	if err != nil {
		return "", nil
	}
	return path, func() {}
}
