package pipeline

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/report"
)

func TestVolumesOverWhichVeleroPanics(t *testing.T) {
	const one = `[{metadata: {namespace: shop, name: s}, spec: {source: {persistentVolumeClaimName: data}}}]`
	const first = `[{metadata: {namespace: shop, name: t}, spec: {source: {}}}, {metadata: {namespace: shop, name: s}, spec: {source: {persistentVolumeClaimName: data}}}]`
	const last = `[{metadata: {namespace: shop, name: s}, spec: {source: {persistentVolumeClaimName: data}}}, {metadata: {namespace: shop, name: t}, spec: {source: {}}}]`
	const other = `claimRef: {namespace: shop, name: other}`
	const podVolumes = `[{metadata: {annotations: {velero.io/pvc-name: data}}, spec: {pod: {namespace: shop, name: p}}}]`
	runRows(t, decideVolume, []row{
		{name: "no claim", profile: actions.V1_14, side: side{csi: one}, item: pv(""), fails: "velero-panics", reason: "spec.claimRef: is missing"},
		{name: "no claim, and a release that looks for it", profile: actions.V1_15, side: side{csi: one}, item: pv("")},
		{name: "no claim, and a release that does not look for snapshots", profile: actions.V1_11, side: side{csi: one}, item: pv("")},
		{name: "no claim, and no snapshots", profile: actions.V1_14, item: pv("")},
		{name: "no claim, but volume information", profile: actions.V1_14, side: side{csi: one, infos: `[{pvName: pv}]`}, item: pv("")},
		{name: "no claim, but a native snapshot", profile: actions.V1_14, side: side{csi: one, native: `[{spec: {persistentVolumeName: pv}}]`}, item: pv("")},
		{name: "no claim, and a volume that does not fit its type", profile: actions.V1_14, side: side{csi: one}, item: pv("nfs: text")},
		{name: "a snapshot without a claim before", profile: actions.V1_13, side: side{csi: first}, item: pv(claimRef), fails: "velero-panics", reason: "the CSI snapshot shop/t of the backup has no claim"},
		{name: "behind the one that is found", profile: actions.V1_13, side: side{csi: last}, item: pv(claimRef), fails: "csi-not-enabled"},
		{name: "behind, and none is found", profile: actions.V1_13, side: side{csi: last}, item: pv(other), fails: "velero-panics", reason: "has no claim"},
		{name: "a snapshot without a claim, and a release that passes it over", profile: actions.V1_14, side: side{csi: first}, item: pv(other)},
		{name: "after a pod volume backup Velero looks no further", profile: actions.V1_13, side: side{csi: first, podVolumes: podVolumes}, item: pv(claimRef), outcome: report.Skip, reason: "in a pod volume backup"},
	})
}
