package restore

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

// The SHA-256 of pods, shop, web and 0, separated by NUL bytes, begins with these digits.
const generatedInit = "velero-restore-init-c6fc1b23"

const annotatedPod = `
	metadata:
	  name: web
	  namespace: shop
	  annotations:
	    init.hook.restore.velero.io/container-image: alpine:3
	    init.hook.restore.velero.io/container-name: prepare
	    init.hook.restore.velero.io/command: '["/bin/sh", "-c", "echo <&>"]'
	    init.hook.restore.velero.io/timeout: 30s
	    own: stays
	spec:
	  initContainers: [{name: own, image: own:1, future: 1.0}]
	  containers: [{name: c}]`

const injectedPod = `
	metadata:
	  name: web
	  namespace: shop
	  annotations:
	    init.hook.restore.velero.io/container-image: alpine:3
	    init.hook.restore.velero.io/container-name: prepare
	    init.hook.restore.velero.io/command: '["/bin/sh", "-c", "echo <&>"]'
	    init.hook.restore.velero.io/timeout: 30s
	    own: stays
	spec:
	  initContainers:
	  - {name: prepare, image: "alpine:3", command: [/bin/sh, -c, "echo <&>"]}
	  - {name: own, image: own:1, future: 1.0}
	  containers: [{name: c}]`

// archivedPod is what an archive gets of annotatedPod: its annotations are obeyed, so they are gone.
const archivedPod = `
	metadata:
	  name: web
	  namespace: shop
	  annotations: {own: stays}
	spec:
	  initContainers:
	  - {name: prepare, image: "alpine:3", command: [/bin/sh, -c, "echo <&>"]}
	  - {name: own, image: own:1, future: 1.0}
	  containers: [{name: c}]`

// commandPod has an init hook with a command, given as YAML, and no name for the container.
func commandPod(command string) string {
	return `{metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, ` +
		`init.hook.restore.velero.io/command: ` + command + `}}}`
}

// commandPodWith is commandPod with the command of its injected container.
func commandPodWith(command, injected string) string {
	container := `{name: ` + generatedInit + `, image: a` + injected + `}`
	return strings.TrimSuffix(commandPod(command), "}") + `, spec: {initContainers: [` + container + `]}}`
}

func TestInitRestoreHookOfAnnotations(t *testing.T) {
	actiontest.Run(t, InitRestoreHook(actions.V1_18), []actiontest.Case{{
		Name: "the container of the annotations comes first, the annotations stay",
		Item: annotatedPod,
		Want: injectedPod,
	}, {
		Name:    "in an archive the annotations go",
		Archive: true,
		Item:    annotatedPod,
		Want:    archivedPod,
	}, {
		Name:    "what an archive got it does not get again",
		Archive: true,
		Item:    injectedPod,
		Want:    archivedPod,
	}, {
		Name:    "an archive's own copy has nothing left to do",
		Archive: true,
		Item:    archivedPod,
	}, {
		Name: "Velero itself injects twice, which the API server refuses",
		Item: injectedPod,
		Want: strings.Replace(injectedPod, "initContainers:\n",
			"initContainers:\n\t  - {name: prepare, image: \"alpine:3\", command: [/bin/sh, -c, \"echo <&>\"]}\n", 1),
		Warnings: []string{"init-container-duplicate"},
	}, {
		Name: "annotations win over the Restore's hooks",
		Item: annotatedPod,
		Want: injectedPod,
		Restore: `
			spec: {hooks: {resources: [{name: h, postHooks: [{init: {initContainers: [{name: i, image: j, command: [k]}]}}]}]}}`,
	}, {
		Name: "a command that is no array is one word; the name is made from the pod's identity",
		Item: commandPod(`"echo [hello]"`),
		Want: commandPodWith(`"echo [hello]"`, `, command: ["echo [hello]"]`),
	}, {
		Name:       "the identity is the one in the backup",
		Namespace:  "store",
		Item:       strings.Replace(commandPod("x"), "namespace: shop", "namespace: other", 1),
		FromBackup: `{metadata: {name: web, namespace: shop}}`,
		Want:       strings.Replace(commandPodWith("x", `, command: [x]`), "namespace: shop", "namespace: other", 1),
	}, {
		Name: "an array of something else than strings is one word",
		Item: commandPod(`'["echo", 1]'`),
		Want: commandPodWith(`'["echo", 1]'`, `, command: ['["echo", 1]']`),
	}, {
		Name: "an empty array is no command",
		Item: commandPod(`"[]"`),
		Want: commandPodWith(`"[]"`, ``),
	}, {
		Name: "restore-wait stays first",
		Item: `
			metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, init.hook.restore.velero.io/command: c, init.hook.restore.velero.io/container-name: hook}}
			spec: {initContainers: [{name: restore-wait}, {name: own}]}`,
		Want: `
			metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, init.hook.restore.velero.io/command: c, init.hook.restore.velero.io/container-name: hook}}
			spec: {initContainers: [{name: restore-wait}, {name: hook, image: a, command: [c]}, {name: own}]}`,
	}, {
		Name: "restic-wait and a restore-wait further back get no such place",
		Item: `
			metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, init.hook.restore.velero.io/command: c, init.hook.restore.velero.io/container-name: hook}}
			spec: {initContainers: [{name: restic-wait}, {name: restore-wait}]}`,
		Want: `
			metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, init.hook.restore.velero.io/command: c, init.hook.restore.velero.io/container-name: hook}}
			spec: {initContainers: [{name: hook, image: a, command: [c]}, {name: restic-wait}, {name: restore-wait}]}`,
	}, {
		Name: "the name of an ordinary container is taken, too",
		Item: `
			metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, init.hook.restore.velero.io/command: c, init.hook.restore.velero.io/container-name: hook}}
			spec: {containers: [{name: hook}], initContainers: null}`,
		Want: `
			metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, init.hook.restore.velero.io/command: c, init.hook.restore.velero.io/container-name: hook}}
			spec: {containers: [{name: hook}], initContainers: [{name: hook, image: a, command: [c]}]}`,
		Warnings: []string{"init-container-duplicate"},
	}, {
		Name: "without a command Velero's action panics, and the pod fails",
		Item: `{metadata: {annotations: {init.hook.restore.velero.io/container-image: a}}}`,
		Err:  "metadata.annotations[init.hook.restore.velero.io/command]: missing",
	}, {
		Name: "an empty command is none",
		Item: commandPod(`""`),
		Err:  "metadata.annotations[init.hook.restore.velero.io/command]: missing",
	}, {
		Name: "without an image, or with an empty one, there is no hook",
		Item: `{metadata: {annotations: {init.hook.restore.velero.io/container-image: "", init.hook.restore.velero.io/command: c}}}`,
	}, {
		Name: "a null beside them does no harm",
		Item: `{metadata: {annotations: {init.hook.restore.velero.io/container-image: a, other: null}}}`,
		Err:  "metadata.annotations[init.hook.restore.velero.io/command]: missing",
	}, {
		Name: "an annotation that is no string fails",
		Item: `{metadata: {annotations: {init.hook.restore.velero.io/container-image: 5}}}`,
		Err:  "metadata.annotations[init.hook.restore.velero.io/container-image]: is number, not a string",
	}, {
		Name: "init containers that are no list fail",
		Item: `{metadata: {annotations: {init.hook.restore.velero.io/container-image: a}}, spec: {initContainers: {}}}`,
		Err:  "spec.initContainers: is object, not an array",
	}, {
		Name: "without hooks the pod has to fit its type all the same",
		Item: `{metadata: {annotations: {a: b}}, spec: {initContainers: {}}}`,
		Err:  "spec.initContainers: is object, not an array",
	}})
	actiontest.Run(t, InitRestoreHook(actions.V1_6), []actiontest.Case{{
		Name: "1.6 keeps restic-wait first, not restore-wait",
		Item: `
			metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, init.hook.restore.velero.io/command: c, init.hook.restore.velero.io/container-name: hook}}
			spec: {initContainers: [{name: restic-wait}, {name: restore-wait}]}`,
		Want: `
			metadata: {name: web, namespace: shop, annotations: {init.hook.restore.velero.io/container-image: a, init.hook.restore.velero.io/command: c, init.hook.restore.velero.io/container-name: hook}}
			spec: {initContainers: [{name: restic-wait}, {name: hook, image: a, command: [c]}, {name: restore-wait}]}`,
	}, {
		Name: "1.6 panics without a command, too",
		Item: `{metadata: {annotations: {init.hook.restore.velero.io/container-image: a}}}`,
		Err:  "metadata.annotations[init.hook.restore.velero.io/command]: missing",
	}})
	actiontest.Selector(t, InitRestoreHook(actions.V1_18), "", "pods")
}
