//go:build apiserver

package apiserver

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds"
	"k8s.io/kubernetes/plugin/pkg/admission/limitranger"
	"k8s.io/kubernetes/plugin/pkg/admission/network/defaultingressclass"
	"k8s.io/kubernetes/plugin/pkg/admission/priority"
	"k8s.io/kubernetes/plugin/pkg/admission/runtimeclass"
	"k8s.io/kubernetes/plugin/pkg/admission/security/podsecurity"
	"k8s.io/kubernetes/plugin/pkg/admission/serviceaccount"
	"k8s.io/kubernetes/plugin/pkg/admission/storage/storageclass/setdefault"
	"k8s.io/kubernetes/plugin/pkg/admission/storage/storageobjectinuseprotection"
)

// plugins are the admission plugins that a kube-apiserver runs by default and that have a say on what a restore creates, in
// its order. Webhooks, policies and quotas come last, and are not here. Whether a plugin refuses for want of an object is
// certain only where all objects of a resource are known.
// Source: k8s.io/kubernetes v1.33.13 pkg/kubeapiserver/options/plugins.go (AllOrderedPlugins, DefaultOffAdmissionPlugins).
var plugins = []struct {
	name     string
	register func(*admission.Plugins)
	asks     schema.GroupResource
}{
	{lifecycle.PluginName, lifecycle.Register, schema.GroupResource{}},
	{limitranger.PluginName, limitranger.Register, schema.GroupResource{}},
	{serviceaccount.PluginName, serviceaccount.Register, schema.GroupResource{Resource: "serviceaccounts"}},
	{podsecurity.PluginName, podsecurity.Register, schema.GroupResource{}},
	{priority.PluginName, priority.Register, schema.GroupResource{Group: "scheduling.k8s.io", Resource: "priorityclasses"}},
	{defaulttolerationseconds.PluginName, defaulttolerationseconds.Register, schema.GroupResource{}},
	{setdefault.PluginName, setdefault.Register, schema.GroupResource{}},
	{storageobjectinuseprotection.PluginName, storageobjectinuseprotection.Register, schema.GroupResource{}},
	{runtimeclass.PluginName, runtimeclass.Register, schema.GroupResource{Group: "node.k8s.io", Resource: "runtimeclasses"}},
	{defaultingressclass.PluginName, defaultingressclass.Register, schema.GroupResource{}},
}

// link is one plugin of the chain.
type link struct {
	plugin admission.Interface
	asks   schema.GroupResource
}

// chain is the admission of a kube-apiserver.
type chain struct {
	state    *state
	links    []link
	webhooks *webhooks
	policies *policies
}

func newChain(s *state, custom *custom) (*chain, error) {
	c := &chain{state: s, webhooks: newWebhooks(s), policies: newPolicies(s, custom)}
	stop := make(chan struct{})
	initialize := initializer.New(client{}, nil, s.informers, nil, utilfeature.DefaultFeatureGate, stop, nil)
	for _, p := range plugins {
		registry := admission.NewPlugins()
		p.register(registry)
		plugin, err := registry.InitPlugin(p.name, nil, initialize)
		if err != nil {
			return nil, err
		}
		ready(plugin)
		c.links = append(c.links, link{plugin, p.asks})
	}
	s.changed = func(gr schema.GroupResource) {
		c.webhooks.changed(gr)
		c.policies.changed(gr)
	}
	return c, nil
}

// ready says that the caches are filled: no informer runs.
func ready(plugin admission.Interface) {
	if waits, ok := plugin.(interface{ SetReadyFunc(admission.ReadyFunc) }); ok {
		waits.SetReadyFunc(func() bool { return true })
	}
}

// mutate runs the plugins that edit what is sent.
func (c *chain) mutate(call *call, a admission.Attributes) error {
	for _, l := range c.links {
		mutates, ok := l.plugin.(admission.MutationInterface)
		if !ok || !mutates.Handles(a.GetOperation()) {
			continue
		}
		if err := mutates.Admit(call.ctx, a, call.iface); err != nil && c.certain(l) {
			return err
		}
	}
	return c.webhooks.mutate(call, a)
}

// validate runs the plugins that only look, but for quotas.
func (c *chain) validate(call *call, a admission.Attributes) error {
	for _, l := range c.links {
		validates, ok := l.plugin.(admission.ValidationInterface)
		if !ok || !validates.Handles(a.GetOperation()) {
			continue
		}
		if err := validates.Validate(call.ctx, a, call.iface); err != nil && c.certain(l) {
			return err
		}
	}
	if err := c.policies.validate(call, a); err != nil {
		return err
	}
	return c.webhooks.validate(call, a)
}

// watches says whether there are webhooks or policies.
func (c *chain) watches() bool {
	return c.webhooks.stale || c.webhooks.validating != nil || c.policies.stale || len(c.policies.hooks) > 0
}

func (c *chain) certain(l link) bool { return l.asks.Empty() || c.state.knows(l.asks) }
