package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/restore"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// waits finds pods whose init container restore-wait cannot start, or that the API server refuses because of it.
type waits struct {
	world      *World
	limits     map[string][]*limitRange // of LimitRanges that were restored, by target namespace; these come before pods
	userless   bool                     // some restore-wait has no user
	otherUsers map[[2]string][]string   // addresses of pods, by the user of restore-wait and the pod's own
	pulled     map[[2]string][]string   // addresses of pods, by the image of restore-wait and its registry
}

func newWaits(w *World) Watcher {
	return &waits{world: w, limits: map[string][]*limitRange{}, otherUsers: map[[2]string][]string{}, pulled: map[[2]string][]string{}}
}

// See implements Watcher.
func (w *waits) See(it *pipeline.Item) {
	if it.Key.Resource == layout.LimitRanges {
		w.limits[it.Namespace] = append(w.limits[it.Namespace], readLimitRange(it.Object))
		return
	}
	wait := restore.WaitContainer(w.world.Env.Profile, it.Object)
	if wait == nil {
		return
	}
	w.seeMounts(it, wait)
	w.seeUser(it, wait)
	w.seeLimits(it, wait)
	w.seeImage(it, wait)
}

// seeMounts looks for a mount of a volume that the pod does not have, which Velero adds for each volume that the backup has files of.
// Source: Kubernetes v1.33 pkg/apis/core/validation/validation.go (ValidateVolumeMounts).
func (w *waits) seeMounts(it *pipeline.Item, wait *object.Value) {
	volumes := it.Object.Get("spec", "volumes").Elements()
	for i, mount := range wait.Get("volumeMounts").Elements() {
		name := mount.Get("name").Str()
		if !slices.ContainsFunc(volumes, func(v *object.Value) bool { return v.Get("name").Is(name) }) {
			it.Report.Error("restore-wait-volume-missing", fmt.Sprintf("spec.initContainers[0].volumeMounts[%d]", i), fmt.Sprintf(
				"the API server refuses the pod: init container %s mounts volume %s, of which the backup has files and which the pod does not have", wait.Get("name").Str(), name))
		}
	}
}

// seeUser looks at the user that restore-wait runs as.
func (w *waits) seeUser(it *pipeline.Item, wait *object.Value) {
	name, path := wait.Get("name").Str(), "spec.initContainers[0].securityContext"
	fault := waitUserFault(it.Object, wait)
	switch {
	case fault.sure:
		it.Report.Error("restore-wait-cannot-start", path, fmt.Sprintf("init container %s never starts: %s; the pod waits for its volumes forever", name, fault.why))
	case fault.why != "":
		it.Report.Warn("restore-wait-cannot-start", path, fmt.Sprintf("init container %s may never start: %s", name, fault.why))
	default:
		w.seeOtherUser(it, wait)
		return
	}
	w.userless = true
}

// waitUserFault says why a kubelet does not start the container: it has to show that its user is not root, and an image can
// name its user by a word only. Source: kubelet kuberuntime/security_context.go (verifyRunAsNonRoot); Dockerfile of Velero
// v1.18.2 line 84 (cnb) and of v1.6.3 line 61 (nobody).
func waitUserFault(pod, wait *object.Value) stuck {
	if !security(pod, wait, "runAsNonRoot").True() || pod.Get("spec", "os", "name").Is("windows") {
		return stuck{}
	}
	user, numbered := security(pod, wait, "runAsUser").Int()
	image := wait.Get("image").Str()
	switch {
	case numbered && user == 0:
		return stuck{"it has runAsNonRoot and runs as user 0", true}
	case numbered:
		return stuck{}
	case isVeleroImage(image):
		return stuck{"it has runAsNonRoot without runAsUser, and the user of image " + image + " is not a number", true}
	}
	return stuck{"it has runAsNonRoot without runAsUser, which needs an image whose user is a number: check " + image, false}
}

// security is a field of a container's security context, or else of the pod's.
func security(pod, container *object.Value, field string) *object.Value {
	if own := container.Get("securityContext", field); !own.IsNull() {
		return own
	}
	return pod.Get("spec", "securityContext", field)
}

// isVeleroImage says whether an image is one that Velero's own project makes, maybe from a mirror of it.
func isVeleroImage(image string) bool {
	name, _, _ := strings.Cut(image, "@")
	if at := strings.LastIndexByte(name, ':'); at > strings.LastIndexByte(name, '/') {
		name = name[:at]
	}
	return slices.ContainsFunc([]string{"velero/velero", "velero/velero-restic-restore-helper"}, func(own string) bool {
		return name == own || strings.HasSuffix(name, "/"+own)
	})
}

// seeOtherUser compares the user with that of the pod's first container: where this one keeps a folder to itself,
// restore-wait cannot look into it, and waits forever. How the folders were kept, only the volume knows.
func (w *waits) seeOtherUser(it *pipeline.Item, wait *object.Value) {
	containers := it.Object.Get("spec", "containers").Elements()
	if len(containers) == 0 {
		return
	}
	user, numbered := security(it.Object, wait, "runAsUser").Int()
	own, known := security(it.Object, containers[0], "runAsUser").Int()
	if numbered && known && user != 0 && user != own {
		key := [2]string{fmt.Sprint(user), fmt.Sprint(own)}
		w.otherUsers[key] = append(w.otherUsers[key], it.Key.String())
	}
}

// seeImage looks where the image of restore-wait comes from.
func (w *waits) seeImage(it *pipeline.Item, wait *object.Value) {
	image := wait.Get("image").Str()
	host := registry(image)
	if image == w.world.Env.VeleroImage || host == "" || it.Object.Get("spec", "imagePullSecrets").Len() > 0 {
		return
	}
	if slices.ContainsFunc(it.Object.Get("spec", "containers").Elements(), func(c *object.Value) bool { return registry(c.Get("image").Str()) == host }) {
		return
	}
	key := [2]string{image, host}
	w.pulled[key] = append(w.pulled[key], it.Key.String())
}

// registry is the host that an image names, "" where it names none.
func registry(image string) string {
	host, _, found := strings.Cut(image, "/")
	if !found || !strings.ContainsAny(host, ".:") {
		return ""
	}
	return host
}

// Conclude implements Watcher.
func (w *waits) Conclude(s *report.Summary) {
	for _, key := range sortedKeys(w.otherUsers) {
		items := w.otherUsers[key]
		s.Add(report.Finding{
			ID: "restore-wait-other-user", Severity: report.Notice, Subject: "user " + key[0] + " beside " + key[1], Items: items,
			Message: fmt.Sprintf("restore-wait runs as user %s in %s whose first container runs as %s: if only user %s can read a restored volume, restore-wait waits forever",
				key[0], counted(len(items), "pod", "pods"), key[1], key[1]),
		})
	}
	for _, key := range sortedKeys(w.pulled) {
		items := w.pulled[key]
		s.Add(report.Finding{
			ID: "restore-wait-image-pull", Severity: report.Notice, Subject: key[0], Items: items,
			Message: fmt.Sprintf("restore-wait takes image %s in %s that have no imagePullSecrets and no other image from %s: the nodes or the ServiceAccounts need credentials for that registry",
				key[0], counted(len(items), "pod", "pods"), key[1]),
		})
	}
	if w.userless {
		s.Told().Before = append(s.Told().Before, w.giveUser())
	}
}

// waitSecurity lets restore-wait run where pods have to meet the strictest pod security standard.
const waitSecurity = "{runAsNonRoot: true, runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}"

// giveUser is what to do for a restore-wait without a user. Two ConfigMaps for one action are an error to Velero, so one that
// is known is changed.
func (w *waits) giveUser() report.Task {
	env := w.world.Env
	namespace, action := env.Restore.Namespace, restore.WaitAction(env.Profile)
	task := report.Task{Finding: "restore-wait-cannot-start", Text: "Let restore-wait run as a numeric user; replace 1000 with the user that owns the files of the volumes"}
	key, value := "secCtx", waitSecurity
	if !env.Profile.Does(actions.ReadsWholeSecurityContext) {
		key, value = "secCtxRunAsUser", "1000"
	}
	if config, err := actions.PluginConfig(env.Target, namespace, actions.RestoreItemAction, action); err == nil && config != nil {
		task.Command = fmt.Sprintf(`kubectl patch configmap %s -n %s --type merge -p '{"data":{"%s":"%s"}}'`, config.Name(), namespace, key, value)
		return task
	}
	task.Text += " (only if Velero has no ConfigMap for restore-wait yet: two are an error)"
	task.Command = fmt.Sprintf("kubectl create configmap restore-wait -n %s --from-literal=%s='%s' && kubectl label configmap restore-wait -n %s velero.io/plugin-config= %s=RestoreItemAction",
		namespace, key, value, namespace, action)
	return task
}

// sortedKeys are the keys of addresses by two words.
func sortedKeys(m map[[2]string][]string) [][2]string {
	var keys [][2]string
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return keys
}
