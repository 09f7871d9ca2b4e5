// Package config turns what the user gives, files and short forms, into the options of a run. It is strict: an unknown
// field is an error, and all problems are named at once.
package config

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/documents"
	"github.com/veltx/veltx/transform/internal/strict"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/policies"
)

// Inputs are the documents of the user's files.
type Inputs struct {
	Restore *velero.Restore // nil where no document is one
	Objects []*object.Value // everything else: the target's objects
}

// maxDocument is how large one document of such a file may be.
const maxDocument = 256 << 20

// Read adds the documents of one file, YAML or JSON, many to a file or in a List. name stands in errors.
func (in *Inputs) Read(name string, file io.Reader) error {
	return eachObject(name, file, func(d documents.Document, o *object.Value) error {
		if isRestore(o) {
			return in.setRestore(d.Source())
		}
		return in.addObject(o, d.Text)
	})
}

// eachObject reads the documents of a file one after the other. Errors name the file and the document.
func eachObject(name string, file io.Reader, take func(documents.Document, *object.Value) error) error {
	reader := documents.NewReader(file, maxDocument)
	for {
		d, err := reader.Next()
		var bad *documents.Error
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			return fmt.Errorf("%s: document %d: %w", name, bad.Number, err)
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		}
		o, err := object.Parse(d.Text)
		if err == nil {
			err = take(d, o)
		}
		if err != nil {
			return fmt.Errorf("%s: document %d: %w", name, d.Number, err)
		}
	}
}

func (in *Inputs) addObject(o *object.Value, text []byte) error {
	if items := o.Get("items"); items.Kind() == object.Array && strings.HasSuffix(o.ObjectKind(), "List") {
		for i, item := range items.Elements() {
			if err := in.addObject(item, item.JSON()); err != nil {
				return fmt.Errorf("items[%d]: %w", i, err)
			}
		}
		return nil
	}
	switch {
	case o.Kind() != object.Object:
		return fmt.Errorf("is %s, not an object of Kubernetes", o.Kind())
	case o.ObjectKind() == "" || o.APIVersion() == "":
		return errors.New("apiVersion and kind are needed")
	case isRestore(o):
		return in.setRestore(text)
	case o.Name() == "" && !nameless[o.ObjectKind()]:
		return fmt.Errorf("%s: metadata.name is needed", o.ObjectKind())
	}
	in.Objects = append(in.Objects, o)
	return nil
}

func isRestore(o *object.Value) bool {
	return o.ObjectKind() == "Restore" && strings.HasPrefix(o.APIVersion(), "velero.io/")
}

// nameless are the kinds that describe an API and have no metadata.
var nameless = map[string]bool{"APIGroupList": true, "APIGroup": true}

func (in *Inputs) setRestore(text []byte) error {
	if in.Restore != nil {
		return errors.New("a second Restore: give only one")
	}
	restore := &velero.Restore{}
	if err := yaml.UnmarshalStrict(text, restore); err != nil {
		return fmt.Errorf("Restore: %w", strict.Explain(err, text, restore))
	}
	in.Restore = restore
	return nil
}

// Policies are the resource policies of the ConfigMap that the Restore names, nil where it names none.
// Source: v1.18.3 internal/resourcepolicies/resource_policies.go:507-560.
func Policies(restore *velero.Restore, veleroNamespace string, objects []*object.Value) (*policies.Policies, error) {
	ref := restore.Spec.ResourcePolicy
	switch {
	case ref == nil:
		return nil, nil
	case !strings.EqualFold(ref.Kind, "ConfigMap"):
		return nil, fmt.Errorf("spec.resourcePolicy.kind: want ConfigMap, got %q", ref.Kind)
	}
	for _, o := range objects {
		if o.ObjectKind() == "ConfigMap" && o.Namespace() == veleroNamespace && o.Name() == ref.Name {
			p, err := policies.Parse(o.JSON())
			if err != nil {
				return nil, fmt.Errorf("ConfigMap %s/%s: %w", veleroNamespace, ref.Name, err)
			}
			return p, nil
		}
	}
	return nil, fmt.Errorf("the Restore names ConfigMap %s/%s with resource policies, which is not given: add it with -f, or give --resource-policies-configmap FILE",
		veleroNamespace, ref.Name)
}

// Modifiers returns the resource modifiers that the Restore names, from a ConfigMap among the target's objects; nil if
// it names none. Source: Velero v1.18.2 pkg/controller/restore_controller.go:407-424.
func Modifiers(restore *velero.Restore, veleroNamespace string, objects []*object.Value) (*modifiers.Rules, error) {
	ref := restore.Spec.ResourceModifier
	if ref == nil || !strings.EqualFold(ref.Kind, "ConfigMap") {
		return nil, nil
	}
	for _, o := range objects {
		if o.ObjectKind() == "ConfigMap" && o.Namespace() == veleroNamespace && o.Name() == ref.Name {
			return modifiers.Parse(o.JSON())
		}
	}
	return nil, fmt.Errorf("the Restore names ConfigMap %s/%s with resource modifiers, which was not given: add it with -f, or use --resource-modifier-configmap FILE",
		veleroNamespace, ref.Name)
}
