package restore

import (
	"encoding/json"
	"errors"
	"io"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// beginPluginCluster lets the cluster that plugins ask begin as this restore does: with what Velero has there. That is the Restore,
// the Backup and its PodVolumeBackups, as Velero's server copies them from the object store.
func beginPluginCluster(o *Options, src *tarball.Source, side *tarball.Side) error {
	if o.PluginCluster == nil {
		return nil
	}
	restore := *o.asRun()
	text, err := json.Marshal(restore)
	if err != nil {
		return err
	}
	own := velerosOwn{namespace: o.Restore.Namespace}
	if err := own.add("Restore", text); err != nil {
		return err
	}
	if side.Backup != nil {
		if err := src.ReadBackupObject(own.readBackup); err != nil {
			return err
		}
	}
	for _, file := range side.Files {
		if file.Kind != layout.PodVolumeBackups {
			continue
		}
		if err := src.ReadSide(file, own.readPodVolumeBackups); err != nil {
			return err
		}
	}
	return o.PluginCluster.Begin(own.objects)
}

// velerosOwn are objects of Velero in its namespace.
type velerosOwn struct {
	namespace string
	objects   []*object.Value
}

func (v *velerosOwn) readBackup(in io.Reader) error {
	text, err := io.ReadAll(in)
	return errors.Join(err, v.add("Backup", text))
}

func (v *velerosOwn) readPodVolumeBackups(in io.Reader) error {
	var list []json.RawMessage
	err := json.NewDecoder(in).Decode(&list)
	for _, text := range list {
		err = errors.Join(err, v.add("PodVolumeBackup", text))
	}
	return err
}

func (v *velerosOwn) add(kind string, text []byte) error {
	o, err := object.Parse(text)
	if err != nil {
		return err
	}
	o.Set("apiVersion", object.Text("velero.io/v1"))
	o.Set("kind", object.Text(kind))
	if o.Name() != "" {
		v.objects = append(v.objects, o)
	}
	return o.Put(object.Text(v.namespace), "metadata", "namespace")
}

// made notes an object that the restore made in the target.
func (w *walk) made(resource string, o *object.Value) error {
	if err := w.target.view.Created(resource, o); err != nil || w.o.PluginCluster == nil {
		return err
	}
	return w.o.PluginCluster.Put(resource, o)
}

// patched notes an object of the target that the restore has patched.
func (w *walk) patched(it *pipeline.Item, found *object.Value, v pipeline.Verdict) error {
	if w.o.PluginCluster == nil || v.Outcome != report.Update {
		return nil
	}
	text, err := jsonpatch.MergePatch(found.JSON(), it.Report.Patch)
	if err != nil {
		return err
	}
	o, err := object.Parse(text)
	if err != nil {
		return err
	}
	return w.o.PluginCluster.Put(it.Resource(), o)
}

// takeWrites lets the target have what plugins wrote since the last time.
func (w *walk) takeWrites() {
	if w.o.PluginCluster == nil {
		return
	}
	for _, one := range w.o.PluginCluster.TakeWrites() {
		w.target.view.Write(one.Address, one.Object)
		if one.Object != nil && one.Object.ObjectKind() == "CustomResourceDefinition" {
			w.target.learn(one.Object, true)
		}
	}
}

// TellPluginCluster tells what plugins asked the cluster and wrote.
func (o *Options) TellPluginCluster(s *report.Summary) {
	if o.PluginCluster == nil {
		return
	}
	for _, f := range o.PluginCluster.Findings() {
		s.Add(f)
	}
}
