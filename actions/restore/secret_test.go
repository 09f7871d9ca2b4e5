package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

const tokenSecret = `
	metadata:
	  name: app-token-x
	  namespace: shop
	  annotations: {kubernetes.io/service-account.uid: u, kubernetes.io/service-account.name: app}
	type: kubernetes.io/service-account-token
	data: {token: dA==, ca.crt: Yw==, namespace: c2hvcA==}`

const emptiedSecret = `
	metadata:
	  name: app-token-x
	  namespace: shop
	  annotations: {kubernetes.io/service-account.name: app}
	type: kubernetes.io/service-account-token
	data: {namespace: c2hvcA==}`

func TestSecret(t *testing.T) {
	const account = `{kind: ServiceAccount, metadata: {name: app, namespace: shop}}`
	actiontest.Run(t, Secret(), []actiontest.Case{{
		Name: "a generated token secret of an account of the target is skipped",
		Item: tokenSecret, Target: []string{account}, WantSkip: true,
	}, {
		Name: "it is the ORIGINAL namespace that counts, so a mapped secret is restored",
		Item: tokenSecret, Namespace: "store", Want: emptiedSecret,
		Target: []string{`{kind: ServiceAccount, metadata: {name: app, namespace: store}}`},
	}, {
		Name: "an account of the original namespace counts under a mapping as well",
		Item: tokenSecret, Namespace: "store", Target: []string{account}, WantSkip: true,
	}, {
		Name: "an account that cannot be read fails each token secret of its namespace",
		Item: tokenSecret, Target: []string{account, `{kind: ServiceAccount, metadata: {name: other, namespace: shop, annotations: {a: {}}}}`},
		Err: "the target's ServiceAccount shop/other: metadata.annotations[a]: is object, not a string",
	}, {
		Name: "a token secret of another name loses what the target fills in",
		Item: tokenSecret, Target: []string{`{kind: ServiceAccount, metadata: {name: ap, namespace: shop}}`}, Want: emptiedSecret,
	}, {
		Name: "if nobody described the accounts, a name that looks generated gets a note",
		Item: tokenSecret, Want: emptiedSecret, Notices: []string{"service-account-unknown"},
	}, {
		Name: "a token secret that somebody made gets none",
		Item: `
			metadata: {name: mine, namespace: shop, annotations: {kubernetes.io/service-account.name: app}}
			type: kubernetes.io/service-account-token
			data: {token: dA==, x: eA==}`,
		Want: `
			metadata: {name: mine, namespace: shop, annotations: {kubernetes.io/service-account.name: app}}
			type: kubernetes.io/service-account-token
			data: {x: eA==}`,
	}, {
		Name: "annotations and data that became empty go",
		Item: `
			metadata: {name: mine, namespace: shop, annotations: {kubernetes.io/service-account.uid: u}}
			type: kubernetes.io/service-account-token
			data: {token: dA==, ca.crt: Yw==}`,
		Want: `
			metadata: {name: mine, namespace: shop}
			type: kubernetes.io/service-account-token`,
	}, {
		Name: "data written as numbers become text",
		Item: `{metadata: {name: mine, namespace: shop}, type: kubernetes.io/service-account-token, data: {none: [], some: [104, 105]}}`,
		Want: `{metadata: {name: mine, namespace: shop}, type: kubernetes.io/service-account-token, data: {none: "", some: aGk=}}`,
	}, {
		Name: "a secret of another type stays as it is",
		Item: `
			metadata: {name: app-token-x, namespace: shop, annotations: {kubernetes.io/service-account.uid: u}}
			type: Opaque
			data: {token: dA==}`,
		Target: []string{account},
	}, {
		Name: "so does one without a type",
		Item: `{metadata: {name: app-token-x}, data: {token: dA==}}`,
	}, {
		Name: "a type of the wrong type",
		Item: `{metadata: {name: x}, type: 1}`,
		Err:  "type: is number, not a string",
	}, {
		Name: "an annotation of the wrong type",
		Item: `{metadata: {name: x, annotations: {a: 1}}, type: kubernetes.io/service-account-token}`,
		Err:  "metadata.annotations[a]: is number, not a string",
	}, {
		Name: "data of the wrong type",
		Item: `{metadata: {name: x}, type: kubernetes.io/service-account-token, data: {token: 1}}`,
		Err:  "data[token]: is number, not a string",
	}, {
		Name: "data that is not base64",
		Item: `{metadata: {name: x}, type: kubernetes.io/service-account-token, data: {ca.crt: dA==, token: "?"}}`,
		Err:  "data[token]: is not base64",
	}})
	actiontest.Selector(t, Secret(), "", "secrets")
}
