package planfile

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/restore"
)

// Rebuild turns the options of a plan back into those of a restore.
func (p *Options) Rebuild() (*restore.Options, error) {
	profile := actions.Profile(p.VeleroVersion)
	if !slices.Contains(actions.Profiles(), profile) {
		return nil, fmt.Errorf("options.veleroVersion: %q is none of %s", p.VeleroVersion, actions.ProfileNames())
	}
	o := &restore.Options{
		Profile: profile, Features: p.Features, VeleroImage: p.VeleroImage, VolumeIDs: volume.Mapping(p.VolumeIDs),
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
