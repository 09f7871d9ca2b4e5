package oracle

import (
	"context"
	"fmt"
	"reflect"

	ctrl "sigs.k8s.io/controller-runtime"
)

// Reconciler is a controller of Velero's.
type Reconciler interface {
	Reconcile(context.Context, ctrl.Request) (ctrl.Result, error)
}

// tracker stands for a pointer to a struct of a package that cannot be imported, with its maps and locks made.
type tracker struct{}

// Construct calls one of Velero's constructors, which have other parameters from release to release: what a release asks for beyond the
// arguments is left empty, and arguments that it does not ask for yet are left out; a release adds parameters at the end.
func Construct(constructor any, args ...any) (any, error) {
	call := reflect.ValueOf(constructor)
	in := make([]reflect.Value, call.Type().NumIn())
	for i := range in {
		of := call.Type().In(i)
		in[i] = reflect.Zero(of)
		if i >= len(args) || args[i] == nil {
			continue
		}
		if _, ok := args[i].(tracker); ok {
			in[i] = filled(of)
			continue
		}
		if in[i] = reflect.ValueOf(args[i]); !in[i].Type().AssignableTo(of) {
			return nil, fmt.Errorf("parameter %d is a %s, not a %s", i, of, in[i].Type())
		}
	}
	out := call.Call(in)
	if len(out) > 1 {
		if err, ok := out[1].Interface().(error); ok {
			return nil, err
		}
	}
	return out[0].Interface(), nil
}
