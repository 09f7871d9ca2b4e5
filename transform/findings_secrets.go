package transform

import "fmt"

// seeSecret warns of a token of a ServiceAccount that only comes in since its namespace is mapped.
func (w *watch) seeSecret(it *item) {
	if it.key.Namespace == it.namespace || !it.object.Get("type").Is("kubernetes.io/service-account-token") {
		return
	}
	account := it.object.Annotation("kubernetes.io/service-account.name")
	it.report.Warn("token-secret-in-mapped-namespace", "", fmt.Sprintf(
		"a token of ServiceAccount %s; Velero looks for the account in namespace %s, not in %s", account, it.key.Namespace, it.namespace))
}
