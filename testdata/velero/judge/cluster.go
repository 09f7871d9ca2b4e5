// Package judge is what the judges of all Velero versions share: the cluster
// that a restore goes to, the tidying of an answer, and the command line.
package judge

import (
	"encoding/json"
	"fmt"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
)

// Namespace is where Velero runs.
const Namespace = "velero"

// systemNamespaces are there in every cluster that runs Velero. Their default
// ServiceAccounts and the ConfigMaps kube-root-ca.crt are there only in a
// cluster with controllers.
var systemNamespaces = []string{"default", "kube-system", "kube-public", "kube-node-lease", Namespace}

// NewCluster starts the API server of one restore: it holds what the input's
// target names, the system namespaces, a Deployment velero of the given image,
// the backup with its storage and snapshot locations and its PodVolumeBackups,
// and the Restore itself. It serves every resource of the backup.
func NewCluster(in conformance.Input, image string) (*apiserver.Server, error) {
	s := apiserver.New()
	if in.Controllers {
		s.RunControllers()
	}
	if err := addTarget(s, in); err != nil {
		return nil, err
	}
	resources, err := resourcesOf(in.Tarball)
	if err != nil {
		return nil, err
	}
	serve(s, resources, in.Features)
	for _, ns := range systemNamespaces {
		if err := addUnless(s, "", "namespaces", object("v1", "Namespace", "", ns, nil)); err != nil {
			return nil, err
		}
	}
	if err := addUnless(s, "apps", "deployments", deployment(image)); err != nil {
		return nil, err
	}
	location := object("velero.io/v1", "BackupStorageLocation", Namespace, "default", map[string]any{
		"spec":   map[string]any{"provider": "memory", "objectStorage": map[string]any{"bucket": "b"}},
		"status": map[string]any{"phase": "Available"},
	})
	if err := addUnless(s, "velero.io", "backupstoragelocations", location); err != nil {
		return nil, err
	}
	if err := addSnapshotLocations(s, in); err != nil {
		return nil, err
	}
	if err := addOwn(s, in); err != nil {
		return nil, err
	}
	return s, nil
}

// addTarget adds the definitions first, since other objects may be of them.
func addTarget(s *apiserver.Server, in conformance.Input) error {
	var definitions, others [][]byte
	for _, doc := range in.Target {
		if kindOf(doc) == "CustomResourceDefinition" {
			definitions = append(definitions, doc)
			continue
		}
		others = append(others, doc)
	}
	if in.Modifiers != nil {
		others = append(others, in.Modifiers)
	}
	for _, doc := range append(definitions, others...) {
		if err := s.Add(doc); err != nil {
			return err
		}
	}
	return nil
}

// addOwn adds Velero's own objects: Backup, PodVolumeBackups and Restore.
func addOwn(s *apiserver.Server, in conformance.Input) error {
	backup, err := fresh(in.Backup, false)
	if err != nil {
		return fmt.Errorf("the Backup: %w", err)
	}
	restore, err := fresh(in.Restore, true)
	if err != nil {
		return fmt.Errorf("the Restore: %w", err)
	}
	for _, obj := range []map[string]any{backup, restore} {
		if err := add(s, obj); err != nil {
			return err
		}
	}
	return addPodVolumeBackups(s, in)
}

// addPodVolumeBackups does what Velero's sync does with a backup's side file.
// The label that ties one to its backup is added if it is missing.
func addPodVolumeBackups(s *apiserver.Server, in conformance.Input) error {
	if in.PodVolumeBackups == nil {
		return nil
	}
	var list []map[string]any
	if err := json.Unmarshal(in.PodVolumeBackups, &list); err != nil {
		return fmt.Errorf("reading the PodVolumeBackups: %w", err)
	}
	for i, pvb := range list {
		meta := child(pvb, "metadata")
		pvb["apiVersion"], pvb["kind"] = "velero.io/v1", "PodVolumeBackup"
		meta["namespace"] = Namespace
		if meta["name"] == nil {
			meta["name"] = fmt.Sprintf("pvb-%d", i)
		}
		labels := child(meta, "labels")
		if labels["velero.io/backup-name"] == nil {
			labels["velero.io/backup-name"] = BackupName(in)
		}
		if err := add(s, pvb); err != nil {
			return err
		}
	}
	return nil
}

// addSnapshotLocations adds the locations that the snapshots of the backup are
// in, unless the target names them.
func addSnapshotLocations(s *apiserver.Server, in conformance.Input) error {
	if in.VolumeSnapshots == nil {
		return nil
	}
	var list []struct{ Spec struct{ Location string } }
	if err := json.Unmarshal(in.VolumeSnapshots, &list); err != nil {
		return fmt.Errorf("reading the volume snapshots: %w", err)
	}
	for _, snapshot := range list {
		if snapshot.Spec.Location == "" {
			continue // an API server keeps no object without a name
		}
		location := object("velero.io/v1", "VolumeSnapshotLocation", Namespace, snapshot.Spec.Location, map[string]any{
			"spec": map[string]any{"provider": "memory"},
		})
		if err := addUnless(s, "velero.io", "volumesnapshotlocations", location); err != nil {
			return err
		}
	}
	return nil
}

// fresh reads an object as it would be sent to the cluster; a new one has no
// status and no trace of another cluster.
func fresh(data []byte, isNew bool) (map[string]any, error) {
	obj := map[string]any{}
	if err := json.Unmarshal(data, &obj); err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	meta := child(obj, "metadata")
	meta["namespace"] = Namespace
	for _, k := range []string{"resourceVersion", "generation", "creationTimestamp", "finalizers", "managedFields"} {
		delete(meta, k)
	}
	if isNew {
		delete(obj, "status")
		return obj, nil
	}
	child(obj, "spec")["storageLocation"] = "default"
	return obj, nil
}

// BackupName is the name of the input's backup.
func BackupName(in conformance.Input) string {
	var b struct{ Metadata struct{ Name string } }
	if err := json.Unmarshal(in.Backup, &b); err != nil {
		return ""
	}
	return b.Metadata.Name
}

// RestoreName is the name of the input's Restore.
func RestoreName(in conformance.Input) string {
	var r struct{ Metadata struct{ Name string } }
	if err := json.Unmarshal(in.Restore, &r); err != nil {
		return ""
	}
	return r.Metadata.Name
}

func deployment(image string) map[string]any {
	container := map[string]any{"name": "velero", "image": image}
	return object("apps/v1", "Deployment", Namespace, "velero", map[string]any{
		"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"containers": []any{container}}}},
	})
}

func object(apiVersion, kind, namespace, name string, rest map[string]any) map[string]any {
	meta := map[string]any{"name": name}
	if namespace != "" {
		meta["namespace"] = namespace
	}
	obj := map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": meta}
	for k, v := range rest {
		obj[k] = v
	}
	return obj
}

func child(obj map[string]any, name string) map[string]any {
	m, ok := obj[name].(map[string]any)
	if !ok {
		m = map[string]any{}
		obj[name] = m
	}
	return m
}

func add(s *apiserver.Server, obj map[string]any) error {
	data, err := json.Marshal(obj)
	if err != nil {
		return fmt.Errorf("writing an object: %w", err)
	}
	return s.Add(data)
}

// addUnless adds an object that the target has not named.
func addUnless(s *apiserver.Server, group, resource string, obj map[string]any) error {
	meta := child(obj, "metadata")
	namespace, _ := meta["namespace"].(string)
	name, _ := meta["name"].(string)
	if s.Has(group, resource, namespace, name) {
		return nil
	}
	return add(s, obj)
}

func kindOf(doc []byte) string {
	var k struct{ Kind string }
	if err := json.Unmarshal(doc, &k); err != nil {
		return ""
	}
	return k.Kind
}
