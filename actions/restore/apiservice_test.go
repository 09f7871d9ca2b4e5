package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

func TestAPIService(t *testing.T) {
	actiontest.Run(t, APIService(), []actiontest.Case{{
		Name:     "an APIService that the aggregator makes is skipped",
		Item:     `{metadata: {name: v1.apps, labels: {kube-aggregator.kubernetes.io/automanaged: onstart}}}`,
		WantSkip: true,
	}})
	actiontest.Selector(t, APIService(), "kube-aggregator.kubernetes.io/automanaged", "apiservices.apiregistration.k8s.io")
}
