package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/object"
)

const head = "apiVersion: veltx.io/v1alpha1\nkind: Rules\n"

// value is a YAML text as a value.
func value(t *testing.T, text string) *object.Value {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := object.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRulesEditItems(t *testing.T) {
	mapping := map[string]string{"shop": "store"}
	for name, test := range map[string]struct{ rules, item, want string }{
		"a text with groups": {
			`texts: [{resources: [configmaps], path: /data/*, match: '(\w+)=(?P<x>\d)', replace: '${x}=$1$$'}]`,
			`{apiVersion: v1, kind: ConfigMap, data: {a: b=1 c=2, n: none}, binaryData: {a: Yj0x}}`,
			`{apiVersion: v1, kind: ConfigMap, data: {a: 1=b$ 2=c$, n: none}, binaryData: {a: Yj0x}}`,
		},
		"what matches is removed": {
			`texts: [{resources: [configmaps], path: /metadata/annotations/a~1b, match: x, replace: ""}]`,
			`{apiVersion: v1, kind: ConfigMap, metadata: {annotations: {a/b: axb, ab: axb}}}`,
			`{apiVersion: v1, kind: ConfigMap, metadata: {annotations: {a/b: ab, ab: axb}}}`,
		},
		"texts in base64": {
			`texts: [{resources: [secrets], path: /data/*, match: o, replace: "00"}, {resources: [configmaps], path: /binaryData/a, match: o, replace: x}]`,
			`{apiVersion: v1, kind: Secret, data: {a: Zm9v, b: "%", c: 1}, stringData: {a: foo}}`,
			`{apiVersion: v1, kind: Secret, data: {a: ZjAwMDA=, b: "%", c: 1}, stringData: {a: foo}}`,
		},
		"elements by their number": {
			`texts: [{resources: [widgets.example.io], path: /spec/hosts/1/name, match: ^, replace: x-}]`,
			`{apiVersion: example.io/v1beta1, kind: Widget, spec: {hosts: [{name: a}, {name: b}]}}`,
			`{apiVersion: example.io/v1beta1, kind: Widget, spec: {hosts: [{name: a}, {name: x-b}]}}`,
		},
		"a kind of another plural is named by its singular": {
			`texts: [{resources: [networkattachmentdefinition.k8s.cni.cncf.io], path: /spec/config, match: a, replace: b}]`,
			`{apiVersion: k8s.cni.cncf.io/v1, kind: NetworkAttachmentDefinition, spec: {config: a}}`,
			`{apiVersion: k8s.cni.cncf.io/v1, kind: NetworkAttachmentDefinition, spec: {config: b}}`,
		},
		"of another group": {
			`texts: [{resources: [services], path: /spec/a, match: a, replace: b}]`,
			`{apiVersion: serving.knative.dev/v1, kind: Service, spec: {a: a}}`,
			`{apiVersion: serving.knative.dev/v1, kind: Service, spec: {a: a}}`,
		},
		"of another namespace, name or label": {
			`texts:
- {resources: ["*"], namespaces: ['shop-*'], path: /data/a, match: a, replace: b}
- {resources: ["*"], names: [other], path: /data/a, match: a, replace: c}
- {resources: ["*"], labelSelector: app, path: /data/a, match: a, replace: d}`,
			`{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}, data: {a: a}}`,
			`{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}, data: {a: a}}`,
		},
		"one rule after the other, references last": {
			"references: likely\ntexts: [{resources: ['*'], path: /data/a, match: a, replace: b}, {resources: ['*'], path: /data/a, match: b, replace: db.shop.svc}]",
			`{apiVersion: v1, kind: ConfigMap, data: {a: a}}`,
			`{apiVersion: v1, kind: ConfigMap, data: {a: db.store.svc}}`,
		},
		"references that are certain": {
			`references: certain`,
			`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {annotations: {a: db.shop.svc}}, spec: {egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]}]}}`,
			`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {annotations: {a: db.shop.svc}}, spec: {egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: store}}}]}]}}`,
		},
		"references in Secrets, where the rule says so": {
			`references: likely+secrets`, `{apiVersion: v1, kind: Secret, data: {a: ZGIuc2hvcC5zdmM=}}`, `{apiVersion: v1, kind: Secret, data: {a: ZGIuc3RvcmUuc3Zj}}`,
		},
		"references in Secrets": {
			`references: likely`, `{apiVersion: v1, kind: Secret, data: {a: ZGIuc2hvcC5zdmM=}}`, `{apiVersion: v1, kind: Secret, data: {a: ZGIuc2hvcC5zdmM=}}`,
		},
		"images of containers and of volumes": {
			`images: {docker.io: m.example.com/hub/}`,
			`{apiVersion: v1, kind: Pod, spec: {initContainers: [{image: a/b}], containers: [{image: c}, {name: none}], ephemeralContainers: [{image: "d:1"}], volumes: [{image: {reference: e}}, {emptyDir: {}}]}}`,
			`{apiVersion: v1, kind: Pod, spec: {initContainers: [{image: m.example.com/hub/a/b}], containers: [{image: m.example.com/hub/library/c}, {name: none}], ephemeralContainers: [{image: "m.example.com/hub/library/d:1"}], volumes: [{image: {reference: m.example.com/hub/library/e}}, {emptyDir: {}}]}}`,
		},
		"images of a kind that is called as one of Kubernetes": {
			`images: {docker.io: m.example.com}`,
			`{apiVersion: example.io/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: c}]}}}}`,
			`{apiVersion: example.io/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: c}]}}}}`,
		},
		"images of a template": {
			`images: {docker.io: m.example.com}`,
			`{apiVersion: v1, kind: PodTemplate, template: {spec: {containers: [{image: c}]}}}`,
			`{apiVersion: v1, kind: PodTemplate, template: {spec: {containers: [{image: m.example.com/library/c}]}}}`,
		},
	} {
		r, err := Parse([]byte(head + test.rules))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		item, want := value(t, test.item), value(t, test.want)
		if err := r.In(mapping).Apply(item, item.Clone()); err != nil || !object.Equal(item, want) {
			t.Errorf("%s: got %s, %v\nwant %s", name, item.JSON(), err, want.JSON())
		}
	}
}

func TestImagesByTheirParsedReference(t *testing.T) {
	const digest = "@sha256:0000000000000000000000000000000000000000000000000000000000000000"
	r, err := Parse([]byte(head + `images:
  docker.io: m.example.com/hub
  docker.io/library/nginx: m.example.com/web
  docker.io/library/redis/: m.example.com/redis/
  quay.io/team: m.example.com/team
  registry:5000: r.example.com`))
	if err != nil {
		t.Fatal(err)
	}
	for image, want := range map[string]string{
		"nginx": "m.example.com/web", "nginx:1": "m.example.com/web:1", "nginx:1" + digest: "m.example.com/web:1" + digest, "nginx-unprivileged": "m.example.com/hub/library/nginx-unprivileged",
		"redis": "m.example.com/redis", "library/redis": "m.example.com/redis", "index.docker.io/redis": "m.example.com/redis", "index.docker.io/a/b:1": "m.example.com/hub/a/b:1",
		"docker.io/a": "m.example.com/hub/library/a", "a/b" + digest: "m.example.com/hub/a/b" + digest,
		"quay.io/team": "m.example.com/team", "quay.io/team/a:1": "m.example.com/team/a:1", "quay.io/teams/a": "quay.io/teams/a", "quay.io/a/team": "quay.io/a/team",
		"registry:5000/a:1": "r.example.com/a:1", "registry:50000/a": "registry:50000/a", "localhost/nginx": "localhost/nginx", "gcr.io/nginx": "gcr.io/nginx",
	} {
		if got, _ := mapped(image, r.images); got != want {
			t.Errorf("%s: got %s, want %s", image, got, want)
		}
	}
}

func TestRulesThatCannotMeanWhatIsWantedAreRefused(t *testing.T) {
	text := func(more string) string {
		return "texts: [{resources: [pods], path: /spec/a, match: \"(a)(?P<n>b)\", replace: x, " + more + "}]"
	}
	for rules, want := range map[string]string{
		"":                                    "there is no rule",
		"refs: likely":                        "refs",
		"references: possible":                `references: "possible" is not one of certain, likely, certain+secrets and likely+secrets`,
		"images: {nginx: a.io/b}":             `images: "nginx" names no registry: write it with one, as docker.io/library/nginx for nginx`,
		"images: {docker.io/a: b}":            `images: "b" names no registry`,
		"images: {docker.io/a:1: b.io/a}":     `images: "docker.io/a:1" has a tag or a digest`,
		"images: {a.io/b: 'c.io/b@sha256:0'}": "has a tag or a digest",
		"images: {'https://a.io': b.io}":      "is no place of images",
		"images: {'': b.io}":                  "is no place of images",
		"images: {docker.io/a: b.io, docker.io/a/: c.io}": `"docker.io/a" is mapped to`,
		text("labelSelector: a in"):                       "texts[0].labelSelector",
		text("names: ['[']"):                              `texts[0].names: "[" is no name`,
		text("namespaces: ['']"):                          `texts[0].namespaces: "" is no name`,
		"texts: [{}]":                                     "texts[0].resources: want one or more",
		"texts: [{resources: [deployments], path: /a, match: a, replace: b}]":                                     `texts[0].resources: "deployments" is no resource of the core group`,
		"texts: [{resources: [Pod], path: /a, match: a, replace: b}]":                                             `"Pod" is no resource`,
		"texts: [{resources: ['*.apps'], path: /a, match: a, replace: b}]":                                        `"*.apps" is no resource`,
		"texts: [{resources: [namespaces], path: /a, match: a, replace: b}]":                                      "namespaces are made without plugins",
		"texts: [{resources: [pods], path: a, match: a, replace: b}]":                                             `"a" is no JSON pointer`,
		"texts: [{resources: [pods], path: /status/a, match: a, replace: b}]":                                     "is not for rules",
		"texts: [{resources: [pods], path: /metadata/name, match: a, replace: b}]":                                "is not for rules",
		"texts: [{resources: [pods], path: /a, match: '(', replace: b}]":                                          "texts[0].match: error parsing regexp",
		"texts: [{resources: [pods], path: /a, match: '', replace: b}]":                                           "texts[0].match: want a regular expression",
		"texts: [{resources: [pods], path: /a, match: a}]":                                                        `texts[0].replace: is missing: write "" to remove what matches`,
		"texts: [{resources: [pods], path: /a, match: (a), replace: $1st}]":                                       `names the group "1st"`,
		"texts: [{resources: [pods], path: /a, match: (a), replace: '${2}'}]":                                     `names the group "2"`,
		"texts: [{resources: [pods], path: /a, match: (a), replace: 'a$'}]":                                       "write $$ for a dollar sign",
		"texts: [{resources: [pods], path: /a, match: " + strings.Repeat("a", maxExpression+1) + ", replace: b}]": "is longer than 4096 bytes",
	} {
		if _, err := Parse([]byte(head + rules)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.200s: got %v, want %q", rules, err, want)
		}
	}
	if _, err := Parse([]byte("kind: Config")); err == nil || !strings.Contains(err.Error(), `want "veltx.io/v1alpha1" and "Rules"`) {
		t.Errorf("got %v", err)
	}
	_, err := Parse([]byte(head + "references: x\nimages: {a: b}\ntexts: [{resources: [x]}]"))
	if err == nil || strings.Count(err.Error(), "\n") != 5 {
		t.Errorf("not all that is wrong is named: %v", err)
	}
}

func TestATextDoesNotGrowBeyondItsBound(t *testing.T) {
	r, err := Parse([]byte(head + "texts: [{resources: [configmaps], path: /data/*, match: 'a*?', replace: " + strings.Repeat("b", maxReplacement) + "}]"))
	if err != nil {
		t.Fatal(err)
	}
	item := value(t, `{apiVersion: v1, kind: ConfigMap, data: {a: `+strings.Repeat("x", 10000)+`}}`)
	if err := r.In(nil).Apply(item, item); err == nil || err.Error() != "texts[0]: it makes a text of more than 16 MiB" {
		t.Errorf("got %v", err)
	}
}

func TestWhichResourcesRulesAreFor(t *testing.T) {
	for rules, want := range map[string]string{
		"references: likely": "",
		"images: {a.io: b.io}\ntexts: [{resources: ['*'], path: /a, match: a, replace: b}]": "",
		"images: {a.io: b.io}": strings.Join(imageResources, " "),
		"texts: [{resources: [pods, a.b.io], path: /a, match: a, replace: b}, {resources: [pods], path: /a, match: a, replace: b}]": "a.b.io pods",
	} {
		r, err := Parse([]byte(head + rules))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.Resources(), " "); got != want {
			t.Errorf("%s: got %s, want %s", rules, got, want)
		}
	}
}

// The tables of references know fields by resources: each has to be found by the kind of its items.
func TestTheResourceOfAKind(t *testing.T) {
	files, err := filepath.Glob("../../references/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			for doc := range strings.SplitSeq(string(f.Data), "\n---\n") {
				resource, rest, _ := strings.Cut(doc, "\n")
				name, ok := strings.CutPrefix(resource, "# ")
				if !ok || !strings.Contains(rest, "kind:") || strings.Contains(name, " ") {
					continue
				}
				seen++
				if got := resourceOf(value(t, rest)); got != name {
					t.Errorf("%s: got %s, want %s", filepath.Base(file), got, name)
				}
			}
		}
	}
	if seen < 80 {
		t.Errorf("%d items were read", seen)
	}
	text, err := os.ReadFile("../../internal/discovery/resources.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] == "NAME" {
			continue
		}
		plural, _, _ := strings.Cut(fields[0], ".")
		if got := plurals(fields[len(fields)-1]); got[0] != plural {
			t.Errorf("%s: got %v, want %s", fields[len(fields)-1], got, plural)
		}
	}
	if resourceOf(value(t, `{}`)) != "" {
		t.Error("an item without a kind has a resource")
	}
}
