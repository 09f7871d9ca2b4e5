package volumes_test

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/volumes"
)

// The data mover fills a claim of a class that waits for a pod only if there will be one.
func TestMovedDataWaitsForAPod(t *testing.T) {
	const (
		waits     = `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: zonal}, volumeBindingMode: WaitForFirstConsumer}`
		immediate = `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: zonal}, volumeBindingMode: Immediate}`
		mounting  = `volumes: [{name: a}, {name: b, persistentVolumeClaim: {claimName: db-web-1}}]`
		never     = "warning volume-waits-for-pod unknown"
	)
	agent := func(text string) string {
		return `{apiVersion: v1, kind: ConfigMap, metadata: {namespace: velero, name: any}, data: {a: "", b: '` + text + `'}}`
	}
	workload := func(resource, spec string) []seen {
		return []seen{{resource: resource, name: "web", from: "{}", to: "{spec: {" + spec + "}}"}}
	}
	template := "template: {spec: {" + mounting + "}}"
	set := func(name, spec string) []seen {
		return []seen{{resource: layout.StatefulSets, name: name, from: "{}", to: "{metadata: {name: " + name + "}, spec: {template: {spec: {}}, volumeClaimTemplates: [{metadata: {name: logs}}, {metadata: {name: db}}], " + spec + "}}"}}
	}
	for _, c := range []struct {
		name   string
		target []string
		claim  string // more of it
		after  []seen
		want   string
	}{
		{name: "no pod", target: []string{waits}, want: never},
		{name: "a class that waits for none", target: []string{immediate}, want: "back"},
		{name: "a class that is not described", want: "back"},
		{name: "a node was selected", target: []string{waits}, claim: "metadata: {annotations: {volume.kubernetes.io/selected-node: node-1}}, ", want: "back"},
		{name: "a pod", target: []string{waits}, after: []seen{pod("p", "{}", "{spec: {"+mounting+"}}")}, want: "back"},
		{name: "a pod of another claim", target: []string{waits}, after: []seen{pod("p", "{}", "{spec: {volumes: [{name: b, persistentVolumeClaim: {claimName: other}}]}}")}, want: never},
		{name: "a pod that fails", target: []string{waits}, after: []seen{{resource: layout.Pods, name: "p", from: "{}", to: "{spec: {" + mounting + "}}", outcome: report.Fail}}, want: never},
		{name: "a pod that the target has", target: []string{waits}, after: []seen{{resource: layout.Pods, name: "p", from: "{}", to: "{spec: {" + mounting + "}}", outcome: report.Exists}}, want: "back"},
		{name: "a Deployment", target: []string{waits}, after: workload("deployments.apps", "replicas: 2, "+template), want: "back"},
		{name: "a Deployment of one replica by default", target: []string{waits}, after: workload("deployments.apps", template), want: "back"},
		{name: "a Deployment without replicas", target: []string{waits}, after: workload("deployments.apps", "replicas: 0, "+template), want: never},
		{name: "a CronJob", target: []string{waits}, after: workload("cronjobs.batch", "jobTemplate: {spec: {"+template+"}}"), want: "back"},
		{name: "a StatefulSet", target: []string{waits}, after: set("web", "replicas: 2"), want: "back"},
		{name: "a StatefulSet of fewer replicas", target: []string{waits}, after: set("web", ""), want: never},
		{name: "a StatefulSet that begins behind it", target: []string{waits}, after: set("web", "replicas: 2, ordinals: {start: 2}"), want: never},
		{name: "a StatefulSet of another name", target: []string{waits}, after: set("api", "replicas: 2"), want: never},
		{name: "a node agent that waits for none", target: []string{waits, agent(`{"restorePVC": {"ignoreDelayBinding": true}}`)}, want: "back"},
		{name: "a node agent that waits", target: []string{waits, agent(`{"restorePVC": {"ignoreDelayBinding": false}}`)}, want: never},
	} {
		t.Run(c.name, func(t *testing.T) {
			restore := &velero.Restore{}
			restore.Namespace = "velero"
			env := &pipeline.Env{
				Profile: actions.V1_18, Restore: restore, Volumes: pipeline.NewVolumes(&tarball.Side{Backup: &velero.Backup{}}),
				Target: actiontest.NewTarget(t, nil, c.target...),
			}
			plan := volumes.NewPlan(&volumes.World{Env: env, Resources: discovery.New(), Backup: backup{}, Fills: func() bool { return true }})
			data := seen{
				resource: layout.PersistentVolumeClaims, name: "db-web-1", from: "{spec: {volumeName: pv}, status: {phase: Bound}}",
				to: "{" + c.claim + "spec: {storageClassName: zonal, selector: {matchLabels: {velero.io/dynamic-pv-restore: x}}}}",
			}
			for _, s := range append([]seen{data}, c.after...) {
				plan.See(s.item(t, env))
			}
			summary := &report.Summary{}
			plan.Conclude(summary)
			got := string(summary.Volumes[0].Fate)
			for _, f := range summary.Findings {
				got = string(f.Severity) + " " + f.ID + " " + got
				if !strings.HasPrefix(f.Message, "persistentvolumeclaims/shop/db-web-1: storage class zonal ") {
					t.Errorf("finding: %s", f.Message)
				}
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
