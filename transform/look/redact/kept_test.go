package redact_test

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

// Each row has the secret "hunter2Secret" in one manner; what is beside it stays.
func TestOnlyTheSecretOfATextGoes(t *testing.T) {
	for _, row := range []struct{ resource, in, kept string }{
		{"controllerrevisions.apps", `{"data":{"spec":{"template":{"spec":{"containers":[{"image":"web","env":[{"name":"DB_PASSWORD","value":"hunter2Secret"}],"args":["--password","hunter2Secret","--v=4"]}]}}}}}`, `--v=4`},
		{"applications.argoproj.io", `{"spec":{"source":{"helm":{"parameters":[{"name":"db.password","value":"hunter2Secret"},{"name":"color","value":"blue"}]}}}}`, "blue"},
		{"things.example.org", `{"spec":{"extraEnv":[{"key":"API_TOKEN","value":"hunter2Secret"}],"headers":[{"header":"Authorization","value":"Basic hunter2Secret"}],"color":"blue"}}`, "blue"},
		{"things.example.org", `{"status":{"token":"hunter2Secret","phase":"Ready"}}`, "Ready"},
		{"things.example.org", `{"parameters":{"adminPassword":"hunter2Secret","adminSecretName":"login"}}`, "login"},
		{"things.example.org", `{"spec":{"tokens":["hunter2Secret"],"password":12345,"dbPass":"hunter2Secret","key":"hunter2Secret4key"},"kept":"yes"}`, `"kept":"yes"`},
		{"things.example.org", `{"spec":{"manifest":{"kind":"Secret","stringData":{"a":"hunter2Secret"}},"color":"blue"}}`, "blue"},
		{"things.example.org", `{"spec":{"manifest":"kind: Secret\nstringData:\n  a: hunter2Secret\ntype: Opaque"}}`, "type: Opaque"},
		{"pods", `{"metadata":{"annotations":{"example.org/api-token":"hunter2Secret","example.org/color":"blue"}}}`, "blue"},
		{"pods", `{"metadata":{"annotations":{"checksum/secret":"hunter2Secret"},"labels":{"app":"web"}}}`, "web"},
		{"pods", `{"spec":{"containers":[{"command":["mysql","-phunter2Secret","-hdb"]}]}}`, `"-hdb"`},
		{"pods", `{"spec":{"containers":[{"command":["redis-cli","-a","hunter2Secret","ping"]}]}}`, `"ping"`},
		{"pods", `{"spec":{"containers":[{"command":["curl","-u","a:hunter2Secret","https://example.org"]}]}}`, `"a:redacted-`},
		{"pods", `{"spec":{"containers":[{"command":["sh","-c","echo one\ncurl -u a:hunter2Secret https://example.org\necho two"]}]}}`, `echo one\ncurl -u a:redacted-`},
		{"configmaps", `{"data":{"a.sh":"#!/bin/sh\nPASSWORD=hunter2Secret\nrun --color blue"}}`, `\nrun --color blue`},
		{"configmaps", `{"data":{"app.yaml":"db:\n  password: hunter2Secret\n  host: db\n"}}`, "\\n  host: db"},
		{"configmaps", `{"data":{"app.json":"{\"db\":{\"password\":\"hunter2Secret\",\"host\":\"db\"}}"}}`, `\"host\":\"db\"`},
		{"configmaps", `{"data":{".pgpass":"db:5432:shop:u:hunter2Secret"}}`, "redacted-"},
		{"configmaps", `{"data":{"users":"u:$apr1$abcdefgh$hunter2Secret"}}`, `"u:redacted-`},
		{"configmaps", `{"data":{"netrc":"machine h login u password hunter2Secret"}}`, "machine h login u"},
		{"configmaps", `{"data":{"c":"Server=db;Password=hunter2Secret;Timeout=3"}}`, ";Timeout=3"},
		{"configmaps", `{"data":{"README.md":"Log in as ghp_hunter2Secret0123456. Set password: to your own."}}`, "Set password: to your own."},
		{"secrets", `{"metadata":{"annotations":{"kapp.k14s.io/original":"{\"kind\":\"Secret\",\"stringData\":{\"a\":\"hunter2Secret\"}}","objectset.rio.cattle.io/applied":"hunter2Secret"}},"type":"Opaque"}`, "Opaque"},
	} {
		body := strings.Replace(row.in, "{", `{"apiVersion":"v1","kind":"It",`, 1)
		got := scrubbed(t, row.resource, body)[strings.Replace(plainPath, "%", row.resource, 1)]
		if strings.Contains(got, "hunter2Secret") || strings.Contains(got, "12345,") || !strings.Contains(got, row.kept) {
			t.Errorf("%s:\n%s\nis\n%s", row.resource, row.in, got)
		}
	}
}

func TestWhatOnlyTellsOfSecretsStays(t *testing.T) {
	for _, row := range [][2]string{
		{"customresourcedefinitions.apiextensions.k8s.io", `"spec":{"schema":{"openAPIV3Schema":{"properties":{"password":{"type":"string","default":"changeme","description":"password: the password, token=x"},"token":{"enum":["secret"]}}}}}`},
		{"things.example.org", `"spec":{"schema":{"type":"object","properties":{"token":{"description":"secret=abc"}}}}`},
		{"things.example.org", `"spec":{"secretName":"login","passwordSecretRef":{"name":"login","key":"password"},"tokenPath":"/var/run/token","authType":"basic","description":"the password: see below"}`},
		{"things.example.org", `"spec":{"tolerations":[{"key":"node-role.kubernetes.io/control-plane","operator":"Exists"}],"topologyKey":"kubernetes.io/hostname","automountServiceAccountToken":false,"tokenExpirationSeconds":3600}`},
		{"pods", `"spec":{"containers":[{"args":["--authorization-mode=Node,RBAC","--service-account-private-key-file=/k","--enable-token=true","-p","8080","-u","1000:1000","--password=$(PASSWORD)"],"env":[{"name":"SECRET_NAME","value":"login"},{"name":"P","value":"$PASSWORD"}]}]}`},
		{"configmaps", `"data":{"run.sh":"PASSWORD=$(cat /run/secrets/db/password)\nexport TOKEN=${OTHER}\n","NOTES.txt":"password: given by your administrator"}`},
		{"clusterroles.rbac.authorization.k8s.io", `"rules":[{"apiGroups":[""],"resources":["secrets","serviceaccounts/token"],"resourceNames":["web-token"],"verbs":["get"]}]`},
		{"deployments.apps", `"spec":{"template":{"spec":{"volumes":[{"name":"token","secret":{"secretName":"login","items":[{"key":"password","path":"password"}]}}]}}}`},
		{"ingresses.networking.k8s.io", `"metadata":{"annotations":{"nginx.ingress.kubernetes.io/auth-secret":"shop/it","cert-manager.io/private-key-algorithm":"RSA"}}`},
	} {
		body := `{"apiVersion":"v1","kind":"It",` + row[1] + `}`
		if got := scrubbed(t, row[0], body)[strings.Replace(plainPath, "%", row[0], 1)]; got != body {
			t.Errorf("%s: got\n%s\nwant\n%s", row[0], got, body)
		}
	}
}

// The value of a Secret goes wherever it stands; one that half the backup could have does not.
func TestAValueOfASecretGoesWhereverItStands(t *testing.T) {
	const secret = `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"it","namespace":"shop"},"stringData":{"a":"hunter2Secret","b":"true","c":"admin","d":"8080","e":"postgres","f":"shop","g":"correct horse",` +
		`"h":"{\"users\":{\"password\":\"inner4Secret\"}}"}}`
	const other = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other","namespace":"shop"},"data":{"x":"a hunter2Secret b correct horse aHVudGVyMlNlY3JldA== inner4Secret","y":"true admin 8080 postgres shop"}}`
	found := scrubbedAll(t, map[string]string{"secrets/it": secret, "configmaps/other": other})
	got := object.MustParse(found["resources/configmaps/namespaces/shop/other.json"])
	for _, gone := range []string{"hunter2", "horse", "aHVudGVy", "inner4"} {
		if text := got.Get("data", "x").Str(); strings.Contains(text, gone) {
			t.Errorf("%s is left in %s", gone, text)
		}
	}
	if text := got.Get("data", "y").Str(); text != "true admin 8080 postgres shop" {
		t.Errorf("got %s", text)
	}
}
