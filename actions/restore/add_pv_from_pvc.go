package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
)

// AddPVFromPVC brings in the volume that a claim was bound to in the backup. Profile 1.6 only; in 1.18 it is part of
// PVC.
// Source: Velero v1.6.3 pkg/restore/add_pv_from_pvc_action.go:43-71.
func AddPVFromPVC() actions.Action {
	return actions.Action{
		Name:        "velero.io/add-pv-from-pvc",
		Summary:     "brings in the volume of a bound claim",
		AppliesTo:   actions.Selector{Resources: []string{layout.PersistentVolumeClaims}},
		Typed:       typed.PersistentVolumeClaim,
		TypedBackup: true,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			return pvcVolume(in.ItemFromBackup), nil
		},
	}
}
