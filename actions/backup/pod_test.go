package backup

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

const mountingPod = `
	metadata: {name: web, namespace: shop}
	spec:
	  priorityClassName: critical
	  volumes:
	  - {name: a, persistentVolumeClaim: {claimName: data-a}}
	  - {name: tmp, emptyDir: {}}
	  - {name: none, persistentVolumeClaim: {}}
	  - {name: b, persistentVolumeClaim: {claimName: data-b}}`

func shopClaim(name string) actions.ItemRef {
	return actions.ItemRef{Resource: "persistentvolumeclaims", Namespace: "shop", Name: name}
}

func TestPod(t *testing.T) {
	critical := actions.ItemRef{Resource: "priorityclasses.scheduling.k8s.io", Name: "critical"}
	actiontest.Run(t, Pod(actions.V1_18), []actiontest.Case{{
		Name: "the priority class, then the claims in the order of the volumes",
		Item: mountingPod, Additional: []actions.ItemRef{critical, shopClaim("data-a"), shopClaim("data-b")},
	}, {
		Name: "a pod without volumes needs nothing",
		Item: `{metadata: {name: web, namespace: shop}, spec: {}}`,
	}, {
		Name: "a claim that is no object fails",
		Item: `{metadata: {name: web}, spec: {volumes: [{name: a, persistentVolumeClaim: data}]}}`,
		Err:  "spec.volumes[0].persistentVolumeClaim: is string, not an object",
	}})
	actiontest.Run(t, Pod(actions.V1_6), []actiontest.Case{{
		Name: "1.6 leaves the priority class out",
		Item: mountingPod, Additional: []actions.ItemRef{shopClaim("data-a"), shopClaim("data-b")},
	}})
	actiontest.Selector(t, Pod(actions.V1_18), "", "pods")
}
