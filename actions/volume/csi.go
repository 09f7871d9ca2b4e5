package volume

import (
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
)

// CSI is for drivers that no public plugin knows: the id is the whole volumeHandle.
type CSI struct{}

// GetVolumeID implements IDs.
func (CSI) GetVolumeID(pv *object.Value) (string, error) {
	return field.Text(pv, "", "spec", "csi", "volumeHandle")
}

// SetVolumeID implements IDs.
func (CSI) SetVolumeID(pv *object.Value, volumeID string) error {
	csi, err := source(pv, "csi")
	if err != nil {
		return err
	}
	if csi == nil {
		return errors.New("spec.csi: is missing, so there is no place for a volume's id")
	}
	csi.Set("volumeHandle", object.Text(volumeID))
	return nil
}

// source returns the part of the spec that says where a volume comes from; nil where it is missing or null.
func source(pv *object.Value, name string) (*object.Value, error) {
	return field.Get(pv, "", object.Object, "spec", name)
}

// csiOf returns spec.csi and its driver.
func csiOf(pv *object.Value) (csi *object.Value, driver string, err error) {
	if csi, err = source(pv, "csi"); csi == nil || err != nil {
		return nil, "", err
	}
	driver, err = field.Text(csi, "spec.csi", "driver")
	return csi, driver, err
}

// plugin is what the plugins for clouds do alike: each knows the volumes of its CSI drivers, and of one of the kubelet's own.
type plugin struct {
	name, inTree string
	drivers      map[string]bool
}

// read is the part of the spec that the id of a volume stands in; nil for a volume of another storage.
func (p plugin) read(pv *object.Value) (part *object.Value, isCSI bool, err error) {
	csi, driver, err := csiOf(pv)
	if err != nil || p.drivers[driver] {
		return csi, true, err
	}
	part, err = source(pv, p.inTree)
	return part, false, err
}

// write is the part of the spec that the id of a volume is written into.
func (p plugin) write(pv *object.Value) (part *object.Value, isCSI bool, err error) {
	csi, driver, err := csiOf(pv)
	switch {
	case err != nil:
		return nil, false, err
	case csi != nil && !p.drivers[driver]:
		return nil, false, fmt.Errorf("spec.csi.driver: %s is none that the plugin for %s can handle", driver, p.name)
	case csi != nil:
		return csi, true, nil
	}
	if part, err = source(pv, p.inTree); part == nil && err == nil {
		err = fmt.Errorf("spec: has neither csi nor %s, so there is no place for a volume's id", p.inTree)
	}
	return part, false, err
}

// inTreeID is the id in a part of the spec for the kubelet's own driver, where it must not be missing.
func (p plugin) inTreeID(disk *object.Value, name string) (string, error) {
	text, err := field.Text(disk, "spec."+p.inTree, name)
	if err == nil && text == "" {
		err = fmt.Errorf("spec.%s.%s: is missing", p.inTree, name)
	}
	return text, err
}
