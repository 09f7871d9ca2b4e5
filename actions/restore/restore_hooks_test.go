package restore

import (
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/velero"
)

const plainPod = `
	metadata: {name: web, namespace: shop, labels: {tier: ebs}}
	spec: {initContainers: [{name: own}]}`

const hookedPod = `
	metadata: {name: web, namespace: shop, labels: {tier: ebs}}
	spec: {initContainers: [{name: i, image: j, command: [k]}, {name: own}]}`

// hook is a Restore with one hook: an init container behind the given fields of its selector.
func hook(selector string) string {
	return `{spec: {hooks: {resources: [{name: h, ` + selector +
		` postHooks: [{init: {timeout: 120s, initContainers: [{name: i, image: j, command: [k]}]}}]}]}}}`
}

func TestInitRestoreHookOfRestore(t *testing.T) {
	actiontest.Run(t, InitRestoreHook(actions.V1_18), []actiontest.Case{{
		Name:    "a hook without a selector is for all pods",
		Item:    plainPod,
		Want:    hookedPod,
		Restore: hook(``),
	}, {
		Name:    "an archive gets the containers once",
		Archive: true,
		Item:    hookedPod,
		Restore: hook(``),
	}, {
		Name: "all containers of all init hooks, in order, fields kept, exec hooks passed over",
		Item: plainPod,
		Want: `
			metadata: {name: web, namespace: shop, labels: {tier: ebs}}
			spec: {initContainers: [{name: a, image: x, command: [x], future: {y: 1.0}}, {name: b, image: x, command: [x]}, {name: c, image: x, command: [x]}, {name: d, image: x, command: [x]}, {name: own}]}`,
		Restore: `
			spec:
			  hooks:
			    resources:
			    - name: first
			      postHooks:
			      - init: {initContainers: [{name: a, image: x, command: [x], future: {y: 1.0}}, {name: b, image: x, command: [x]}]}
			      - exec: {command: [x]}
			      - init: {initContainers: [{name: c, image: x, command: [x]}]}
			    - name: second
			      postHooks: [{init: {initContainers: [{name: d, image: x, command: [x]}]}}]`,
	}, {
		Name:      "namespaces are the target's",
		Item:      plainPod,
		Want:      hookedPod,
		Namespace: "store",
		Restore:   hook(`includedNamespaces: [store],`),
	}, {
		Name:      "and not the original ones",
		Item:      plainPod,
		Namespace: "store",
		Restore:   hook(`includedNamespaces: [shop],`),
	}, {
		Name:    "globs and * are understood",
		Item:    plainPod,
		Want:    hookedPod,
		Restore: hook(`includedNamespaces: ["x*", "s[hx]o?"],`),
	}, {
		Name:    "* is all",
		Item:    plainPod,
		Want:    hookedPod,
		Restore: hook(`includedNamespaces: ["*"],`),
	}, {
		Name:    "a malformed glob matches nothing, nor does what is sorted behind it",
		Item:    plainPod,
		Restore: hook(`includedNamespaces: [shop, "[a"],`),
	}, {
		Name:    "excludes win",
		Item:    plainPod,
		Restore: hook(`includedNamespaces: [shop], excludedNamespaces: [sh*],`),
	}, {
		Name:    "a hook's resources are passed over",
		Item:    plainPod,
		Want:    hookedPod,
		Restore: hook(`includedResources: [deployments], excludedResources: [pods],`),
	}, {
		Name:    "labels match",
		Item:    plainPod,
		Want:    hookedPod,
		Restore: hook(`labelSelector: {matchLabels: {tier: ebs}},`),
	}, {
		Name:    "labels do not match",
		Item:    plainPod,
		Restore: hook(`labelSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [ebs]}]},`),
	}, {
		Name:    "an empty selector matches all",
		Item:    plainPod,
		Want:    hookedPod,
		Restore: hook(`labelSelector: {},`),
	}, {
		Name:    "a selector that cannot be read fails every pod",
		Item:    plainPod,
		Restore: hook(`excludedNamespaces: [shop], labelSelector: {matchExpressions: [{key: tier, operator: Near}]},`),
		Err:     "spec.hooks.resources[0].labelSelector",
	}, {
		Name:    "a pod without spec gets one",
		Item:    `{metadata: {name: web, namespace: shop}}`,
		Want:    `{metadata: {name: web, namespace: shop}, spec: {initContainers: [{name: i, image: j, command: [k]}]}}`,
		Restore: hook(``),
	}, {
		Name:    "a container without a command fails the pod",
		Item:    plainPod,
		Restore: `{spec: {hooks: {resources: [{name: h, postHooks: [{}, {init: {initContainers: [{name: i, image: j}]}}]}]}}}`,
		Err:     "spec.hooks.resources[0].postHooks[1].init.initContainers[0]: command: missing",
	}, {
		Name:    "a container without an image fails the pod",
		Item:    plainPod,
		Restore: `{spec: {hooks: {resources: [{name: h, postHooks: [{init: {initContainers: [{name: i, command: [k]}]}}]}]}}}`,
		Err:     "initContainers[0]: image: missing",
	}, {
		Name:    "a container without a name fails the pod",
		Item:    plainPod,
		Restore: `{spec: {hooks: {resources: [{name: h, postHooks: [{init: {initContainers: [null]}}]}]}}}`,
		Err:     "initContainers[0]: name: missing",
	}, {
		Name:    "a container with a wrong type fails the pod",
		Item:    plainPod,
		Restore: `{spec: {hooks: {resources: [{name: h, postHooks: [{init: {initContainers: [{name: i, image: j, command: k}]}}]}]}}}`,
		Err:     "initContainers[0]: not a container",
	}, {
		Name:    "a bad container of a hook for other pods does no harm",
		Item:    plainPod,
		Restore: `{spec: {hooks: {resources: [{name: h, excludedNamespaces: [shop], postHooks: [{init: {initContainers: [{}]}}]}]}}}`,
	}, {
		Name:    "a wrong type in the pod fails it",
		Item:    `{metadata: {labels: {a: 1}}}`,
		Restore: hook(``),
		Err:     "metadata.labels[a]: is number, not a string",
	}})
	actiontest.Run(t, InitRestoreHook(actions.V1_6), []actiontest.Case{{
		Name:      "1.6 matches the original namespace",
		Item:      plainPod,
		Want:      hookedPod,
		Namespace: "store",
		Restore:   hook(`includedNamespaces: [shop],`),
	}, {
		Name:      "1.6 does not match the target's",
		Item:      plainPod,
		Namespace: "store",
		Restore:   hook(`includedNamespaces: [store],`),
	}, {
		Name:    "1.6 takes containers as they come",
		Item:    plainPod,
		Want:    `{metadata: {name: web, namespace: shop, labels: {tier: ebs}}, spec: {initContainers: [{name: i}, {}, {name: own}]}}`,
		Restore: `{spec: {hooks: {resources: [{name: h, postHooks: [{init: {initContainers: [{name: i}, null]}}]}]}}}`,
	}})
}

// The API server takes no Restore with such a hook, so that no restore of any version begins.
func TestAnExecHookNeedsACommand(t *testing.T) {
	for _, profile := range []actions.Profile{actions.V1_18, actions.V1_6} {
		for command, want := range map[string]string{`["true"]`: "", `[]`: "the Restore's spec.hooks.resources[0].postHooks[0].exec.command: is missing, and the API server refuses such a Restore"} {
			restore := new(velero.Restore)
			if err := yaml.Unmarshal([]byte(`{spec: {hooks: {resources: [{name: h, postHooks: [{exec: {command: `+command+`}}]}]}}}`), restore); err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := CheckHooks(profile, restore); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s, command %s: got %q, want %q", profile, command, got, want)
			}
		}
	}
}

// Without a command, a name or an image 1.18 refuses the whole Restore, and 1.6 fails each pod that the hook selects.
func TestAnInitContainerOfAHookIsCheckedBeforeTheRestore(t *testing.T) {
	for _, container := range []string{`{name: i, image: j}`, `{name: i, command: [k]}`, `{image: j, command: [k]}`} {
		restore := new(velero.Restore)
		if err := yaml.Unmarshal([]byte(`{spec: {hooks: {resources: [{name: h, postHooks: [{init: {initContainers: [`+container+`]}}]}]}}}`), restore); err != nil {
			t.Fatal(err)
		}
		if err := CheckHooks(actions.V1_18, restore); err == nil {
			t.Errorf("1.18 takes %s", container)
		}
		if err := CheckHooks(actions.V1_6, restore); err != nil {
			t.Errorf("1.6 refuses %s: %v", container, err)
		}
	}
}
