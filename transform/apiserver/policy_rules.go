package apiserver

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	celtypes "github.com/google/cel-go/common/types"
	reviewv1 "k8s.io/api/admission/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/veltx/veltx/transform/apiserver/registry"
)

// policyRules are the expressions of a policy, compiled.
type policyRules struct {
	conditions                   matchconditions.Matcher
	rules, messages, annotations cel.ConditionEvaluator
}

// compile compiles the expressions of a policy.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/policy/validating/plugin.go:110-170 (compilePolicy).
func (p *policies) compile(policy *admissionv1.ValidatingAdmissionPolicy) (*policyRules, error) {
	template, err := p.template()
	if err != nil {
		return nil, err
	}
	compiler, spec := cel.NewCompositedCompilerFromTemplate(template), &policy.Spec
	open := cel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil, HasAuthorizer: true, StrictCost: true}
	closed := open
	closed.HasAuthorizer = false
	var variables []cel.NamedExpressionAccessor
	for _, v := range spec.Variables {
		variables = append(variables, registry.Variable(v.Name, v.Expression))
	}
	compiler.CompileAndStoreVariables(variables, open, environment.StoredExpressions)
	var rules, annotations []cel.ExpressionAccessor
	messages := make([]cel.ExpressionAccessor, len(spec.Validations))
	for i, v := range spec.Validations {
		rules = append(rules, registry.Condition(v.Expression))
		if v.MessageExpression != "" {
			messages[i] = registry.Message(v.MessageExpression)
		}
	}
	for _, a := range spec.AuditAnnotations {
		annotations = append(annotations, registry.Annotation(a.ValueExpression))
	}
	compiled := &policyRules{
		rules:       compiler.CompileCondition(rules, open, environment.StoredExpressions),
		messages:    compiler.CompileCondition(messages, closed, environment.StoredExpressions),
		annotations: compiler.CompileCondition(annotations, open, environment.StoredExpressions),
	}
	if len(spec.MatchConditions) > 0 {
		compiled.conditions = matcherOf(compiler, spec.MatchConditions, spec.FailurePolicy, "policy", "validate", policy.Name, spec.ParamKind != nil)
	}
	return compiled, nil
}

// evaluate evaluates a policy with one parameter.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/policy/validating/validator.go:70-249 (Validate).
func (p *policies) evaluate(policy *boundPolicy, binding *admissionv1.ValidatingAdmissionPolicyBinding, in *seen, param runtime.Object, c *call, v *versions) (*denial, error) {
	object, err := v.of(in.kind)
	if err != nil {
		return policy.misconfigured(binding, fmt.Errorf("failed to convert object version: %w", err)), nil
	}
	namespace, err := p.namespace(v.a)
	if err != nil {
		return nil, err
	}
	ignores := policy.Spec.FailurePolicy != nil && *policy.Spec.FailurePolicy == admissionv1.Ignore
	denies := slices.Contains(binding.Spec.ValidationActions, admissionv1.Deny)
	failed := func(message string) *denial {
		if ignores || !denies {
			return nil
		}
		return &denial{policy: policy, binding: binding, message: message}
	}
	if m := policy.rules.conditions; m != nil {
		result := m.Match(c.ctx, object, param, anyone{})
		if result.Error != nil {
			return failed(result.Error.Error()), nil
		}
		if !result.Matches {
			return nil, nil
		}
	}
	request := cel.CreateAdmissionRequest(object.Attributes, metav1.GroupVersionResource(in.resource), metav1.GroupVersionKind(object.VersionedKind))
	ns := cel.CreateNamespaceObject(namespace)
	results, budget, err := policy.rules.rules.ForInput(c.ctx, object, request, cel.OptionalVariableBindings{VersionedParams: param, Authorizer: anyone{}}, ns, celconfig.RuntimeCELCostBudget)
	if err != nil {
		return failed(err.Error()), nil
	}
	messages, _, messageErr := policy.rules.messages.ForInput(c.ctx, object, request, cel.OptionalVariableBindings{VersionedParams: param}, ns, budget)
	for i, result := range results {
		switch {
		case result.Error != nil:
			if denied := failed(result.Error.Error()); denied != nil {
				return denied, nil
			}
		case errors.Is(messageErr, apiservercel.ErrInternal), errors.Is(messageErr, apiservercel.ErrOutOfBudget):
			if denied := failed(fmt.Sprintf("failed messageExpression: %s", messageErr)); denied != nil {
				return denied, nil
			}
		case result.EvalResult != celtypes.True && denies:
			validation := &policy.Spec.Validations[i]
			denied := &denial{policy: policy, binding: binding, message: messageOf(validation, messages, i)}
			if validation.Reason != nil {
				denied.reason = *validation.Reason
			}
			return denied, nil
		}
	}
	return p.annotate(policy, binding, object, request, param, namespace, c)
}

// annotate fails where the value of an audit annotation cannot be found.
func (p *policies) annotate(policy *boundPolicy, binding *admissionv1.ValidatingAdmissionPolicyBinding, object *admission.VersionedAttributes, request *reviewv1.AdmissionRequest, param runtime.Object, namespace *corev1.Namespace, c *call) (*denial, error) {
	if f := policy.Spec.FailurePolicy; f != nil && *f == admissionv1.Ignore || len(policy.Spec.AuditAnnotations) == 0 {
		return nil, nil
	}
	results, _, err := policy.rules.annotations.ForInput(c.ctx, object, request, cel.OptionalVariableBindings{VersionedParams: param}, namespace, celconfig.RuntimeCELCostBudget)
	for _, result := range results {
		err = errors.Join(err, result.Error)
	}
	if err != nil {
		return &denial{policy: policy, binding: binding, message: err.Error()}, nil
	}
	return nil, nil
}

// messageOf is what a validation that is not true says.
func messageOf(v *admissionv1.Validation, messages []cel.EvaluationResult, i int) string {
	if i < len(messages) && messages[i].Error == nil && messages[i].EvalResult != nil {
		text, _ := messages[i].EvalResult.Value().(string)
		text = strings.TrimSpace(text)
		if text != "" && len(text) <= celconfig.MaxEvaluatedMessageExpressionSizeBytes && !strings.Contains(text, "\n") {
			return text
		}
	}
	if text := strings.TrimSpace(v.Message); text != "" {
		return text
	}
	return "failed expression: " + strings.TrimSpace(v.Expression)
}

// namespace is that of the request, nil for one of the whole cluster.
func (p *policies) namespace(a admission.Attributes) (*corev1.Namespace, error) {
	if a.GetNamespace() == "" || a.GetResource().GroupResource() == namespaceResource {
		return nil, nil
	}
	ns, ok := get[*corev1.Namespace](p.state, namespaceResource, "", a.GetNamespace())
	if !ok {
		return nil, apierrors.NewNotFound(namespaceResource, a.GetNamespace())
	}
	return ns, nil
}
