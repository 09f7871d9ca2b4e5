// Package velero has Velero's own objects as far as veltx reads them: the Restore, the Backup and the lists beside a
// backup's tarball. The structures are for reading only; items of a backup are never decoded into such types.
package velero

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Restore is the custom resource restores.velero.io (pkg/apis/velero/v1/restore_types.go).
type Restore struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec   RestoreSpec     `json:"spec"`
	Status json.RawMessage `json:"status,omitempty"`
}

// RestoreSpec has the fields of a Restore's spec with Velero's names and meaning.
type RestoreSpec struct {
	BackupName                  string                  `json:"backupName,omitempty"`
	ScheduleName                string                  `json:"scheduleName,omitempty"`
	IncludedNamespaces          []string                `json:"includedNamespaces,omitempty"`
	ExcludedNamespaces          []string                `json:"excludedNamespaces,omitempty"`
	IncludedResources           []string                `json:"includedResources,omitempty"`
	ExcludedResources           []string                `json:"excludedResources,omitempty"`
	NamespaceMapping            map[string]string       `json:"namespaceMapping,omitempty"`
	LabelSelector               *metav1.LabelSelector   `json:"labelSelector,omitempty"`
	OrLabelSelectors            []*metav1.LabelSelector `json:"orLabelSelectors,omitempty"`
	RestorePVs                  *bool                   `json:"restorePVs,omitempty"`
	RestoreStatus               *RestoreStatusSpec      `json:"restoreStatus,omitempty"`
	PreserveNodePorts           *bool                   `json:"preserveNodePorts,omitempty"`
	IncludeClusterResources     *bool                   `json:"includeClusterResources,omitempty"`
	Hooks                       RestoreHooks            `json:"hooks,omitempty"`
	ExistingResourcePolicy      string                  `json:"existingResourcePolicy,omitempty"`
	ItemOperationTimeout        metav1.Duration         `json:"itemOperationTimeout,omitempty"`
	ResourceModifier            *LocalObjectReference   `json:"resourceModifier,omitempty"`
	ResourcePolicy              *LocalObjectReference   `json:"resourcePolicy,omitempty"`
	SkipDefaultResourceModifier *bool                   `json:"skipDefaultResourceModifier,omitempty"`
	UploaderConfig              json.RawMessage         `json:"uploaderConfig,omitempty"`
}

// LocalObjectReference names an object in Velero's own namespace.
type LocalObjectReference struct {
	APIGroup *string `json:"apiGroup"`
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
}

// RestoreStatusSpec says which resources get their status back.
type RestoreStatusSpec struct {
	IncludedResources []string `json:"includedResources,omitempty"`
	ExcludedResources []string `json:"excludedResources,omitempty"`
}

// RestoreHooks are the hooks of a Restore.
type RestoreHooks struct {
	Resources []RestoreResourceHookSpec `json:"resources,omitempty"`
}

// RestoreResourceHookSpec is one group of hooks and the pods that it is for.
type RestoreResourceHookSpec struct {
	Name               string                `json:"name"`
	IncludedNamespaces []string              `json:"includedNamespaces,omitempty"`
	ExcludedNamespaces []string              `json:"excludedNamespaces,omitempty"`
	IncludedResources  []string              `json:"includedResources,omitempty"`
	ExcludedResources  []string              `json:"excludedResources,omitempty"`
	LabelSelector      *metav1.LabelSelector `json:"labelSelector,omitempty"`
	PostHooks          []RestoreResourceHook `json:"postHooks,omitempty"`
}

// RestoreResourceHook is an init or an exec hook.
type RestoreResourceHook struct {
	Exec *ExecRestoreHook `json:"exec,omitempty"`
	Init *InitRestoreHook `json:"init,omitempty"`
}

// ExecRestoreHook is a command that Velero runs in a restored pod.
type ExecRestoreHook struct {
	Container    string          `json:"container,omitempty"`
	Command      []string        `json:"command"`
	OnError      string          `json:"onError,omitempty"`
	ExecTimeout  metav1.Duration `json:"execTimeout,omitempty"`
	WaitTimeout  metav1.Duration `json:"waitTimeout,omitempty"`
	WaitForReady *bool           `json:"waitForReady,omitempty"`
}

// InitRestoreHook has init containers that Velero puts into a restored pod; the containers are kept as text.
type InitRestoreHook struct {
	InitContainers []json.RawMessage `json:"initContainers"`
	Timeout        metav1.Duration   `json:"timeout,omitempty"`
}
