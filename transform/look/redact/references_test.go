package redact_test

import (
	"strings"
	"testing"
)

// The backup has a Service auth in the namespace shop.
const authService = `{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"shop","name":"auth"}}`

func TestWhatNamesANamespaceOrAServiceStays(t *testing.T) {
	for _, row := range []struct{ resource, in, value string }{
		{"secrets", `{"type":"kubernetes.io/service-account-token","data":{"namespace":"c2hvcA=="}}`, "c2hvcA=="},
		{"deployments.apps", `{"spec":{"template":{"spec":{"containers":[{"env":[{"name":"API_TOKEN","value":"http://auth.shop.svc:8080/"}]}]}}}}`, "http://auth.shop.svc:8080/"},
		{"configmaps", `{"data":{"SESSION_SECRET":"auth.shop.svc.cluster.local"}}`, "auth.shop.svc.cluster.local"},
		{"configmaps", `{"data":{"app.yaml":"credentials: http://auth.shop.svc\n"}}`, "http://auth.shop.svc"},
		{"things.example.org", `{"spec":{"credentials":"auth.shop:443"}}`, "auth.shop:443"},
	} {
		if got := withService(t, row.resource, row.in); !strings.Contains(got, row.value) {
			t.Errorf("%s: %s is\n%s", row.resource, row.in, got)
		}
	}
}

func TestWhatIsMoreThanAnAddressGoes(t *testing.T) {
	for _, row := range []struct{ resource, in, secret string }{
		{"secrets", `{"type":"Opaque","data":{"namespace":"c2hvcA=="}}`, "c2hvcA=="},
		{"secrets", `{"type":"Opaque","data":{"a":"aHR0cDovL2F1dGguc2hvcC5zdmM="}}`, "aHR0cDovL2F1dGguc2hvcC5zdmM="},
		{"configmaps", `{"data":{"WEBHOOK_SECRET":"http://auth.shop.svc/hunter2Secret"}}`, "hunter2Secret"},
		{"configmaps", `{"data":{"WEBHOOK_SECRET":"http://auth.shop.svc?t=hunter2Secret"}}`, "hunter2Secret"},
		{"configmaps", `{"data":{"WEBHOOK_SECRET":"http://u:hunter2Secret@auth.shop.svc/"}}`, "hunter2Secret"},
		{"configmaps", `{"data":{"API_TOKEN":"auth.shop.svc hunter2Secret"}}`, "hunter2Secret"},
		{"configmaps", `{"data":{"API_TOKEN":"hunter2.shop"}}`, "hunter2.shop"},
	} {
		if got := withService(t, row.resource, row.in); strings.Contains(got, row.secret) {
			t.Errorf("%s: %s is\n%s", row.resource, row.in, got)
		}
	}
}

// withService is what is left of an item beside the Service.
func withService(t *testing.T, resource, body string) string {
	t.Helper()
	body = strings.Replace(body, "{", `{"apiVersion":"v1","kind":"It","metadata":{"namespace":"shop","name":"it"},`, 1)
	left := scrubbedAll(t, map[string]string{resource + "/it": body, "services/auth": authService})
	return left[strings.Replace(plainPath, "%", resource, 1)]
}
