package cmd

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/pflag"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/planfile"
)

// planFlag names a plan that must hold.
type planFlag struct {
	name string
	file *planfile.File
}

func (f *planFlag) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.name, "plan", "", "`FILE` of restore-preview -o plan: refuse if input, options or results differ from it")
}

// options are those of the plan, unless flags say how to restore: then they must come to the same.
func (f *planFlag) options(given *pflag.FlagSet, o *restore.Options) (*restore.Options, error) {
	if f.name == "" {
		return o, nil
	}
	in, err := os.Open(f.name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if f.file, err = planfile.Read(f.name, in); err != nil {
		return nil, err
	}
	if saysHow(given) {
		return o, nil
	}
	if o, err = plannedOptions(&f.file.Options, o.Secrets); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return o, nil
}

// saysHow says whether any flag was given that changes a restore.
func saysHow(given *pflag.FlagSet) bool {
	var how restoreFlags
	names := pflag.NewFlagSet("", pflag.ContinueOnError)
	how.bindVelero(names)
	how.bindTarget(names)
	changed := given.Changed("actions") || given.Changed("skip-actions")
	names.VisitAll(func(flag *pflag.Flag) { changed = changed || given.Changed(flag.Name) })
	return changed
}

// plannedOptions turns the options of a plan back.
func plannedOptions(p *planfile.Options, secrets bool) (*restore.Options, error) {
	profile := actions.Profile(p.VeleroVersion)
	if !slices.Contains(profiles, profile) {
		return nil, fmt.Errorf("options.veleroVersion: %q is none of %s", p.VeleroVersion, profileNames())
	}
	o := &restore.Options{
		Profile: profile, Features: p.Features, VeleroImage: p.VeleroImage, Secrets: secrets, VolumeIDs: volume.Mapping(p.VolumeIDs), Room: makeRoom,
		Restore: &velero.Restore{ObjectMeta: metav1.ObjectMeta{Name: p.Restore.Name, Namespace: p.Restore.Namespace, UID: types.UID(p.Restore.UID)}, Spec: p.Restore.Spec},
	}
	for _, a := range builtin.Restore(profile) {
		if slices.Contains(p.Actions, a.Name) {
			o.Actions = append(o.Actions, a)
		}
	}
	for i, text := range p.Target {
		v, err := object.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("options.target[%d]: %w", i, err)
		}
		if v.ObjectKind() == "Secret" {
			return nil, fmt.Errorf("options.target[%d]: a plan does not hold the values of Secrets: give the flags of the preview again", i)
		}
		o.Target = append(o.Target, v)
	}
	var err error
	if p.ResourceModifiers == "" {
		o.Modifiers, err = config.Modifiers(o.Restore, o.Restore.Namespace, o.Target)
		return o, err
	}
	o.ModifierText = p.ResourceModifiers
	o.Modifiers, err = modifiers.Parse([]byte(p.ResourceModifiers))
	return o, err
}

// check refuses what differs from the plan.
func (f *planFlag) check(ctx context.Context, src *opened, o *restore.Options) error {
	if f.file == nil {
		return nil
	}
	if err := o.Complete(src.Name()); err != nil {
		return err
	}
	if err := planfile.Check(ctx, f.file, src.Source, o); err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}
