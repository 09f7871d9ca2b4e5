package render

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// shownVolumes is how many volumes of one method the default table shows.
const shownVolumes = 8

// volumeMethods are the methods in the order in which they are told, each in words.
var volumeMethods = []struct {
	method report.VolumeMethod
	words  string
}{
	{report.NativeSnapshot, "native snapshot: Velero's plugin creates a volume from it"},
	{report.CSISnapshot, "CSI snapshot: the driver creates a volume from it"},
	{report.DataMover, "data mover: a new volume is filled from the object store"},
	{report.PodVolumeBackup, "pod volume backup: a new volume is filled while a pod waits"},
	{report.Provisioned, "dynamic provisioning: a new volume"},
	{report.AsItIs, "reused: the PersistentVolume keeps pointing to the original volume"},
}

// volumeFates are what becomes of the data of one volume, in a few words.
var volumeFates = map[report.Fate]string{
	report.DataLost:    "data lost",
	report.DataOld:     "needs the original volume",
	report.DataUnknown: "data unknown",
	report.DataKept:    "the target's data stays",
	report.DataNone:    "never had data",
	report.DataBack:    "data comes back",
}

// fateText says what becomes of a volume's data, and of how much where that is known; "" for a volume that the restore
// neither makes nor uses.
func fateText(v report.Volume) string {
	words := volumeFates[v.Fate]
	if words != "" && v.Bytes > 0 {
		words += ", " + Bytes(v.Bytes)
	}
	return words
}

// writeVolumePlan shows how volumes come back, at most shown of each method; those with data that are missing come first.
func writeVolumePlan(p *page, volumes []report.Volume, shown int) {
	if len(volumes) == 0 {
		return
	}
	p.section(strong, "VOLUMES")
	for _, row := range volumeMethods {
		same, _ := ofMethod(volumes, row.method)
		writeMethod(p, row.words, same, shown)
	}
}

// ofMethod are the volumes of one method, first those with data that are missing, whose number it is.
func ofMethod(volumes []report.Volume, method report.VolumeMethod) (same []report.Volume, incomplete int) {
	var complete []report.Volume
	for _, v := range volumes {
		switch {
		case v.Method != method:
		case len(v.Missing) > 0:
			same = append(same, v)
		default:
			complete = append(complete, v)
		}
	}
	return append(same, complete...), len(same)
}

func writeMethod(p *page, words string, volumes []report.Volume, shown int) {
	if len(volumes) == 0 {
		return
	}
	p.put(plain, "  ")
	p.put(strong, words)
	p.line(plain, " ×"+strconv.Itoa(len(volumes)))
	for _, v := range volumes[:min(shown, len(volumes))] {
		p.hanging(plain, 4, 6, volumeLine(v))
		for _, why := range v.Missing {
			p.hanging(reasonStyle(v.Fate), 6, 8, why)
		}
	}
	if rest := len(volumes) - shown; rest > 0 {
		p.line(faint, "    and "+strconv.Itoa(rest)+" more: see -o wide")
	}
}

// reasonStyle is how the reasons for a fate are shown.
func reasonStyle(f report.Fate) ink {
	switch f {
	case report.DataLost, report.DataOld, report.DataUnknown:
		return caution
	}
	return plain
}

// volumeLine names a volume, what becomes of its data, and where that comes from.
func volumeLine(v report.Volume) string {
	line := volumeName(v)
	if fate := fateText(v); fate != "" {
		line += " (" + fate + ")"
	}
	if from := origin(v); from != "" {
		line += ": " + from
	}
	return line
}

func volumeName(v report.Volume) string {
	switch {
	case v.Claim != "" && v.ClaimOutcome != "":
		return itemName("persistentvolumeclaims", v.Namespace, v.Claim)
	case v.PersistentVolume != "":
		return itemName("persistentvolumes", "", v.PersistentVolume)
	case len(v.Pods) > 0:
		return "volume " + v.Pods[0].Volume + " of " + itemName("pods", v.Pods[0].Namespace, v.Pods[0].Name)
	}
	return itemName("persistentvolumeclaims", v.Namespace, v.Claim)
}

// origin says where a volume's data come from: the snapshot with what is known of it, the pods that wait, the volume.
func origin(v report.Volume) string {
	var parts []string
	if v.Data != nil {
		parts = append(parts, volumeData(v.Data))
	}
	for _, pod := range v.Pods {
		if pod.Waits {
			parts = append(parts, "snapshot "+pod.Snapshot+", for which "+itemName("pods", pod.Namespace, pod.Name)+" waits")
		}
	}
	switch {
	case v.NewVolumeID != "":
		parts = append(parts, "volume "+v.NewVolumeID+" instead of "+v.VolumeID)
	case v.Method == report.AsItIs && v.VolumeID != "":
		parts = append(parts, "volume "+v.VolumeID)
	}
	if v.RenamedTo != "" {
		parts = append(parts, "renamed to "+v.RenamedTo)
	}
	return strings.Join(parts, "; ")
}

func volumeData(d *report.VolumeData) string {
	name := cmp.Or(d.Snapshot, d.Object)
	var known []string
	for _, text := range []string{d.Type, d.Zone, iops(d.IOPS), d.Driver, d.Uploader, d.Provider} {
		if text != "" {
			known = append(known, text)
		}
	}
	if len(known) == 0 {
		return "snapshot " + name
	}
	return "snapshot " + name + " (" + strings.Join(known, ", ") + ")"
}

func iops(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10) + " IOPS"
}
