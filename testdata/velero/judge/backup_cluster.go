package judge

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
)

// Plugin is the name of the client that actions write with when they are run
// by themselves.
const Plugin = "plugin"

// NewBackupCluster starts the API server of a cluster that is backed up: it
// holds the input's items exactly as they are, a storage location, and the
// Backup, ready to start.
func NewBackupCluster(in conformance.BackupInput) (*apiserver.Server, error) {
	s := apiserver.New()
	resources, err := resourcesOf(in.Tarball)
	if err != nil {
		return nil, err
	}
	serve(s, resources, nil)
	for _, item := range in.Plain() {
		serveAPIService(s, item)
		if err := s.Load(item.Data); err != nil {
			return nil, fmt.Errorf("%s: %w", item.Path, err)
		}
	}
	for _, item := range in.Copies() {
		if err := s.LoadVersion(item.Data); err != nil {
			return nil, fmt.Errorf("%s: %w", item.Path, err)
		}
	}
	location := object("velero.io/v1", "BackupStorageLocation", Namespace, "default", map[string]any{
		"spec":   map[string]any{"provider": "memory", "objectStorage": map[string]any{"bucket": "b"}},
		"status": map[string]any{"phase": "Available"},
	})
	if err := addUnless(s, "velero.io", "backupstoragelocations", location); err != nil {
		return nil, err
	}
	backup, err := fresh(in.Backup, true)
	if err != nil {
		return nil, fmt.Errorf("the Backup: %w", err)
	}
	backup["status"] = map[string]any{"phase": "ReadyToStart"}
	return s, add(s, backup)
}

// serveAPIService serves the resources of a group in the version that an
// APIService names, too.
func serveAPIService(s *apiserver.Server, item conformance.Item) {
	if !strings.HasPrefix(item.Address(), "apiservices.apiregistration.k8s.io/") {
		return
	}
	var service struct {
		Spec struct{ Group, Version string }
	}
	if err := json.Unmarshal(item.Data, &service); err == nil {
		s.ServeVersion(service.Spec.Group, service.Spec.Version)
	}
}

// isOwn tells whether a file of a backup is an object that NewBackupCluster
// itself put into the cluster.
func isOwn(in conformance.BackupInput, path string) bool {
	for _, item := range in.Items {
		if item.Path == path {
			return false
		}
	}
	name := backupName(in)
	return strings.HasPrefix(path, "resources/backups.velero.io/") && strings.HasSuffix(path, "/"+Namespace+"/"+name+".json") ||
		strings.HasPrefix(path, "resources/backupstoragelocations.velero.io/") && strings.HasSuffix(path, "/"+Namespace+"/default.json")
}

func backupName(in conformance.BackupInput) string {
	return BackupName(conformance.Input{Backup: in.Backup})
}
