package registry

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// internal reads an object of version v1 into the internal type, with defaults.
func internal(t *testing.T, text string) runtime.Object {
	t.Helper()
	var kind struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal([]byte(text), &kind); err != nil {
		t.Fatal(err)
	}
	obj, err := Scheme().New(schema.FromAPIVersionAndKind(kind.APIVersion, kind.Kind))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(text), obj); err != nil {
		t.Fatal(err)
	}
	Scheme().Default(obj)
	into, err := Scheme().ConvertToVersion(obj, schema.GroupVersion{Group: obj.GetObjectKind().GroupVersionKind().Group, Version: runtime.APIVersionInternal})
	if err != nil {
		t.Fatal(err)
	}
	return into
}

const (
	someHooks = `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: w}, webhooks: [
		{name: w.acme.io, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {service: {name: s, namespace: n}},
		rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}]}`
	aPolicy = `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: p}, spec: {
		matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]},
		validations: [{expression: "object.spec.replicas < 5", message: too many}]}}`
	aBinding = `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: b}, spec: {policyName: p, validationActions: [Deny]}}`
)

// Each row spoils an object in one place; the fields are those that the API server names.
func TestWebhooksAndPoliciesAreValidated(t *testing.T) {
	list := Strategies()
	for _, c := range []struct{ resource, text, old, spoiled, fields string }{
		{"validatingwebhookconfigurations", someHooks, "", "", ""},
		{"validatingwebhookconfigurations", someHooks, "w.acme.io", "w", "webhooks[0].name"},
		{"validatingwebhookconfigurations", someHooks, "sideEffects: None", "sideEffects: Some", "webhooks[0].sideEffects"},
		{"validatingwebhookconfigurations", someHooks, ", sideEffects: None", "", "webhooks[0].sideEffects"},
		{"validatingwebhookconfigurations", someHooks, "Versions: [v1], side", "Versions: [v7], side", "webhooks[0].admissionReviewVersions"},
		{"validatingwebhookconfigurations", someHooks, "sideEffects: None", "sideEffects: None, timeoutSeconds: 31", "webhooks[0].timeoutSeconds"},
		{"validatingwebhookconfigurations", someHooks, "sideEffects: None", "sideEffects: None, failurePolicy: Maybe", "webhooks[0].failurePolicy"},
		{"validatingwebhookconfigurations", someHooks, "service: {", "url: 'https://a.example/', service: {", "webhooks[0].clientConfig"},
		{"validatingwebhookconfigurations", someHooks, "name: s, namespace: n", "name: s, namespace: n, path: nowhere", "webhooks[0].clientConfig.service.path"},
		{"validatingwebhookconfigurations", someHooks, "[CREATE]", "['*', CREATE]", "webhooks[0].rules[0].operations"},
		{"validatingwebhookconfigurations", someHooks, "[CREATE]", "[READ]", "webhooks[0].rules[0].operations[0]"},
		{"validatingwebhookconfigurations", someHooks, "[pods]", "['pods/*', pods/log]", "webhooks[0].rules[0].resources[1]"},
		{"validatingwebhookconfigurations", someHooks, "[pods]", "['*', pods]", "webhooks[0].rules[0].resources"},
		{"validatingwebhookconfigurations", someHooks, "sideEffects: None", "sideEffects: None, matchConditions: [{name: c, expression: 'nothing'}]", "webhooks[0].matchConditions[0].expression"},
		{"validatingwebhookconfigurations", someHooks, "sideEffects: None", "sideEffects: None, objectSelector: {matchLabels: {'a b': c}}", "webhooks[0].objectSelector.matchLabels"},
		{"mutatingwebhookconfigurations", strings.Replace(someHooks, "Validating", "Mutating", 1), "sideEffects: None", "sideEffects: None, reinvocationPolicy: Always", "webhooks[0].reinvocationPolicy"},
		{"validatingadmissionpolicies", aPolicy, "", "", ""},
		{"validatingadmissionpolicies", aPolicy, "object.spec.replicas < 5", "object.spec.replicas <", "spec.validations[0].expression"},
		{"validatingadmissionpolicies", aPolicy, "object.spec.replicas < 5", "'a'", "spec.validations[0].expression"},
		{"validatingadmissionpolicies", aPolicy, "message: too many", "reason: Whim", "spec.validations[0].reason"},
		{"validatingadmissionpolicies", aPolicy, "message: too many", "messageExpression: '1'", "spec.validations[0].messageExpression"},
		{"validatingadmissionpolicies", aPolicy, "validations: [{expression: \"object.spec.replicas < 5\", message: too many}]", "", "spec.validations spec.auditAnnotations"},
		{"validatingadmissionpolicies", aPolicy, "spec: {", "spec: {variables: [{name: for, expression: '1'}],", "spec.variables[0].name"},
		{"validatingadmissionpolicies", aPolicy, "spec: {", "spec: {variables: [{name: many, expression: 'object.spec.replicas > 3'}], auditAnnotations: [{key: k, valueExpression: 'string(variables.many)'}],", ""},
		{"validatingadmissionpolicies", aPolicy, "spec: {", "spec: {paramKind: {apiVersion: a/b/c, kind: K},", "spec.paramKind.apiVersion"},
		{"validatingadmissionpolicies", aPolicy, "resourceRules: [{", "resourceRules: [{resourceNames: [a, a], ", "spec.matchConstraints.resourceRules[0].resourceNames[1]"},
		{"validatingadmissionpolicybindings", aBinding, "", "", ""},
		{"validatingadmissionpolicybindings", aBinding, "[Deny]", "[Deny, Warn]", "spec.validationActions"},
		{"validatingadmissionpolicybindings", aBinding, "[Deny]", "[]", "spec.validationActions"},
		{"validatingadmissionpolicybindings", aBinding, "policyName: p", "policyName: p, paramRef: {name: a, selector: {}, parameterNotFoundAction: Deny}", "spec.paramRef.name spec.paramRef.selector"},
		{"validatingadmissionpolicybindings", aBinding, "policyName: p", "policyName: p, paramRef: {name: a}", "spec.paramRef.parameterNotFoundAction"},
	} {
		strategy := list[schema.GroupResource{Group: "admissionregistration.k8s.io", Resource: c.resource}]
		text := strings.Replace(c.text, c.old, c.spoiled, 1)
		if c.old != "" && text == c.text {
			t.Fatalf("%s stands nowhere in %s", c.old, c.resource)
		}
		var fields []string
		for _, err := range strategy.Validate(t.Context(), internal(t, text)) {
			fields = append(fields, err.Field)
		}
		if got := strings.Join(slices.Compact(fields), " "); got != c.fields {
			t.Errorf("%s with %q: %q, want %q", c.resource, c.spoiled, got, c.fields)
		}
	}
}

// What is stored once may stay in an update, and what is new may not be wrong.
func TestAnUpdateMayKeepWhatIsWrong(t *testing.T) {
	strategy := validatingWebhooks()
	wrong := strings.Replace(someHooks, "sideEffects: None", "sideEffects: Some", 1)
	if errs := strategy.ValidateUpdate(t.Context(), internal(t, strings.Replace(wrong, "[CREATE]", "[UPDATE]", 1)), internal(t, wrong)); len(errs) > 0 {
		t.Errorf("what was there is refused: %v", errs)
	}
	if errs := strategy.ValidateUpdate(t.Context(), internal(t, wrong), internal(t, someHooks)); len(errs) != 1 {
		t.Errorf("what is new is not refused: %v", errs)
	}
}

// Every resource that a restore may send has a strategy, and every strategy a kind in the scheme.
func TestStrategiesAreThoseOfTheScheme(t *testing.T) {
	list := Strategies()
	if len(list) < 45 {
		t.Errorf("%d strategies", len(list))
	}
	for gr := range list {
		if !Scheme().IsGroupRegistered(gr.Group) {
			t.Errorf("the scheme does not know the group of %s", gr)
		}
	}
}
