package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// AdmissionWebhookConfiguration makes webhooks of admissionregistration.k8s.io/v1 acceptable to that version: a
// sideEffects that is neither None nor NoneOnDryRun, or missing, or of any wrong type, becomes None. An entry that is a
// list is dropped, as in Velero, where any other entry that is no object fails the item. Profile 1.18 only.
// Source: Velero v1.18.2 pkg/restore/actions/admissionwebhook_config_action.go:49-89.
func AdmissionWebhookConfiguration() actions.Action {
	return actions.Action{
		Name:    "velero.io/admission-webhook-configuration",
		Summary: "sets webhooks' sideEffects to a value that v1 allows",
		AppliesTo: actions.Selector{Resources: []string{
			layout.MutatingWebhooks,
			layout.ValidatingWebhooks,
		}},
		Archive: true,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			version, err := field.GetStrict(in.Item, "", object.String, "apiVersion")
			if err != nil || !version.Is("admissionregistration.k8s.io/v1") {
				return nil, err
			}
			webhooks, err := field.GetStrict(in.Item, "", object.Array, "webhooks")
			if err != nil {
				return nil, err
			}
			for i, w := range webhooks.Elements() {
				if k := w.Kind(); k != object.Object && k != object.Array {
					return nil, field.WrongKind(w, field.Index("webhooks", i), object.Object)
				}
				if effects := w.Get("sideEffects"); !effects.Is("None") && !effects.Is("NoneOnDryRun") {
					w.Set("sideEffects", object.Text("None"))
				}
			}
			webhooks.Filter(func(w *object.Value) bool { return w.Kind() != object.Array })
			return nil, nil
		},
	}
}
