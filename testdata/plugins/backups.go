package main

import (
	"fmt"
	"time"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/veltx/veltx/testdata/plugintest"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// register registers an action of a backup or of its deletion.
func register(server framework.Server, a plugintest.Action) {
	is := func(action any) func(logrus.FieldLogger) (any, error) {
		return func(logrus.FieldLogger) (any, error) { return action, nil }
	}
	of := ofBackup{first{a}}
	switch a.Kind {
	case wire.BackupItemAction:
		server.RegisterBackupItemAction(a.Name, is(firstBackup{of}))
	case wire.BackupItemActionV2:
		server.RegisterBackupItemActionV2(a.Name, is(secondBackup{of}))
	case wire.ItemBlockAction:
		server.RegisterItemBlockAction(a.Name, is(block{of}))
	case wire.DeleteItemAction:
		server.RegisterDeleteItemAction(a.Name, is(deletion{of}))
	}
}

// ofBackup is what all of these actions have.
type ofBackup struct{ first }

// Name is asked of the server's side only.
func (ofBackup) Name() string { return "" }

func (o ofBackup) run(item runtime.Unstructured, backup *velerov1.Backup) (*plugintest.Output, error) {
	of, err := runtime.DefaultUnstructuredConverter.ToUnstructured(backup)
	if err != nil {
		return nil, err
	}
	given := &plugintest.Input{Item: item.UnstructuredContent(), Backup: of}
	if o.Asks {
		if given.Cluster, err = newCluster(); err != nil {
			return nil, err
		}
	}
	return o.Action.Execute(given)
}

// identifiers are items as Velero names them.
func identifiers(ids []wire.ResourceID) (list []velero.ResourceIdentifier) {
	for _, id := range ids {
		list = append(list, velero.ResourceIdentifier{
			GroupResource: schema.GroupResource{Group: id.Group, Resource: id.Resource}, Namespace: id.Namespace, Name: id.Name,
		})
	}
	return list
}

// updated is the item that an action answers with, nil where it stays.
func updated(out *plugintest.Output) runtime.Unstructured {
	if out.Item == nil {
		return nil
	}
	return &unstructured.Unstructured{Object: out.Item}
}

type firstBackup struct{ ofBackup }

// Execute runs the action.
func (f firstBackup) Execute(item runtime.Unstructured, backup *velerov1.Backup) (runtime.Unstructured, []velero.ResourceIdentifier, error) {
	out, err := f.run(item, backup)
	if err != nil {
		return nil, nil, err
	}
	return updated(out), identifiers(out.Additional), nil
}

type secondBackup struct{ ofBackup }

// Execute runs the action.
func (s secondBackup) Execute(item runtime.Unstructured, backup *velerov1.Backup) (runtime.Unstructured, []velero.ResourceIdentifier, string, []velero.ResourceIdentifier, error) {
	out, err := s.run(item, backup)
	if err != nil {
		return nil, nil, "", nil, err
	}
	return updated(out), identifiers(out.Additional), out.Operation, identifiers(out.Later), nil
}

// Progress says how far an operation is.
func (s secondBackup) Progress(operation string, _ *velerov1.Backup) (velero.OperationProgress, error) {
	if s.Action.Progress == nil {
		return velero.OperationProgress{}, fmt.Errorf("%s begins no operations", s.Action.Name)
	}
	p, err := s.Action.Progress(operation)
	return velero.OperationProgress{
		Completed: p.Completed, Err: p.Err, NCompleted: p.Done, NTotal: p.Total, OperationUnits: p.Units, Description: p.Description,
		Started: time.Unix(0, 0), Updated: time.Unix(0, 0),
	}, err
}

// Cancel has nothing to stop.
func (secondBackup) Cancel(string, *velerov1.Backup) error { return nil }

type block struct{ ofBackup }

// GetRelatedItems runs the action.
func (b block) GetRelatedItems(item runtime.Unstructured, backup *velerov1.Backup) ([]velero.ResourceIdentifier, error) {
	out, err := b.run(item, backup)
	if err != nil {
		return nil, err
	}
	return identifiers(out.Additional), nil
}

type deletion struct{ ofBackup }

// Execute runs the action.
func (d deletion) Execute(in *velero.DeleteItemActionExecuteInput) error {
	_, err := d.run(in.Item, in.Backup)
	return err
}
