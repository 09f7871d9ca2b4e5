package volumes

import (
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

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
}

func newNodes(target actions.Target) *nodes {
	n := &nodes{answer: map[string]bool{}}
	for _, o := range target.List("nodes", "") {
		n.list = append(n.list, node{o.Name(), o.Labels()})
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
		if (selector.Len() == 0 || labels.SelectorFromSet(selector.StringMap()).Matches(node.labels)) && (required.IsNull() || node.passes(required)) {
			return true
		}
	}
	return false
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

// schedules tells of a pod that fits no described node of the target. Pods of DaemonSets are bound to the nodes that they
// were made for, and made anew.
func (p *Plan) schedules(it *pipeline.Item) {
	if len(p.nodes.list) == 0 {
		return
	}
	selector, required := it.Object.Get("spec", "nodeSelector"), it.Object.Get("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
	if p.nodes.fits(required, selector) {
		return
	}
	if own := p.ownerOf(it.FromBackup, it.Key.Namespace); own != nil && own.at.Resource == "daemonsets.apps" {
		return
	}
	path := "spec.nodeSelector"
	if p.nodes.fits(nil, selector) {
		path = "spec.affinity.nodeAffinity"
	}
	it.Report.Error(podNoNode, path, "none of the target's described Nodes fits the pod, so it is never scheduled")
}
