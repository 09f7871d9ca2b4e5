//go:build apiserver

package apiserver

import (
	"context"
	"sync"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/generic"
	"k8s.io/apiserver/pkg/admission/plugin/policy/matching"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
)

// policies are the ValidatingAdmissionPolicies of the target and of the restore.
type policies struct {
	state      *state
	custom     *custom
	stale      bool
	hooks      []validating.PolicyHook
	dispatcher generic.Dispatcher[validating.PolicyHook]
	template   func() (*cel.CompositionEnv, error)
}

func newPolicies(s *state, custom *custom) *policies {
	return &policies{
		state: s, custom: custom,
		dispatcher: validating.NewDispatcher(anyone{}, generic.NewPolicyMatcher(matching.NewMatcher(s.informers.Core().V1().Namespaces().Lister(), client{}))),
		template: sync.OnceValues(func() (*cel.CompositionEnv, error) {
			return cel.NewCompositionEnv(cel.VariablesTypeName, environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion(), true))
		}),
	}
}

// anyone may do anything: Velero's ServiceAccount is a cluster administrator.
type anyone struct{}

// Authorize implements authorizer.Authorizer.
func (anyone) Authorize(context.Context, authorizer.Attributes) (authorizer.Decision, string, error) {
	return authorizer.DecisionAllow, "", nil
}

// changed notes that policies have come, or what they take as parameters.
func (p *policies) changed(gr schema.GroupResource) {
	if gr.Resource == "validatingadmissionpolicies" || gr.Resource == "validatingadmissionpolicybindings" {
		p.stale = true
	}
}

func (p *policies) validate(c *call, a admission.Attributes) error {
	if p.stale {
		p.stale = false
		if err := p.refresh(); err != nil {
			return err
		}
	}
	if len(p.hooks) == 0 || c.gvr.Group == admissionv1.GroupName {
		return nil
	}
	return p.dispatcher.Dispatch(c.ctx, a, c.iface, p.hooks)
}

// refresh pairs policies with their bindings.
func (p *policies) refresh() error {
	from := p.state.informers.Admissionregistration().V1()
	list, err := from.ValidatingAdmissionPolicies().Lister().List(labels.Everything())
	if err != nil {
		return err
	}
	bindings, err := from.ValidatingAdmissionPolicyBindings().Lister().List(labels.Everything())
	if err != nil {
		return err
	}
	p.hooks = nil
	for _, policy := range list {
		hook := validating.PolicyHook{Policy: policy}
		for _, binding := range bindings {
			if binding.Spec.PolicyName == policy.Name {
				hook.Bindings = append(hook.Bindings, binding)
			}
		}
		if len(hook.Bindings) == 0 {
			continue
		}
		if hook.Evaluator, err = p.compile(policy); err != nil {
			return err
		}
		hook.ParamInformer, hook.ParamScope = p.parameters(policy.Spec.ParamKind)
		p.hooks = append(p.hooks, hook)
	}
	return nil
}

// compile compiles the expressions of a policy.
func (p *policies) compile(policy *admissionv1.ValidatingAdmissionPolicy) (validating.Validator, error) {
	template, err := p.template()
	if err != nil {
		return nil, err
	}
	compiler := cel.NewCompositedCompilerFromTemplate(template)
	spec := &policy.Spec
	open := cel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil, HasAuthorizer: true, StrictCost: true}
	messages := open
	messages.HasAuthorizer = false
	var variables []cel.NamedExpressionAccessor
	for _, v := range spec.Variables {
		variables = append(variables, &validating.Variable{Name: v.Name, Expression: v.Expression})
	}
	compiler.CompileAndStoreVariables(variables, open, environment.StoredExpressions)
	compile := func(list []cel.ExpressionAccessor, declared cel.OptionalVariableDeclarations) cel.ConditionEvaluator {
		return compiler.CompileCondition(list, declared, environment.StoredExpressions)
	}
	var conditions, rules, texts, annotations []cel.ExpressionAccessor
	for i := range spec.MatchConditions {
		conditions = append(conditions, (*matchconditions.MatchCondition)(&spec.MatchConditions[i]))
	}
	texts = make([]cel.ExpressionAccessor, len(spec.Validations))
	for i, v := range spec.Validations {
		rules = append(rules, &validating.ValidationCondition{Expression: v.Expression, Message: v.Message, Reason: v.Reason})
		if v.MessageExpression != "" {
			texts[i] = &validating.MessageExpressionCondition{MessageExpression: v.MessageExpression}
		}
	}
	for _, a := range spec.AuditAnnotations {
		annotations = append(annotations, &validating.AuditAnnotationCondition{Key: a.Key, ValueExpression: a.ValueExpression})
	}
	var matcher matchconditions.Matcher
	if len(conditions) > 0 {
		matcher = matchconditions.NewMatcher(compile(conditions, open), spec.FailurePolicy, "policy", "validate", policy.Name)
	}
	return validating.NewValidator(compile(rules, open), matcher, compile(annotations, open), compile(texts, messages), spec.FailurePolicy), nil
}

// parameters are the objects that a policy takes as parameters.
func (p *policies) parameters(kind *admissionv1.ParamKind) (informers.GenericInformer, meta.RESTScope) {
	if kind == nil {
		return nil, nil
	}
	gv, err := schema.ParseGroupVersion(kind.APIVersion)
	if err != nil {
		return nil, nil
	}
	if gr, scope, ok := p.custom.resourceOf(gv.WithKind(kind.Kind)); ok {
		return p.customParameters(gv.WithKind(kind.Kind), gr), scope
	}
	plural, _ := meta.UnsafeGuessKindToResource(gv.WithKind(kind.Kind))
	informer, err := p.state.informers.ForResource(plural)
	if err != nil {
		return nil, nil
	}
	return filled{informer, informer.Lister()}, meta.RESTScopeNamespace
}

func (p *policies) customParameters(gvk schema.GroupVersionKind, gr schema.GroupResource) informers.GenericInformer {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for _, u := range p.custom.objects[gvk] {
		_ = indexer.Add(u) // an object without a name is none
	}
	return filled{lister: cache.NewGenericLister(indexer, gr)}
}

// filled is a cache that is filled without an informer that runs.
type filled struct {
	informer informers.GenericInformer
	lister   cache.GenericLister
}

// Informer implements informers.GenericInformer.
func (f filled) Informer() cache.SharedIndexInformer { return synced{} }

// Lister implements informers.GenericInformer.
func (f filled) Lister() cache.GenericLister { return f.lister }

type synced struct{ cache.SharedIndexInformer }

// HasSynced implements cache.SharedIndexInformer.
func (synced) HasSynced() bool { return true }
