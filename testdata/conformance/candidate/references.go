package candidate

import (
	"context"
	"os"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/restore"
)

// ReferenceModifiers is the ConfigMap with the rules that veltx writes for the references of an input, nil if none is needed.
func ReferenceModifiers(version string, in conformance.Input, least references.Sure) ([]byte, error) {
	o, err := previewOptions(version, in)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "veltx-case-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := writeBackupFolder(folder, in); err != nil {
		return nil, err
	}
	src, err := tarball.Open(context.Background(), folder, tarball.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.Close() }()
	if err := o.Complete(src.Name()); err != nil {
		return nil, err
	}
	rules := references.NewModifiers(references.New(o.Restore.Spec.NamespaceMapping, references.None{}))
	_, err = restore.References(context.Background(), src, o, least, func(item *restore.Referrer) error {
		rules.Add(item.Key.Address, item.Object, item.References)
		return nil
	})
	if err != nil || rules.Len() == 0 {
		return nil, err
	}
	text, _ := rules.ConfigMap("velero", "references")
	return yaml.YAMLToJSON(text)
}
