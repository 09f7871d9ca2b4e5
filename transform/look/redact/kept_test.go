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
		{"configmaps", `{"data":{"nginx.conf":"server {\n  secure_link_secret hunter2Secret;\n  proxy_set_header X-Api-Key \"hunter2Secret\";\n  listen 80;\n}"}}`, `listen 80;`},
		{"configmaps", `{"data":{"redis.conf":"port 6379\nrequirepass hunter2Secret\nmasterauth hunter2Secret\nappendonly yes"}}`, `port 6379\nrequirepass redacted-`},
		{"configmaps", `{"data":{"haproxy.cfg":"userlist a\n  user admin insecure-password hunter2Secret\n  user web password hunter2Secret groups g"}}`, `groups g`},
		{"configmaps", `{"data":{"init.sql":"CREATE USER shop WITH PASSWORD 'hunter2Secret';\nCREATE USER a IDENTIFIED BY 'hunter2Secret';\nALTER ROLE b PASSWORD 'hunter2Secret';\nSELECT 1;"}}`, `SELECT 1;`},
		{"configmaps", `{"data":{"config.php":"define('DB_PASSWORD', 'hunter2Secret');\ndefine('DB_HOST', 'db');"}}`, `define('DB_HOST', 'db');`},
		{"configmaps", `{"data":{"named.conf":"key \"a\" {\n  secret \"hunter2Secret\";\n};","ipsec":"1.2.3.4 : PSK \"hunter2Secret\"","snmpd":"rocommunity hunter2Secret 10.0.0.0/8"}}`, `key \"a\" {`},
		{"configmaps", `{"data":{"a":"openssl enc -aes-256-cbc -k hunter2Secret -in f","b":"keytool -storepass hunter2Secret -keystore f","c":"smbclient //h/s -U u%hunter2Secret","d":"echo hunter2Secret | docker login -u ci --password-stdin r.io"}}`, `-in f`},
		{"configmaps", `{"data":{"a":"curl -b session=hunter2Secret https://h","b":"https://s.blob.core.windows.net/c?sv=2020&sig=hunter2Secret0123456%3D&se=1","c":"jdbc:oracle:thin:scott/hunter2Secret@//db:1521/x","d":"https://hunter2Secret0123456789@o1.ingest.sentry.io/1"}}`, `se=1`},
		{"things.example.org", `{"spec":{"hmacKey":"hunter2Secret","psk":"hunter2Secret","unsealKey":"hunter2Secret","connectionString":"hunter2Secret","mnemonic":"hunter2Secret","jwt":"hunter2Secret","pin":"hunter2Secret","color":"blue"}}`, "blue"},
		{"things.example.org", `{"spec":{"kv":[{"k":"password","v":"hunter2Secret"}],"pair":["password","hunter2Secret"],"template":{"stringData":{"a":"hunter2Secret"}},"command":["redis-server","--requirepass","hunter2Secret","--port","1"]}}`, `"--port","1"`},
		{"things.example.org", `{"spec":{"twice":"\"{\\\"password\\\":\\\"hunter2Secret\\\",\\\"color\\\":\\\"blue\\\"}\""}}`, "blue"},
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
		{"clusterroles.rbac.authorization.k8s.io", `"rules":[{"apiGroups":["secretstores.example.org","v1Beta2"],"resources":["secrets","configmaps"],"verbs":["get","list"]}]`},
		{"configmaps", `"data":{"run.sh":"read password\ntoken refresh\nkubectl get secret login\ncurl -k https://example.org/a1b2c3d4","a.conf":"auth required\npassword sufficient pam_unix.so\nkey \"rndc-key\" {","x":"https://git@github.com/a/b?config=1"}`},
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
