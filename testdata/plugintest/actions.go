package plugintest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/veltx/veltx/transform/plugins/wire"
)

// trail is the annotation in which actions write down that they ran, in order.
const trail = "example.com/trail"

// mark writes down that an action ran.
func mark(name string) func(*Input) (*Output, error) {
	return func(in *Input) (*Output, error) {
		annotations := in.Metadata("annotations")
		if before, ok := annotations[trail].(string); ok {
			name := before + " " + name
			annotations[trail] = name
		} else {
			annotations[trail] = name
		}
		return &Output{Item: in.Item}, nil
	}
}

func resources(names ...string) wire.Selector { return wire.Selector{IncludedResources: names} }

// marking is an action that only writes down that it ran.
func marking(name string, v2 bool, selector wire.Selector) Action {
	return Action{Name: name, V2: v2, Selector: selector, Execute: mark(strings.TrimPrefix(name, "example.com/"))}
}

// Plugins are the plugins by the name of their file.
var Plugins = joined(restorePlugins, backupPlugins)

func joined(all ...map[string][]Action) map[string][]Action {
	plugins := map[string][]Action{}
	for _, some := range all {
		maps.Copy(plugins, some)
	}
	return plugins
}

var restorePlugins = map[string][]Action{
	// Two binaries, each with both versions: which runs when.
	"order-a": {
		marking("example.com/z1", false, resources("pods")),
		marking("example.com/b2", true, resources("pods")),
		marking("example.com/a2", true, resources("pods")),
	},
	"order-b": {
		marking("example.com/a1", false, resources("pods")),
		marking("example.com/z2", true, resources("pods")),
		marking("velero.io/csi-like", true, resources("pods")),
	},
	// Three binaries of five actions each, for everything.
	"five-a":  five("a"),
	"five-b":  five("b"),
	"five-c":  five("c"),
	"by-kind": {marking("example.com/by-kind", false, resources("Widget", "pods"))},
	// One name in both versions of the interface, and one of Velero's own.
	"two-versions": {
		{Name: "example.com/both", Selector: resources("pods"), Execute: mark("v1")},
		{Name: "example.com/both", V2: true, Selector: resources("pods"), Execute: mark("v2")},
	},
	"in-place-of-velero": {
		{Name: "velero.io/pod", V2: true, Selector: resources("pods"), Execute: mark("instead-of-pod")},
	},
	"selectors": {
		marking("example.com/by-kind", false, resources("Pod", "Deployment")),
		marking("example.com/by-singular", false, resources("deployment")),
		marking("example.com/by-short-name", false, resources("svc", "deploy")),
		marking("example.com/by-glob", false, resources("*.apps")),
		marking("example.com/everything", false, wire.Selector{}),
		marking("example.com/by-star", false, resources("*")),
		marking("example.com/unknown", false, resources("nothing")),
		marking("example.com/but-pods", false, wire.Selector{ExcludedResources: []string{"Pod"}}),
		marking("example.com/in-shop", false, wire.Selector{IncludedNamespaces: []string{"shop"}}),
		marking("example.com/in-store", false, wire.Selector{IncludedNamespaces: []string{"sto*"}}),
		marking("example.com/not-in-store", false, wire.Selector{ExcludedNamespaces: []string{"store"}}),
		marking("example.com/in-all", false, wire.Selector{IncludedNamespaces: []string{"*"}}),
		marking("example.com/labelled", false, wire.Selector{LabelSelector: "app in (web)"}),
	},
	"items":        {{Name: "example.com/items", V2: true, Selector: resources("pods"), Execute: askForItems, Ready: itemsAreReady}},
	"items-v1":     {{Name: "example.com/items-v1", Selector: resources("pods"), Execute: askForItems}},
	"skip":         {{Name: "example.com/skip", Selector: resources("configmaps"), Execute: skip}, marking("example.com/skipped-later", true, resources("configmaps"))},
	"fail":         {{Name: "example.com/fail", Selector: resources("configmaps"), Execute: fail}, marking("example.com/then", true, resources("configmaps"))},
	"edit":         {{Name: "example.com/edit", Selector: wire.Selector{LabelSelector: "edit"}, Execute: edit}},
	"what-it-gets": {{Name: "example.com/what-it-gets", V2: true, Selector: resources("pods"), Execute: tellInput}},
	"asks-cluster": {{Name: "example.com/asks-cluster", V2: true, Asks: true, Selector: wire.Selector{LabelSelector: "asks"}, Execute: askCluster}},
	"writes":       {{Name: "example.com/writes", Asks: true, Selector: resources("pods", "services"), Execute: writeBeside}},
	"operation": {{
		Name: "example.com/operation", V2: true, Selector: resources("configmaps"),
		Execute: func(in *Input) (*Output, error) {
			return &Output{Operation: "op-" + in.Metadata()["name"].(string)}, nil
		},
		Progress: progressOf,
	}},
}

// writeBeside makes a ConfigMap for an item.
func writeBeside(in *Input) (*Output, error) {
	in.Metadata("annotations")["example.com/requests"] = fmt.Sprintf(
		`POST /api/v1/namespaces/velero/configmaps application/json {"metadata":{"name":%q}}`, in.Metadata()["name"])
	return askCluster(in)
}

// five are five actions that are for everything, of restores and of backups.
func five(letter string) (all []Action) {
	for n := range 5 {
		name := fmt.Sprintf("example.com/%s%d", letter, n)
		all = append(all, marking(name, n > 1, wire.Selector{}), backing(name, n > 1, wire.Selector{}))
	}
	return all
}

// askForItems asks for the items in an annotation, "resource.group/namespace/name" separated by spaces; another keeps the item out.
func askForItems(in *Input) (*Output, error) {
	out := &Output{Item: in.Item}
	for _, text := range strings.Fields(in.Annotation("example.com/ask")) {
		parts := strings.Split(text, "/")
		resource, group, _ := strings.Cut(parts[0], ".")
		out.Additional = append(out.Additional, wire.ResourceID{Group: group, Resource: resource, Namespace: parts[1], Name: parts[2]})
	}
	out.Wait = in.Annotation("example.com/wait") != ""
	out.Timeout = 1500 * time.Millisecond
	out.Skip = in.Annotation("example.com/skip") != ""
	if in.Annotation("example.com/must") != "" {
		in.Metadata("annotations")["restore.velero.io/must-include-additional-items"] = in.Annotation("example.com/must")
	}
	return out, nil
}

// itemsAreReady fails, panics or denies by the names of the items that came.
func itemsAreReady(items []wire.ResourceID) (bool, error) {
	for _, item := range items {
		switch item.Name {
		case "fails":
			return false, errors.New("cannot tell whether it is ready")
		case "panics":
			panic("is it ready?")
		case "never-ready":
			return false, nil
		case "missing", "left-out":
			return false, fmt.Errorf("%s did not come and is asked for", item.Name)
		}
	}
	return true, nil
}

func skip(in *Input) (*Output, error) {
	out, err := mark("skip")(in)
	out.Skip = in.Annotation("example.com/skip") != ""
	return out, err
}

// fail fails as the annotation says.
func fail(in *Input) (*Output, error) {
	switch in.Annotation("example.com/fail") {
	case "error":
		return nil, errors.New("it is not what it should be: 100 % wrong")
	case "panic":
		panic("boom")
	case "panic-error":
		panic(errors.New("boom"))
	case "nil":
		var missing *Output
		missing.Skip = true
	case "die":
		os.Exit(3)
	case "no-kind":
		delete(in.Item, "kind")
		return &Output{Item: in.Item}, nil
	case "nothing":
		return &Output{Item: in.Item}, nil
	}
	return &Output{}, nil
}

// edit replaces members of the item by those of a JSON object in an annotation; null removes.
func edit(in *Input) (*Output, error) {
	var with map[string]any
	if err := json.Unmarshal([]byte(in.Annotation("example.com/edit")), &with); err != nil {
		return nil, err
	}
	merge(in.Item, with)
	return &Output{Item: in.Item}, nil
}

func merge(into, from map[string]any) {
	for name, value := range from {
		inner, isMap := value.(map[string]any)
		there, hasMap := into[name].(map[string]any)
		switch {
		case value == nil:
			delete(into, name)
		case isMap && hasMap:
			merge(there, inner)
		default:
			into[name] = value
		}
	}
}

// tellInput writes what it is given into annotations: namespaces and names as they are then, and the Restore.
func tellInput(in *Input) (*Output, error) {
	annotations := in.Metadata("annotations")
	describe := func(item map[string]any) string {
		metadata, _ := item["metadata"].(map[string]any)
		status, _ := item["status"].(map[string]any)
		_, uid := metadata["uid"]
		return fmt.Sprintf("%v/%v status %v uid %v", metadata["namespace"], metadata["name"], len(status) > 0, uid)
	}
	annotations["example.com/item"], annotations["example.com/from-backup"] = describe(in.Item), describe(in.FromBackup)
	spec, err := json.Marshal(in.Restore["spec"])
	if err != nil {
		return nil, err
	}
	metadata, _ := in.Restore["metadata"].(map[string]any)
	status, _ := in.Restore["status"].(map[string]any)
	annotations["example.com/restore"] = fmt.Sprintf("%v %v %v/%v %v %v",
		in.Restore["apiVersion"], in.Restore["kind"], metadata["namespace"], metadata["name"], metadata["uid"], status["phase"])
	annotations["example.com/restore-spec"] = string(spec)
	return &Output{Item: in.Item}, nil
}

func progressOf(operation string) (wire.Progress, error) {
	switch operation {
	case "op-fails":
		return wire.Progress{Completed: true, Err: "the disk is full"}, nil
	case "op-unknown":
		return wire.Progress{}, errors.New("there is no such operation")
	case "op-goes-on":
		return wire.Progress{Done: 3, Total: 7, Units: "files", Description: "copying"}, nil
	}
	return wire.Progress{Completed: true, Done: 1, Total: 1}, nil
}
