package apiserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"github.com/veltx/veltx/transform/apiserver/registry"
)

// policies are the ValidatingAdmissionPolicies of the target and of the restore. The plugin's own package links clients and informers of
// all kinds; what compiles and evaluates the expressions is Kubernetes' own.
type policies struct {
	state    *state
	custom   *custom
	stale    bool
	list     []*boundPolicy
	template func() (*cel.CompositionEnv, error)
}

func newPolicies(s *state, custom *custom) *policies {
	return &policies{state: s, custom: custom, template: sync.OnceValues(func() (*cel.CompositionEnv, error) {
		return cel.NewCompositionEnv(cel.VariablesTypeName, registry.Environment())
	})}
}

// anyone may do anything: Velero's ServiceAccount is a cluster administrator.
type anyone struct{}

// Authorize implements authorizer.Authorizer.
func (anyone) Authorize(context.Context, authorizer.Attributes) (authorizer.Decision, string, error) {
	return authorizer.DecisionAllow, "", nil
}

// boundPolicy is a policy with its bindings.
type boundPolicy struct {
	*admissionv1.ValidatingAdmissionPolicy

	bindings []*admissionv1.ValidatingAdmissionPolicyBinding
	rules    *policyRules
}

// changed notes that policies have come.
func (p *policies) changed(gr schema.GroupResource) {
	if gr == policyResource || gr == policyBindingResource {
		p.stale = true
	}
}

// any says whether there may be policies.
func (p *policies) any() bool { return p.stale || len(p.list) > 0 }

// refresh pairs policies with their bindings.
func (p *policies) refresh() error {
	if !p.stale {
		return nil
	}
	p.stale, p.list = false, nil
	bindings := list[*admissionv1.ValidatingAdmissionPolicyBinding](p.state, policyBindingResource, "")
	for _, policy := range list[*admissionv1.ValidatingAdmissionPolicy](p.state, policyResource, "") {
		bound := &boundPolicy{ValidatingAdmissionPolicy: policy}
		for _, binding := range bindings {
			if binding.Spec.PolicyName == policy.Name {
				bound.bindings = append(bound.bindings, binding)
			}
		}
		if len(bound.bindings) == 0 {
			continue
		}
		var err error
		if bound.rules, err = p.compile(policy); err != nil {
			return err
		}
		p.list = append(p.list, bound)
	}
	return nil
}

// denial is why a policy denies a request.
type denial struct {
	policy  *boundPolicy
	binding *admissionv1.ValidatingAdmissionPolicyBinding // nil if the policy itself is at fault
	message string
	reason  metav1.StatusReason
}

// validate asks each policy that a binding binds to the request; the first denial is the answer.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/policy/validating/dispatcher.go:75-330 (Dispatch).
func (p *policies) validate(c *call, a admission.Attributes) error {
	if err := p.refresh(); err != nil {
		return err
	}
	if len(p.list) == 0 || c.gvr.Group == admissionv1.GroupName {
		return nil
	}
	versions := newVersions(c, a)
	for _, policy := range p.list {
		denied, err := p.ask(policy, c, versions)
		if err != nil {
			return err
		}
		if denied != nil {
			return denied.error(a)
		}
	}
	return nil
}

func (p *policies) ask(policy *boundPolicy, c *call, v *versions) (*denial, error) {
	in, err := p.matches(policy.Spec.MatchConstraints, c, v.a)
	if err != nil {
		return policy.misconfigured(nil, err), nil
	}
	if in == nil {
		return nil, nil
	}
	for _, binding := range policy.bindings {
		if binding.Spec.MatchResources != nil {
			bound, err := p.matches(binding.Spec.MatchResources, c, v.a)
			if err != nil {
				if denied := policy.misconfigured(binding, err); denied != nil {
					return denied, nil
				}
				continue
			}
			if bound == nil {
				continue
			}
		}
		params, err := p.params(policy.Spec.ParamKind, binding.Spec.ParamRef, v.a.GetNamespace())
		if err != nil {
			if denied := policy.misconfigured(binding, err); denied != nil {
				return denied, nil
			}
			continue
		}
		for _, param := range params {
			denied, err := p.evaluate(policy, binding, in, param, c, v)
			if err != nil || denied != nil {
				return denied, err
			}
		}
	}
	return nil, nil
}

// matches says in which version the policy or the binding sees the request, nil for not at all.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/policy/matching/matching.go:75-128 (Matches).
func (p *policies) matches(m *admissionv1.MatchResources, c *call, a admission.Attributes) (*seen, error) {
	if m == nil {
		return nil, errors.New("policy contained no match constraints, a required field")
	}
	selected, selectErr := p.state.selects(selectors{m.NamespaceSelector, m.ObjectSelector}, a)
	if !selected && selectErr == nil {
		return nil, nil
	}
	equivalents := m.MatchPolicy != nil && *m.MatchPolicy != admissionv1.Exact
	if excluded, err := ruled(m.ExcludeResourceRules, equivalents, c, a); err != nil || excluded != nil {
		return nil, err
	}
	in := &seen{a.GetResource(), a.GetKind()}
	if len(m.ResourceRules) > 0 {
		var err error
		if in, err = ruled(m.ResourceRules, equivalents, c, a); err != nil || in == nil {
			return nil, err
		}
	}
	return in, selectErr
}

// misconfigured is the denial of a request that a policy cannot be asked about, nil where failures are ignored.
func (policy *boundPolicy) misconfigured(binding *admissionv1.ValidatingAdmissionPolicyBinding, err error) *denial {
	if f := policy.Spec.FailurePolicy; f != nil && *f == admissionv1.Ignore {
		return nil
	}
	what := "policy"
	if binding != nil {
		what = "binding"
	}
	return &denial{policy: policy, binding: binding, message: fmt.Sprintf("failed to configure %s: %v", what, err)}
}

func (d *denial) error(a admission.Attributes) error {
	by := ""
	if d.binding != nil {
		by = fmt.Sprintf(" with binding '%s'", d.binding.Name)
	}
	message := fmt.Sprintf("ValidatingAdmissionPolicy '%s'%s denied request: %s", d.policy.Name, by, d.message)
	err := apierrors.NewForbidden(a.GetResource().GroupResource(), a.GetName(), errors.New(message))
	err.ErrStatus.Reason, err.ErrStatus.Code = d.reason, http.StatusUnprocessableEntity
	switch d.reason {
	case "":
		err.ErrStatus.Reason = metav1.StatusReasonInvalid
	case metav1.StatusReasonForbidden:
		err.ErrStatus.Code = http.StatusForbidden
	case metav1.StatusReasonUnauthorized:
		err.ErrStatus.Code = http.StatusUnauthorized
	case metav1.StatusReasonRequestEntityTooLarge:
		err.ErrStatus.Code = http.StatusRequestEntityTooLarge
	}
	err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{Message: message})
	return err
}
