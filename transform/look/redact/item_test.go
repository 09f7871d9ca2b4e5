package redact

import (
	"regexp"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

// anyEncoded is a placeholder in base64: all begin with redacted-.
var anyEncoded = regexp.MustCompile(`cmVkYWN0ZWQt[A-Za-z0-9+/=]+`)

// Each row is an item of a resource, what is left of it, with # for each secret that is gone and B for one in base64, all of it
// where nothing is given, and how many values are replaced.
func TestWhereAnItemHasItsSecrets(t *testing.T) {
	const token = "ghp_0123456789abcdefABCDEF"
	for _, row := range []struct {
		resource, in, want string
		values             int
	}{
		// By what an item is found, and what it is.
		{"things.e.org", `{"apiVersion":"` + token + `","kind":"` + token + `","metadata":{"name":"` + token + `","uid":"` + token + `"}}`, "", 0},
		{"customresourcedefinitions.apiextensions.k8s.io", `{"spec":{"password":"word","note":"` + token + `"}}`, `{"spec":{"password":"word","note":"#"}}`, 1},
		{"things.e.org", `{"spec":{"password":"word"}}`, `{"spec":{"password":"#"}}`, 1},

		// Labels are secret by name and look, all else in the metadata by either.
		{"pods", `{"metadata":{"labels":{"app-token":"a1b2c3d4e5","app":"a1b2c3d4e5","token":"word","x":"` + token + `"}}}`, `{"metadata":{"labels":{"app-token":"#","app":"a1b2c3d4e5","token":"word","x":"#"}}}`, 2},
		{"pods", `{"metadata":{"annotations":{"app-token":"word","app":"a1b2c3d4e5"},"finalizers":["` + token + `"]}}`, `{"metadata":{"annotations":{"app-token":"#","app":"a1b2c3d4e5"},"finalizers":["#"]}}`, 2},
		{"pods", `{"metadata":{"annotations":{"a":{"password":"word"},"password":""}}}`, `{"metadata":{"annotations":{"a":{"password":"#"},"password":""}}}`, 1},

		// Annotations in which tools keep whole items.
		{"pods", `{"metadata":{"annotations":{"kapp.k14s.io/original":"{\"spec\":{\"password\":\"word\"}}"}}}`, `{"metadata":{"annotations":{"kapp.k14s.io/original":"{\"spec\":{\"password\":\"#\"}}"}}}`, 1},
		{"pods", `{"metadata":{"annotations":{"kapp.k14s.io/original":"{\"spec\": {\"a\":1}}"}}}`, "", 0},
		{"pods", `{"metadata":{"annotations":{"kapp.k14s.io/original":"word"}}}`, "", 0},
		{"pods", `{"metadata":{"annotations":{"kapp.k14s.io/original":""}}}`, "", 0},
		{"pods", `{"metadata":{"annotations":{"kapp.k14s.io/original":"a1b2c3d4e5"}}}`, `{"metadata":{"annotations":{"kapp.k14s.io/original":"#"}}}`, 1},
		{"pods", `{"metadata":{"annotations":{"kapp.k14s.io/original":"password=word"}}}`, `{"metadata":{"annotations":{"kapp.k14s.io/original":"password=#"}}}`, 1},
		{"secrets", `{"metadata":{"annotations":{"kapp.k14s.io/original":"word","other":"word"}}}`, `{"metadata":{"annotations":{"kapp.k14s.io/original":"#","other":"word"}}}`, 1},
		{"secrets", `{"metadata":{"annotations":{"kapp.k14s.io/original":"[\"word\"]"}}}`, `{"metadata":{"annotations":{"kapp.k14s.io/original":"#"}}}`, 1},
		{"secrets", `{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"word"}}}`, `{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}`, 1},
		{"secrets", `{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"stringData\":{\"a\":\"word\"}}"}}}`,
			`{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"stringData\":{\"a\":\"#\"}}"}}}`, 1},

		// Data, with the form that the API server wants.
		{"secrets", `{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":""}}}`, "", 0},
		{"things.e.org", `{"spec":{"template":{"metadata":{"annotations":{"app-token":"word","kapp.k14s.io/original":"{\"spec\":{\"password\":\"word\"}}"}}},"annotations":"token: a1"}}`,
			`{"spec":{"template":{"metadata":{"annotations":{"app-token":"#","kapp.k14s.io/original":"{\"spec\":{\"password\":\"#\"}}"}}},"annotations":"token: #"}}`, 3},

		// Schemas, in which names say nothing.
		{"things.e.org", `{"spec":{"s":{"type":"object","properties":{},"token":"word"},"t":{"type":"a","token":"word"},"u":{"properties":{},"token":"word"},"v":{"$schema":"x","token":"word"},"w":{"openAPIV3Schema":{"token":"word"}}}}`,
			`{"spec":{"s":{"type":"object","properties":{},"token":"word"},"t":{"type":"a","token":"#"},"u":{"properties":{},"token":"#"},"v":{"$schema":"x","token":"word"},"w":{"openAPIV3Schema":{"token":"word"}}}}`, 2},

		// Files and texts under a suspicious name.
		{"things.e.org", `{"spec":{"password":"{\"a\":\"b\",\"token\":\"c1\"}","credentials":"a\nb\nc\nd\ntoken: c1","token":"a\nb\nc\nd"}}`, `{"spec":{"password":"{\"a\":\"b\",\"token\":\"#\"}","credentials":"a\nb\nc\nd\ntoken: #","token":"#"}}`, 3},
		{"things.e.org", `{"spec":{"privateKey":"a\n-----BEGIN RSA PRIVATE KEY-----\nb\nc\nd"}}`, `{"spec":{"privateKey":"#"}}`, 1},
		{"things.e.org", `{"spec":{"a":{"key":"a1b2c3d4e5","operator":"Exists"},"b":{"key":"a1b2c3d4e5"}}}`, `{"spec":{"a":{"key":"a1b2c3d4e5","operator":"Exists"},"b":{"key":"#"}}}`, 1},
		{"secrets", `{"stringData":{"a":"word","b":"",".dockerconfigjson":"x",".dockercfg":"x"}}`, `{"stringData":{"a":"#","b":"",".dockerconfigjson":"{\"auths\":{}}",".dockercfg":"{}"}}`, 3},
		{"secrets", `{"data":{".dockercfg":"eA==","b":"","c":"eA==","d":"no base64!"}}`, `{"data":{".dockercfg":"e30=","b":"","c":"B","d":"B"}}`, 3},
		{"sealedsecrets.bitnami.com", `{"stringData":{"a":"word"},"data":{"a":"word"}}`, `{"stringData":{"a":"#"},"data":{"a":"word"}}`, 1},
		{"configmaps", `{"data":{"password":"a b","a":"word","password.txt":"a b","password.sh":"run","token.md":"the token"}}`, `{"data":{"password":"#","a":"word","password.txt":"a b","password.sh":"#","token.md":"the token"}}`, 2},
		{"things.e.org", `{"data":{"password":"a b"}}`, `{"data":{"password":"#"}}`, 1},

		// Numbers, lists, pairs, references.
		{"things.e.org", `{"spec":{"password":123,"token":123,"size":123,"pin":4711}}`, `{"spec":{"password":0,"token":123,"size":123,"pin":0}}`, 2},
		{"things.e.org", `{"spec":{"tokens":["a1","b1"],"a":["b1"]}}`, `{"spec":{"tokens":["#","#"],"a":["b1"]}}`, 2},
		{"things.e.org", `{"spec":[{"name":"PASSWORD","value":"a1"},{"name":"COLOUR","value":"b1"},{"key":"PASSWORD","stringValue":"a1"},{"name":"PASSWORD","other":"b1"}]}`,
			`{"spec":[{"name":"PASSWORD","value":"#"},{"name":"COLOUR","value":"b1"},{"key":"PASSWORD","stringValue":"#"},{"name":"PASSWORD","other":"b1"}]}`, 2},
		{"things.e.org", `{"spec":{"ref":{"name":"creds","key":"password","secretKey":"word"},"key":"a1b2c3d4e5","other":{"key":"word"}}}`, `{"spec":{"ref":{"name":"creds","key":"password","secretKey":"word"},"key":"#","other":{"key":"word"}}}`, 1},
		{"things.e.org", `{"spec":{"s":{"kind":"Secret","data":{"a":"eA=="},"stringData":{"a":"x"}},"t":{"kind":"Other","data":{"a":"eA=="},"password":"a1"}}}`,
			`{"spec":{"s":{"kind":"Secret","data":{"a":"B"},"stringData":{"a":"#"}},"t":{"kind":"Other","data":{"a":"eA=="},"password":"#"}}}`, 3},
	} {
		s := newScrubber()
		o := object.MustParse(row.in)
		s.item(row.resource, o.OpenAll())
		got := anyPlaceholder.ReplaceAllString(anyEncoded.ReplaceAllString(string(o.JSON()), "B"), "#")
		if row.want == "" {
			row.want = row.in
		}
		if got != row.want || s.values != row.values {
			t.Errorf("%s:\n%s\nis   %s, %d values\nwant %s, %d values", row.resource, row.in, got, s.values, row.want, row.values)
		}
	}
}

// Words of a command line are judged by the one before them, and by the tool.
func TestWordsOfACommandLine(t *testing.T) {
	for in, want := range map[string]string{
		`["run","--password","a1","b1"]`:               `["run","--password","#","b1"]`,
		`["run","--password","-v"]`:                    `["run","--password","-v"]`,
		`["run","--password=a1","b1"]`:                 `["run","--password=#","b1"]`,
		`["run","password","a1b2c3d4e5"]`:              `["run","password","a1b2c3d4e5"]`,
		`["password","a1b2c3d4e5"]`:                    `["password","#"]`,
		`["password","user"]`:                          `["password","user"]`,
		`["the password","a1b2c3d4e5"]`:                `["the password","a1b2c3d4e5"]`,
		`["run","-p","8080"]`:                          `["run","-p","8080"]`,
		`["run","-p","a1b2c3d4e5"]`:                    `["run","-p","#"]`,
		`["mysql","-p","word"]`:                        `["mysql","-p","#"]`,
		`["redis-cli","-a","word"]`:                    `["redis-cli","-a","#"]`,
		`["redis-cli","-p","word"]`:                    `["redis-cli","-p","word"]`,
		`["curl","-u","a:word"]`:                       `["curl","-u","a:#"]`,
		`["curl","-u","1000:1000"]`:                    `["curl","-u","1000:1000"]`,
		`["curl","-u","word"]`:                         `["curl","-u","word"]`,
		`["curl","--user","http://h"]`:                 `["curl","--user","http://h"]`,
		`["curl","-u","a:$PASSWORD"]`:                  `["curl","-u","a:$PASSWORD"]`,
		`["run","--password",{"password":"a1"},"b1"]`:  `["run","--password",{"password":"#"},"b1"]`,
		`["run","--password",1,"b1"]`:                  `["run","--password",1,"b1"]`,
		`["run","--password","login","--token","a1"]`:  `["run","--password","login","--token","#"]`,
		`["run","--password-file","f","--secret","a"]`: `["run","--password-file","f","--secret","#"]`,
	} {
		s := newScrubber()
		o := object.MustParse(`{"command":` + in + `}`)
		s.item("things.e.org", o.OpenAll())
		if got := anyPlaceholder.ReplaceAllString(string(o.Get("command").JSON()), "#"); got != want || s.values != strings.Count(want, "#") {
			t.Errorf("%s: got %s, %d values, want %s", in, got, s.values, want)
		}
	}
}
