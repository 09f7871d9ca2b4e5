package volumes

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/restore/needs"
)

// selectedNode is the scheduler's mark on a claim that a pod waits for.
const selectedNode = "volume.kubernetes.io/selected-node"

// seeConsumer notes the claims that wait for moved data and that a pod, or a pod of a workload, will mount. Velero restores
// claims before both.
func (p *Plan) seeConsumer(it *pipeline.Item) {
	template := needs.PodTemplate(it.Key.Resource, it.Object)
	if !p.moves || template == nil || notMade(it.Report.Outcome) || needs.IsScaledDown(it.Object) {
		return
	}
	for _, v := range template.Get("spec", "volumes").Elements() {
		p.consume(it.Key.Namespace, v.Get("persistentVolumeClaim", "claimName").Str())
	}
	if it.Key.Resource == layout.StatefulSets {
		p.consumeOrdinals(it)
	}
}

func (p *Plan) consume(namespace, name string) {
	if c := p.claims[layout.NamespacedName{Namespace: namespace, Name: name}]; c != nil {
		c.consumed = true
	}
}

// consumeOrdinals notes the claims that a StatefulSet has of its templates.
func (p *Plan) consumeOrdinals(it *pipeline.Item) {
	for at, c := range p.claims {
		if at.Namespace != it.Key.Namespace || !c.moved {
			continue
		}
		for _, template := range it.Object.Get("spec", "volumeClaimTemplates").Elements() {
			pod, ok := strings.CutPrefix(at.Name, template.Get("metadata", "name").Str()+"-")
			c.consumed = c.consumed || ok && hasOrdinal(it.Object, pod)
		}
	}
}

// replicasOf is how many pods a workload asks for.
func replicasOf(o *object.Value) int64 {
	if replicas, ok := o.Get("spec", "replicas").Int(); ok {
		return replicas
	}
	return 1
}

// waitsForPod is for a claim that a DataDownload fills only once a pod waits for it, and no restored pod does. Whether something
// else makes one only the target knows.
// Source: v1.18.3 pkg/exposer/generic_restore.go:130-142, pkg/util/kube/pvc_pv.go:308-354; the same since 1.12.
func (p *Plan) waitsForPod(l *line) {
	class, known := p.env.Target.Get(layout.StorageClasses, "", l.claim.class)
	if !l.created() || l.claim.consumed || l.claim.selected || !known || !class.Get("volumeBindingMode").Is("WaitForFirstConsumer") || p.fillsUnconsumed() {
		return
	}
	l.hangsOn(neverConsumed, fmt.Sprintf("storage class %s provisions for a pod only (volumeBindingMode WaitForFirstConsumer), and no restored pod or workload mounts the claim: "+
		"the DataDownload waits for one, and fails if none comes in time", l.claim.class))
}

// fillsUnconsumed says whether a ConfigMap beside the target's Velero tells the node agent to wait for no pod. Which ConfigMap the
// node agent reads is a flag of its DaemonSet, so any counts.
// Source: v1.18.3 pkg/types/node_agent.go (RestorePVC.IgnoreDelayBinding).
func (p *Plan) fillsUnconsumed() bool {
	for _, config := range p.env.Target.List(layout.ConfigMaps, p.env.Restore.Namespace) {
		for _, text := range config.Get("data").Members() {
			var nodeAgent struct {
				RestorePVC struct{ IgnoreDelayBinding bool }
			}
			if json.Unmarshal([]byte(text.Str()), &nodeAgent) == nil && nodeAgent.RestorePVC.IgnoreDelayBinding {
				return true
			}
		}
	}
	return false
}
