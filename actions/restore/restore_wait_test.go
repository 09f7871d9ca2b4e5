package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

// waitConfig is a ConfigMap for an action with options in YAML's flow style.
func waitConfig(action, options string) []string {
	return []string{`
		kind: ConfigMap
		metadata:
		  name: helper
		  namespace: velero
		  labels: {velero.io/plugin-config: "", ` + action + `: RestoreItemAction}
		data: {` + options + `}`}
}

const (
	// securePod has one volume and a first container with a security context of its own.
	securePod = `{metadata: {name: web, namespace: shop}, spec: {volumes: [{name: a}], ` +
		`containers: [{name: c, securityContext: {runAsUser: 5, future: 1.0}}, {name: d, securityContext: {runAsUser: 6}}]`
	barePod = `{metadata: {name: web, namespace: shop}, spec: {volumes: [{name: a}]`
	ofFirst = `securityContext: {runAsUser: 5, future: 1.0}`
)

// waitRow is a row on a pod with one volume: the ConfigMap's options, and the container that comes of them.
type waitRow struct {
	name, options string
	pod           string // securePod or barePod; barePod where empty
	want          string
	warnings      []string
}

func runWaits(t *testing.T, profile actions.Profile, image string, rows []waitRow) {
	t.Helper()
	action := PodVolumeRestore(profile)
	var cases []actiontest.Case
	for _, r := range rows {
		pod := r.pod
		if pod == "" {
			pod = barePod
		}
		cases = append(cases, actiontest.Case{
			Name: r.name, Profile: profile, Image: image, Restore: restoreUID, Backup: podVolumes("a=s"),
			Target: waitConfig(action.Name, r.options), Warnings: r.warnings,
			Item: pod + "}}", Want: pod + ", initContainers: [" + r.want + "]}}",
		})
	}
	actiontest.Run(t, action, cases)
}

func TestRestoreWaitImage(t *testing.T) {
	of := func(image string) string { return waitWith(image, waitDefaults+", "+waitRestricted, "a") }
	runWaits(t, actions.V1_18, serverImage, []waitRow{
		{name: "no option", want: of(serverImage)},
		{name: "an image with tag", options: `image: "my.io/helper:v9"`, want: of("my.io/helper:v9")},
		{name: "an image with digest", options: `image: "my.io/helper@sha256:0a"`, want: of("my.io/helper@sha256:0a")},
		{name: "an image without tag gets the server's", options: `image: my.io/helper`, want: of("my.io/helper:v1.18.2")},
		{name: "a port is no tag", options: `image: "my.io:5000/helper"`, want: of("my.io:5000/helper:v1.18.2")},
		{
			name: "an image without registry is passed over", options: `image: "helper:v9"`, want: of(serverImage),
			warnings: []string{"restore-wait-image-ignored"},
		},
	})
	runWaits(t, actions.V1_6, resticImage, []waitRow{
		{name: "1.6 adds its own tag", options: `image: my.io/helper`, want: resticWaits("my.io/helper:v1.6.3", waitDefaults+",", "a")},
	})
}

func TestRestoreWaitResources(t *testing.T) {
	of := func(resources string) string { return waitWith(serverImage, resources+waitRestricted, "a") }
	ignored := []string{"restore-wait-resources-ignored"}
	runWaits(t, actions.V1_18, serverImage, []waitRow{
		{
			name:    "all four, in canonical form",
			options: `cpuRequest: "0.2", cpuLimit: "1", memRequest: 1024Mi, memLimit: "2147483648"`,
			want:    of(`resources: {requests: {cpu: 200m, memory: 1Gi}, limits: {cpu: "1", memory: "2147483648"}}, `),
		},
		{
			name: "the others keep their defaults", options: `cpuLimit: "1"`,
			want: of(`resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: "1", memory: 128Mi}}, `),
		},
		{
			name: "0 is no bound", options: `cpuRequest: "0", cpuLimit: "0", memLimit: "0"`,
			want: of(`resources: {requests: {memory: 128Mi}}, `),
		},
		{
			name: "no bound at all leaves no resources", options: `cpuRequest: "0", cpuLimit: "0", memRequest: "0", memLimit: "0"`,
			want: of(``),
		},
		{
			name: "0Mi is not 0, and less than the request", options: `memLimit: 0Mi`, warnings: ignored,
			want: of(waitDefaults + ", "),
		},
		{
			name: "a request over its limit throws all away", options: `cpuRequest: 300m, memLimit: 1Gi`, warnings: ignored,
			want: of(waitDefaults + ", "),
		},
		{
			name: "so does a text that is not a quantity", options: `cpuLimit: "1", memRequest: much`, warnings: ignored,
			want: of(waitDefaults + ", "),
		},
		{
			name: "and a limit that is none", options: `cpuLimit: "1 core"`, warnings: ignored,
			want: of(waitDefaults + ", "),
		},
	})
}

func TestRestoreWaitSecurityContext(t *testing.T) {
	of := func(security string) string { return waitWith(serverImage, waitDefaults+", "+security, "a") }
	ignored := []string{"restore-wait-security-context-ignored"}
	runWaits(t, actions.V1_18, serverImage, []waitRow{
		{name: "without options the first container's, with all its fields", pod: securePod, want: of(ofFirst)},
		{
			name: "single options win over the first container", pod: securePod,
			options: `secCtxRunAsUser: "7", secCtxRunAsGroup: "8", secCtxAllowPrivilegeEscalation: "T"`,
			want:    of(`securityContext: {runAsUser: 7, runAsGroup: 8, allowPrivilegeEscalation: true}`),
		},
		{
			name: "the whole context wins over single options", pod: securePod,
			options: `secCtxRunAsUser: "7", secCtxRunAsGroup: "8", secCtx: "runAsUser: 9\ncapabilities: {drop: [ALL]}\n"`,
			want:    of(`securityContext: {runAsUser: 9, runAsGroup: 8, capabilities: {drop: [ALL]}}`),
		},
		{name: "a user that is not a number", pod: securePod, options: `secCtxRunAsUser: root`, want: of(ofFirst), warnings: ignored},
		{name: "a group that is not a number", pod: securePod, options: `secCtxRunAsGroup: root`, want: of(ofFirst), warnings: ignored},
		{
			name: "an escalation that is not a boolean, with nothing to copy", options: `secCtxAllowPrivilegeEscalation: "no"`,
			want: of(waitRestricted), warnings: ignored,
		},
		{name: "an unknown field in the whole context", pod: securePod, options: `secCtx: "{user: 9}"`, want: of(ofFirst), warnings: ignored},
		{name: "an empty context is one", pod: securePod, options: `secCtx: "{}"`, want: waitWith(serverImage, waitDefaults, "a")},
		{
			name: "only the first container counts", pod: barePod + ", containers: [{name: c, securityContext: null}, {name: d, securityContext: {runAsUser: 6}}]",
			want: of(waitRestricted),
		},
	})
	runWaits(t, actions.V1_6, resticImage, []waitRow{
		{
			name: "1.6 copies nothing", pod: securePod, options: `x: "y"`,
			want: resticWaits(resticImage, waitDefaults+",", "a"),
		},
		{
			name: "1.6 knows single options only", options: `secCtxRunAsUser: "7", secCtx: "{runAsUser: 9}"`,
			want: resticWaits(resticImage, waitDefaults+", securityContext: {runAsUser: 7},", "a"),
		},
		{
			name: "1.6 takes what stands before the mistake", options: `secCtxRunAsUser: "7", secCtxRunAsGroup: root`,
			want:     resticWaits(resticImage, waitDefaults+", securityContext: {runAsUser: 7},", "a"),
			warnings: ignored,
		},
	})
}

func TestRestoreWaitConfig(t *testing.T) {
	const item = barePod + "}}"
	name := "velero.io/pod-volume-restore"
	two := append(waitConfig(name, ""), "{kind: ConfigMap, metadata: {name: more, namespace: velero, labels: {velero.io/plugin-config: x, "+name+": RestoreItemAction}}}")
	actiontest.Run(t, PodVolumeRestore(actions.V1_18), []actiontest.Case{{
		Name:   "two ConfigMaps fail the pods that need one",
		Target: two, Item: item, Backup: podVolumes("a=s"),
		Err: "helper and more",
	}, {
		Name:   "and only these",
		Target: two, Item: item,
	}, {
		Name:   "an option that is no string",
		Target: waitConfig(name, "secCtxRunAsUser: 5"), Item: item, Backup: podVolumes("a=s"),
		Err: "ConfigMap helper: data[secCtxRunAsUser]: is number, not a string",
	}, {
		Name: "a security context that is no object",
		Item: barePod + ", containers: [{securityContext: x}]}}", Backup: podVolumes("a=s"),
		Err: "spec.containers[0].securityContext: is string, not an object",
	}, {
		Name: "another command is one word; a Restore without uid gives an empty argument", Image: serverImage,
		Target: waitConfig(name, `command: "/bin/wait -v"`), Item: item, Backup: podVolumes("a=s"),
		Want: barePod + ", initContainers: [{name: restore-wait, image: " + serverImage + `, command: ["/bin/wait -v"], args: [""], ` +
			waitEnvYAML + ", " + waitDefaults + ", " + waitRestricted + ", volumeMounts: [{name: a, mountPath: /restores/a}]}]}}",
	}})
}
