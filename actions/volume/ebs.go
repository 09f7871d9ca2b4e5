package volume

import (
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

var aws = plugin{name: "aws", inTree: inTreeEBS, drivers: map[string]bool{ebsDriver: true}}

// EBS knows volumes of AWS Elastic Block Store.
// Source: velero-plugin-for-aws v1.13.2 velero-plugin-for-aws/volume_snapshotter.go:257-313.
type EBS struct{}

// GetVolumeID implements IDs. A text without vol- has no id, which is no error.
func (EBS) GetVolumeID(pv *object.Value) (string, error) {
	part, isCSI, err := aws.read(pv)
	if part == nil || err != nil {
		return "", err
	}
	if isCSI {
		handle, err := field.Text(part, "spec.csi", "volumeHandle")
		return ebsID.FindString(handle), err
	}
	text, err := aws.inTreeID(part, "volumeID")
	return ebsID.FindString(text), err
}

// SetVolumeID implements IDs. A zone stands before the id only where the label that clusters wrote before Kubernetes
// 1.17 tells it, whatever the old id had: the plugin knows no other.
func (EBS) SetVolumeID(pv *object.Value, volumeID string) error {
	part, isCSI, err := aws.write(pv)
	if err != nil {
		return err
	}
	if isCSI {
		part.Set("volumeHandle", object.Text(volumeID))
		return nil
	}
	zone, err := field.Text(pv, "", "metadata", "labels", oldZone)
	if err != nil {
		return err
	}
	if zone != "" {
		volumeID = "aws://" + zone + "/" + volumeID
	}
	part.Set("volumeID", object.Text(volumeID))
	return nil
}

// DropsIOPS says that a new volume of this type does not get the IOPS that the backup recorded of the old one: the plugin
// hands them to EC2 for io1 and io2 only, so that others, gp3 too, come back with what EC2 gives them.
// Source: velero-plugin-for-aws v1.13.2 velero-plugin-for-aws/volume_snapshotter.go:47, :112-115, :138-141.
func (EBS) DropsIOPS(volumeType string) bool { return volumeType != "io1" && volumeType != "io2" }
