//go:build apiserver

package apiserver

import (
	"fmt"
	"net/url"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/validating"
	"k8s.io/client-go/informers"
	admissioninformers "k8s.io/client-go/informers/admissionregistration"

	"github.com/veltx/veltx/tarball/layout"
)

// webhooks are those of the target that cannot answer, as their Service is not there. What others answer is not known.
type webhooks struct {
	state      *state
	stale      bool
	mutating   *mutating.Plugin
	validating *validating.Plugin
}

func newWebhooks(s *state) *webhooks { return &webhooks{state: s, stale: false} }

// changed notes that webhooks have come.
func (w *webhooks) changed(gr schema.GroupResource) {
	if gr.Resource == "mutatingwebhookconfigurations" || gr.Resource == "validatingwebhookconfigurations" {
		w.stale = true
	}
}

// dead says that the Service of a webhook is known not to be there.
func (w *webhooks) dead(service *admissionv1.ServiceReference) bool {
	if service == nil || !w.state.knows(schema.GroupResource{Resource: layout.Services}) {
		return false
	}
	_, there := w.state.services[service.Namespace+"/"+service.Name]
	return !there
}

// ResolveEndpoint implements the resolver of Services: only dead webhooks are called.
func (w *webhooks) ResolveEndpoint(_, name string, _ int32) (*url.URL, error) {
	return nil, fmt.Errorf("service %q not found", name)
}

func (w *webhooks) mutate(c *call, a admission.Attributes) error {
	if err := w.refresh(); err != nil || w.mutating == nil {
		return err
	}
	return w.mutating.Admit(c.ctx, a, c.iface)
}

func (w *webhooks) validate(c *call, a admission.Attributes) error {
	if err := w.refresh(); err != nil || w.validating == nil {
		return err
	}
	return w.validating.Validate(c.ctx, a, c.iface)
}

// refresh makes the plugins anew where webhooks have come.
func (w *webhooks) refresh() error {
	if !w.stale {
		return nil
	}
	w.stale = false
	dead := informers.NewSharedInformerFactory(nil, 0)
	some, err := w.collect(dead)
	w.mutating, w.validating = nil, nil
	if err != nil || !some {
		return err
	}
	sources := deadHooks{w.state.informers, dead}
	if w.mutating, err = mutating.NewMutatingWebhook(nil); err != nil {
		return err
	}
	if w.validating, err = validating.NewValidatingAdmissionWebhook(nil); err != nil {
		return err
	}
	for _, p := range []interface {
		admission.Interface
		SetExternalKubeInformerFactory(informers.SharedInformerFactory)
	}{w.mutating, w.validating} {
		p.SetExternalKubeInformerFactory(sources)
		ready(p)
	}
	w.mutating.SetExternalKubeClientSet(client{})
	w.validating.SetExternalKubeClientSet(client{})
	w.mutating.SetServiceResolver(w)
	w.validating.SetServiceResolver(w)
	return nil
}

// collect puts the configurations with their dead webhooks into a factory.
func (w *webhooks) collect(into informers.SharedInformerFactory) (some bool, err error) {
	from := w.state.informers.Admissionregistration().V1()
	to := into.Admissionregistration().V1()
	changing, err := from.MutatingWebhookConfigurations().Lister().List(labels.Everything())
	if err != nil {
		return false, err
	}
	for _, configuration := range changing {
		left := configuration.DeepCopy()
		left.Webhooks = nil
		for _, hook := range configuration.Webhooks {
			if w.dead(hook.ClientConfig.Service) {
				left.Webhooks, some = append(left.Webhooks, hook), true
			}
		}
		if err := to.MutatingWebhookConfigurations().Informer().GetIndexer().Add(left); err != nil {
			return false, err
		}
	}
	looking, err := from.ValidatingWebhookConfigurations().Lister().List(labels.Everything())
	if err != nil {
		return false, err
	}
	for _, configuration := range looking {
		left := configuration.DeepCopy()
		left.Webhooks = nil
		for _, hook := range configuration.Webhooks {
			if w.dead(hook.ClientConfig.Service) {
				left.Webhooks, some = append(left.Webhooks, hook), true
			}
		}
		if err := to.ValidatingWebhookConfigurations().Informer().GetIndexer().Add(left); err != nil {
			return false, err
		}
	}
	return some, nil
}

// deadHooks are the caches of the target, but for the webhooks.
type deadHooks struct {
	informers.SharedInformerFactory
	dead informers.SharedInformerFactory
}

// Admissionregistration implements informers.SharedInformerFactory.
func (d deadHooks) Admissionregistration() admissioninformers.Interface {
	return d.dead.Admissionregistration()
}
