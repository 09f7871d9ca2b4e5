// Package carry does to what an action gets and gives what the way into Velero's plugin process and back does: everything is JSON in
// between.
package carry

import (
	"encoding/json"

	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// Input is what a restore item action gets.
func Input(in *velero.RestoreItemActionExecuteInput) (*velero.RestoreItemActionExecuteInput, error) {
	item, err := Item(in.Item)
	if err != nil {
		return nil, err
	}
	fromBackup, err := Item(in.ItemFromBackup)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(in.Restore)
	if err != nil {
		return nil, err
	}
	r := &velerov1.Restore{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, err
	}
	return &velero.RestoreItemActionExecuteInput{Item: item, ItemFromBackup: fromBackup, Restore: r}, nil
}

// Item is an item as it comes out of JSON.
func Item(item runtime.Unstructured) (*unstructured.Unstructured, error) {
	data, err := json.Marshal(item.UnstructuredContent())
	if err != nil {
		return nil, err
	}
	out := &unstructured.Unstructured{}
	if err := json.Unmarshal(data, out); err != nil {
		return nil, err
	}
	return out, nil
}
