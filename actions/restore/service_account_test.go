package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

func TestServiceAccount(t *testing.T) {
	actiontest.Run(t, ServiceAccount(), []actiontest.Case{{
		Name: "the last token secret goes, and only that one; imagePullSecrets stay",
		Item: `
			metadata: {name: app, namespace: shop}
			secrets: [{name: app-token-a}, {name: app-token-b}, {name: mine}]
			imagePullSecrets: [{name: app-token-c}]`,
		Want: `
			metadata: {name: app, namespace: shop}
			secrets: [{name: app-token-a}, {name: mine}]
			imagePullSecrets: [{name: app-token-c}]`,
	}, {
		Name: "the same reference twice goes once",
		Item: `{metadata: {name: app}, secrets: [{name: app-token-a}, {name: app-token-a}]}`,
		Want: `{metadata: {name: app}, secrets: [{name: app-token-a}]}`,
	}, {
		Name: "a list that became empty goes",
		Item: `{metadata: {name: app}, secrets: [{name: app-token-a}]}`,
		Want: `{metadata: {name: app}}`,
	}, {
		Name: "secrets of another name stay",
		Item: `{metadata: {name: app}, secrets: [{name: app-tokens}, {name: app2-token-a}, {}, null]}`,
	}, {
		Name: "no secrets",
		Item: `{metadata: {name: app}}`,
	}, {
		Name: "secrets of the wrong type",
		Item: `{metadata: {name: app}, secrets: app-token-a}`,
		Err:  "secrets: is string, not an array",
	}, {
		Name: "a name of the wrong type",
		Item: `{metadata: {name: app}, secrets: [{}, {name: 1}]}`,
		Err:  "secrets[1].name: is number, not a string",
	}})
	actiontest.Selector(t, ServiceAccount(), "", "serviceaccounts")
	if ServiceAccount().Archive {
		t.Errorf("run on archives, the next restore would remove one more secret")
	}
}
