package main

import (
	"encoding/json"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/testdata/plugintest"
)

// serveStores serves the object stores and the volume snapshotter.
func serveStores() {
	server := framework.NewServer()
	for name, one := range plugintest.Stores() {
		server.RegisterObjectStore(name, func(logrus.FieldLogger) (any, error) { return one, nil })
	}
	server.RegisterVolumeSnapshotter("example.com/disks", func(logrus.FieldLogger) (any, error) { return &disks{&plugintest.Disks{}}, nil })
	server.Serve()
}

// disks is the volume snapshotter for Velero's framework.
type disks struct{ *plugintest.Disks }

// GetVolumeID is that of the test plugin.
func (d *disks) GetVolumeID(pv runtime.Unstructured) (string, error) {
	text, err := json.Marshal(pv.UnstructuredContent())
	if err != nil {
		return "", err
	}
	return d.Disks.GetVolumeID(text)
}

// SetVolumeID is that of the test plugin.
func (d *disks) SetVolumeID(pv runtime.Unstructured, volumeID string) (runtime.Unstructured, error) {
	text, err := json.Marshal(pv.UnstructuredContent())
	if err != nil {
		return nil, err
	}
	if text, err = d.Disks.SetVolumeID(text, volumeID); err != nil {
		return nil, err
	}
	after := &unstructured.Unstructured{}
	return after, json.Unmarshal(text, after)
}

// CreateVolumeFromSnapshot must not be called.
func (d *disks) CreateVolumeFromSnapshot(string, string, string, *int64) (string, error) {
	return "", d.Note("CreateVolumeFromSnapshot")
}

// GetVolumeInfo must not be called.
func (d *disks) GetVolumeInfo(string, string) (string, *int64, error) {
	return "", nil, d.Note("GetVolumeInfo")
}

// CreateSnapshot must not be called.
func (d *disks) CreateSnapshot(string, string, map[string]string) (string, error) {
	return "", d.Note("CreateSnapshot")
}

// DeleteSnapshot must not be called.
func (d *disks) DeleteSnapshot(string) error { return d.Note("DeleteSnapshot") }
