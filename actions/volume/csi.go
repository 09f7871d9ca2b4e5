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

func unknownDriver(driver, plugin string) error {
	return fmt.Errorf("spec.csi.driver: %s is none that the plugin for %s can handle", driver, plugin)
}

func noVolume(inTree string) error {
	return fmt.Errorf("spec: has neither csi nor %s, so there is no place for a volume's id", inTree)
}
