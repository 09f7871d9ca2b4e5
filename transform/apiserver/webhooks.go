package apiserver

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/util/webhook"

	"github.com/veltx/veltx/transform/apiserver/registry"
)

// webhooks are those of the target that cannot answer, as their Service is not there. What others answer is not known.
type webhooks struct {
	state      *state
	stale      bool
	mutating   []*deadHook
	validating []*deadHook
}

func newWebhooks(s *state) *webhooks { return &webhooks{state: s} }

// deadHook is a webhook whose Service is not there.
type deadHook struct {
	name       string
	service    *admissionv1.ServiceReference
	selectors  selectors
	rules      []admissionv1.NamedRuleWithOperations
	equivalent bool
	ignored    bool // its failure
	timeout    int32
	conditions matchconditions.Matcher
}

// changed notes that webhooks have come, or Services.
func (w *webhooks) changed(gr schema.GroupResource) {
	if gr == mutatingHookResource || gr == validatingHookRes {
		w.stale = true
	}
}

// any says whether there may be dead webhooks.
func (w *webhooks) any() bool { return w.stale || len(w.mutating)+len(w.validating) > 0 }

// dead says that the Service of a webhook is known not to be there.
func (w *webhooks) dead(service *admissionv1.ServiceReference) bool {
	return service != nil && w.state.lacksService(service.Namespace, service.Name)
}

func (w *webhooks) mutate(c *call, a admission.Attributes) error {
	w.refresh()
	return w.callAll(w.mutating, c, a)
}

func (w *webhooks) validate(c *call, a admission.Attributes) error {
	w.refresh()
	return w.callAll(w.validating, c, a)
}

// callAll calls the webhooks that see the request, in their order.
func (w *webhooks) callAll(hooks []*deadHook, c *call, a admission.Attributes) error {
	if len(hooks) == 0 || rules.IsExemptAdmissionConfigurationResource(a) {
		return nil
	}
	versions := newVersions(c, a)
	for _, h := range hooks {
		if err := w.call(h, c, versions); err != nil {
			return err
		}
	}
	return nil
}

// call fails as a call to a Service that is not there does.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/webhook/generic/webhook.go:140-240 (ShouldCallHook), validating/dispatcher.go:215-330.
func (w *webhooks) call(h *deadHook, c *call, v *versions) error {
	selected, selectErr := w.state.selects(h.selectors, v.a)
	if !selected && selectErr == nil {
		return nil
	}
	in, err := ruled(h.rules, h.equivalent, c, v.a)
	switch {
	case err != nil:
		return apierrors.NewInternalError(err)
	case in == nil:
		return nil
	case selectErr != nil:
		return selectErr
	}
	seen, err := v.of(in.kind)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	if h.conditions != nil {
		result := h.conditions.Match(c.ctx, seen, nil, anyone{})
		if result.Error != nil {
			return apierrors.NewForbidden(v.a.GetResource().GroupResource(), v.a.GetName(), result.Error)
		}
		if !result.Matches {
			return nil
		}
	}
	if h.ignored {
		return nil
	}
	return apierrors.NewInternalError(&webhook.ErrCallingWebhook{WebhookName: h.name, Reason: fmt.Errorf(
		"failed to call webhook: Post \"%s?timeout=%ds\": service %q not found", urlOf(h.service.Namespace, h.service.Name, h.service.Port, h.service.Path), h.timeout, h.service.Name)})
}

// refresh finds the dead webhooks anew where webhooks have come.
func (w *webhooks) refresh() {
	if !w.stale {
		return
	}
	w.stale, w.mutating, w.validating = false, nil, nil
	for _, configuration := range list[*admissionv1.MutatingWebhookConfiguration](w.state, mutatingHookResource, "") {
		for _, h := range configuration.Webhooks {
			if w.dead(h.ClientConfig.Service) {
				w.mutating = append(w.mutating, newDeadHook(h.Name, "admit", h.ClientConfig.Service, selectors{h.NamespaceSelector, h.ObjectSelector}, h.Rules, h.MatchPolicy, h.FailurePolicy, h.TimeoutSeconds, h.MatchConditions))
			}
		}
	}
	for _, configuration := range list[*admissionv1.ValidatingWebhookConfiguration](w.state, validatingHookRes, "") {
		for _, h := range configuration.Webhooks {
			if w.dead(h.ClientConfig.Service) {
				w.validating = append(w.validating, newDeadHook(h.Name, "validate", h.ClientConfig.Service, selectors{h.NamespaceSelector, h.ObjectSelector}, h.Rules, h.MatchPolicy, h.FailurePolicy, h.TimeoutSeconds, h.MatchConditions))
			}
		}
	}
}

func newDeadHook(name, kind string, service *admissionv1.ServiceReference, of selectors, rules []admissionv1.RuleWithOperations, match *admissionv1.MatchPolicyType, failure *admissionv1.FailurePolicyType, timeout *int32, conditions []admissionv1.MatchCondition) *deadHook {
	h := &deadHook{
		name: name, service: service, selectors: of, timeout: 10,
		equivalent: match != nil && *match == admissionv1.Equivalent, ignored: failure != nil && *failure == admissionv1.Ignore,
	}
	for _, rule := range rules {
		h.rules = append(h.rules, admissionv1.NamedRuleWithOperations{RuleWithOperations: rule})
	}
	if timeout != nil {
		h.timeout = *timeout
	}
	if len(conditions) > 0 {
		h.conditions = matcherOf(plugincel.NewConditionCompiler(registry.Environment()), conditions, failure, "webhook", kind, name, false)
	}
	return h
}

// conditionCompiler compiles conditions: alone, or with the variables of a policy.
type conditionCompiler interface {
	CompileCondition([]plugincel.ExpressionAccessor, plugincel.OptionalVariableDeclarations, environment.Type) plugincel.ConditionEvaluator
}

// matcherOf compiles match conditions.
func matcherOf(compiler conditionCompiler, list []admissionv1.MatchCondition, failure *admissionv1.FailurePolicyType, what, kind, name string, params bool) matchconditions.Matcher {
	var expressions []plugincel.ExpressionAccessor
	for i := range list {
		expressions = append(expressions, (*matchconditions.MatchCondition)(&list[i]))
	}
	may := plugincel.OptionalVariableDeclarations{HasAuthorizer: true, StrictCost: true, HasParams: params}
	return matchconditions.NewMatcher(compiler.CompileCondition(expressions, may, environment.StoredExpressions), failure, what, kind, name)
}
