package inspect

import (
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/velero"
)

// Asked is what the backup was asked for, in words: a name and what it is, in the order of velero backup describe.
type Asked struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// asked lists what the spec of a backup says.
func asked(b *velero.Backup) []Asked {
	spec := &b.Spec
	var all []Asked
	add := func(name, text string) {
		if text != "" {
			all = append(all, Asked{name, text})
		}
	}
	add("namespaces", filter(spec.IncludedNamespaces, spec.ExcludedNamespaces))
	add("resources", filter(spec.IncludedResources, spec.ExcludedResources))
	add("cluster-scoped resources", filter(spec.IncludedClusterScopedResources, spec.ExcludedClusterScopedResources))
	add("namespace-scoped resources", filter(spec.IncludedNamespaceScopedResources, spec.ExcludedNamespaceScopedResources))
	add("cluster resources", choice(spec.IncludeClusterResources))
	if spec.LabelSelector != nil {
		add("selector", metav1.FormatLabelSelector(spec.LabelSelector))
	}
	var several []string
	for _, s := range spec.OrLabelSelectors {
		several = append(several, metav1.FormatLabelSelector(s))
	}
	add("any of the selectors", strings.Join(several, " or "))
	if spec.ResourcePolicy != nil {
		add("resource policies", "ConfigMap "+spec.ResourcePolicy.Name)
	}
	add("storage location", spec.StorageLocation)
	add("snapshot locations", strings.Join(spec.VolumeSnapshotLocations, ", "))
	add("snapshots of volumes", choice(spec.SnapshotVolumes))
	add("moves snapshot data", choice(spec.SnapshotMoveData))
	for _, resource := range slices.Sorted(maps.Keys(spec.OrderedResources)) {
		add("in this order", resource+": "+spec.OrderedResources[resource])
	}
	if ttl := spec.TTL.Duration; ttl > 0 {
		add("kept for", ttl.String())
	}
	for _, group := range spec.Hooks.Resources {
		for _, hook := range group.PreHooks {
			add("hook before", hookText(&group, &hook))
		}
		for _, hook := range group.PostHooks {
			add("hook after", hookText(&group, &hook))
		}
	}
	return all
}

// filter is a list of what is included, and what is not; "" for everything.
func filter(included, excluded []string) string {
	text := strings.Join(included, ", ")
	if text == "*" {
		text = ""
	}
	if len(excluded) == 0 {
		return text
	}
	if text == "" {
		text = "all"
	}
	return text + ", without " + strings.Join(excluded, ", ")
}

func choice(value *bool) string {
	switch {
	case value == nil:
		return ""
	case *value:
		return "yes"
	}
	return "no"
}

func hookText(group *velero.BackupResourceHooks, hook *velero.BackupHook) string {
	if hook.Exec == nil {
		return ""
	}
	text := group.Name + ": " + strings.Join(hook.Exec.Command, " ")
	if hook.Exec.Container != "" {
		text += " (container " + hook.Exec.Container + ")"
	}
	if len(group.IncludedNamespaces) > 0 {
		text += " in " + strings.Join(group.IncludedNamespaces, ", ")
	}
	return text
}

// Message is a line of the backup's results.
type Message struct {
	Severity string `json:"severity"` // error or warning
	At       string `json:"at"`       // velero, cluster, or a namespace
	Text     string `json:"text"`
}

// messages are the lines of one severity, Velero's own first.
func messages(severity string, m tarball.Messages) []Message {
	var all []Message
	add := func(at string, texts []string) {
		for _, text := range texts {
			all = append(all, Message{severity, at, text})
		}
	}
	add("velero", m.Velero)
	add("cluster", m.Cluster)
	for _, namespace := range slices.Sorted(maps.Keys(m.Namespaces)) {
		add(namespace, m.Namespaces[namespace])
	}
	return all
}
