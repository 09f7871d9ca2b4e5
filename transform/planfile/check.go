package planfile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/redaction"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// maxDifferences is how many differences an error names.
const maxDifferences = 5

// Check simulates the restore and returns an error that names the first differences from the plan.
func Check(ctx context.Context, f *File, src *tarball.Source, o *restore.Options) error {
	head, err := Describe(ctx, src, o)
	if err != nil {
		return err
	}
	d := &differences{}
	d.input(f.Input, head.Input)
	if err := d.options(f.Options, head.Options); err != nil {
		return err
	}
	if len(d.list) > 0 {
		return d.err()
	}
	simulated := *o
	simulated.Secrets, simulated.Unread = false, report.Changes|report.Values
	n := 0
	_, err = restore.Preview(ctx, src, &simulated, report.SinkFunc(func(i *report.Item) error {
		d.result(f.Results, n, ResultOf(i))
		n++
		return nil
	}))
	if err != nil {
		return err
	}
	if n < len(f.Results) {
		d.add("%s is in the plan, and not in the restore", f.Results[n].where())
	}
	return d.err()
}

type differences struct {
	list []string
	more int
}

func (d *differences) add(format string, args ...any) {
	if len(d.list) == maxDifferences {
		d.more++
		return
	}
	d.list = append(d.list, fmt.Sprintf(format, args...))
}

func (d *differences) err() error {
	if len(d.list) == 0 {
		return nil
	}
	text := strings.Join(d.list, "\n")
	if d.more > 0 {
		text += fmt.Sprintf("\nand %d more differences", d.more)
	}
	return fmt.Errorf("this differs from the plan: preview it again with -o plan, and review the new plan\n%s", text)
}

func (d *differences) input(plan, now Input) {
	if plan.Digest != now.Digest {
		d.add("input.digest: %s in the plan, %s now", plan.Digest, now.Digest)
	}
	for _, name := range namesOf(plan.Files, now.Files) {
		if plan.Files[name] != now.Files[name] {
			d.add("input.files[%s]: %s in the plan, %s now", name, orNone(plan.Files[name]), orNone(now.Files[name]))
		}
	}
}

// namesOf are the keys of both, sorted.
func namesOf[V any](a, b map[string]V) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	return slices.Compact(names)
}

func orNone(digest string) string { return cmp.Or(digest, "no such file") }

// options compares field by field, as JSON.
func (d *differences) options(plan, now Options) error {
	a, err := fields(plan)
	if err != nil {
		return err
	}
	b, err := fields(now)
	if err != nil {
		return err
	}
	for _, name := range namesOf(a, b) {
		if !bytes.Equal(a[name], b[name]) {
			d.add("options.%s: %s in the plan, %s now", name, short(a[name]), short(b[name]))
		}
	}
	return nil
}

// fields are the members of the options, those of the Restore's spec, and the objects of the target, each by its path.
func fields(o Options) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	for prefix, part := range map[string]any{"": o, "restore.": o.Restore, "restore.spec.": o.Restore.Spec} {
		text, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(text, &members); err != nil {
			return nil, err
		}
		for name, member := range members {
			all[prefix+name] = member
		}
	}
	for n, object := range o.Target {
		text, err := json.Marshal(object) // as the others, whatever a plan escapes
		if err != nil {
			return nil, err
		}
		all[fmt.Sprintf("target[%d]", n)] = text
	}
	delete(all, "target")
	delete(all, "restore")
	delete(all, "restore.spec")
	return all, nil
}

func short(text json.RawMessage) string {
	const enough = 80
	switch {
	case len(text) == 0:
		return "nothing"
	case len(text) > enough:
		return string(text[:enough]) + "..."
	}
	return string(text)
}

func (d *differences) result(plan []Result, n int, now Result) {
	switch {
	case n >= len(plan):
		d.add("%s is not in the plan", now.where())
	case plan[n].where() != now.where():
		d.add("results[%d]: %s in the plan, %s now", n, plan[n].where(), now.where())
	case plan[n].Outcome != now.Outcome:
		d.add("results[%d]: %s: %s in the plan, %s now", n, now.where(), plan[n].Outcome, now.Outcome)
	case plan[n].Digest != now.Digest || plan[n].Order != now.Order:
		d.add("results[%d]: %s: is written otherwise than in the plan", n, now.where())
	}
}

func (r Result) where() layout.Address {
	return layout.Address{Resource: r.Resource, Namespace: r.Namespace, Name: r.Name}
}

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
		VeleroVersion: o.Profile.String(), VeleroImage: o.VeleroImage, Features: slices.Sorted(slices.Values(o.Features)),
		ResourceModifiers: o.ModifierText, ResourcePolicies: o.PolicyText, VolumeIDs: maps.Clone(o.VolumeIDs), TargetRegistries: o.TargetRegistries,
		Restore: Restore{Name: o.Restore.Name, Namespace: o.Restore.Namespace, UID: string(o.Restore.UID), Spec: o.Restore.Spec},
	}
	if o.APIServer != nil {
		d.APIServer = &APIServer{Version: o.TargetVersion, Release: o.TargetRelease, Empty: o.TargetEmpty, Real: o.RealServer}
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
