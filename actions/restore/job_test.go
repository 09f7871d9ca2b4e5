package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

const generatedJob = `
	metadata: {name: j, namespace: ci}
	spec:
	  selector: {matchLabels: {controller-uid: u, batch.kubernetes.io/controller-uid: u, app: a}}
	  template: {metadata: {labels: {controller-uid: u, batch.kubernetes.io/controller-uid: u, app: a}}}`

func TestJob(t *testing.T) {
	actiontest.Run(t, Job(actions.V1_18), []actiontest.Case{{
		Name: "both generated labels leave the selector and the template",
		Item: generatedJob,
		Want: `
			metadata: {name: j, namespace: ci}
			spec:
			  selector: {matchLabels: {app: a}}
			  template: {metadata: {labels: {app: a}}}`,
	}, {
		Name: "maps that held nothing else go with their labels",
		Item: `
			metadata: {name: j, namespace: ci}
			spec:
			  selector: {matchLabels: {controller-uid: u, batch.kubernetes.io/controller-uid: u}}
			  template: {metadata: {labels: {controller-uid: u}}}`,
		Want: `
			metadata: {name: j, namespace: ci}
			spec: {selector: {}, template: {metadata: {}}}`,
	}, {
		Name: "a job without selector and labels stays as it is",
		Item: `
			metadata: {name: j, namespace: ci}
			spec: {template: {spec: {}}}`,
	}})
	actiontest.Run(t, Job(actions.V1_6), []actiontest.Case{{
		Name: "1.6 knows the first of the labels only",
		Item: generatedJob,
		Want: `
			metadata: {name: j, namespace: ci}
			spec:
			  selector: {matchLabels: {batch.kubernetes.io/controller-uid: u, app: a}}
			  template: {metadata: {labels: {batch.kubernetes.io/controller-uid: u, app: a}}}`,
	}})
	actiontest.Selector(t, Job(actions.V1_18), "", "jobs.batch")
}
