package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// companion is a flag that acts only together with one of others.
type companion struct {
	flag string
	with []string
	of   []string // the commands in which that is so, none for all that have the flag
}

// companions are all such flags. One that is given alone would be ignored without a word, so it is refused. What depends on
// the kind of OUT, or on the format of -o, is checked where that is known.
var companions = []companion{
	{flag: "plugin-log", with: []string{"plugin"}},
	{flag: "plugin-timeout", with: []string{"plugin"}},
	{flag: "plugin-writes", with: []string{"plugin"}},
	{flag: "file", with: []string{"plugin"}, of: []string{"delete-preview"}},
	{flag: "allow-partially-failed", with: []string{"from-schedule"}},
	{flag: "prefix", with: []string{"store"}},
	{flag: "store-bucket", with: []string{"store"}},
	{flag: "store-config", with: []string{"store"}},
	{flag: "store-env", with: []string{"store"}},
	{flag: "to-bucket", with: []string{"to-store"}},
	{flag: "to-config", with: []string{"to-store"}},
	{flag: "to-env", with: []string{"to-store"}},
	{flag: "backup-name", with: []string{"to-store"}},
	{flag: "to-prefix", with: []string{"to-store"}},
	{flag: "latest", with: []string{"all"}},
	{flag: "since", with: []string{"all"}},
	{flag: "shard", with: []string{"all"}},
	{flag: "parallel", with: []string{"all"}, of: []string{"restore-preview", "verify"}},
	{flag: "force", with: []string{"report", "write-baseline"}, of: []string{"restore-preview", "backup-preview"}},
	{flag: "force", with: []string{"report", "write-checksums"}, of: []string{"verify"}},
	{flag: "force", with: []string{"output"}, of: []string{"init", "redact"}},
}

// accompanied refuses flags that say nothing without another one.
func accompanied(c *cobra.Command, _ []string) error {
	for _, one := range companions {
		flag := c.Flags().Lookup(one.flag)
		if flag == nil || !flag.Changed || !one.isOf(c) || slices.ContainsFunc(one.with, func(name string) bool { return isSet(c.Flags(), name) }) {
			continue
		}
		return wrongUsage("--%s acts only with --%s: give that as well, or leave --%[1]s out", one.flag, strings.Join(one.with, " or --"))
	}
	return nil
}

func (o *companion) isOf(c *cobra.Command) bool {
	return len(o.of) == 0 || slices.Contains(o.of, c.Name())
}

// isSet says that a flag was given, by the command line or what stands for it, and says something.
func isSet(flags *pflag.FlagSet, name string) bool {
	flag := flags.Lookup(name)
	return flag != nil && flag.Changed && flag.Value.String() != flag.DefValue
}
