package registry

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	pvutil "k8s.io/kubernetes/pkg/api/persistentvolume"
	pvcutil "k8s.io/kubernetes/pkg/api/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	volumevalidation "k8s.io/kubernetes/pkg/volume/validation"
)

// configMaps is the strategy of ConfigMaps. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/configmap/strategy.go.
func configMaps() strategy[*core.ConfigMap] {
	return of(strategy[*core.ConfigMap]{
		namespaced: true, unconditional: true,
		validate: func(_ context.Context, c *core.ConfigMap) field.ErrorList { return validation.ValidateConfigMap(c) },
		validateUpdate: func(_ context.Context, c, old *core.ConfigMap) field.ErrorList {
			return validation.ValidateConfigMapUpdate(c, old)
		},
	})
}

// secrets is the strategy of Secrets. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/secret/strategy.go.
func secrets() strategy[*core.Secret] {
	return of(strategy[*core.Secret]{
		namespaced: true, unconditional: true,
		prepareUpdate: func(_ context.Context, s, old *core.Secret) {
			if s.Type == "" {
				s.Type = old.Type
			}
		},
		validate: func(_ context.Context, s *core.Secret) field.ErrorList { return validation.ValidateSecret(s) },
		validateUpdate: func(_ context.Context, s, old *core.Secret) field.ErrorList {
			return validation.ValidateSecretUpdate(s, old)
		},
	})
}

// serviceAccounts is the strategy of ServiceAccounts. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/serviceaccount/strategy.go.
func serviceAccounts() strategy[*core.ServiceAccount] {
	onlyNames := func(s *core.ServiceAccount) {
		for i := range s.Secrets {
			s.Secrets[i] = core.ObjectReference{Name: s.Secrets[i].Name}
		}
	}
	return of(strategy[*core.ServiceAccount]{
		namespaced: true, unconditional: true,
		prepare:       func(_ context.Context, s *core.ServiceAccount) { onlyNames(s) },
		prepareUpdate: func(_ context.Context, s, _ *core.ServiceAccount) { onlyNames(s) },
		validate: func(_ context.Context, s *core.ServiceAccount) field.ErrorList {
			return validation.ValidateServiceAccount(s)
		},
		validateUpdate: func(_ context.Context, s, old *core.ServiceAccount) field.ErrorList {
			return validation.ValidateServiceAccountUpdate(s, old)
		},
	})
}

// endpoints is the strategy of Endpoints. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/endpoint/strategy.go.
func endpoints() strategy[*core.Endpoints] {
	return of(strategy[*core.Endpoints]{
		namespaced: true, unconditional: true,
		validate: func(_ context.Context, e *core.Endpoints) field.ErrorList {
			return validation.ValidateEndpointsCreate(e)
		},
		validateUpdate: func(_ context.Context, e, old *core.Endpoints) field.ErrorList {
			return validation.ValidateEndpointsUpdate(e, old)
		},
	})
}

// namespaces is the strategy of Namespaces. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/namespace/strategy.go.
func namespaces() strategy[*core.Namespace] {
	return of(strategy[*core.Namespace]{
		unconditional: true,
		prepare: func(_ context.Context, ns *core.Namespace) {
			ns.Status = core.NamespaceStatus{Phase: core.NamespaceActive}
			if !slices.Contains(ns.Spec.Finalizers, core.FinalizerKubernetes) {
				ns.Spec.Finalizers = append(ns.Spec.Finalizers, core.FinalizerKubernetes)
			}
		},
		prepareUpdate: func(_ context.Context, ns, old *core.Namespace) {
			ns.Spec.Finalizers, ns.Status = old.Spec.Finalizers, old.Status
		},
		validate: func(_ context.Context, ns *core.Namespace) field.ErrorList { return validation.ValidateNamespace(ns) },
		validateUpdate: func(_ context.Context, ns, old *core.Namespace) field.ErrorList {
			return append(validation.ValidateNamespace(ns), validation.ValidateNamespaceUpdate(ns, old)...)
		},
		canonicalize: func(ns *core.Namespace) {
			if ns.Labels == nil {
				ns.Labels = map[string]string{}
			}
			ns.Labels[corev1.LabelMetadataName] = ns.Name
		},
	})
}

// persistentVolumes is the strategy of PersistentVolumes. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/persistentvolume/strategy.go.
func persistentVolumes() strategy[*core.PersistentVolume] {
	return of(strategy[*core.PersistentVolume]{
		unconditional: true,
		prepare: func(_ context.Context, pv *core.PersistentVolume) {
			now := metav1.Now()
			pv.Status = core.PersistentVolumeStatus{Phase: core.VolumePending, LastPhaseTransitionTime: &now}
			pvutil.DropDisabledSpecFields(&pv.Spec, nil)
		},
		prepareUpdate: func(_ context.Context, pv, old *core.PersistentVolume) {
			pv.Status = old.Status
			pvutil.DropDisabledSpecFields(&pv.Spec, &old.Spec)
		},
		validate: func(_ context.Context, pv *core.PersistentVolume) field.ErrorList {
			errs := validation.ValidatePersistentVolume(pv, validation.ValidationOptionsForPersistentVolume(pv, nil))
			return append(errs, volumevalidation.ValidatePersistentVolume(pv)...)
		},
		validateUpdate: func(_ context.Context, pv, old *core.PersistentVolume) field.ErrorList {
			options := validation.ValidationOptionsForPersistentVolume(pv, old)
			errs := append(validation.ValidatePersistentVolume(pv, options), volumevalidation.ValidatePersistentVolume(pv)...)
			return append(errs, validation.ValidatePersistentVolumeUpdate(pv, old, options)...)
		},
	})
}

// claims is the strategy of PersistentVolumeClaims. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/persistentvolumeclaim/strategy.go.
func claims() strategy[*core.PersistentVolumeClaim] {
	return of(strategy[*core.PersistentVolumeClaim]{
		namespaced: true, unconditional: true,
		prepare: func(_ context.Context, pvc *core.PersistentVolumeClaim) {
			pvc.Status = core.PersistentVolumeClaimStatus{}
			pvcutil.DropDisabledFields(&pvc.Spec, nil)
			pvcutil.EnforceDataSourceBackwardsCompatibility(&pvc.Spec, nil)
			pvcutil.NormalizeDataSources(&pvc.Spec)
		},
		prepareUpdate: func(_ context.Context, pvc, old *core.PersistentVolumeClaim) {
			pvc.Status = old.Status
			pvcutil.DropDisabledFields(&pvc.Spec, &old.Spec)
			pvcutil.EnforceDataSourceBackwardsCompatibility(&pvc.Spec, &old.Spec)
			pvcutil.NormalizeDataSources(&pvc.Spec)
			pvcutil.NormalizeDataSources(&old.Spec)
		},
		validate: func(_ context.Context, pvc *core.PersistentVolumeClaim) field.ErrorList {
			return validation.ValidatePersistentVolumeClaim(pvc, validation.ValidationOptionsForPersistentVolumeClaim(pvc, nil))
		},
		validateUpdate: func(_ context.Context, pvc, old *core.PersistentVolumeClaim) field.ErrorList {
			options := validation.ValidationOptionsForPersistentVolumeClaim(pvc, old)
			errs := validation.ValidatePersistentVolumeClaim(pvc, options)
			return append(errs, validation.ValidatePersistentVolumeClaimUpdate(pvc, old, options)...)
		},
	})
}
