package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

// imageMap is a ConfigMap for the action with rows in YAML's flow style.
func imageMap(rows string) []string {
	return []string{`
		kind: ConfigMap
		metadata:
		  name: images
		  namespace: velero
		  labels: {velero.io/plugin-config: "", velero.io/change-image-name: RestoreItemAction}
		data: {` + rows + `}`}
}

func TestChangeImageName(t *testing.T) {
	const pod = `{kind: Pod, spec: {containers: [{image: "a.io:5000/web:1", name: c}]}}`
	actiontest.Run(t, ChangeImageName(), []actiontest.Case{{
		Name: "no ConfigMap, no look at the item",
		Item: `{kind: Pod, spec: {containers: 5}}`,
	}, {
		Name:   "a ConfigMap without rows, no look at the item",
		Target: []string{"{kind: ConfigMap, metadata: {name: images, namespace: velero, labels: {velero.io/plugin-config: x, velero.io/change-image-name: RestoreItemAction}}}"},
		Item:   `{kind: Pod, spec: {containers: 5}}`,
	}, {
		Name:   "two ConfigMaps are an error",
		Target: append(imageMap(`r: "a,b"`), "{kind: ConfigMap, metadata: {name: more, namespace: velero, labels: {velero.io/plugin-config: x, velero.io/change-image-name: RestoreItemAction}}}"),
		Item:   pod,
		Err:    "images and more",
	}, {
		Name:   "every occurrence is replaced, in containers and init containers; other fields stay",
		Target: imageMap(`r: "a.io,b.io"`),
		Item: `
			kind: Pod
			spec:
			  containers: [{image: "a.io/a.io/web", name: c, future: 1.0}, {image: "c.io/x", name: d}, {name: e}, {image: "", name: f}]
			  initContainers: [{image: "x/a.io", name: i}]
			  ephemeralContainers: [{image: "a.io/x", name: g}]`,
		Want: `
			kind: Pod
			spec:
			  containers: [{image: "b.io/b.io/web", name: c, future: 1.0}, {image: "c.io/x", name: d}, {name: e}, {image: "", name: f}]
			  initContainers: [{image: "x/b.io", name: i}]
			  ephemeralContainers: [{image: "a.io/x", name: g}]`,
	}, {
		Name:    "the same in an archive",
		Archive: true,
		Target:  imageMap(`r: "5000/web:1,5001/site:2"`),
		Item:    pod,
		Want:    `{kind: Pod, spec: {containers: [{image: "a.io:5001/site:2", name: c}]}}`,
	}, {
		Name:     "a workload has its pod template in spec",
		Resource: "deployments.apps",
		Target:   imageMap(`r: "a,b"`),
		Item:     `{kind: Deployment, spec: {template: {spec: {containers: [{image: a}], initContainers: [{image: a}]}}}}`,
		Want:     `{kind: Deployment, spec: {template: {spec: {containers: [{image: b}], initContainers: [{image: b}]}}}}`,
	}, {
		Name:     "a CronJob has it in the job template",
		Resource: "cronjobs.batch",
		Target:   imageMap(`r: "a,b"`),
		Item:     `{kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: a}], initContainers: [{image: a}]}}}}}}`,
		Want:     `{kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: b}], initContainers: [{image: b}]}}}}}}`,
	}, {
		Name:     "the kind says where, not the resource",
		Resource: "pods",
		Target:   imageMap(`r: "a,b"`),
		Item:     `{kind: PodTemplate, spec: {containers: [{image: a}]}}`,
	}, {
		Name:   "spaces around both parts go, a second comma belongs to the new part",
		Target: imageMap(`r: " a.io:5000 , b.io,c "`),
		Item:   pod,
		Want:   `{kind: Pod, spec: {containers: [{image: "b.io,c/web:1", name: c}]}}`,
	}, {
		Name:   "an empty new part with a space takes the old one away",
		Target: imageMap(`r: "a.io:5000/, "`),
		Item:   pod,
		Want:   `{kind: Pod, spec: {containers: [{image: "web:1", name: c}]}}`,
	}, {
		Name:   "rows without a comma or with nothing behind it do nothing",
		Target: imageMap(`r: "a.io", s: "a.io,", t: ""`),
		Item:   pod,
	}, {
		Name:   "the item is checked even where no row can match",
		Target: imageMap(`r: "a.io"`),
		Item:   `{kind: Pod, spec: {containers: [{image: 5}]}}`,
		Err:    "spec.containers[0].image: is number, not a string",
	}, {
		Name:     "of two rows the first by key wins, with a warning",
		Target:   imageMap(`b: "a.io,x.io", a: "5000,6000", c: "web,site"`),
		Item:     pod,
		Want:     `{kind: Pod, spec: {containers: [{image: "a.io:6000/web:1", name: c}]}}`,
		Warnings: []string{"image-mapping-overlap"},
	}, {
		Name:     "a second row is matched against the image as it was",
		Target:   imageMap(`a: "a.io,b.io", b: "b.io,c.io"`),
		Item:     pod,
		Want:     `{kind: Pod, spec: {containers: [{image: "b.io:5000/web:1", name: c}]}}`,
		Warnings: nil,
	}, {
		Name:     "nothing before the comma matches everywhere",
		Target:   imageMap(`a: ",-"`),
		Item:     `{kind: Pod, spec: {containers: [{image: "ab"}]}}`,
		Want:     `{kind: Pod, spec: {containers: [{image: "-a-b-"}]}}`,
		Warnings: []string{"image-mapping-empty"},
	}, {
		Name:   "what is missing or null on the way means no containers",
		Target: imageMap(`r: "a,b"`),
		Item:   `{kind: Deployment, spec: {template: null}}`,
	}, {
		Name:   "a null list fails",
		Target: imageMap(`r: "a,b"`),
		Item:   `{kind: Pod, spec: {initContainers: null}}`,
		Err:    "spec.initContainers: is null, not an array",
	}, {
		Name:   "something else on the way fails",
		Target: imageMap(`r: "a,b"`),
		Item:   `{kind: Deployment, spec: {template: [1]}}`,
		Err:    "spec.template: is array, not an object",
	}, {
		Name:   "a container that is no object fails",
		Target: imageMap(`r: "a,b"`),
		Item:   `{kind: Pod, spec: {containers: [{image: a}, null]}}`,
		Err:    "spec.containers[1]: is null, not an object",
	}, {
		Name:   "an image that is no string fails",
		Target: imageMap(`r: "a,b"`),
		Item:   `{kind: Deployment, spec: {template: {spec: {initContainers: [{image: 5}]}}}}`,
		Err:    "spec.template.spec.initContainers[0].image: is number, not a string",
	}, {
		Name:   "a row that is no string is a ConfigMap that no API server takes",
		Target: imageMap(`r: 5`),
		Item:   pod,
		Err:    "ConfigMap images: data[r]: is number, not a string",
	}})
	actiontest.Selector(t, ChangeImageName(), "", "deployments.apps", "statefulsets.apps", "daemonsets.apps",
		"replicasets.apps", "replicationcontrollers", "jobs.batch", "cronjobs.batch", "pods")
}
