package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

func TestAdmissionWebhookConfiguration(t *testing.T) {
	const sideEffects = `
		apiVersion: admissionregistration.k8s.io/v1
		webhooks: [{sideEffects: None}, {sideEffects: NoneOnDryRun}, {sideEffects: Some}, {sideEffects: Unknown, x: 1.0}, {name: a}, {sideEffects: 1}]`
	const none = `
		apiVersion: admissionregistration.k8s.io/v1
		webhooks: [{sideEffects: None}, {sideEffects: NoneOnDryRun}, {sideEffects: None}, {sideEffects: None, x: 1.0}, {name: a, sideEffects: None}, {sideEffects: None}]`
	actiontest.Run(t, AdmissionWebhookConfiguration(), []actiontest.Case{
		{Name: "what is neither None nor NoneOnDryRun becomes None", Item: sideEffects, Want: none},
		{Name: "in validating ones too", Resource: "validatingwebhookconfigurations.admissionregistration.k8s.io", Item: sideEffects, Want: none},
		{Name: "an archive gets the same", Archive: true, Item: sideEffects, Want: none},
		{Name: "v1beta1 may have side effects", Item: `{apiVersion: admissionregistration.k8s.io/v1beta1, webhooks: [{sideEffects: Some}]}`},
		{Name: "no webhooks", Item: `{apiVersion: admissionregistration.k8s.io/v1}`},
		{Name: "an entry that is a list is dropped", Item: `{apiVersion: admissionregistration.k8s.io/v1, webhooks: [[1], {}]}`,
			Want: `{apiVersion: admissionregistration.k8s.io/v1, webhooks: [{sideEffects: None}]}`},
		{Name: "another entry that is no object is an error", Item: `{apiVersion: admissionregistration.k8s.io/v1, webhooks: [{}, null]}`,
			Err: "webhooks[1]: is null, not an object"},
		{Name: "null for webhooks is an error", Item: `{apiVersion: admissionregistration.k8s.io/v1, webhooks: null}`,
			Err: "webhooks: is null, not an array"},
		{Name: "apiVersion of the wrong type is an error", Item: `{apiVersion: 1}`, Err: "apiVersion: is number, not a string"},
	})
	actiontest.Selector(t, AdmissionWebhookConfiguration(), "",
		"mutatingwebhookconfigurations.admissionregistration.k8s.io", "validatingwebhookconfigurations.admissionregistration.k8s.io")
}
