package planfile

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/redaction"
	"github.com/veltx/veltx/transform/restore"
)

// Describe is the head of the plan for a backup and options, which are complete.
func Describe(ctx context.Context, src *tarball.Source, o *restore.Options) (*Head, error) {
	sum, err := src.Digest(ctx)
	if err != nil {
		return nil, err
	}
	files, err := src.SideDigests()
	if err != nil {
		return nil, err
	}
	head := &Head{APIVersion: APIVersion, Kind: Kind, Input: Input{Digest: Digest(sum)}}
	for name, sum := range files {
		if head.Input.Files == nil {
			head.Input.Files = map[string]string{}
		}
		head.Input.Files[name] = Digest(sum)
	}
	head.Options, err = describeOptions(ctx, src, o)
	return head, err
}

func describeOptions(ctx context.Context, src *tarball.Source, o *restore.Options) (Options, error) {
	d := Options{
		VeleroVersion: string(o.Profile), VeleroImage: o.VeleroImage, Features: slices.Sorted(slices.Values(o.Features)),
		ResourceModifiers: o.ModifierText, VolumeIDs: maps.Clone(o.VolumeIDs),
		Restore: Restore{Name: o.Restore.Name, Namespace: o.Restore.Namespace, UID: string(o.Restore.UID), Spec: o.Restore.Spec},
	}
	for _, a := range o.Actions {
		d.Actions = append(d.Actions, a.Name)
	}
	redactor := &redaction.Redactor{Key: func() ([]byte, error) { return src.RedactionKey(ctx) }}
	for _, t := range o.Target {
		text, err := describeTarget(redactor, t)
		if err != nil {
			return d, err
		}
		d.Target = append(d.Target, text)
	}
	return d, nil
}

func describeTarget(redactor *redaction.Redactor, t *object.Value) (json.RawMessage, error) {
	if t.ObjectKind() != "Secret" {
		return t.JSON(), nil
	}
	redacted, err := redactor.Of(layout.Secrets, t).Object(t)
	if err != nil {
		return nil, err
	}
	return redacted.JSON(), nil
}
