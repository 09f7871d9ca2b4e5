package apiserver

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds"
)

// link is one plugin of the chain: what it edits, and what it refuses after validation; nil for nothing. Whether it refuses for want
// of an object is certain only where all objects of the resource that it asks for are known.
type link struct {
	asks     schema.GroupResource
	mutate   func(*call, admission.Attributes) error
	validate func(*call, admission.Attributes) error
}

// chain is the admission of a kube-apiserver.
type chain struct {
	state    *state
	links    []link
	webhooks *webhooks
	policies *policies
}

// newChain has the admission plugins that a kube-apiserver runs by default and that have a say on what a restore creates, in its order.
// Webhooks, policies and quotas come last, and are not among the links. The plugins' own packages link clients and informers of all
// kinds, so that what they do is here, in the files that are named after them.
// Source: k8s.io/kubernetes v1.33.13 pkg/kubeapiserver/options/plugins.go (AllOrderedPlugins, DefaultOffAdmissionPlugins).
func newChain(s *state, custom *custom) (*chain, error) {
	security, err := newPodSecurity(s)
	if err != nil {
		return nil, err
	}
	tolerations := defaulttolerationseconds.NewDefaultTolerationSeconds()
	c := &chain{state: s, webhooks: newWebhooks(s), policies: newPolicies(s, custom)}
	c.links = []link{
		{mutate: s.admitNamespaced},
		{mutate: s.limit, validate: s.checkLimits},
		{asks: accountResource, mutate: s.giveAccount, validate: s.checkAccount},
		{validate: security.validate},
		{asks: priorityResource, mutate: s.prioritize, validate: s.checkPriority},
		{mutate: func(c *call, a admission.Attributes) error { return tolerations.Admit(c.ctx, a, c.iface) }},
		{mutate: s.giveStorageClass},
		{mutate: protect},
		{asks: runtimeClassResource, mutate: s.giveRuntime, validate: s.checkRuntime},
		{mutate: s.giveIngressClass},
	}
	s.changed = func(gr schema.GroupResource) {
		c.webhooks.changed(gr)
		c.policies.changed(gr)
	}
	return c, nil
}

// mutate runs the plugins that edit what is sent.
func (c *chain) mutate(call *call, a admission.Attributes) error {
	for _, l := range c.links {
		if l.mutate == nil {
			continue
		}
		if err := l.mutate(call, a); err != nil && c.certain(l) {
			return err
		}
	}
	return c.webhooks.mutate(call, a)
}

// validate runs the plugins that only look, but for quotas.
func (c *chain) validate(call *call, a admission.Attributes) error {
	for _, l := range c.links {
		if l.validate == nil {
			continue
		}
		if err := l.validate(call, a); err != nil && c.certain(l) {
			return err
		}
	}
	if err := c.policies.validate(call, a); err != nil {
		return err
	}
	return c.webhooks.validate(call, a)
}

// watches says whether there are webhooks or policies.
func (c *chain) watches() bool { return c.webhooks.any() || c.policies.any() }

func (c *chain) certain(l link) bool { return l.asks.Empty() || c.state.knows(l.asks) }
