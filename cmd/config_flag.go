package cmd

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/transform/config"
)

// The variables that stand for flags that are not given.
const (
	storeVariable  = "VELTX_STORE"
	prefixVariable = "VELTX_PREFIX"
)

// configName is the file that veltx init writes.
const configName = "veltx.yaml"

// configFlag names the file that stands for flags.
const configFlag = "config"

func bindConfig(flags *pflag.FlagSet) {
	flags.String(configFlag, "", "`FILE` that names the backup, the target, mappings and outputs; flags win (veltx init writes one)")
}

// prepare gives every command below c what its config file and the environment say, before its arguments are checked.
func prepare(c *cobra.Command) {
	for _, sub := range c.Commands() {
		prepare(sub)
	}
	check, run := c.Args, c.RunE
	if c.Flags().Lookup("store") == nil || check == nil && c.Flags().Lookup(configFlag) == nil {
		return
	}
	var backup []string // BACKUP of the config file
	c.Args = func(c *cobra.Command, args []string) (err error) {
		if backup, err = configured(c, args); err != nil {
			return err
		}
		if err := fromEnvironment(c, append(slices.Clone(backup), args...)); err != nil || check == nil {
			return err
		}
		return check(c, append(slices.Clone(backup), args...))
	}
	c.RunE = func(c *cobra.Command, args []string) error { return run(c, append(slices.Clone(backup), args...)) }
}

// configured sets the flags for which a config file stands, unless they were given, and returns its BACKUP where the command
// line has none. Members whose flags a command lacks are for others.
func configured(c *cobra.Command, args []string) (backup []string, err error) {
	name, given := flagText(c, configFlag)
	if !given {
		return nil, nil
	}
	text, err := readFile(name, nil)
	if err != nil {
		return nil, err
	}
	file, err := config.ReadFile(name, text)
	if err != nil {
		return nil, err
	}
	elsewhere := len(args) >= argumentsWithBackup(c) // the line names its backup, and where it is
	for _, f := range file.Flags() {
		flag := c.Flags().Lookup(f.Name)
		if flag == nil || flag.Changed || f.Name == "output" && c.Name() != "restore-preview" && !offers(flag, f.Values[0]) || overruled(c, f.Name) || elsewhere && (f.Name == "store" || f.Name == "prefix") {
			continue
		}
		for _, value := range f.Values {
			if strings.HasPrefix(value, behindPlugin) {
				return nil, wrongUsage("%s: %s: %s: a file makes veltx run no plugin: give --store on the command line", name, f.Name, value)
			}
			if err := c.Flags().Set(f.Name, value); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, f.Name, err)
			}
		}
	}
	if file.Backup == "" || elsewhere || namesBackupOtherwise(c) {
		return nil, nil
	}
	return []string{file.Backup}, nil
}

// offers says whether a command has a format.
func offers(flag *pflag.Flag, format string) bool {
	formats, ok := flag.Value.(*choice)
	return ok && slices.Contains(formats.words, format)
}

// argumentsWithBackup is how many arguments a command line has at least that names a backup.
func argumentsWithBackup(c *cobra.Command) int {
	if c.Name() == "explain" {
		return 2
	}
	return 1
}

// overruled says that a flag was given which says the same as another in short, or makes it meaningless.
func overruled(c *cobra.Command, name string) bool {
	for short, long := range map[string]string{"n": "include-namespaces", "sample": "store", "or-selector": "selector"} {
		if flag := c.Flags().Lookup(short); long == name && flag != nil && flag.Changed && (short != "n" || c.Name() != "explain") {
			return true
		}
	}
	return name == "prefix" && c.Flags().Changed("sample")
}

// namesBackupOtherwise says that a flag names the backup, or all of them.
func namesBackupOtherwise(c *cobra.Command) bool {
	return slices.ContainsFunc([]string{"sample", "all", "from-backup", "from-schedule"}, func(name string) bool {
		flag := c.Flags().Lookup(name)
		return flag != nil && flag.Changed
	})
}

// fromEnvironment sets --store, where it was not given and the command needs one: a BACKUP that is a file or a path is none of
// its names. What deletes is always told where.
func fromEnvironment(c *cobra.Command, args []string) error {
	store := os.Getenv(storeVariable)
	flag := c.Flags().Lookup("store")
	if store == "" || flag.Changed || c.Flags().Changed("sample") || c.Name() == "delete" || !isNameInStore(c, args) {
		return nil
	}
	if err := c.Flags().Set("store", store); err != nil {
		return err
	}
	if strings.HasPrefix(store, behindPlugin) {
		return wrongUsage("%s: %s: a variable makes veltx run no plugin: give --store on the command line", storeVariable, store)
	}
	prefix := os.Getenv(prefixVariable)
	if f := c.Flags().Lookup("prefix"); prefix == "" || f == nil || f.Changed {
		return nil
	}
	return c.Flags().Set("prefix", prefix)
}

// isNameInStore says whether a line means a backup by its name, or a store.
func isNameInStore(c *cobra.Command, args []string) bool {
	if len(args) == 0 {
		return c.Name() == "backups" || c.Name() == "verify" || namesBackupOtherwise(c)
	}
	return args[0] != standard && !strings.ContainsAny(args[0], `/\`) && !onDisk(args[0])
}
