package volumes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	resourcehelper "k8s.io/component-helpers/resource"
	corev1helpers "k8s.io/component-helpers/scheduling/corev1"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// nodes are the target's, where they are described.
type nodes struct {
	list   []node
	answer map[string]bool // by the text of what was asked
}

type node struct {
	name   string
	labels labels.Set
	taints []corev1.Taint
	offers corev1.ResourceList // what pods may request of it; nil if it is not described
}

func newNodes(target actions.Target) *nodes {
	n := &nodes{answer: map[string]bool{}}
	for _, o := range target.List("nodes", "") {
		n.list = append(n.list, newNode(o))
	}
	return n
}

// fits says whether a node passes required node affinity and a node selector. Where no node is described, all do.
func (n *nodes) fits(required, selector *object.Value) bool {
	if len(n.list) == 0 || required.IsNull() && selector.Len() == 0 {
		return true
	}
	key := string(required.JSON()) + "|" + string(selector.JSON())
	fits, asked := n.answer[key]
	if !asked {
		fits = n.anyFits(required, selector)
		n.answer[key] = fits
	}
	return fits
}

func (n *nodes) anyFits(required, selector *object.Value) bool {
	for _, node := range n.list {
		if node.takes(required, selector) {
			return true
		}
	}
	return false
}

// takes says whether the node passes required node affinity and a node selector.
func (n *node) takes(required, selector *object.Value) bool {
	return (selector.Len() == 0 || labels.SelectorFromSet(selector.StringMap()).Matches(n.labels)) && (required.IsNull() || n.passes(required))
}

// passes says whether one of the terms takes the node; an empty one takes none.
// Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go.
func (n *node) passes(required *object.Value) bool {
	for _, term := range required.Get("nodeSelectorTerms").Elements() {
		expressions, fields := term.Get("matchExpressions").Elements(), term.Get("matchFields").Elements()
		if len(expressions)+len(fields) > 0 && allMatch(expressions, n.labels) && allMatch(fields, labels.Set{"metadata.name": n.name}) {
			return true
		}
	}
	return false
}

var operators = map[string]selection.Operator{
	"In": selection.In, "NotIn": selection.NotIn, "Exists": selection.Exists, "DoesNotExist": selection.DoesNotExist,
	"Gt": selection.GreaterThan, "Lt": selection.LessThan,
}

// allMatch says whether a set passes all expressions. One that cannot be read passes: nothing is said of it.
func allMatch(expressions []*object.Value, set labels.Set) bool {
	for _, e := range expressions {
		var values []string
		for _, v := range e.Get("values").Elements() {
			values = append(values, v.Str())
		}
		requirement, err := labels.NewRequirement(e.Get("key").Str(), operators[e.Get("operator").Str()], values)
		if err == nil && !requirement.Matches(set) {
			return false
		}
	}
	return true
}

// termsText writes required node affinity as "topology.kubernetes.io/zone In [eu-1a]".
func termsText(required *object.Value) string {
	var terms []string
	for _, term := range required.Get("nodeSelectorTerms").Elements() {
		var parts []string
		for _, list := range []string{"matchExpressions", "matchFields"} {
			for _, e := range term.Get(list).Elements() {
				var values []string
				for _, v := range e.Get("values").Elements() {
					values = append(values, v.Str())
				}
				text := e.Get("key").Str() + " " + e.Get("operator").Str()
				if len(values) > 0 {
					text += " [" + strings.Join(values, " ") + "]"
				}
				parts = append(parts, text)
			}
		}
		terms = append(terms, strings.Join(parts, ", "))
	}
	return strings.Join(terms, " or ")
}

// newNode reads a Node. Taints that say what state a node is in come and go, and a cordon is lifted: they say nothing.
func newNode(o *object.Value) node {
	n := node{name: o.Name(), labels: o.Labels()}
	for _, t := range o.Get("spec", "taints").Elements() {
		taint := corev1.Taint{Key: t.Get("key").Str(), Value: t.Get("value").Str(), Effect: corev1.TaintEffect(t.Get("effect").Str())}
		if taint.Effect != corev1.TaintEffectPreferNoSchedule && !strings.HasPrefix(taint.Key, "node.kubernetes.io/") {
			n.taints = append(n.taints, taint)
		}
	}
	for name, v := range o.Get("status", "allocatable").Members() {
		if quantity, err := resource.ParseQuantity(v.Str()); err == nil {
			if n.offers == nil {
				n.offers = corev1.ResourceList{}
			}
			n.offers[corev1.ResourceName(name)] = quantity
		}
	}
	return n
}

// rejects says why none of the nodes that pass the pod's selector and affinity takes it: the field, and what is wrong.
func (n *nodes) rejects(spec *object.Value) (path, why string) {
	var pod corev1.Pod
	if spec.Decode(&pod.Spec) != nil {
		return "", "" // the API server refuses it
	}
	selector, required := spec.Get("nodeSelector"), spec.Get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
	var tolerated []*node
	var taint corev1.Taint
	for i := range n.list {
		node := &n.list[i]
		if !node.takes(required, selector) {
			continue
		}
		if unwanted, found := corev1helpers.FindMatchingUntoleratedTaint(node.taints, pod.Spec.Tolerations, nil); found {
			taint = unwanted
			continue
		}
		tolerated = append(tolerated, node)
	}
	if len(tolerated) == 0 {
		return "spec.tolerations", "each Node of the target that the pod may run on has a taint that it does not tolerate, such as " + taint.ToString()
	}
	requests := resourcehelper.PodRequests(&pod, resourcehelper.PodResourcesOptions{})
	for _, name := range slices.Sorted(maps.Keys(requests)) {
		most, enough := resource.Quantity{}, false
		for _, node := range tolerated {
			offer := node.offers[name]
			enough = enough || node.offers == nil || offer.Cmp(requests[name]) >= 0
			if offer.Cmp(most) > 0 {
				most = offer
			}
		}
		if request := requests[name]; !enough {
			return "spec.containers", fmt.Sprintf("the pod requests %s %s, and no Node of the target that it may run on has more than %s", request.String(), name, most.String())
		}
	}
	return "", ""
}

// schedules tells of a pod that fits no described node of the target. Pods of DaemonSets are bound to the nodes that they
// were made for, and made anew.
func (p *Plan) schedules(it *pipeline.Item) {
	if len(p.nodes.list) == 0 {
		return
	}
	selector, required := it.Object.Get("spec", "nodeSelector"), it.Object.Get("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
	if own := p.ownerOf(it.FromBackup, it.Key.Namespace); own != nil && own.at.Resource == "daemonsets.apps" {
		return
	}
	if p.nodes.fits(required, selector) {
		if path, why := p.nodes.rejects(it.Object.Get("spec")); path != "" {
			it.Report.Error(podNoNode, path, why+", so it is never scheduled")
		}
		return
	}
	path := "spec.nodeSelector"
	if p.nodes.fits(nil, selector) {
		path = "spec.affinity.nodeAffinity"
	}
	it.Report.Error(podNoNode, path, "none of the target's described Nodes fits the pod, so it is never scheduled")
}
