package volume

import (
	"fmt"
	"regexp"

	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
)

const (
	ebsDriver = "ebs.csi.aws.com"
	inTreeEBS = "awsElasticBlockStore"
	oldZone   = "failure-domain.beta.kubernetes.io/zone"
)

// ebsID is an id wherever it stands: in aws://us-east-1a/vol-0123 too, and with whatever follows it.
var ebsID = regexp.MustCompile("vol-.*")

// EBS knows volumes of AWS Elastic Block Store.
// Source: velero-plugin-for-aws v1.13.2 velero-plugin-for-aws/volume_snapshotter.go:257-313.
type EBS struct{}

// GetVolumeID implements IDs. A text without vol- has no id, which is no error.
func (EBS) GetVolumeID(pv *object.Value) (string, error) {
	csi, driver, err := csiOf(pv)
	if err != nil {
		return "", err
	}
	if driver == ebsDriver {
		handle, err := field.Text(csi, "spec.csi", "volumeHandle")
		return ebsID.FindString(handle), err
	}
	disk, err := source(pv, inTreeEBS)
	if disk == nil || err != nil {
		return "", err
	}
	text, err := field.Text(disk, "spec."+inTreeEBS, "volumeID")
	if err != nil {
		return "", err
	}
	if text == "" {
		return "", fmt.Errorf("spec.%s.volumeID: is missing", inTreeEBS)
	}
	return ebsID.FindString(text), nil
}

// SetVolumeID implements IDs. A zone stands before the id only where the label that clusters wrote before Kubernetes
// 1.17 tells it, whatever the old id had: the plugin knows no other.
func (EBS) SetVolumeID(pv *object.Value, volumeID string) error {
	csi, driver, err := csiOf(pv)
	if err != nil {
		return err
	}
	if csi != nil {
		if driver != ebsDriver {
			return unknownDriver(driver, "aws")
		}
		csi.Set("volumeHandle", object.Text(volumeID))
		return nil
	}
	disk, err := source(pv, inTreeEBS)
	if err != nil {
		return err
	}
	if disk == nil {
		return noVolume(inTreeEBS)
	}
	zone, err := field.Text(pv, "", "metadata", "labels", oldZone)
	if err != nil {
		return err
	}
	if zone != "" {
		volumeID = "aws://" + zone + "/" + volumeID
	}
	disk.Set("volumeID", object.Text(volumeID))
	return nil
}

// DropsIOPS says that a new volume of this type does not get the IOPS that the backup recorded of the old one: the plugin
// hands them to EC2 for io1 and io2 only, so that others, gp3 too, come back with what EC2 gives them.
// Source: velero-plugin-for-aws v1.13.2 velero-plugin-for-aws/volume_snapshotter.go:47, :112-115, :138-141.
func (EBS) DropsIOPS(volumeType string) bool { return volumeType != "io1" && volumeType != "io2" }
