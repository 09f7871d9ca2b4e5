//go:build apiserver

package apiserver

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/resourcequota"
	quota "k8s.io/apiserver/pkg/quota/v1"
	"k8s.io/apiserver/pkg/quota/v1/generic"
	"k8s.io/kubernetes/pkg/quota/v1/install"
)

// quotas are the ResourceQuotas of the target, used up by what the restore creates.
type quotas struct {
	state    *state
	registry quota.Registry
	ignored  map[schema.GroupResource]struct{}
}

func newQuotas(s *state) *quotas {
	configuration := install.NewQuotaConfigurationForAdmission()
	return &quotas{state: s, registry: generic.NewRegistry(configuration.Evaluators()), ignored: configuration.IgnoredResources()}
}

// check says whether the quotas of the namespace allow the object; charge counts it. A quota that this restore brings has no
// status yet, and a controller that may be late: it is left aside.
func (q *quotas) check(a admission.Attributes) (charge func(), err error) {
	nothing := func() {}
	list, err := q.of(a.GetNamespace())
	if err != nil || len(list) == 0 {
		return nothing, err
	}
	gr := a.GetResource().GroupResource()
	if _, ignored := q.ignored[gr]; ignored {
		return nothing, nil
	}
	evaluator := q.registry.Get(gr)
	if evaluator == nil {
		evaluator = generic.NewObjectCountEvaluator(gr, nil, "")
		q.registry.Add(evaluator)
	}
	used, err := resourcequota.CheckRequest(list, a, evaluator, nil)
	if err != nil {
		return nil, err
	}
	return func() {
		for i := range used {
			q.state.put(corev1.SchemeGroupVersion.WithResource("resourcequotas"), &used[i])
		}
	}, nil
}

func (q *quotas) of(namespace string) ([]corev1.ResourceQuota, error) {
	if namespace == "" {
		return nil, nil
	}
	found, err := q.state.informers.Core().V1().ResourceQuotas().Lister().ResourceQuotas(namespace).List(labels.Everything())
	if err != nil {
		return nil, err
	}
	var list []corev1.ResourceQuota
	for _, one := range found {
		if len(one.Status.Hard) > 0 {
			list = append(list, *one.DeepCopy())
		}
	}
	return list, nil
}
