package registry

import (
	"context"
	"reflect"
	"slices"
	"strings"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// The validation of admissionregistration is here, since Kubernetes' own package links the clients and informers of the policies'
// plugin. Source of all of it: k8s.io/kubernetes v1.33.13 pkg/apis/admissionregistration/validation/validation.go.

// hook is what a mutating and a validating webhook have in common.
type hook struct {
	name         string
	client       admissionregistration.WebhookClientConfig
	rules        []admissionregistration.RuleWithOperations
	failure      *admissionregistration.FailurePolicyType
	match        *admissionregistration.MatchPolicyType
	sideEffects  *admissionregistration.SideEffectClass
	timeout      *int32
	namespaces   *metav1.LabelSelector
	objects      *metav1.LabelSelector
	versions     []string
	conditions   []admissionregistration.MatchCondition
	reinvocation *admissionregistration.ReinvocationPolicyType
}

// mutatingWebhooks is the strategy of MutatingWebhookConfigurations.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/admissionregistration/mutatingwebhookconfiguration/strategy.go.
func mutatingWebhooks() strategy[*admissionregistration.MutatingWebhookConfiguration] {
	validate := func(c *admissionregistration.MutatingWebhookConfiguration) field.ErrorList {
		var hooks []hook
		for _, h := range c.Webhooks {
			hooks = append(hooks, hook{
				h.Name, h.ClientConfig, h.Rules, h.FailurePolicy, h.MatchPolicy, h.SideEffects, h.TimeoutSeconds, h.NamespaceSelector,
				h.ObjectSelector, h.AdmissionReviewVersions, h.MatchConditions, h.ReinvocationPolicy,
			})
		}
		return configurationErrors(&c.ObjectMeta, hooks)
	}
	return of(strategy[*admissionregistration.MutatingWebhookConfiguration]{
		prepare: func(_ context.Context, c *admissionregistration.MutatingWebhookConfiguration) { c.Generation = 1 },
		prepareUpdate: func(_ context.Context, c, old *admissionregistration.MutatingWebhookConfiguration) {
			if !reflect.DeepEqual(old.Webhooks, c.Webhooks) {
				c.Generation = old.Generation + 1
			}
		},
		validate: func(_ context.Context, c *admissionregistration.MutatingWebhookConfiguration) field.ErrorList {
			return validate(c)
		},
		validateUpdate: func(_ context.Context, c, old *admissionregistration.MutatingWebhookConfiguration) field.ErrorList {
			return newErrors(validate(c), validate(old))
		},
	})
}

// validatingWebhooks is the strategy of ValidatingWebhookConfigurations.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/admissionregistration/validatingwebhookconfiguration/strategy.go.
func validatingWebhooks() strategy[*admissionregistration.ValidatingWebhookConfiguration] {
	validate := func(c *admissionregistration.ValidatingWebhookConfiguration) field.ErrorList {
		var hooks []hook
		for _, h := range c.Webhooks {
			hooks = append(hooks, hook{
				h.Name, h.ClientConfig, h.Rules, h.FailurePolicy, h.MatchPolicy, h.SideEffects, h.TimeoutSeconds, h.NamespaceSelector,
				h.ObjectSelector, h.AdmissionReviewVersions, h.MatchConditions, nil,
			})
		}
		return configurationErrors(&c.ObjectMeta, hooks)
	}
	return of(strategy[*admissionregistration.ValidatingWebhookConfiguration]{
		prepare: func(_ context.Context, c *admissionregistration.ValidatingWebhookConfiguration) { c.Generation = 1 },
		prepareUpdate: func(_ context.Context, c, old *admissionregistration.ValidatingWebhookConfiguration) {
			if !reflect.DeepEqual(old.Webhooks, c.Webhooks) {
				c.Generation = old.Generation + 1
			}
		},
		validate: func(_ context.Context, c *admissionregistration.ValidatingWebhookConfiguration) field.ErrorList {
			return validate(c)
		},
		validateUpdate: func(_ context.Context, c, old *admissionregistration.ValidatingWebhookConfiguration) field.ErrorList {
			return newErrors(validate(c), validate(old))
		},
	})
}

// newErrors are those that the old object does not have: what has been stored once may stay.
func newErrors(errs, old field.ErrorList) field.ErrorList {
	return slices.DeleteFunc(errs, func(e *field.Error) bool {
		return slices.ContainsFunc(old, func(o *field.Error) bool { return o.Type == e.Type && o.Detail == e.Detail })
	})
}

func configurationErrors(metadata *metav1.ObjectMeta, hooks []hook) field.ErrorList {
	errs := apivalidation.ValidateObjectMeta(metadata, false, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	seen := map[string]bool{}
	for i := range hooks {
		at := field.NewPath("webhooks").Index(i)
		errs = append(errs, hooks[i].errors(at)...)
		if name := hooks[i].name; name != "" {
			if seen[name] {
				errs = append(errs, field.Duplicate(at.Child("name"), name))
			}
			seen[name] = true
		}
	}
	return errs
}

func (h *hook) errors(at *field.Path) field.ErrorList {
	errs := utilvalidation.IsFullyQualifiedName(at.Child("name"), h.name)
	for i := range h.rules {
		errs = append(errs, ruleErrors(&h.rules[i], at.Child("rules").Index(i))...)
	}
	errs = append(errs, oneOf(h.failure, at.Child("failurePolicy"), failurePolicies)...)
	errs = append(errs, oneOf(h.match, at.Child("matchPolicy"), matchPolicies)...)
	if h.sideEffects == nil {
		errs = append(errs, field.Required(at.Child("sideEffects"), "must specify one of None, NoneOnDryRun"))
	}
	errs = append(errs, oneOf(h.sideEffects, at.Child("sideEffects"), sideEffects)...)
	if h.timeout != nil && (*h.timeout > 30 || *h.timeout < 1) {
		errs = append(errs, field.Invalid(at.Child("timeoutSeconds"), *h.timeout, "the timeout value must be between 1 and 30 seconds"))
	}
	errs = append(errs, selectorErrors(h.namespaces, at.Child("namespaceSelector"))...)
	errs = append(errs, selectorErrors(h.objects, at.Child("objectSelector"))...)
	errs = append(errs, oneOf(h.reinvocation, at.Child("reinvocationPolicy"), reinvocations)...)
	errs = append(errs, clientErrors(&h.client, at.Child("clientConfig"))...)
	errs = append(errs, conditionErrors(h.conditions, false, at.Child("matchConditions"))...)
	return append(errs, reviewErrors(h.versions, at.Child("admissionReviewVersions"))...)
}

func clientErrors(c *admissionregistration.WebhookClientConfig, at *field.Path) field.ErrorList {
	switch {
	case (c.URL == nil) == (c.Service == nil):
		return field.ErrorList{field.Required(at, "exactly one of url or service is required")}
	case c.URL != nil:
		return webhook.ValidateWebhookURL(at.Child("url"), *c.URL, true)
	}
	return webhook.ValidateWebhookService(at.Child("service"), c.Service.Name, c.Service.Namespace, c.Service.Path, c.Service.Port)
}

// The values that fields may have, sorted.
var (
	failurePolicies = []admissionregistration.FailurePolicyType{admissionregistration.Fail, admissionregistration.Ignore}
	matchPolicies   = []admissionregistration.MatchPolicyType{admissionregistration.Equivalent, admissionregistration.Exact}
	sideEffects     = []admissionregistration.SideEffectClass{admissionregistration.SideEffectClassNone, admissionregistration.SideEffectClassNoneOnDryRun}
	reinvocations   = []admissionregistration.ReinvocationPolicyType{admissionregistration.IfNeededReinvocationPolicy, admissionregistration.NeverReinvocationPolicy}
	ruleScopes      = []admissionregistration.ScopeType{admissionregistration.AllScopes, admissionregistration.ClusterScope, admissionregistration.NamespacedScope}
	operations      = []admissionregistration.OperationType{
		admissionregistration.OperationAll, admissionregistration.Connect, admissionregistration.Create, admissionregistration.Delete, admissionregistration.Update,
	}
	reviewVersions = []string{"v1", "v1beta1"}
)

// oneOf holds a value, where there is one, against those that there are.
func oneOf[T ~string](value *T, at *field.Path, values []T) field.ErrorList {
	if value == nil || slices.Contains(values, *value) {
		return nil
	}
	return field.ErrorList{field.NotSupported(at, *value, values)}
}

func selectorErrors(s *metav1.LabelSelector, at *field.Path) field.ErrorList {
	if s == nil {
		return nil
	}
	return metavalidation.ValidateLabelSelector(s, metavalidation.LabelSelectorValidationOptions{}, at)
}

func ruleErrors(r *admissionregistration.RuleWithOperations, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	if len(r.Operations) == 0 {
		errs = append(errs, field.Required(at.Child("operations"), ""))
	}
	if len(r.Operations) > 1 && slices.Contains(r.Operations, admissionregistration.OperationAll) {
		errs = append(errs, field.Invalid(at.Child("operations"), r.Operations, "if '*' is present, must not specify other operations"))
	}
	for i := range r.Operations {
		errs = append(errs, oneOf(&r.Operations[i], at.Child("operations").Index(i), operations)...)
	}
	errs = append(errs, eitherAll(r.APIGroups, at.Child("apiGroups"), "API groups")...)
	errs = append(errs, eitherAll(r.APIVersions, at.Child("apiVersions"), "API versions")...)
	for i, version := range r.APIVersions {
		if version == "" {
			errs = append(errs, field.Required(at.Child("apiVersions").Index(i), ""))
		}
	}
	errs = append(errs, resourceErrors(r.Resources, at.Child("resources"))...)
	return append(errs, oneOf(r.Scope, at.Child("scope"), ruleScopes)...)
}

func eitherAll(values []string, at *field.Path, what string) field.ErrorList {
	switch {
	case len(values) == 0:
		return field.ErrorList{field.Required(at, "")}
	case len(values) > 1 && slices.Contains(values, "*"):
		return field.ErrorList{field.Invalid(at, values, "if '*' is present, must not specify other "+what)}
	}
	return nil
}

func resourceErrors(resources []string, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	if len(resources) == 0 {
		errs = append(errs, field.Required(at, ""))
	}
	allOf, ofAll := map[string]bool{}, map[string]bool{}
	plain := false
	for i, name := range resources {
		if name == "" {
			errs = append(errs, field.Required(at.Index(i), ""))
			continue
		}
		resource, sub, has := strings.Cut(name, "/")
		if !has {
			plain = name != "*"
			continue
		}
		if allOf[resource] {
			errs = append(errs, field.Invalid(at.Index(i), name, "if '"+resource+"/*' is present, must not specify "+name))
		}
		if ofAll[sub] {
			errs = append(errs, field.Invalid(at.Index(i), name, "if '*/"+sub+"' is present, must not specify "+name))
		}
		allOf[resource] = allOf[resource] || sub == "*"
		ofAll[sub] = ofAll[sub] || resource == "*"
	}
	if len(resources) > 1 && slices.Contains(resources, "*/*") {
		errs = append(errs, field.Invalid(at, resources, "if '*/*' is present, must not specify other resources"))
	}
	if plain && slices.Contains(resources, "*") {
		errs = append(errs, field.Invalid(at, resources, "if '*' is present, must not specify other resources without subresources"))
	}
	return errs
}

func reviewErrors(versions []string, at *field.Path) field.ErrorList {
	if len(versions) == 0 {
		return field.ErrorList{field.Required(at, "must specify one of "+strings.Join(reviewVersions, ", "))}
	}
	var errs field.ErrorList
	for i, version := range versions {
		if slices.Contains(versions[:i], version) {
			errs = append(errs, field.Invalid(at.Index(i), version, "duplicate version"))
			continue
		}
		for _, problem := range utilvalidation.IsDNS1035Label(version) {
			errs = append(errs, field.Invalid(at.Index(i), version, problem))
		}
	}
	if !slices.ContainsFunc(versions, func(v string) bool { return slices.Contains(reviewVersions, v) }) {
		errs = append(errs, field.Invalid(at, versions, "must include at least one of "+strings.Join(reviewVersions, ", ")))
	}
	return errs
}

func conditionErrors(list []admissionregistration.MatchCondition, params bool, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	if len(list) > 64 {
		errs = append(errs, field.TooMany(at, len(list), 64))
	}
	seen := map[string]bool{}
	for i, c := range list {
		at := at.Index(i)
		if text := strings.TrimSpace(c.Expression); text == "" {
			errs = append(errs, field.Required(at.Child("expression"), ""))
		} else {
			may := plugincel.OptionalVariableDeclarations{HasParams: params, HasAuthorizer: true, StrictCost: true}
			errs = append(errs, compileErrors(conditions(), Condition(text), may, at.Child("expression"))...)
		}
		if c.Name == "" {
			errs = append(errs, field.Required(at.Child("name"), ""))
			continue
		}
		errs = append(errs, validation.ValidateQualifiedName(c.Name, at.Child("name"))...)
		if seen[c.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), c.Name))
		}
		seen[c.Name] = true
	}
	return errs
}
