package apiserver

import (
	"fmt"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// convert makes a custom resource one of the version in which it is stored: it loses what that one's schema does not have. Where a webhook
// converts, it fails if the webhook's Service is not there; what another one makes of the object is not known.
// Source: k8s.io/apiextensions-apiserver v0.33.13 pkg/apiserver/customresource_handler.go (schemaCoercingConverter), conversion/webhook_converter.go.
func (s *Server) convert(c *call) error {
	u, ok := c.obj.(*unstructured.Unstructured)
	if !ok {
		return nil
	}
	d := s.custom.of(c.gvr.GroupResource())
	stored := d.stored()
	if stored == "" || stored == c.gvr.Version {
		return nil
	}
	if conversion := d.crd.Spec.Conversion; conversion != nil && conversion.Strategy == apiextensionsv1.WebhookConverter {
		return s.callConversion(c, conversion.Webhook)
	}
	in := *c
	in.gvr.Version = stored
	in.gvk.Version = stored
	if v := d.version(&in); v.err == nil && !d.crd.Spec.PreserveUnknownFields {
		pruning.Prune(u.Object, v.structural, true)
	}
	return nil
}

// stored is the version in which objects are stored.
func (d *definition) stored() string {
	for _, version := range d.crd.Spec.Versions {
		if version.Storage {
			return version.Name
		}
	}
	return ""
}

func (s *Server) callConversion(c *call, webhook *apiextensionsv1.WebhookConversion) error {
	if webhook == nil || webhook.ClientConfig == nil || webhook.ClientConfig.Service == nil {
		return nil
	}
	service := webhook.ClientConfig.Service
	if !s.state.lacksService(service.Namespace, service.Name) {
		return nil
	}
	return fmt.Errorf("conversion webhook for %s, Kind=%s failed: Post \"%s?timeout=30s\": service %q not found",
		c.gvk.GroupVersion(), c.gvk.Kind, urlOf(service.Namespace, service.Name, service.Port, service.Path), service.Name)
}

// urlOf is where the API server calls a Service.
func urlOf(namespace, name string, port *int32, path *string) string {
	at, below := int32(443), "/"
	if port != nil {
		at = *port
	}
	if path != nil && *path != "" {
		below = *path
	}
	return fmt.Sprintf("https://%s.%s.svc:%d%s", name, namespace, at, below)
}
