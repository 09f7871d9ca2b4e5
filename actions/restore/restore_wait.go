package restore

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// waitContainer is what a Velero version calls the init container that waits for volumes, and how it configures it.
type waitContainer struct {
	profile actions.Profile
	action  string // the action, which the ConfigMap names
	name    string
	command string
	tag     string // for an image of the ConfigMap that has none: the version of the Velero server
}

func waitContainerOf(profile actions.Profile) waitContainer {
	if profile.Does(actions.NamesRestoreWait) {
		return waitContainer{profile, "velero.io/pod-volume-restore", restoreWait, "/velero-restore-helper", profile.Release()}
	}
	return waitContainer{profile, "velero.io/restic", resticWait, "/velero-restic-restore-helper", profile.Release()}
}

// build makes the container from the ConfigMap and the defaults. The ConfigMap is asked for only where a pod needs the
// container, so two of them fail these pods only.
func (w waitContainer) build(
	in *actions.Input, pod podView, volumes []string, out *actions.Output,
) (*object.Value, error) {
	config, err := actions.PluginConfig(in.Target, in.Restore.Namespace, actions.RestoreItemAction, w.action)
	if err != nil {
		return nil, err
	}
	rows, err := configRows(config)
	if err != nil {
		return nil, err
	}
	option := func(key string) string { return rows[key] }

	command := w.command
	if custom := option("command"); custom != "" {
		command = custom
	}
	security, err := w.securityContext(option, pod, out)
	if err != nil {
		return nil, err
	}
	c := object.New()
	c.Set("args", object.Strings(string(in.Restore.UID)))
	c.Set("command", object.Strings(command))
	c.Set("env", waitEnv())
	c.Set("image", object.Text(w.image(option("image"), in.VeleroImage, out)))
	c.Set("name", object.Text(w.name))
	setUnlessEmpty(c, "resources", waitResources(option, out))
	setUnlessEmpty(c, "securityContext", security)
	c.Set("volumeMounts", waitMounts(volumes))
	return c, nil
}

// setUnlessEmpty leaves out what Velero's typed structures add as {}.
func setUnlessEmpty(v *object.Value, field string, value *object.Value) {
	if value.Len() > 0 {
		v.Set(field, value)
	}
}

func waitEnv() *object.Value {
	return object.MustParse(`[` +
		`{"name":"POD_NAMESPACE","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}},` +
		`{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]`)
}

func waitMounts(volumes []string) *object.Value {
	mounts := make([]*object.Value, len(volumes))
	for i, name := range volumes {
		mounts[i] = object.New()
		mounts[i].Set("mountPath", object.Text("/restores/"+name))
		mounts[i].Set("name", object.Text(name))
	}
	return object.List(mounts...)
}

// image chooses the image: the ConfigMap's, if it names a registry, with the server's version where it has neither tag
// nor digest.
func (w waitContainer) image(custom, server string, out *actions.Output) string {
	slash := strings.LastIndexByte(custom, '/')
	switch {
	case custom == "":
		return server
	case slash < 0:
		out.Warn("restore-wait-image-ignored", "spec.initContainers[0].image", "the ConfigMap's image "+custom+
			" has no registry: Velero uses "+server)
		return server
	case !strings.Contains(custom[slash:], ":"):
		return custom + ":" + w.tag
	}
	return custom
}

// waitResources are the requests and limits; with one wrong among them Velero takes the defaults for all.
func waitResources(option func(string) string, out *actions.Output) *object.Value {
	resources, err := parseWaitResources(option)
	if err != nil {
		out.Warn("restore-wait-resources-ignored", "spec.initContainers[0].resources",
			"the ConfigMap's "+err.Error()+": Velero uses its defaults")
		resources, _ = parseWaitResources(func(string) string { return "" })
	}
	return resources
}

// parseWaitResources reads the options. A quantity written "0" is no bound at all.
// Source: Velero v1.18.2 pkg/util/kube/resource_requirements.go:29-122.
func parseWaitResources(option func(string) string) (*object.Value, error) {
	resources := object.New()
	unbounded := resource.MustParse("0")
	for _, r := range []struct{ name, request, limit, standard string }{
		{"cpu", "cpuRequest", "cpuLimit", "100m"}, {"memory", "memRequest", "memLimit", "128Mi"},
	} {
		request, err := waitQuantity(option, r.request, r.standard)
		if err != nil {
			return nil, err
		}
		limit, err := waitQuantity(option, r.limit, r.standard)
		if err != nil {
			return nil, err
		}
		if limit != unbounded && request.Cmp(limit) > 0 {
			return nil, fmt.Errorf("%s %s is more than %s %s", r.request, &request, r.limit, &limit)
		}
		for field, quantity := range map[string]resource.Quantity{"requests": request, "limits": limit} {
			if quantity == unbounded {
				continue
			}
			if err := resources.Put(object.Text(quantity.String()), field, r.name); err != nil {
				return nil, err
			}
		}
	}
	return resources, nil
}

func waitQuantity(option func(string) string, key, standard string) (resource.Quantity, error) {
	text := cmp.Or(option(key), standard)
	q, err := resource.ParseQuantity(text)
	if err != nil {
		return q, fmt.Errorf("%s %q is not a quantity", key, text)
	}
	return q, nil
}

// securityContext chooses the security context: the ConfigMap's, if there is one and it can be read, else the first
// container's, else one that the policy "restricted" lets pass. Older releases have the first container's win, or know
// the ConfigMap's alone and then take of it what could be read.
func (w waitContainer) securityContext(
	option func(string) string, pod podView, out *actions.Output,
) (*object.Value, error) {
	custom, err := w.parseSecurityContext(option)
	if err != nil {
		out.Warn("restore-wait-security-context-ignored", "spec.initContainers[0].securityContext",
			"the ConfigMap's "+err.Error()+": Velero ignores it")
	}
	if !w.profile.Does(actions.DefaultsSecurityContext) {
		return object.From(custom)
	}
	configured := custom != nil && err == nil
	if configured && w.profile.Does(actions.PrefersConfiguredSecurityContext) {
		return object.From(custom)
	}
	if len(pod.containers) > 0 && w.profile.Does(actions.CopiesSecurityContext) {
		if first := pod.containers[0].Get("securityContext"); !first.IsNull() {
			out.Explain("spec.initContainers[0].securityContext", "copied from the first container")
			return first.Clone(), nil
		}
	}
	if configured {
		return object.From(custom)
	}
	standard := object.MustParse(`{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},` +
		`"runAsNonRoot":true,"runAsUser":1000,"seccompProfile":{"type":"RuntimeDefault"}}`)
	if w.profile.Does(actions.CopiesPodUser) {
		copyPodUser(standard, pod.spec.Get("securityContext"), out)
	}
	return standard, nil
}

// copyPodUser makes the standard security context run as the pod does, whose user can read the files that it wrote. A
// pod that runs as root decides for itself whether it may.
// Source: Velero v1.18.3 pkg/restore/actions/pod_volume_restore_action.go:204-224.
func copyPodUser(standard, pod *object.Value, out *actions.Output) {
	for _, id := range []string{"runAsUser", "runAsGroup"} {
		if value := pod.Get(id); !value.IsNull() {
			standard.Set(id, value.Clone())
			out.Explain("spec.initContainers[0].securityContext."+id, "copied from the pod's security context")
		}
	}
	if string(pod.Get("runAsUser").JSON()) != "0" {
		return
	}
	standard.Remove("runAsNonRoot")
	if value := pod.Get("runAsNonRoot"); !value.IsNull() {
		standard.Set("runAsNonRoot", value.Clone())
	}
}

// parseSecurityContext reads the options, nil if there are none. On an error it returns what was read before it.
// Source: Velero v1.18.2 pkg/util/kube/security_context.go:27-65, v1.6.3 pkg/util/kube/security_context.go:26-59.
func (w waitContainer) parseSecurityContext(option func(string) string) (*corev1.SecurityContext, error) {
	user, group := option("secCtxRunAsUser"), option("secCtxRunAsGroup")
	escalation, whole := option("secCtxAllowPrivilegeEscalation"), option("secCtx")
	if !w.profile.Does(actions.ReadsWholeSecurityContext) {
		whole = ""
	}
	if user+group+escalation+whole == "" {
		return nil, nil
	}
	var c corev1.SecurityContext
	var err error
	if c.RunAsUser, err = optionalID("secCtxRunAsUser", user); err != nil {
		return &c, err
	}
	if c.RunAsGroup, err = optionalID("secCtxRunAsGroup", group); err != nil {
		return &c, err
	}
	if escalation != "" {
		allow, err := strconv.ParseBool(escalation)
		if err != nil {
			return &c, fmt.Errorf("secCtxAllowPrivilegeEscalation %q is not a boolean", escalation)
		}
		c.AllowPrivilegeEscalation = &allow
	}
	if whole != "" {
		err := yamltext.CheckAliases([]byte(whole))
		if err == nil {
			err = yaml.UnmarshalStrict([]byte(whole), &c)
		}
		if err != nil {
			return &c, fmt.Errorf("secCtx: %w", err)
		}
	}
	return &c, nil
}

func optionalID(key, text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s %q is not a number", key, text)
	}
	return &id, nil
}
