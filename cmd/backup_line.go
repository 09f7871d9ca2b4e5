package cmd

import (
	"cmp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/transform/backup"
)

// backupLine are the flags of `velero backup create` that say nothing of which items a backup has, so that its whole line can
// be pasted behind `veltx backup-preview`, its three words included. Source: v1.18.3 pkg/cmd/cli/backup/create.go:124-182, and
// pkg/client/factory.go:73-81 for those of all its commands.
type backupLine struct {
	pasted           bool   // the words of velero's command are among the arguments
	name             string // of the backup
	namespace, short string // Velero's, and what -n says
	fromSchedule     string

	ignored pflag.FlagSet // flags that are taken and say nothing here
}

func (l *backupLine) bind(flags *pflag.FlagSet) {
	flags.StringVar(&l.namespace, "namespace", "", "the namespace in which Velero runs")
	flags.StringVarP(&l.short, "n", "n", "", "short for --manifest-namespace, and in velero's line for --namespace")
	flags.StringVar(&l.fromSchedule, "from-schedule", "", "refused: the filters are in the cluster")
	l.bindIgnored()
	flags.AddFlagSet(&l.ignored)
	hide := func(f *pflag.Flag) { f.Hidden = true }
	l.ignored.VisitAll(hide)
	for _, name := range []string{"namespace", "n", "from-schedule"} {
		hide(flags.Lookup(name))
	}
}

func (l *backupLine) bindIgnored() {
	const help = "ignored: no backup is made"
	for _, name := range []string{"ttl", "csi-snapshot-timeout", "item-operation-timeout"} {
		l.ignored.Duration(name, time.Duration(0), help)
	}
	for _, name := range []string{"storage-location", "data-mover", "kubeconfig", "kubecontext"} {
		l.ignored.String(name, "", help)
	}
	l.ignored.Var(&labelPairs{}, "labels", help)
	l.ignored.Var(&labelPairs{}, "annotations", help)
	l.ignored.StringSlice("volume-snapshot-locations", nil, help)
	l.ignored.Int("parallel-files-upload", 0, help)
	l.ignored.BoolP("wait", "w", false, help)
	bindOptional(&l.ignored, &optionalBool{}, "default-volumes-to-fs-backup", help)
}

// arguments are those of a command that takes the line: SOURCE.
func (l *backupLine) arguments(c *cobra.Command, args []string, from *sourceFlags) ([]string, error) {
	var err error
	if args, l.name, l.pasted, err = pastedLine(args, "backup"); err != nil {
		return nil, err
	}
	switch {
	case l.fromSchedule != "":
		return nil, wrongUsage("--from-schedule: the filters of schedule %s are in its cluster: give those of its template as flags (kubectl get schedules.velero.io %[1]s -n velero -o yaml)", l.fromSchedule)
	case l.pasted:
		l.namespace = cmp.Or(l.namespace, l.short)
	case l.short != "" && from.manifests.namespace != "":
		return nil, wrongUsage("-n is short for --manifest-namespace: give one of them")
	default:
		from.manifests.namespace = cmp.Or(from.manifests.namespace, l.short)
	}
	return args, from.clusterArguments(c, args)
}

// note names the flags that were given and say nothing here, "" for none.
func (l *backupLine) note() string {
	var names []string
	l.ignored.VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			names = append(names, "--"+f.Name)
		}
	})
	if len(names) == 0 {
		return ""
	}
	return "veltx: no backup is made: ignored " + strings.Join(names, ", ")
}

// overrule puts what the line says into the options.
func (l *backupLine) overrule(o *backup.Options) {
	o.Name, o.Namespace = l.name, l.namespace
}

// pastedLine takes `velero backup create [NAME]`, or that of a restore, out of the arguments.
func pastedLine(args []string, what string) (rest []string, name string, pasted bool, err error) {
	for i := range args {
		if len(args)-i < 3 || args[i] != "velero" || args[i+1] != what || args[i+2] != "create" {
			continue
		}
		switch after := args[i+3:]; len(after) {
		case 0:
			return args[:i], "", true, nil
		case 1:
			return args[:i], after[0], true, nil
		default:
			return nil, "", false, wrongUsage("unexpected argument %q after the name of the %s", after[1], what)
		}
	}
	return args, "", false, nil
}
