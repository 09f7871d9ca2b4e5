package volume

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
)

const (
	azureDriver = "disk.csi.azure.com"
	inTreeAzure = "azureDisk"
)

// azureDisk finds a disk's name behind its resource id; as in the plugin, case matters.
var azureDisk = regexp.MustCompile(`/Microsoft.Compute/disks/(.*)$`)

// azureScope is a resource id up to the disk's name.
var azureScope = regexp.MustCompile(`^/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/Microsoft\.Compute/disks/`)

var azure = plugin{name: "azure", inTree: inTreeAzure, drivers: map[string]bool{azureDriver: true}}

// AzureDisk knows managed disks of Azure. The plugin writes the subscription and the resource group of its credentials
// into a PersistentVolume. Differs from Velero: they are known here only where the user says so, else those of the old
// disk stay.
// Source: velero-plugin-for-microsoft-azure v1.13.2 velero-plugin-for-microsoft-azure/volume_snapshotter.go:341-430.
type AzureDisk struct{ Subscription, ResourceGroup string }

// GetVolumeID implements IDs: it is the name of the disk alone.
func (AzureDisk) GetVolumeID(pv *object.Value) (string, error) {
	part, isCSI, err := azure.read(pv)
	if part == nil || err != nil {
		return "", err
	}
	if !isCSI {
		return azure.inTreeID(part, "diskName")
	}
	handle, err := field.Text(part, "spec.csi", "volumeHandle")
	if found := azureDisk.FindStringSubmatch(handle); found != nil {
		return found[1], nil
	}
	return "", err
}

// SetVolumeID implements IDs.
func (a AzureDisk) SetVolumeID(pv *object.Value, volumeID string) error {
	part, isCSI, err := azure.write(pv)
	if err != nil {
		return err
	}
	if isCSI {
		return a.setResource(part, "spec.csi", "volumeHandle", volumeID)
	}
	if err := a.setResource(part, "spec."+inTreeAzure, "diskURI", volumeID); err != nil {
		return err
	}
	part.Set("diskName", object.Text(volumeID))
	return nil
}

// setResource writes the resource id of a disk.
func (a AzureDisk) setResource(disk *object.Value, at, name, volumeID string) error {
	if a.Subscription != "" && a.ResourceGroup != "" {
		id := "/subscriptions/" + a.Subscription + "/resourceGroups/" + a.ResourceGroup + "/providers/Microsoft.Compute/disks/" + volumeID
		disk.Set(name, object.Text(id))
		return nil
	}
	old, err := field.Text(disk, at, name)
	if err != nil {
		return err
	}
	scope := azureScope.FindString(old)
	if scope == "" || strings.Contains(old[len(scope):], "/") {
		return fmt.Errorf("%s.%s: %q tells no subscription and resource group for disk %s: give the whole resource id, /subscriptions/…/disks/NAME", at, name, old, volumeID)
	}
	disk.Set(name, object.Text(scope+volumeID))
	return nil
}
