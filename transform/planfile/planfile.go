// Package planfile is the file that holds a plan from its review to its execution: the digest of the input, the options,
// and the digest of every result. Equal inputs and options give equal bytes.
package planfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/internal/strict"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/policies"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// The version and kind of a plan.
const (
	APIVersion = "veltx.io/v1alpha1"
	Kind       = "RestorePlan"
)

// File is a plan.
type File struct {
	Head

	Results []Result `json:"results"`
}

// Head is what stands before the results.
type Head struct {
	APIVersion string  `json:"apiVersion"`
	Kind       string  `json:"kind"`
	Input      Input   `json:"input"`
	Options    Options `json:"options"`
}

// Input is what the backup was.
type Input struct {
	Digest string            `json:"digest"`          // sha256:… of the tarball
	Files  map[string]string `json:"files,omitempty"` // and of each file beside it that a restore reads
}

// Options are the options of the restore, complete.
type Options struct {
	VeleroVersion     string            `json:"veleroVersion"`
	VeleroImage       string            `json:"veleroImage"`
	Features          []string          `json:"features,omitempty"`
	Actions           []string          `json:"actions"`
	Restore           Restore           `json:"restore"`
	ResourceModifiers string            `json:"resourceModifiers,omitempty"` // the text of the file that a flag named
	ResourcePolicies  string            `json:"resourcePolicies,omitempty"`  // and of this one
	VolumeIDs         map[string]string `json:"volumeIDs,omitempty"`
	Target            []json.RawMessage `json:"target,omitempty"`    // objects of the target, Secrets redacted
	APIServer         *APIServer        `json:"apiServer,omitempty"` // nil where nothing describes it
	TargetRegistries  []string          `json:"targetRegistries,omitempty"`
}

// APIServer is what is known of the target's API server besides the objects of the target.
type APIServer struct {
	Version string   `json:"version,omitempty"` // of Kubernetes: it serves what that does, and has nothing but Target
	Release string   `json:"release,omitempty"` // of Kubernetes, as a source told it
	Empty   []string `json:"empty,omitempty"`   // resources of which it has no objects
	Real    bool     `json:"real,omitempty"`    // a real kube-apiserver answered
}

// Restore is the Restore that is simulated.
type Restore struct {
	Name      string             `json:"name"`
	Namespace string             `json:"namespace"`
	UID       string             `json:"uid"`
	Spec      velero.RestoreSpec `json:"spec"`
}

// Result is what becomes of one item.
type Result struct {
	Order     int            `json:"order"`
	Outcome   report.Outcome `json:"outcome"`
	Resource  string         `json:"resource"`
	Namespace string         `json:"namespace,omitempty"`
	Name      string         `json:"name"`
	Digest    string         `json:"digest,omitempty"` // sha256:… of what is written: object, patch and status

	// For review; a plan that is carried out is not held to them.
	Reason   string   `json:"reason,omitempty"`
	Findings []string `json:"findings,omitempty"` // severity and id, "error crd-missing"
}

// ResultOf is the result of an item, whose Secrets are redacted: what stands in their place is keyed by the backup, so
// that nobody can try out values on the digest.
func ResultOf(i *report.Item) Result {
	r := Result{Order: i.Order, Outcome: i.Outcome, Resource: i.Resource, Namespace: i.Namespace, Name: i.Name, Reason: i.Reason}
	for f := range i.Findings() {
		if told := string(f.Severity) + " " + f.ID; f.Severity != report.Notice && !slices.Contains(r.Findings, told) {
			r.Findings = append(r.Findings, told)
		}
	}
	if len(i.Object)+len(i.Patch)+len(i.Status) == 0 {
		return r
	}
	h := sha256.New()
	tarball.HashTexts(h, i.Object, i.Patch, i.Status)
	r.Digest = Digest([sha256.Size]byte(h.Sum(nil)))
	return r
}

// Digest writes a sum as a plan has it.
func Digest(sum [sha256.Size]byte) string { return "sha256:" + hex.EncodeToString(sum[:]) }

// Read reads a plan. Unknown fields are errors.
func Read(name string, in io.Reader) (*File, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	f := &File{}
	if err := decoder.Decode(f); err != nil {
		return nil, fmt.Errorf("%s: is not a plan: %w", name, strict.Explain(err, text, f))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: there is content after the plan: remove it", name)
	}
	if f.APIVersion != APIVersion || f.Kind != Kind {
		return nil, fmt.Errorf("%s: apiVersion and kind are %q and %q, not %q and %q", name, f.APIVersion, f.Kind, APIVersion, Kind)
	}
	return f, nil
}

// Rebuild turns the options of a plan back into those of a restore; whoever asks makes the API server.
func (p *Options) Rebuild() (*restore.Options, error) {
	profile, err := actions.ParseProfile(p.VeleroVersion)
	if err != nil {
		return nil, fmt.Errorf("options.veleroVersion: %w", err)
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
	o.TargetRegistries = p.TargetRegistries
	if s := p.APIServer; s != nil {
		o.TargetVersion, o.TargetRelease, o.TargetEmpty, o.RealServer = s.Version, s.Release, s.Empty, s.Real
	}
	if err := p.rebuildPolicies(o); err != nil {
		return nil, err
	}
	if p.ResourceModifiers == "" {
		o.Modifiers, err = config.Modifiers(o.Restore, o.Restore.Namespace, o.Target)
		return o, err
	}
	o.ModifierText = p.ResourceModifiers
	o.Modifiers, err = modifiers.Parse([]byte(p.ResourceModifiers))
	return o, err
}

func (p *Options) rebuildPolicies(o *restore.Options) (err error) {
	if p.ResourcePolicies == "" {
		o.Policies, err = config.Policies(o.Restore, o.Restore.Namespace, o.Target)
		return err
	}
	o.PolicyText = p.ResourcePolicies
	if o.Policies, err = policies.Parse([]byte(p.ResourcePolicies)); err != nil {
		return fmt.Errorf("options.resourcePolicies: %w", err)
	}
	return nil
}
