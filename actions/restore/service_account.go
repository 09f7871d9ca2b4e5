package restore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// ServiceAccount takes the generated token secret out of a ServiceAccount's secrets: the last one whose name starts
// with <name>-token-, and no other. imagePullSecrets stay.
// Source: Velero v1.18.2 pkg/restore/actions/service_account_action.go:46-79, v1.6.3
// pkg/restore/service_account_action.go:46-79.
//
// It is not run on archives: a second run, by the restore of the archive, would take the next secret of that name.
func ServiceAccount() actions.Action {
	return actions.Action{
		Name:      "velero.io/service-account",
		Summary:   "removes the generated token secret from a ServiceAccount's secrets",
		AppliesTo: actions.Selector{Resources: []string{layout.ServiceAccounts}},
		Typed:     typed.ServiceAccount,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			secrets := in.Item.Get("secrets").Elements()
			last := serviceAccountLastToken(secrets, in.Item.Name()+"-token-")
			if last < 0 {
				return nil, nil
			}
			out := &actions.Output{}
			out.Explain(field.Index("secrets", last), fmt.Sprintf("secret %s removed: the target generates its own",
				secrets[last].Get("name").Str()))
			if len(secrets) == 1 {
				in.Item.Remove("secrets")
				return out, nil
			}
			in.Item.Get("secrets").Filter(func(e *object.Value) bool { return e != secrets[last] })
			return out, nil
		},
	}
}

// serviceAccountLastToken returns the index of the last reference whose name has the prefix, -1 if there is none.
func serviceAccountLastToken(secrets []*object.Value, prefix string) int {
	for i, e := range slices.Backward(secrets) {
		if strings.HasPrefix(e.Get("name").Str(), prefix) {
			return i
		}
	}
	return -1
}
