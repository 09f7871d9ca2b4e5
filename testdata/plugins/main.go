// Command plugins is each of the test plugins of package plugintest, served by Velero's own framework. Which one it is says
// the name of its file: `make conformance-plugins` links it under all of them.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
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

func main() {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if name == plugintest.StoresPlugin {
		serveStores()
		return
	}
	actions, ok := plugintest.Plugins[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "there is no test plugin %s\n", name)
		os.Exit(1)
	}
	server := framework.NewServer()
	for _, a := range actions {
		if a.Kind != "" {
			register(server, a)
			continue
		}
		if a.V2 {
			server.RegisterRestoreItemActionV2(a.Name, func(logrus.FieldLogger) (any, error) { return second{first{a}}, nil })
			continue
		}
		server.RegisterRestoreItemAction(a.Name, func(logrus.FieldLogger) (any, error) { return first{a}, nil })
	}
	server.Serve()
}

// first is an action of version 1 of the interface.
type first struct{ plugintest.Action }

// AppliesTo is the action's selector.
func (f first) AppliesTo() (velero.ResourceSelector, error) {
	return velero.ResourceSelector{
		IncludedNamespaces: f.Selector.IncludedNamespaces, ExcludedNamespaces: f.Selector.ExcludedNamespaces,
		IncludedResources: f.Selector.IncludedResources, ExcludedResources: f.Selector.ExcludedResources, LabelSelector: f.Selector.LabelSelector,
	}, nil
}

// Execute runs the action.
func (f first) Execute(in *velero.RestoreItemActionExecuteInput) (*velero.RestoreItemActionExecuteOutput, error) {
	restore, err := runtime.DefaultUnstructuredConverter.ToUnstructured(in.Restore)
	if err != nil {
		return nil, err
	}
	given := &plugintest.Input{Item: in.Item.UnstructuredContent(), FromBackup: in.ItemFromBackup.UnstructuredContent(), Restore: restore}
	if f.Asks {
		if given.Cluster, err = newCluster(); err != nil {
			return nil, err
		}
	}
	out, err := f.Action.Execute(given)
	if err != nil {
		return nil, err
	}
	back := &velero.RestoreItemActionExecuteOutput{SkipRestore: out.Skip, OperationID: out.Operation, WaitForAdditionalItems: out.Wait, AdditionalItemsReadyTimeout: out.Timeout}
	if out.Item != nil {
		back.UpdatedItem = &unstructured.Unstructured{Object: out.Item}
	}
	for _, id := range out.Additional {
		back.AdditionalItems = append(back.AdditionalItems, velero.ResourceIdentifier{
			GroupResource: schema.GroupResource{Group: id.Group, Resource: id.Resource}, Namespace: id.Namespace, Name: id.Name,
		})
	}
	return back, nil
}

// second is an action of version 2 of the interface.
type second struct{ first }

// Name is asked of the server's side only.
func (second) Name() string { return "" }

// Progress says how far an operation is.
func (s second) Progress(operation string, _ *velerov1.Restore) (velero.OperationProgress, error) {
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
func (second) Cancel(string, *velerov1.Restore) error { return nil }

// AreAdditionalItemsReady asks the action.
func (s second) AreAdditionalItemsReady(items []velero.ResourceIdentifier, _ *velerov1.Restore) (bool, error) {
	if s.Ready == nil {
		return true, nil
	}
	var ids []wire.ResourceID
	for _, item := range items {
		ids = append(ids, wire.ResourceID{Group: item.Group, Resource: item.Resource, Namespace: item.Namespace, Name: item.Name})
	}
	return s.Ready(ids)
}
