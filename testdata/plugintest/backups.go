package plugintest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/veltx/veltx/transform/plugins/serve"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// The annotations by which an action speaks to a backup.
const (
	skipFromBackup = "velero.io/skip-from-backup"
	mustInclude    = "backup.velero.io/must-include-additional-items"
)

// backupPlugins are those of backups and their deletion.
var backupPlugins = map[string][]Action{
	"backup-order-a": {
		backing("example.com/z1", false, resources("pods")),
		backing("example.com/b2", true, resources("pods")),
		backing("example.com/a2", true, resources("pods")),
	},
	"backup-order-b": {
		backing("example.com/a1", false, resources("pods")),
		backing("example.com/z2", true, resources("pods")),
		backing("velero.io/csi-like", true, resources("pods")),
	},
	"backup-two-versions": {
		{Name: "example.com/both", Kind: wire.BackupItemAction, Selector: resources("pods"), Execute: mark("v1")},
		{Name: "example.com/both", Kind: wire.BackupItemActionV2, Selector: resources("pods"), Execute: mark("v2")},
	},
	"backup-in-place-of-velero": {
		{Name: "velero.io/pod", Kind: wire.BackupItemActionV2, Selector: resources("pods"), Execute: mark("instead-of-pod")},
	},
	"backup-selectors": {
		backing("example.com/by-kind", false, resources("Pod", "Deployment")),
		backing("example.com/by-short-name", false, resources("svc", "deploy")),
		backing("example.com/by-glob", false, resources("*.apps")),
		backing("example.com/everything", false, wire.Selector{}),
		backing("example.com/unknown", false, resources("nothing")),
		backing("example.com/but-pods", false, wire.Selector{ExcludedResources: []string{"Pod"}}),
		backing("example.com/in-shop", false, wire.Selector{IncludedNamespaces: []string{"shop"}}),
		backing("example.com/not-in-store", false, wire.Selector{ExcludedNamespaces: []string{"store"}}),
		backing("example.com/labelled", false, wire.Selector{LabelSelector: "app in (web)"}),
		{Name: "example.com/relabel", Kind: wire.BackupItemAction, Selector: wire.Selector{LabelSelector: "relabel"}, Execute: relabel},
		backing("example.com/relabelled", true, wire.Selector{LabelSelector: "made-up"}),
		backing("example.com/still-labelled", true, wire.Selector{LabelSelector: "relabel"}),
	},
	"backup-items":    {{Name: "example.com/items", Kind: wire.BackupItemActionV2, Selector: resources("pods"), Execute: askToBackUp}},
	"backup-items-v1": {{Name: "example.com/items-v1", Kind: wire.BackupItemAction, Selector: resources("pods"), Execute: askToBackUp}},
	"backup-skip": {
		{Name: "example.com/skip", Kind: wire.BackupItemAction, Selector: resources("configmaps"), Execute: leaveOut},
		backing("example.com/skipped-later", true, resources("configmaps")),
	},
	"backup-fail": {
		{Name: "example.com/fail", Kind: wire.BackupItemAction, Selector: resources("configmaps"), Execute: fail},
		backing("example.com/then", true, resources("configmaps")),
	},
	"backup-edit":         {{Name: "example.com/edit", Kind: wire.BackupItemAction, Selector: wire.Selector{LabelSelector: "edit"}, Execute: edit}},
	"backup-what-it-gets": {{Name: "example.com/what-it-gets", Kind: wire.BackupItemActionV2, Selector: resources("pods"), Execute: tellBackup}},
	"backup-asks-cluster": {{Name: "example.com/asks-cluster", Kind: wire.BackupItemActionV2, Asks: true, Selector: wire.Selector{LabelSelector: "asks"}, Execute: askCluster}},
	"backup-makes":        {{Name: "example.com/makes", Kind: wire.BackupItemAction, Asks: true, Selector: resources("pods"), Execute: makeBeside}},
	"backup-operation": {{
		Name: "example.com/operation", Kind: wire.BackupItemActionV2, Selector: resources("configmaps"), Execute: beginOperation, Progress: progressOf,
	}},
	"blocks": {
		{Name: "example.com/blocks", Kind: wire.ItemBlockAction, Selector: wire.Selector{LabelSelector: "blocks"}, Execute: relate},
		{Name: "example.com/by-short-name", Kind: wire.ItemBlockAction, Selector: wire.Selector{IncludedResources: []string{"cm"}, IncludedNamespaces: []string{"shop"}}, Execute: relate},
	},
	"blocks-fail": {
		{Name: "example.com/blocks-fail", Kind: wire.ItemBlockAction, Selector: resources("configmaps"), Execute: fail},
		{Name: "example.com/then", Kind: wire.ItemBlockAction, Selector: resources("configmaps"), Execute: relate},
	},
	"deletes": {
		{Name: "example.com/deletes", Kind: wire.DeleteItemAction, Asks: true, Selector: wire.Selector{LabelSelector: "deletes"}, Execute: deleteBeside},
		{Name: "example.com/deletes-in-shop", Kind: wire.DeleteItemAction, Selector: wire.Selector{IncludedResources: []string{"cm"}, IncludedNamespaces: []string{"shop"}}, Execute: fail},
	},
	"backup-writes":  {{Name: "example.com/writes", Kind: wire.BackupItemAction, Asks: true, Selector: resources("pods", "services"), Execute: writeBeside}},
	"deletes-writes": {{Name: "example.com/writes", Kind: wire.DeleteItemAction, Asks: true, Selector: resources("pods", "services"), Execute: askAndWrite}},
	"deletes-all":    {{Name: "example.com/deletes-all", Kind: wire.DeleteItemAction, Execute: func(*Input) (*Output, error) { return &Output{}, nil }}},
}

// backing is marking for a backup.
func backing(name string, v2 bool, selector wire.Selector) Action {
	a := marking(name, false, selector)
	if a.Kind = wire.BackupItemAction; v2 {
		a.Kind = wire.BackupItemActionV2
	}
	return a
}

// servedItem is the action for package serve.
func (a Action) servedItem() serve.ItemAction {
	s := serve.ItemAction{Name: a.Name, Kind: a.Kind, AppliesTo: func() (wire.Selector, error) { return a.Selector, nil }, Execute: a.executeItem}
	if a.Progress != nil {
		s.Progress = func(r *wire.OperationRequest) (*wire.Progress, error) {
			p, err := a.Progress(r.OperationID)
			return &p, err
		}
	}
	return s
}

func (a Action) executeItem(r *wire.ItemRequest) (*wire.BackupResponse, error) {
	var in Input
	if err := errors.Join(json.Unmarshal(r.Item, &in.Item), json.Unmarshal(r.Backup, &in.Backup)); err != nil {
		return nil, err
	}
	out, err := a.Execute(&in)
	if err != nil {
		return nil, err
	}
	response := &wire.BackupResponse{Item: r.Item, Additional: out.Additional, OperationID: out.Operation, PostOperation: out.Later}
	switch {
	case out.Raw != nil:
		response.Item = out.Raw
	case out.Item != nil:
		response.Item, err = json.Marshal(out.Item)
	}
	return response, err
}

// ids are the items that an annotation names, "resource.group/namespace/name" separated by spaces.
func (in *Input) ids(annotation string) (list []wire.ResourceID) {
	for _, text := range strings.Fields(in.Annotation(annotation)) {
		parts := strings.Split(text, "/")
		resource, group, _ := strings.Cut(parts[0], ".")
		list = append(list, wire.ResourceID{Group: group, Resource: resource, Namespace: parts[1], Name: parts[2]})
	}
	return list
}

func relabel(in *Input) (*Output, error) {
	labels := in.Metadata("labels")
	delete(labels, "relabel")
	labels["made-up"] = "yes"
	return mark("relabel")(in)
}

// askToBackUp asks for the items in an annotation.
func askToBackUp(in *Input) (*Output, error) {
	out := &Output{Item: in.Item, Additional: in.ids("example.com/ask")}
	if must := in.Annotation("example.com/must"); must != "" {
		in.Metadata("annotations")[mustInclude] = must
	}
	return out, nil
}

// leaveOut leaves an item out if an annotation says so.
func leaveOut(in *Input) (*Output, error) {
	if in.Annotation("example.com/skip") != "" {
		in.Metadata("annotations")[skipFromBackup] = "yes"
	}
	return mark("skip")(in)
}

// tellBackup writes what it is given into annotations.
func tellBackup(in *Input) (*Output, error) {
	metadata, _ := in.Backup["metadata"].(map[string]any)
	status, _ := in.Backup["status"].(map[string]any)
	spec, _ := in.Backup["spec"].(map[string]any)
	for name, value := range spec { // which Velero's types add
		if inner, ok := value.(map[string]any); ok && empty(inner) {
			delete(spec, name)
		}
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	its, _ := in.Item["metadata"].(map[string]any)
	itsStatus, _ := in.Item["status"].(map[string]any)
	_, uid := its["uid"]
	annotations := in.Metadata("annotations")
	annotations["example.com/item"] = fmt.Sprintf("%v/%v status %v uid %v", its["namespace"], its["name"], len(itsStatus) > 0, uid)
	annotations["example.com/backup"] = fmt.Sprintf("%v %v %v/%v %v %v %v %v %v", in.Backup["apiVersion"], in.Backup["kind"],
		metadata["namespace"], metadata["name"], metadata["uid"], metadata["labels"], status["phase"], status["version"], status["formatVersion"])
	annotations["example.com/backup-spec"] = string(text)
	return &Output{Item: in.Item}, nil
}

// empty says whether there is nothing in a map, or in those in it.
func empty(m map[string]any) bool {
	for _, value := range m {
		if inner, ok := value.(map[string]any); value != nil && (!ok || !empty(inner)) {
			return false
		}
	}
	return true
}

// beginOperation begins an operation, as an annotation names it, and says what is backed up once more after it.
func beginOperation(in *Input) (*Output, error) {
	if in.Annotation("example.com/no-operation") != "" {
		return &Output{}, nil
	}
	return &Output{Operation: "op-" + in.Metadata()["name"].(string), Later: in.ids("example.com/later")}, nil
}

// relate says that the items in an annotation belong to the item.
func relate(in *Input) (*Output, error) {
	return &Output{Additional: in.ids("example.com/relate")}, nil
}

// makeBeside makes a ConfigMap for an item, and asks for it.
func makeBeside(in *Input) (*Output, error) {
	name, namespace := fmt.Sprintf("of-%v", in.Metadata()["name"]), in.Metadata()["namespace"].(string)
	in.Metadata("annotations")["example.com/requests"] = fmt.Sprintf(
		`POST /api/v1/namespaces/%s/configmaps application/json {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":%q,"namespace":%[1]q},"data":{"of":"a pod"}}`, namespace, name)
	out, err := askCluster(in)
	if err == nil {
		out.Additional = []wire.ResourceID{{Resource: "configmaps", Namespace: namespace, Name: name}}
	}
	return out, err
}

// askAndWrite asks for the Services in a namespace, and makes a ConfigMap.
func askAndWrite(in *Input) (*Output, error) {
	in.Metadata("annotations")["example.com/requests"] = "GET /api/v1/namespaces/shop/services"
	if _, err := askCluster(in); err != nil {
		return nil, err
	}
	return writeBeside(in)
}

// deleteBeside deletes by the requests in an annotation, and fails if the cluster refuses.
func deleteBeside(in *Input) (*Output, error) {
	if in.Annotation("example.com/fail") != "" {
		return fail(in)
	}
	out, err := askCluster(in)
	if answers := in.Annotation("example.com/answers"); err == nil && strings.HasPrefix(answers, "403") {
		return nil, errors.New("the cluster refuses: " + answers)
	}
	return out, err
}
