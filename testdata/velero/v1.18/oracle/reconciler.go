package oracle

import (
	"context"
	"reflect"

	"github.com/vmware-tanzu/velero/pkg/controller"
	ctrl "sigs.k8s.io/controller-runtime"
)

type reconciler interface {
	Reconcile(context.Context, ctrl.Request) (ctrl.Result, error)
}

// newBackupReconciler calls Velero's constructor with what its release asks
// for beyond the arguments, left empty: a release adds one at the end.
func newBackupReconciler(args ...any) reconciler {
	construct := reflect.ValueOf(controller.NewBackupReconciler)
	in := make([]reflect.Value, construct.Type().NumIn())
	for i := range in {
		in[i] = reflect.Zero(construct.Type().In(i))
		if i < len(args) && args[i] != nil {
			in[i] = reflect.ValueOf(args[i])
		}
	}
	return construct.Call(in)[0].Interface().(reconciler)
}
