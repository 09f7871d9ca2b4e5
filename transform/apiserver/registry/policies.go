package registry

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// policies is the strategy of ValidatingAdmissionPolicies.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/admissionregistration/validatingadmissionpolicy/strategy.go.
func policies() strategy[*admissionregistration.ValidatingAdmissionPolicy] {
	return of(strategy[*admissionregistration.ValidatingAdmissionPolicy]{
		prepare: func(_ context.Context, p *admissionregistration.ValidatingAdmissionPolicy) {
			p.Status, p.Generation = admissionregistration.ValidatingAdmissionPolicyStatus{}, 1
		},
		prepareUpdate: func(_ context.Context, p, old *admissionregistration.ValidatingAdmissionPolicy) {
			p.Status = old.Status
			if !equality.Semantic.DeepEqual(old.Spec, p.Spec) {
				p.Generation = old.Generation + 1
			}
		},
		validate: func(_ context.Context, p *admissionregistration.ValidatingAdmissionPolicy) field.ErrorList {
			return policyErrors(p)
		},
		validateUpdate: func(_ context.Context, p, old *admissionregistration.ValidatingAdmissionPolicy) field.ErrorList {
			return newErrors(policyErrors(p), policyErrors(old))
		},
	})
}

// bindings is the strategy of ValidatingAdmissionPolicyBindings.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/admissionregistration/validatingadmissionpolicybinding/strategy.go.
func bindings() strategy[*admissionregistration.ValidatingAdmissionPolicyBinding] {
	return of(strategy[*admissionregistration.ValidatingAdmissionPolicyBinding]{
		prepare: func(_ context.Context, b *admissionregistration.ValidatingAdmissionPolicyBinding) { b.Generation = 1 },
		prepareUpdate: func(_ context.Context, b, old *admissionregistration.ValidatingAdmissionPolicyBinding) {
			if !equality.Semantic.DeepEqual(old.Spec, b.Spec) {
				b.Generation = old.Generation + 1
			}
		},
		validate: func(_ context.Context, b *admissionregistration.ValidatingAdmissionPolicyBinding) field.ErrorList {
			return bindingErrors(b)
		},
		validateUpdate: func(_ context.Context, b, _ *admissionregistration.ValidatingAdmissionPolicyBinding) field.ErrorList {
			return bindingErrors(b)
		},
	})
}

func policyErrors(p *admissionregistration.ValidatingAdmissionPolicy) field.ErrorList {
	errs := apivalidation.ValidateObjectMeta(&p.ObjectMeta, false, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	spec, at := &p.Spec, field.NewPath("spec")
	if spec.FailurePolicy == nil {
		errs = append(errs, field.Required(at.Child("failurePolicy"), ""))
	}
	errs = append(errs, oneOf(spec.FailurePolicy, at.Child("failurePolicy"), failurePolicies)...)
	if spec.ParamKind != nil {
		errs = append(errs, paramKindErrors(spec.ParamKind, at.Child("paramKind"))...)
	}
	if spec.MatchConstraints == nil {
		errs = append(errs, field.Required(at.Child("matchConstraints"), ""))
	} else {
		errs = append(errs, matchErrors(spec.MatchConstraints, at.Child("matchConstraints"))...)
		if len(spec.MatchConstraints.ResourceRules) == 0 {
			errs = append(errs, field.Required(at.Child("matchConstraints", "resourceRules"), ""))
		}
	}
	errs = append(errs, conditionErrors(spec.MatchConditions, spec.ParamKind != nil, at.Child("matchConditions"))...)
	return append(errs, expressionErrors(p, at)...)
}

// expressionErrors are those of the variables, validations and audit annotations, which are compiled together.
func expressionErrors(p *admissionregistration.ValidatingAdmissionPolicy, at *field.Path) field.ErrorList {
	spec := &p.Spec
	may := plugincel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil, HasAuthorizer: true, StrictCost: true}
	compiler := conditions()
	var errs field.ErrorList
	if len(spec.Variables) > 0 {
		composed, err := plugincel.NewCompositedCompiler(Environment())
		if err != nil {
			return field.ErrorList{field.InternalError(at.Child("variables"), err)}
		}
		for i, v := range spec.Variables {
			errs = append(errs, variableErrors(composed, &v, may, at.Child("variables").Index(i))...)
		}
		compiler = composed
	}
	if len(spec.Validations) == 0 && len(spec.AuditAnnotations) == 0 {
		const detail = "validations or auditAnnotations must contain at least one item"
		return append(errs, field.Required(at.Child("validations"), detail), field.Required(at.Child("auditAnnotations"), detail))
	}
	for i := range spec.Validations {
		errs = append(errs, validationErrors(compiler, &spec.Validations[i], may, at.Child("validations").Index(i))...)
	}
	return append(errs, annotationErrors(compiler, p, may, at.Child("auditAnnotations"))...)
}

var (
	celIdentifier = regexp.MustCompile(`^[_a-zA-Z][_a-zA-Z0-9]*$`)
	celReserved   = []string{
		"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "namespace", "null",
		"package", "return", "true", "var", "void", "while",
	}
)

func variableErrors(compiler *plugincel.CompositedCompiler, v *admissionregistration.Variable, may plugincel.OptionalVariableDeclarations, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	switch {
	case strings.TrimSpace(v.Name) == "":
		errs = append(errs, field.Required(at.Child("name"), "name is not specified"))
	case !celIdentifier.MatchString(v.Name) || slices.Contains(celReserved, v.Name):
		errs = append(errs, field.Invalid(at.Child("name"), v.Name, "name is not a valid CEL identifier"))
	}
	if strings.TrimSpace(v.Expression) == "" {
		return append(errs, field.Required(at.Child("expression"), "expression is not specified"))
	}
	e := Variable(v.Name, v.Expression)
	return append(errs, resultErrors(compiler.CompileAndStoreVariable(e, may, environment.NewExpressions), e, at.Child("expression"))...)
}

func validationErrors(compiler plugincel.Compiler, v *admissionregistration.Validation, may plugincel.OptionalVariableDeclarations, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	if strings.TrimSpace(v.Expression) == "" {
		errs = append(errs, field.Required(at.Child("expression"), "expression is not specified"))
	} else {
		errs = append(errs, compileErrors(compiler, Condition(v.Expression), may, at.Child("expression"))...)
	}
	switch {
	case v.MessageExpression == "":
	case strings.TrimSpace(v.MessageExpression) == "":
		errs = append(errs, field.Invalid(at.Child("messageExpression"), v.MessageExpression, "must be non-empty if specified"))
	default:
		may.HasAuthorizer = false
		errs = append(errs, compileErrors(compiler, Message(v.MessageExpression), may, at.Child("messageExpression"))...)
	}
	switch text := strings.TrimSpace(v.Message); {
	case v.Message != "" && text == "":
		errs = append(errs, field.Invalid(at.Child("message"), v.Message, "message must be non-empty if specified"))
	case strings.ContainsAny(text, "\n\r"):
		errs = append(errs, field.Invalid(at.Child("message"), v.Message, "message must not contain line breaks"))
	}
	return append(errs, oneOf(v.Reason, at.Child("reason"), []metav1.StatusReason{
		metav1.StatusReasonForbidden, metav1.StatusReasonInvalid, metav1.StatusReasonRequestEntityTooLarge,
	})...)
}

// Source: k8s.io/kubernetes v1.33.13 pkg/apis/admissionregistration/validation/validation.go:769-774.
const (
	maxAnnotations     = 20
	maxAnnotationBytes = 5 << 10
)

func annotationErrors(compiler plugincel.Compiler, p *admissionregistration.ValidatingAdmissionPolicy, may plugincel.OptionalVariableDeclarations, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	list := p.Spec.AuditAnnotations
	if len(list) > maxAnnotations {
		errs = append(errs, field.Invalid(at, list, fmt.Sprintf("must not have more than %d auditAnnotations", maxAnnotations)))
	}
	seen := map[string]bool{}
	for i, a := range list {
		at := at.Index(i)
		errs = append(errs, validation.ValidateQualifiedName(p.Name+"/"+a.Key, at.Child("key"))...)
		switch text := strings.TrimSpace(a.ValueExpression); {
		case text == "":
			errs = append(errs, field.Required(at.Child("valueExpression"), "valueExpression is not specified"))
		case len(text) > maxAnnotationBytes:
			errs = append(errs, field.Required(at.Child("valueExpression"), fmt.Sprintf("must not exceed %d bytes in length", maxAnnotationBytes)))
		default:
			errs = append(errs, compileErrors(compiler, Annotation(text), may, at.Child("valueExpression"))...)
		}
		if seen[a.Key] {
			errs = append(errs, field.Duplicate(at.Child("key"), a.Key))
		}
		seen[a.Key] = true
	}
	return errs
}

func paramKindErrors(k *admissionregistration.ParamKind, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	group, version, has := strings.Cut(k.APIVersion, "/")
	if !has {
		group, version = "", k.APIVersion
	}
	at2 := at.Child("apiVersion")
	switch {
	case k.APIVersion == "":
		errs = append(errs, field.Required(at2, ""))
	case strings.Contains(version, "/"):
		errs = append(errs, field.Invalid(at2, k.APIVersion, "unexpected GroupVersion string: "+k.APIVersion))
	default:
		if problems := utilvalidation.IsDNS1123Subdomain(group); group != "" && len(problems) > 0 {
			errs = append(errs, field.Invalid(at2, group, strings.Join(problems, ",")))
		}
		if version == "" {
			errs = append(errs, field.Invalid(at2, k.APIVersion, "version must be specified"))
		} else if problems := utilvalidation.IsDNS1035Label(version); len(problems) > 0 {
			errs = append(errs, field.Invalid(at2, version, strings.Join(problems, ",")))
		}
	}
	if k.Kind == "" {
		return append(errs, field.Required(at.Child("kind"), ""))
	}
	if problems := utilvalidation.IsDNS1035Label(strings.ToLower(k.Kind)); len(problems) > 0 {
		errs = append(errs, field.Invalid(at.Child("kind"), k.Kind, "may have mixed case, but should otherwise match: "+strings.Join(problems, ",")))
	}
	return errs
}

func matchErrors(m *admissionregistration.MatchResources, at *field.Path) field.ErrorList {
	if m == nil {
		return nil
	}
	var errs field.ErrorList
	if m.MatchPolicy == nil {
		errs = append(errs, field.Required(at.Child("matchPolicy"), ""))
	}
	errs = append(errs, oneOf(m.MatchPolicy, at.Child("matchPolicy"), matchPolicies)...)
	for _, s := range []struct {
		name     string
		selector *metav1.LabelSelector
	}{{"namespaceSelector", m.NamespaceSelector}, {"objectSelector", m.ObjectSelector}} {
		if s.selector == nil {
			errs = append(errs, field.Required(at.Child(s.name), ""))
		}
		errs = append(errs, selectorErrors(s.selector, at.Child(s.name))...)
	}
	for i := range m.ResourceRules {
		errs = append(errs, namedRuleErrors(&m.ResourceRules[i], at.Child("resourceRules").Index(i))...)
	}
	for i := range m.ExcludeResourceRules {
		errs = append(errs, namedRuleErrors(&m.ExcludeResourceRules[i], at.Child("excludeResourceRules").Index(i))...)
	}
	return errs
}

func namedRuleErrors(r *admissionregistration.NamedRuleWithOperations, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, name := range r.ResourceNames {
		at := at.Child("resourceNames").Index(i)
		for _, problem := range path.ValidatePathSegmentName(name, false) {
			errs = append(errs, field.Invalid(at, name, problem))
		}
		if slices.Contains(r.ResourceNames[:i], name) {
			errs = append(errs, field.Duplicate(at, name))
		}
	}
	return append(errs, ruleErrors(&r.RuleWithOperations, at)...)
}

func bindingErrors(b *admissionregistration.ValidatingAdmissionPolicyBinding) field.ErrorList {
	errs := apivalidation.ValidateObjectMeta(&b.ObjectMeta, false, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	spec, at := &b.Spec, field.NewPath("spec")
	if spec.PolicyName == "" {
		errs = append(errs, field.Required(at.Child("policyName"), ""))
	} else {
		for _, problem := range apivalidation.NameIsDNSSubdomain(spec.PolicyName, false) {
			errs = append(errs, field.Invalid(at.Child("policyName"), spec.PolicyName, problem))
		}
	}
	errs = append(errs, paramRefErrors(spec.ParamRef, at.Child("paramRef"))...)
	errs = append(errs, matchErrors(spec.MatchResources, at.Child("matchResources"))...)
	return append(errs, actionErrors(spec.ValidationActions, at.Child("validationActions"))...)
}

func actionErrors(list []admissionregistration.ValidationAction, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i := range list {
		errs = append(errs, oneOf(&list[i], at.Index(i), []admissionregistration.ValidationAction{
			admissionregistration.Audit, admissionregistration.Deny, admissionregistration.Warn,
		})...)
		if slices.Contains(list[:i], list[i]) {
			errs = append(errs, field.Duplicate(at.Index(i), list[i]))
		}
	}
	if slices.Contains(list, admissionregistration.Deny) && slices.Contains(list, admissionregistration.Warn) {
		errs = append(errs, field.Invalid(at, list, "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)"))
	}
	if len(list) == 0 {
		errs = append(errs, field.Required(at, "at least one validation action is required"))
	}
	return errs
}

func paramRefErrors(r *admissionregistration.ParamRef, at *field.Path) field.ErrorList {
	if r == nil {
		return nil
	}
	var errs field.ErrorList
	for _, problem := range path.ValidatePathSegmentName(r.Name, false) {
		if r.Name != "" {
			errs = append(errs, field.Invalid(at.Child("name"), r.Name, problem))
		}
	}
	if r.Selector != nil {
		errs = append(errs, metavalidation.ValidateLabelSelector(r.Selector, metavalidation.LabelSelectorValidationOptions{}, at.Child("selector"))...)
	}
	switch {
	case r.Name != "" && r.Selector != nil:
		const detail = "name and selector are mutually exclusive"
		errs = append(errs, field.Forbidden(at.Child("name"), detail), field.Forbidden(at.Child("selector"), detail))
	case r.Name == "" && r.Selector == nil:
		errs = append(errs, field.Required(at, "one of name or selector must be specified"))
	}
	if r.ParameterNotFoundAction == nil || *r.ParameterNotFoundAction == "" {
		return append(errs, field.Required(at.Child("parameterNotFoundAction"), ""))
	}
	return append(errs, oneOf(r.ParameterNotFoundAction, at.Child("parameterNotFoundAction"), []admissionregistration.ParameterNotFoundActionType{
		admissionregistration.AllowAction, admissionregistration.DenyAction,
	})...)
}
