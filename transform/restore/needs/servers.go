package needs

import (
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// readWebhooks reads the Services of admission webhooks. Velero does not map the namespaces that they name.
func readWebhooks(u *User, tell func(Need)) {
	for _, webhook := range u.Object.Get("webhooks").Elements() {
		need := service(webhook.Get("clientConfig", "service"), Tolerated, "the webhook does not look at requests")
		if MustAnswer(webhook, u.Version) {
			need.Weight, need.Guarding, need.Effect = Awaited, true, "the API server refuses what the webhook looks at"
		}
		if need.Of.Name != "" {
			tell(need)
		}
	}
}

// MustAnswer says whether requests are refused when the webhook does not answer. Fail is the default in v1, Ignore in v1beta1.
func MustAnswer(webhook *object.Value, version string) bool {
	policy := webhook.Get("failurePolicy").Str()
	return policy == "Fail" || policy == "" && version == "v1"
}

// readConversion reads the Service that converts custom resources from one version to another, of which there must be two.
// v1beta1 has its place elsewhere.
func readConversion(u *User, tell func(Need)) {
	conversion := u.Object.Get("spec", "conversion")
	if !conversion.Get("strategy").Is("Webhook") || u.Object.Get("spec", "versions").Len() < 2 {
		return
	}
	const unconverted = "its custom resources cannot be read or written in another version than the stored one"
	for _, config := range []*object.Value{conversion.Get("webhook", "clientConfig"), conversion.Get("webhookClientConfig")} {
		if need := service(config.Get("service"), Awaited, unconverted); need.Of.Name != "" {
			tell(need)
		}
	}
}

// readAPIService reads the Service of an aggregated API.
func readAPIService(u *User, tell func(Need)) {
	const unserved = "its API is not served, and namespaces cannot be deleted"
	if need := service(u.Object.Get("spec", "service"), Awaited, unserved); need.Of.Name != "" {
		tell(need)
	}
}

func service(at *object.Value, weight Weight, effect string) Need {
	return Need{
		Of:     layout.Address{Resource: layout.Services, Namespace: at.Get("namespace").Str(), Name: at.Get("name").Str()},
		Weight: weight, Effect: effect,
	}
}
