package cmd

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/look/backups"
)

// veleroLine are the flags of `velero restore create` that say nothing of what is restored, so that its whole line can be
// pasted behind `veltx restore-preview`, its three words included. Source: v1.18.3 pkg/cmd/cli/restore/create.go:125-190,
// and pkg/client/factory.go:73-81 for those of all its commands.
type veleroLine struct {
	pasted                   bool // the words of velero's command are among the arguments
	fromBackup, fromSchedule string
	allowPartiallyFailed     optionalBool
	namespace                string
	labels, annotations      labelPairs
	timeout                  time.Duration
	sparse                   optionalBool
	parallel                 int
	skipModifiers            bool

	wait                    bool
	kubeconfig, kubecontext string
}

func (v *veleroLine) bind(flags *pflag.FlagSet) {
	flags.StringVar(&v.fromBackup, "from-backup", "", "the backup, in place of BACKUP where --store is given")
	flags.StringVar(&v.fromSchedule, "from-schedule", "", "a schedule, whose newest completed backup in --store is restored")
	bindOptional(flags, &v.allowPartiallyFailed, "allow-partially-failed", "with --from-schedule, take a partially failed backup as well")
	flags.StringVar(&v.namespace, "namespace", "", "the namespace in which Velero runs (default velero)")
	flags.Var(&v.labels, "labels", "labels of the Restore")
	flags.Var(&v.annotations, "annotations", "annotations of the Restore")
	flags.DurationVar(&v.timeout, "item-operation-timeout", 0, "how long Velero waits for operations of plugins")
	bindOptional(flags, &v.sparse, "write-sparse-files", "write sparse files in file system restores")
	flags.IntVar(&v.parallel, "parallel-files-download", 0, "files that a file system restore reads at once")
	flags.BoolVar(&v.skipModifiers, "skip-default-resource-modifier", false, "run no resource modifiers of the server's --default-resource-modifier-configmap (Velero 1.19)")
	flags.BoolVarP(&v.wait, "wait", "w", false, "ignored: nothing is restored")
	flags.StringVar(&v.kubeconfig, "kubeconfig", "", "ignored: no cluster is asked")
	flags.StringVar(&v.kubecontext, "kubecontext", "", "ignored: no cluster is asked")
	for _, name := range []string{"wait", "kubeconfig", "kubecontext"} {
		flags.Lookup(name).Hidden = true
	}
}

// ignored names the flags that were given and say nothing without a cluster.
func (v *veleroLine) ignored(given *pflag.FlagSet) string {
	var names []string
	for _, name := range []string{"wait", "kubeconfig", "kubecontext"} {
		if given.Changed(name) {
			names = append(names, "--"+name)
		}
	}
	return strings.Join(names, ", ")
}

// arguments are those of a command that takes the line: BACKUP. A name of the restore in them is the restore's.
func (v *veleroLine) arguments(args []string, from *sourceFlags, how *restoreFlags) ([]string, error) {
	args, name, pasted, err := pastedLine(args, "restore")
	if err != nil {
		return nil, err
	}
	v.pasted = pasted
	how.restoreName = cmp.Or(how.restoreName, name)
	if args, err = v.backup(args, from); err != nil {
		return nil, err
	}
	return args, from.arguments(nil, args)
}

// backup is the BACKUP that is meant where the arguments name none: that of --from-backup or --from-schedule in the store.
func (v *veleroLine) backup(args []string, from *sourceFlags) ([]string, error) {
	if v.fromBackup != "" && v.fromSchedule != "" {
		return nil, wrongUsage("--from-backup and --from-schedule: give one of them")
	}
	asked := cmp.Or(v.fromBackup, v.fromSchedule)
	if len(args) > 0 || asked == "" || from.sample {
		return args, nil
	}
	if from.store.dir == "" {
		return nil, wrongUsage("%s is known in its store only: give --store DIR, or the backup's folder or tarball as BACKUP", asked)
	}
	if v.fromBackup != "" {
		return []string{v.fromBackup}, nil
	}
	list, err := listStore(&from.store)
	if err != nil {
		return nil, err
	}
	newest := v.newest(list)
	if newest == "" {
		return nil, wrongUsage("%s: no %s backup of schedule %s", from.store.dir, strings.Join(v.phases(), " or "), v.fromSchedule)
	}
	return []string{newest}, nil
}

// phases are those of backups that Velero takes from a schedule.
// Source: v1.18.3 pkg/controller/restore_controller.go (mostRecentCompletedBackup), pkg/cmd/cli/restore/create.go:279-300.
func (v *veleroLine) phases() []string {
	if v.allowPartiallyFailed.value != nil && *v.allowPartiallyFailed.value {
		return []string{"Completed", "PartiallyFailed"}
	}
	return []string{"Completed"}
}

// newest is the name of the schedule's newest backup, "" for none.
func (v *veleroLine) newest(list *backups.List) string {
	var newest *backups.Backup
	for _, b := range list.Items {
		if b.Schedule == v.fromSchedule && slices.Contains(v.phases(), b.Phase) && (newest == nil || b.Created > newest.Created) {
			newest = b
		}
	}
	if newest == nil {
		return ""
	}
	return newest.Name
}

// overrule puts the flags that were given into the Restore.
func (v *veleroLine) overrule(r *velero.Restore, given *pflag.FlagSet) error {
	if short := given.Lookup("n"); v.pasted && given.Changed("n") {
		r.Namespace = short.Value.String()
	}
	if v.fromBackup != "" {
		r.Spec.BackupName, r.Spec.ScheduleName = v.fromBackup, ""
	}
	r.Namespace = cmp.Or(v.namespace, r.Namespace)
	for name, set := range map[string]func(){
		"labels":                         func() { r.Labels = v.labels.values },
		"annotations":                    func() { r.Annotations = v.annotations.values },
		"item-operation-timeout":         func() { r.Spec.ItemOperationTimeout.Duration = v.timeout },
		"skip-default-resource-modifier": func() { r.Spec.SkipDefaultResourceModifier = &v.skipModifiers },
	} {
		if given.Changed(name) {
			set()
		}
	}
	if !given.Changed("write-sparse-files") && !given.Changed("parallel-files-download") {
		return nil
	}
	if v.parallel < 0 {
		return wrongUsage("--parallel-files-download: %d is less than none", v.parallel)
	}
	text, err := json.Marshal(struct {
		WriteSparseFiles      *bool `json:"writeSparseFiles,omitempty"`
		ParallelFilesDownload int   `json:"parallelFilesDownload,omitempty"`
	}{v.sparse.value, v.parallel})
	r.Spec.UploaderConfig = text
	return err
}
