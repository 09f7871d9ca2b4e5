package volumes

import (
	"fmt"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/restore/needs"
)

// displacedBy says which workload of the target removes a restored pod, "" for none. A workload that is there has the pods that it
// asks for, so its controller takes a restored one, which it adopts by its labels, for one too many, and the youngest and unready
// goes first. It says nothing of workloads that this restore makes: Velero restores these after their pods.
// Source: Kubernetes v1.33 pkg/controller/replicaset/replica_set.go (manageReplicas, getPodsToDelete),
// pkg/controller/deployment/sync.go (scale), pkg/controller/statefulset/stateful_set_control.go (condemned),
// pkg/controller/daemon/daemon_controller.go (podsShouldBeOnNode).
func (p *Plan) displacedBy(it *pipeline.Item) string {
	own := p.ownerOf(it.FromBackup, it.Key.Namespace)
	if own == nil {
		return ""
	}
	switch own.at.Resource {
	case replicaSets:
		if by := p.adopts(it, replicaSets, own.at.Name); by != nil {
			return "ReplicaSet " + by.Name()
		}
		name, ok := strings.CutSuffix(own.at.Name, "-"+it.Object.Labels()["pod-template-hash"])
		if by := p.adopts(it, needs.Deployments, name); ok && by != nil && !by.Get("spec", "paused").True() {
			return "Deployment " + name
		}
	case needs.Controllers:
		if by := p.adopts(it, needs.Controllers, own.at.Name); by != nil {
			return "ReplicationController " + by.Name()
		}
	case needs.DaemonSets:
		if by := p.adopts(it, needs.DaemonSets, own.at.Name); by != nil {
			return "DaemonSet " + by.Name()
		}
	case layout.StatefulSets:
		if by := p.adopts(it, layout.StatefulSets, own.at.Name); by != nil && !hasOrdinal(by, it.Object.Name()) {
			return fmt.Sprintf("StatefulSet %s of %d replicas", by.Name(), replicasOf(by))
		}
	}
	return ""
}

// adopts is the workload of the target that takes a restored pod for its own, nil for none.
func (p *Plan) adopts(it *pipeline.Item, resource, name string) *object.Value {
	if p.world.Backup.Restored(layout.Address{Resource: resource, Namespace: it.Key.Namespace, Name: name}.Key()) {
		return nil // by another order than Velero's own
	}
	workload, ok := p.env.Target.Get(resource, it.Namespace, name)
	if !ok || !selects(workload.Get("spec", "selector"), it.Object.Labels(), resource) {
		return nil
	}
	return workload
}

// selects says whether a workload's selector takes a pod with the labels.
func selects(selector *object.Value, of labels.Set, resource string) bool {
	if resource == needs.Controllers {
		return selector.Len() > 0 && labels.SelectorFromSet(selector.StringMap()).Matches(of)
	}
	var decoded metav1.LabelSelector
	if selector.IsNull() || selector.Decode(&decoded) != nil {
		return false
	}
	s, err := metav1.LabelSelectorAsSelector(&decoded)
	return err == nil && s.Matches(of)
}

// hasOrdinal says whether a StatefulSet asks for the pod of a name.
func hasOrdinal(set *object.Value, pod string) bool {
	n, err := strconv.ParseInt(strings.TrimPrefix(pod, set.Name()+"-"), 10, 32)
	first, _ := set.Get("spec", "ordinals", "start").Int()
	return err == nil && n >= first && n < first+replicasOf(set)
}
