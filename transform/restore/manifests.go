package restore

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/findings"
	"github.com/veltx/veltx/transform/sink"
)

// SecretValues say what becomes of Secrets in a folder of manifests.
type SecretValues string

// The choices.
const (
	KeepSecrets SecretValues = "keep"
	OmitSecrets SecretValues = "omit"
	// PlaceSecrets keeps the keys, with the same word as the value of each.
	PlaceSecrets SecretValues = "placeholder"
)

// placeholder is what stands for the value of a Secret.
const placeholder = "placeholder"

// ManifestOptions say what a folder of manifests has.
type ManifestOptions struct {
	KeepLabels bool // Velero's two labels
	// All has objects as well that controllers make from others in the folder: pods and ReplicaSets of a Deployment,
	// Endpoints of a Service.
	All     bool
	Secrets SecretValues
}

// Written counts what a folder of manifests has.
type Written struct {
	Manifests  int
	Secrets    int // with their values
	Controlled int // left out, as controllers make them
	Omitted    int // Secrets
}

// Manifests writes what a restore would create as manifests for kubectl or Git: without status, metadata that a server
// sets, what kubectl apply notes, and the init container of Velero's pod volume restore. The sink is told of each item, in
// restore order.
func Manifests(ctx context.Context, src *tarball.Source, o *Options, dir *sink.Directory, how ManifestOptions, items report.Sink) (*report.Summary, *Written, error) {
	objects := *o
	objects.files = true
	objects.Unread = report.Changes | report.Values | report.Objects
	m := &manifests{how: how, dir: dir}
	summary, err := preview(ctx, src, &objects, items, m.add)
	if err != nil {
		return nil, nil, err
	}
	return summary, &m.written, m.leaveOut()
}

// manifests is a folder that is being written.
type manifests struct {
	how     ManifestOptions
	dir     *sink.Directory
	written Written
	owners  map[layout.Address]bool // controllers of Kubernetes' own that are written
	owned   []owned
}

// owned is a manifest that goes if its controller is written, which comes after it.
type owned struct {
	item  sink.Manifest
	owner layout.Address
}

func (m *manifests) add(it *pipeline.Item) error {
	if it.Key.Resource == layout.Secrets && m.how.Secrets == OmitSecrets {
		m.written.Omitted++
		return nil
	}
	if !m.how.All && findings.MadeByController(it) {
		m.written.Controlled++
		return nil
	}
	strip(it.Object, it.Key.Resource, m.how.KeepLabels)
	if it.Key.Resource == layout.Secrets {
		m.secret(it.Object)
	}
	manifest := sink.Manifest{Address: layout.Address{Resource: it.Key.Resource, Namespace: it.Namespace, Name: it.Report.Name}, Object: it.Object}
	if err := m.dir.Add(manifest); err != nil {
		return err
	}
	m.written.Manifests++
	if !m.how.All {
		m.note(it, manifest)
	}
	return nil
}

// secret puts a word into the place of a Secret's values, or counts the Secret as one with values.
func (m *manifests) secret(o *object.Value) {
	if m.how.Secrets != PlaceSecrets {
		m.written.Secrets++
		return
	}
	for _, field := range []struct{ name, value string }{
		{"data", base64.StdEncoding.EncodeToString([]byte(placeholder))}, {"stringData", placeholder},
	} {
		for key := range o.Get(field.name).Members() {
			o.Get(field.name).Set(key, object.Text(field.value))
		}
	}
}

// controller is a kind of Kubernetes' own that makes objects of another.
type controller struct{ resource, makes string }

// controllers are those that make what Velero restores beside them.
var controllers = map[string]controller{
	"Deployment": {"deployments.apps", "replicasets.apps"}, "ReplicaSet": {"replicasets.apps", "pods"}, "StatefulSet": {"statefulsets.apps", "pods"},
	"DaemonSet": {"daemonsets.apps", "pods"}, "ReplicationController": {"replicationcontrollers", "pods"},
	"Job": {"jobs.batch", "pods"}, "CronJob": {"cronjobs.batch", "jobs.batch"},
}

// note remembers controllers, and what they made.
func (m *manifests) note(it *pipeline.Item, written sink.Manifest) {
	for _, c := range controllers {
		if c.resource == written.Resource {
			if m.owners == nil {
				m.owners = map[layout.Address]bool{}
			}
			m.owners[written.Address] = true
		}
	}
	owner := findings.ControllerOf(it)
	if c := controllers[owner.Get("kind").Str()]; c.makes == written.Resource {
		written.Object = nil
		m.owned = append(m.owned, owned{written, layout.Address{Resource: c.resource, Namespace: written.Namespace, Name: owner.Get("name").Str()}})
	}
}

// leaveOut takes out what a controller in the folder makes.
func (m *manifests) leaveOut() error {
	for _, o := range m.owned {
		if !m.owners[o.owner] {
			continue
		}
		if err := m.dir.Remove(o.item); err != nil {
			return err
		}
		m.written.Manifests--
		m.written.Controlled++
	}
	return nil
}

// lastApplied is where kubectl apply keeps what it was given.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// strip takes away what only Velero, kubectl or the API server put there.
func strip(o *object.Value, resource string, keepLabels bool) {
	o.Remove("metadata", "managedFields")
	o.Remove("metadata", "creationTimestamp")
	o.Remove("metadata", "annotations", lastApplied)
	o.Remove("status")
	if !keepLabels {
		o.Remove("metadata", "labels", pipeline.BackupNameLabel)
		o.Remove("metadata", "labels", pipeline.RestoreNameLabel)
	}
	switch resource {
	case "namespaces":
		o.Remove("metadata", "labels", "kubernetes.io/metadata.name")
	case "pods":
		stripPod(o.Get("spec"))
	}
	for _, field := range []string{"labels", "annotations"} {
		if v := o.Get("metadata", field); v.Kind() == object.Object && v.Len() == 0 {
			o.Remove("metadata", field)
		}
	}
	stripTemplates(o.Get("spec"))
}

func stripPod(spec *object.Value) {
	gone := spec.Get("initContainers").Filter(func(c *object.Value) bool {
		return !c.Get("name").Is("restore-wait") && !c.Get("name").Is("restic-wait")
	})
	if gone > 0 && spec.Get("initContainers").Len() == 0 {
		spec.Remove("initContainers")
	}
}

// stripTemplates takes away `creationTimestamp: null`, which Go writes into templates, and the status of claims in them.
func stripTemplates(spec *object.Value) {
	templates := []*object.Value{spec.Get("template"), spec.Get("jobTemplate"), spec.Get("jobTemplate", "spec", "template")}
	claims := spec.Get("volumeClaimTemplates").Elements()
	var ephemeral []*object.Value
	for _, pod := range []*object.Value{spec, spec.Get("template", "spec"), spec.Get("jobTemplate", "spec", "template", "spec")} {
		for _, volume := range pod.Get("volumes").Elements() {
			ephemeral = append(ephemeral, volume.Get("ephemeral", "volumeClaimTemplate"))
		}
	}
	for _, template := range slices.Concat(templates, claims, ephemeral) {
		if at := template.Get("metadata", "creationTimestamp"); at != nil && at.IsNull() {
			template.Remove("metadata", "creationTimestamp")
		}
		if metadata := template.Get("metadata"); metadata.Kind() == object.Object && metadata.Len() == 0 {
			template.Remove("metadata")
		}
	}
	for _, claim := range claims {
		claim.Remove("status")
	}
}
