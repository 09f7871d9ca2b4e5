package volume

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
)

const inTreeGCE = "gcePersistentDisk"

// gceDrivers are the CSI drivers of persistent disks, the one of confidential nodes included.
var gceDrivers = map[string]bool{"pd.csi.storage.gke.io": true, "gcp.csi.confidential.cloud": true}

// gceHandle is a disk of one zone, or of a region, which then stands in several.
var gceHandle = regexp.MustCompile(`^projects/[^/]+/(zones|regions)/[^/]+/disks/[^/]+$`)

var gceProject = regexp.MustCompile(`projects/[^/]+/`)

// GCEDisk knows persistent disks of Google Compute Engine.
// Source: velero-plugin-for-gcp v1.13.2 velero-plugin-for-gcp/volume_snapshotter.go:50-55,420-500.
type GCEDisk struct {
	// Project is where the plugin makes volumes: its configuration's volumeProject, else that of its credentials. It is
	// written into a volumeHandle; "" keeps the one there. Differs from Velero: the credentials are not known here.
	Project string
}

// GetVolumeID implements IDs: it is the name of the disk alone.
func (GCEDisk) GetVolumeID(pv *object.Value) (string, error) {
	csi, driver, err := csiOf(pv)
	if err != nil {
		return "", err
	}
	if gceDrivers[driver] {
		handle, err := gceHandleOf(csi, driver)
		return handle[strings.LastIndex(handle, "/")+1:], err
	}
	disk, err := source(pv, inTreeGCE)
	if disk == nil || err != nil {
		return "", err
	}
	name, err := field.Text(disk, "spec."+inTreeGCE, "pdName")
	if err == nil && name == "" {
		err = fmt.Errorf("spec.%s.pdName: is missing", inTreeGCE)
	}
	return name, err
}

// gceHandleOf returns a volumeHandle of the form that has an id in it.
func gceHandleOf(csi *object.Value, driver string) (string, error) {
	handle, err := field.Text(csi, "spec.csi", "volumeHandle")
	if err != nil {
		return "", err
	}
	if !gceHandle.MatchString(handle) {
		return "", fmt.Errorf("spec.csi.volumeHandle: %q is not what %s writes: projects/PROJECT/zones/ZONE/disks/NAME, or regions/REGION", handle, driver)
	}
	return handle, nil
}

// SetVolumeID implements IDs. The zone or region of a volumeHandle stays.
func (g GCEDisk) SetVolumeID(pv *object.Value, volumeID string) error {
	csi, driver, err := csiOf(pv)
	if err != nil {
		return err
	}
	if csi != nil {
		return g.setHandle(csi, driver, volumeID)
	}
	disk, err := source(pv, inTreeGCE)
	if err != nil {
		return err
	}
	if disk == nil {
		return noVolume(inTreeGCE)
	}
	disk.Set("pdName", object.Text(volumeID))
	return nil
}

func (g GCEDisk) setHandle(csi *object.Value, driver, volumeID string) error {
	if !gceDrivers[driver] {
		return unknownDriver(driver, "gcp")
	}
	handle, err := gceHandleOf(csi, driver)
	if err != nil {
		return err
	}
	if g.Project != "" {
		handle = gceProject.ReplaceAllLiteralString(handle, "projects/"+g.Project+"/")
	}
	csi.Set("volumeHandle", object.Text(handle[:strings.LastIndex(handle, "/")+1]+volumeID))
	return nil
}
