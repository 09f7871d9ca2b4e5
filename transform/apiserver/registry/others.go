package registry

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/endpoints/request"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kube-aggregator/pkg/apis/apiregistration"
	apiregistrationvalidation "k8s.io/kube-aggregator/pkg/apis/apiregistration/validation"
	"k8s.io/kubernetes/pkg/apis/certificates"
	certificatesvalidation "k8s.io/kubernetes/pkg/apis/certificates/validation"
	"k8s.io/kubernetes/pkg/apis/discovery"
	discoveryvalidation "k8s.io/kubernetes/pkg/apis/discovery/validation"
	"k8s.io/kubernetes/pkg/features"
)

// apiServices is the strategy of APIServices.
// Source: k8s.io/kube-aggregator v0.33.13 pkg/registry/apiservice/strategy.go:60-110.
func apiServices() strategy[*apiregistration.APIService] {
	return of(strategy[*apiregistration.APIService]{
		prepare: func(_ context.Context, s *apiregistration.APIService) {
			s.Status = apiregistration.APIServiceStatus{}
			if s.Spec.Service == nil {
				apiregistration.SetAPIServiceCondition(s, apiregistration.NewLocalAvailableAPIServiceCondition())
			}
		},
		prepareUpdate: func(_ context.Context, s, old *apiregistration.APIService) { s.Status = old.Status },
		validate: func(_ context.Context, s *apiregistration.APIService) field.ErrorList {
			return apiregistrationvalidation.ValidateAPIService(s)
		},
		validateUpdate: func(_ context.Context, s, old *apiregistration.APIService) field.ErrorList {
			return apiregistrationvalidation.ValidateAPIServiceUpdate(s, old)
		},
	})
}

// signingRequests is the strategy of CertificateSigningRequests.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/certificates/certificates/strategy.go:60-130.
func signingRequests() strategy[*certificates.CertificateSigningRequest] {
	return of(strategy[*certificates.CertificateSigningRequest]{
		unconditional: true,
		prepare: func(ctx context.Context, csr *certificates.CertificateSigningRequest) {
			csr.Spec.Username, csr.Spec.UID, csr.Spec.Groups, csr.Spec.Extra = "", "", nil, nil
			if user, ok := request.UserFrom(ctx); ok {
				csr.Spec.Username, csr.Spec.UID, csr.Spec.Groups = user.GetName(), user.GetUID(), user.GetGroups()
			}
			csr.Status = certificates.CertificateSigningRequestStatus{Conditions: []certificates.CertificateSigningRequestCondition{}}
		},
		prepareUpdate: func(_ context.Context, csr, old *certificates.CertificateSigningRequest) {
			csr.Spec, csr.Status = old.Spec, old.Status
		},
		validate: func(_ context.Context, csr *certificates.CertificateSigningRequest) field.ErrorList {
			return certificatesvalidation.ValidateCertificateSigningRequestCreate(csr)
		},
		validateUpdate: func(_ context.Context, csr, old *certificates.CertificateSigningRequest) field.ErrorList {
			return certificatesvalidation.ValidateCertificateSigningRequestUpdate(csr, old)
		},
	})
}

// endpointSlices is the strategy of EndpointSlices.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/discovery/endpointslice/strategy.go:60-250.
func endpointSlices() strategy[*discovery.EndpointSlice] {
	return of(strategy[*discovery.EndpointSlice]{
		namespaced: true, unconditional: true,
		prepare: func(ctx context.Context, slice *discovery.EndpointSlice) {
			slice.Generation = 1
			dropHints(slice, nil)
			dropTopology(ctx, slice)
		},
		prepareUpdate: func(ctx context.Context, slice, old *discovery.EndpointSlice) {
			now, before := slice.ObjectMeta, old.ObjectMeta
			slice.ObjectMeta, old.ObjectMeta = metav1.ObjectMeta{}, metav1.ObjectMeta{}
			if !equality.Semantic.DeepEqual(slice, old) || !equality.Semantic.DeepEqual(now.Labels, before.Labels) {
				now.Generation = before.Generation + 1
			}
			slice.ObjectMeta, old.ObjectMeta = now, before
			dropHints(slice, old)
			if !equality.Semantic.DeepEqual(old.Endpoints, slice.Endpoints) {
				dropTopology(ctx, slice)
			}
		},
		validate: func(_ context.Context, slice *discovery.EndpointSlice) field.ErrorList {
			return discoveryvalidation.ValidateEndpointSliceCreate(slice)
		},
		validateUpdate: func(_ context.Context, slice, old *discovery.EndpointSlice) field.ErrorList {
			return discoveryvalidation.ValidateEndpointSliceUpdate(slice, old)
		},
	})
}

// dropHints drops the hints of features that are off, where the old slice has none.
func dropHints(slice, old *discovery.EndpointSlice) {
	all := !utilfeature.DefaultFeatureGate.Enabled(features.TopologyAwareHints)
	nodes := !utilfeature.DefaultFeatureGate.Enabled(features.PreferSameTrafficDistribution)
	if old != nil {
		for i := range old.Endpoints {
			if hints := old.Endpoints[i].Hints; hints != nil {
				all = false
				nodes = nodes && hints.ForNodes == nil
			}
		}
	}
	for i := range slice.Endpoints {
		e := &slice.Endpoints[i]
		switch {
		case all:
			e.Hints = nil
		case nodes && e.Hints != nil:
			e.Hints.ForNodes = nil
		}
	}
}

// dropTopology drops the topology, which v1 does not have.
func dropTopology(ctx context.Context, slice *discovery.EndpointSlice) {
	if info, ok := request.RequestInfoFrom(ctx); !ok || info.APIVersion == "v1beta1" {
		return
	}
	for i := range slice.Endpoints {
		slice.Endpoints[i].DeprecatedTopology = nil
	}
}
