package transform_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/restore"
)

// plain is the rewriting of an archive the slow way: each item becomes a map and, whether anything was done to it or
// not, is written anew by encoding/json. There are no batches, no workers, no twins, and no bytes that are kept.
type plain struct {
	o    *restore.Options
	view actions.Target
}

type plainItem = map[string]any

// entry returns an entry of the archive after the rewriting; keep false leaves it out.
func (p *plain) entry(path string, body []byte) (_ string, _ []byte, keep bool) {
	key, err := layout.Parse(path)
	if errors.Is(err, layout.ErrNotItem) {
		return path, body, true
	}
	if err != nil {
		return "", nil, false
	}
	target := p.target(key)
	chain := p.chain(key.Resource)
	modify := p.o.Modifiers != nil && p.o.Modifiers.MayMatch(key.Resource)
	if len(chain) == 0 && !modify && target == key && (key.Resource != "persistentvolumes" || len(p.o.Restore.Spec.NamespaceMapping) == 0) {
		return path, body, true
	}
	if key.Resource == "namespaces" && target == key {
		return path, body, true
	}
	item, err := p.item(key, body)
	if err == nil {
		item, err = p.edit(key, item, chain, modify)
	}
	if err != nil {
		return "", nil, false
	}
	return target.Path(), mustMarshal(item), true
}

func (p *plain) target(key layout.ItemKey) layout.ItemKey {
	mapped := func(space string) string {
		if to, ok := p.o.Restore.Spec.NamespaceMapping[space]; ok {
			return to
		}
		return space
	}
	if key.Namespace != "" {
		key.Namespace = mapped(key.Namespace)
	}
	if key.Resource == "namespaces" {
		key.Name = mapped(key.Name)
	}
	return key
}

// chain are the actions that work on archives.
func (p *plain) chain(resource string) []actions.Action {
	return slices.DeleteFunc(slices.Clone(p.o.Actions), func(a actions.Action) bool {
		return !a.Archive || a.Feature != "" || !slices.Contains(a.AppliesTo.Resources, resource)
	})
}

// item decodes an item that is what its path says.
func (p *plain) item(key layout.ItemKey, body []byte) (plainItem, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var item plainItem
	if err := d.Decode(&item); err != nil {
		return nil, err
	}
	metadata, ok := item["metadata"].(plainItem)
	version, _ := item["apiVersion"].(string)
	name, _ := metadata["name"].(string)
	space, _ := metadata["namespace"].(string)
	if !ok || version == "" || name != key.Name || space != key.Namespace {
		return nil, errors.New("another item")
	}
	return item, nil
}

func (p *plain) edit(key layout.ItemKey, item plainItem, chain []actions.Action, modify bool) (plainItem, error) {
	target := p.target(key)
	if key.Resource == "namespaces" {
		item["metadata"].(plainItem)["name"] = target.Name
		return item, nil
	}
	if (len(chain) > 0 || modify) && !(key.Resource == "persistentvolumes" && isDeleted(item)) {
		var err error
		if item, err = p.asRestored(key, item, chain, modify); err != nil {
			return nil, err
		}
	}
	if key.Resource == "persistentvolumes" {
		return item, p.mapClaim(item)
	}
	if key.Namespace == target.Namespace {
		return item, nil
	}
	metadata, ok := item["metadata"].(plainItem)
	if !ok {
		return nil, errors.New("metadata: not an object")
	}
	metadata["namespace"] = target.Namespace
	return item, nil
}

var resetByARestore = []string{
	"generateName", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
	"deletionGracePeriodSeconds", "ownerReferences",
}

// asRestored runs the chain and the modifiers on the item without what a server set.
func (p *plain) asRestored(key layout.ItemKey, item plainItem, chain []actions.Action, modify bool) (plainItem, error) {
	if done, err := hasCompleted(key.Resource, item); done || err != nil {
		return item, err
	}
	original := mustValue(item)
	taken := plainItem{}
	for _, name := range resetByARestore {
		if v, ok := item["metadata"].(plainItem)[name]; ok {
			taken[name] = v
			delete(item["metadata"].(plainItem), name)
		}
	}
	status, hasStatus := item["status"]
	delete(item, "status")
	for _, a := range chain {
		var err error
		if item, err = p.act(key, a, item, original); err != nil {
			return nil, err
		}
	}
	if modify {
		if result := p.o.Modifiers.Apply(key.Resource, mustMarshal(item)); result.Item != nil {
			item = decodeItem(result.Item)
		}
	}
	for name, v := range taken {
		metadata, ok := item["metadata"].(plainItem)
		if !ok {
			return nil, errors.New("metadata: not an object")
		}
		if _, there := metadata[name]; !there {
			metadata[name] = v
		}
	}
	if _, there := item["status"]; hasStatus && !there {
		item["status"] = status
	}
	return item, nil
}

// act runs one action on a value of its own, made from the map and turned into a map again.
func (p *plain) act(key layout.ItemKey, a actions.Action, item plainItem, original *object.Value) (plainItem, error) {
	one, err := actions.NewChain([]actions.Action{a}, func(string) bool { return true })
	if err != nil {
		return nil, err
	}
	link, v := one.For(key.Resource)[0], mustValue(item)
	if !link.Takes(v) {
		return item, nil
	}
	_, _, err = link.Run(&actions.Input{
		Profile: p.o.Profile, Resource: key.Resource, Item: v, ItemFromBackup: original, Namespace: p.target(key).Namespace,
		Restore: p.o.Restore, Backup: &actions.Backup{Name: p.o.Restore.Spec.BackupName, Get: func(actions.ItemRef) *object.Value { return nil }},
		Target: p.view, VeleroImage: p.o.VeleroImage, Archive: true,
	}, &actions.Fit{})
	return decodeItem(v.JSON()), err
}

// isDeleted says that a PV is provisioned anew, as its data are nowhere: a restore does nothing else with it.
func isDeleted(pv plainItem) bool {
	spec, ok := pv["spec"].(plainItem)
	return ok && spec["persistentVolumeReclaimPolicy"] == "Delete"
}

func (p *plain) mapClaim(pv plainItem) error {
	if len(p.o.Restore.Spec.NamespaceMapping) == 0 {
		return nil
	}
	var typed corev1.PersistentVolume
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(withNumbers(pv).(plainItem), &typed); err != nil {
		if isDeleted(pv) {
			return nil
		}
		return err
	}
	if typed.Spec.ClaimRef == nil {
		return nil
	}
	if to, ok := p.o.Restore.Spec.NamespaceMapping[typed.Spec.ClaimRef.Namespace]; ok {
		pv["spec"].(plainItem)["claimRef"].(plainItem)["namespace"] = to
	}
	return nil
}

// hasCompleted says whether a Pod or a Job has done its work; such an item is left as it is.
func hasCompleted(resource string, item plainItem) (bool, error) {
	field := map[string]string{"pods": "phase", "jobs.batch": "completionTime"}[resource]
	if field == "" || item["status"] == nil {
		return false, nil
	}
	status, ok := item["status"].(plainItem)
	if !ok {
		return false, errors.New("status: not an object")
	}
	text, ok := status[field].(string)
	if !ok && has(status, field) {
		return false, fmt.Errorf("status.%s: not a string", field)
	}
	return text == "Failed" || text == "Succeeded" || resource == "jobs.batch" && text != "", nil
}

func has(m plainItem, key string) bool { _, ok := m[key]; return ok }

// withNumbers turns the numbers into what apimachinery works with.
func withNumbers(x any) any {
	switch x := x.(type) {
	case plainItem:
		m := plainItem{}
		for k, v := range x {
			m[k] = withNumbers(v)
		}
		return m
	case []any:
		list := make([]any, len(x))
		for i, v := range x {
			list[i] = withNumbers(v)
		}
		return list
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n
		}
		f, _ := x.Float64()
		return f
	}
	return x
}

func mustMarshal(x any) []byte {
	text, err := json.Marshal(x)
	if err != nil {
		panic(err) // maps that were decoded can be encoded
	}
	return text
}

func mustValue(item plainItem) *object.Value {
	v, err := object.Parse(mustMarshal(item))
	if err != nil {
		panic(err)
	}
	return v
}

func decodeItem(text []byte) plainItem {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var item plainItem
	if err := d.Decode(&item); err != nil {
		panic(err)
	}
	return item
}
