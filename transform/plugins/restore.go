package plugins

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// restoreItemAction makes an action of either version.
func (r registered) restoreItemAction() (a actions.Action, appliesTo wire.Method) {
	a, appliesTo = r.action(r.execute), wire.RestoreAppliesTo
	a.Archive, a.Feature = true, r.feature()
	if a.V2 = r.Kind == wire.RestoreItemActionV2; a.V2 {
		appliesTo, a.Ready, a.Progress = wire.RestoreAppliesToV2, r.ready, r.progress
	}
	return a, appliesTo
}

// execute runs the action in the plugin, and lets the item become what came back.
// Source: v1.18.3 pkg/plugin/framework/restoreitemaction/v2/restore_item_action_client.go:75-131.
func (r registered) execute(in *actions.Input) (*actions.Output, error) {
	restore, err := r.of.host.restoreJSON(in.AsRun)
	if err != nil {
		return nil, err
	}
	item := asSent(in.Item)
	request := wire.ExecuteRequest{Plugin: r.Name, Item: item, Restore: restore, ItemFromBackup: item}
	if in.ItemFromBackup != in.Item {
		request.ItemFromBackup = asSent(in.ItemFromBackup)
	}
	method := wire.RestoreExecute
	if r.Kind == wire.RestoreItemActionV2 {
		method = wire.RestoreExecuteV2
	}
	answer, err := r.of.call(method, request.Append(wire.NewFrame()))
	if err != nil {
		return nil, err
	}
	response, err := wire.ParseExecuteResponse(answer)
	if err != nil {
		return nil, err
	}
	after, err := readItem(response.Item)
	if err != nil {
		return nil, err
	}
	in.Item.Become(after)
	return r.output(&response), nil
}

// output is what the answer says beside the item; version 1 knows no more than to skip it and to ask for others.
func (r registered) output(response *wire.ExecuteResponse) *actions.Output {
	out := &actions.Output{}
	if response.Skip {
		out.Skip = r.Name + " leaves it out"
	}
	out.Additional = addresses(response.Additional)
	if r.Kind == wire.RestoreItemActionV2 {
		out.Operation, out.Wait, out.Timeout = response.OperationID, response.Wait, response.Timeout
	}
	return out
}

func addressOf(id wire.ResourceID) layout.Address {
	resource := id.Resource
	if id.Group != "" {
		resource += "." + id.Group
	}
	return layout.Address{Resource: resource, Namespace: id.Namespace, Name: id.Name}
}

// ready asks whether additional items are ready.
func (r registered) ready(in *actions.Input, items []actions.ItemRef) (bool, error) {
	restore, err := r.of.host.restoreJSON(in.AsRun)
	if err != nil {
		return false, err
	}
	request := wire.ReadyRequest{Plugin: r.Name, Restore: restore}
	for _, item := range items {
		resource, group, _ := strings.Cut(item.Resource, ".")
		request.Additional = append(request.Additional, wire.ResourceID{Group: group, Resource: resource, Namespace: item.Namespace, Name: item.Name})
	}
	answer, err := r.of.call(wire.RestoreItemsReady, request.Append(wire.NewFrame()))
	if err != nil {
		return false, err
	}
	return wire.ParseReady(answer)
}

// progress asks how far an operation is.
func (r registered) progress(of *velero.Restore, operation string) (actions.Progress, error) {
	restore, err := r.of.host.restoreJSON(of)
	if err != nil {
		return actions.Progress{}, err
	}
	request := wire.OperationRequest{Plugin: r.Name, OperationID: operation, Restore: restore}
	answer, err := r.of.call(wire.RestoreProgress, request.Append(wire.NewFrame()))
	if err != nil {
		return actions.Progress{}, err
	}
	p, err := wire.ParseProgress(answer)
	return actions.Progress{Completed: p.Completed, Err: p.Err}, err
}

// restoreJSON is the Restore as it is sent. It does not change while items are restored.
func (h *Host) restoreJSON(r *velero.Restore) ([]byte, error) {
	h.sending.Lock()
	defer h.sending.Unlock()
	if h.restore == r && r != nil {
		return h.sent, nil
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	h.restore, h.sent = r, text
	return text, nil
}

// asSent is an item as Velero sends it: its numbers are those of a Kubernetes client, which has read 1.0 as 1.
func asSent(item *object.Value) []byte {
	text := item.JSON()
	if !hasFraction(text) {
		return text
	}
	var u unstructured.Unstructured
	if err := u.UnmarshalJSON(text); err != nil {
		return text
	}
	again, err := json.Marshal(u.Object)
	if err != nil {
		return text
	}
	return again
}

// hasFraction says whether a JSON text has a number that is not written as an integer of few digits.
func hasFraction(text []byte) bool {
	digits := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			digits = 0
		case c >= '0' && c <= '9':
			if digits++; digits > 18 {
				return true
			}
		case digits > 0 && (c == '.' || c == 'e' || c == 'E'):
			return true
		default:
			digits = 0
		}
	}
	return false
}

// readItem reads an item that came back, as Velero does: it has to be an object with a kind.
func readItem(text []byte) (*object.Value, error) {
	if len(text) == 0 {
		return nil, errors.New("unexpected end of JSON input")
	}
	item, err := object.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the plugin returns an item that is no JSON: %w", err)
	}
	if item.Kind() != object.Object || item.ObjectKind() == "" {
		return nil, fmt.Errorf("Object 'Kind' is missing in '%s'", text) // in the words of apimachinery, as in Velero's results
	}
	return item, nil
}
