package apiserver

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/admission"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
)

// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/serviceaccount/admission.go:48-66.
const (
	tokenVolume      = "kube-api-access"
	tokenPath        = "/var/run/secrets/kubernetes.io/serviceaccount"
	mountableSecrets = "kubernetes.io/enforce-mountable-secrets"
	tokenSeconds     = 3607
)

// giveAccount gives a Pod its ServiceAccount, with the token and the pull secrets of it.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/serviceaccount/admission.go:146-190 (ServiceAccount).
func (s *state) giveAccount(c *call, a admission.Attributes) error {
	pod, ok := a.GetObject().(*core.Pod)
	if !ok || a.GetOperation() != admission.Create {
		return nil
	}
	if isMirror(pod) {
		return s.checkAccount(c, a)
	}
	if pod.Spec.ServiceAccountName == "" {
		pod.Spec.ServiceAccountName = "default"
	}
	account, err := s.account(pod, a)
	if err != nil {
		return err
	}
	if automounts(account, pod) {
		mountToken(pod)
	}
	if len(pod.Spec.ImagePullSecrets) == 0 {
		for _, secret := range account.ImagePullSecrets {
			pod.Spec.ImagePullSecrets = append(pod.Spec.ImagePullSecrets, core.LocalObjectReference{Name: secret.Name})
		}
	}
	return s.checkAccount(c, a)
}

func isMirror(pod *core.Pod) bool {
	_, mirror := pod.Annotations[core.MirrorPodAnnotationKey]
	return mirror
}

func (s *state) account(pod *core.Pod, a admission.Attributes) (*corev1.ServiceAccount, error) {
	name := pod.Spec.ServiceAccountName
	account, ok := get[*corev1.ServiceAccount](s, accountResource, a.GetNamespace(), name)
	if !ok {
		return nil, admission.NewForbidden(a, fmt.Errorf("error looking up service account %s/%s: serviceaccount %q not found", a.GetNamespace(), name, name))
	}
	return account, nil
}

func automounts(account *corev1.ServiceAccount, pod *core.Pod) bool {
	if says := pod.Spec.AutomountServiceAccountToken; says != nil {
		return *says
	}
	return account.AutomountServiceAccountToken == nil || *account.AutomountServiceAccountToken
}

// mountToken mounts the token into each container that has nothing at its place.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/serviceaccount/admission.go:418-524.
func mountToken(pod *core.Pod) {
	name, there := tokenVolume+"-00000", false
	for _, volume := range pod.Spec.Volumes {
		if strings.HasPrefix(volume.Name, tokenVolume+"-") {
			name, there = volume.Name, true
			break
		}
	}
	needed := false
	mount := func(containers []core.Container) {
		for i := range containers {
			c := &containers[i]
			if !slices.ContainsFunc(c.VolumeMounts, func(m core.VolumeMount) bool { return m.MountPath == tokenPath }) {
				c.VolumeMounts = append(c.VolumeMounts, core.VolumeMount{Name: name, ReadOnly: true, MountPath: tokenPath})
				needed = true
			}
		}
	}
	mount(pod.Spec.InitContainers)
	mount(pod.Spec.Containers)
	if there || !needed {
		return
	}
	mode := corev1.ProjectedVolumeSourceDefaultMode
	pod.Spec.Volumes = append(pod.Spec.Volumes, core.Volume{Name: name, VolumeSource: core.VolumeSource{Projected: &core.ProjectedVolumeSource{
		DefaultMode: &mode,
		Sources: []core.VolumeProjection{
			{ServiceAccountToken: &core.ServiceAccountTokenProjection{Path: "token", ExpirationSeconds: tokenSeconds}},
			{ConfigMap: &core.ConfigMapProjection{
				LocalObjectReference: core.LocalObjectReference{Name: "kube-root-ca.crt"}, Items: []core.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}},
			}},
			{DownwardAPI: &core.DownwardAPIProjection{Items: []core.DownwardAPIVolumeFile{
				{Path: "namespace", FieldRef: &core.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"}},
			}}},
		},
	}}})
}

// checkAccount says what a Pod may not do with its ServiceAccount.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/serviceaccount/admission.go:193-262.
func (s *state) checkAccount(_ *call, a admission.Attributes) error {
	pod, ok := a.GetObject().(*core.Pod)
	if !ok || a.GetOperation() != admission.Create {
		return nil
	}
	if isMirror(pod) {
		return mirrorErrors(pod, a)
	}
	account, err := s.account(pod, a)
	if err != nil {
		return err
	}
	if only, err := strconv.ParseBool(account.Annotations[mountableSecrets]); err == nil && only {
		if err := secretErrors(account, pod); err != nil {
			return admission.NewForbidden(a, err)
		}
	}
	return nil
}

func mirrorErrors(pod *core.Pod, a admission.Attributes) error {
	if pod.Spec.ServiceAccountName != "" {
		return admission.NewForbidden(a, errors.New("a mirror pod may not reference service accounts"))
	}
	secrets := false
	podutil.VisitPodSecretNames(pod, func(string) bool {
		secrets = true
		return false
	}, podutil.AllContainers)
	if secrets {
		return admission.NewForbidden(a, errors.New("a mirror pod may not reference secrets"))
	}
	for _, volume := range pod.Spec.Volumes {
		if p := volume.Projected; p != nil && slices.ContainsFunc(p.Sources, func(s core.VolumeProjection) bool { return s.ServiceAccountToken != nil }) {
			return admission.NewForbidden(a, errors.New("a mirror pod may not use ServiceAccountToken volume projections"))
		}
	}
	return nil
}

// secretErrors says which secret the ServiceAccount does not reference, where only those may be mounted.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/serviceaccount/admission.go:313-375 (limitSecretReferences).
func secretErrors(account *corev1.ServiceAccount, pod *core.Pod) error {
	may := func(name string) bool {
		return slices.ContainsFunc(account.Secrets, func(r corev1.ObjectReference) bool { return r.Name == name })
	}
	for _, volume := range pod.Spec.Volumes {
		if secret := volume.Secret; secret != nil && !may(secret.SecretName) {
			return fmt.Errorf(`volume with secret.secretName="%s" is not allowed because service account %s does not reference that secret`, secret.SecretName, account.Name)
		}
	}
	for what, containers := range map[string][]core.Container{"init container": pod.Spec.InitContainers, "container": pod.Spec.Containers} {
		for i := range containers {
			if err := environmentErrors(what, &containers[i], account.Name, may); err != nil {
				return err
			}
		}
	}
	for i, secret := range pod.Spec.ImagePullSecrets {
		if !slices.ContainsFunc(account.ImagePullSecrets, func(r corev1.LocalObjectReference) bool { return r.Name == secret.Name }) {
			return fmt.Errorf(`imagePullSecrets[%d].name="%s" is not allowed because service account %s does not reference that imagePullSecret`, i, secret.Name, account.Name)
		}
	}
	return nil
}

func environmentErrors(what string, c *core.Container, account string, may func(string) bool) error {
	for _, env := range c.Env {
		if env.ValueFrom != nil && env.ValueFrom.SecretKeyRef != nil && !may(env.ValueFrom.SecretKeyRef.Name) {
			return fmt.Errorf(`%s %s with envVar %s referencing secret.secretName="%s" is not allowed because service account %s does not reference that secret`,
				what, c.Name, env.Name, env.ValueFrom.SecretKeyRef.Name, account)
		}
	}
	for _, from := range c.EnvFrom {
		if from.SecretRef != nil && !may(from.SecretRef.Name) {
			return fmt.Errorf(`%s %s with envFrom referencing secret.secretName="%s" is not allowed because service account %s does not reference that secret`,
				what, c.Name, from.SecretRef.Name, account)
		}
	}
	return nil
}
