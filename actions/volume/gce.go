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

var gcp = plugin{name: "gcp", inTree: inTreeGCE, drivers: gceDrivers}

// GCEDisk knows persistent disks of Google Compute Engine.
// Source: velero-plugin-for-gcp v1.13.2 velero-plugin-for-gcp/volume_snapshotter.go:50-55,420-500.
type GCEDisk struct {
	// Project is where the plugin makes volumes: its configuration's volumeProject, else that of its credentials. It is
	// written into a volumeHandle; "" keeps the one there. Differs from Velero: the credentials are not known here.
	Project string
}

// GetVolumeID implements IDs: it is the name of the disk alone.
func (GCEDisk) GetVolumeID(pv *object.Value) (string, error) {
	part, isCSI, err := gcp.read(pv)
	if part == nil || err != nil {
		return "", err
	}
	if !isCSI {
		return gcp.inTreeID(part, "pdName")
	}
	handle, err := gceHandleOf(part)
	return handle[strings.LastIndex(handle, "/")+1:], err
}

// gceHandleOf returns a volumeHandle of the form that has an id in it.
func gceHandleOf(csi *object.Value) (string, error) {
	handle, err := field.Text(csi, "spec.csi", "volumeHandle")
	if err != nil {
		return "", err
	}
	if !gceHandle.MatchString(handle) {
		return "", fmt.Errorf("spec.csi.volumeHandle: %q is not what %s writes: projects/PROJECT/zones/ZONE/disks/NAME, or regions/REGION", handle, csi.Get("driver").Str())
	}
	return handle, nil
}

// SetVolumeID implements IDs. The zone or region of a volumeHandle stays.
func (g GCEDisk) SetVolumeID(pv *object.Value, volumeID string) error {
	part, isCSI, err := gcp.write(pv)
	if err != nil {
		return err
	}
	if !isCSI {
		part.Set("pdName", object.Text(volumeID))
		return nil
	}
	handle, err := gceHandleOf(part)
	if err != nil {
		return err
	}
	if g.Project != "" {
		handle = gceProject.ReplaceAllLiteralString(handle, "projects/"+g.Project+"/")
	}
	part.Set("volumeHandle", object.Text(handle[:strings.LastIndex(handle, "/")+1]+volumeID))
	return nil
}
