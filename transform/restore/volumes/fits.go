package volumes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// Which volume a claim may be bound to. The rules are those of Kubernetes' binder; its package for them links each version of each API.
// Source: k8s.io/kubernetes v1.33.13 pkg/controller/volume/persistentvolume/pv_controller.go:255-301 (checkVolumeSatisfyClaim), 330-480
// (syncUnboundClaim), k8s.io/component-helpers v0.33.13 storage/volume/pv_helpers.go (FindMatchingVolume).

// offer is a PersistentVolume as a claim looks at it.
type offer struct {
	name     string
	reserved layout.NamespacedName // for which claim it is; the zero value for any
	size     resource.Quantity
	modes    []string
	mode     string // Filesystem or Block
	class    string
	labels   labels.Set
	affinity *object.Value // that nodes must pass
	restored bool
	stale    bool // its claim is gone, and another of the same name is another claim
}

// asked is what a claim asks of its volume.
type asked struct {
	size      resource.Quantity
	modes     []string
	mode      string
	class     string
	isDefault bool            // the class is the default one
	selector  labels.Selector // nil for none
}

const betaClass = "volume.beta.kubernetes.io/storage-class"

// newOffer reads a PersistentVolume; its strings are its own.
func newOffer(pv *object.Value) *offer {
	spec := pv.Get("spec")
	ref := spec.Get("claimRef")
	o := &offer{
		name: pv.Name(), reserved: layout.NamespacedName{Namespace: ref.Get("namespace").Str(), Name: ref.Get("name").Str()},
		modes: texts(spec.Get("accessModes")), mode: cmp.Or(spec.Get("volumeMode").Str(), string(corev1.PersistentVolumeFilesystem)),
		class: cmp.Or(pv.Annotation(betaClass), spec.Get("storageClassName").Str()), labels: pv.Labels(),
	}
	o.size, _ = resource.ParseQuantity(spec.Get("capacity", "storage").Str())
	return o
}

func newAsked(claim *object.Value) *asked {
	spec := claim.Get("spec")
	a := &asked{modes: texts(spec.Get("accessModes")), mode: cmp.Or(spec.Get("volumeMode").Str(), string(corev1.PersistentVolumeFilesystem))}
	class := spec.Get("storageClassName")
	a.class = cmp.Or(claim.Annotation(betaClass), class.Str())
	a.isDefault = a.class == "" && class.IsNull()
	a.size, _ = resource.ParseQuantity(spec.Get("resources", "requests", "storage").Str())
	var selector metav1.LabelSelector
	if given := spec.Get("selector"); !given.IsNull() && given.Decode(&selector) == nil {
		a.selector, _ = metav1.LabelSelectorAsSelector(&selector)
	}
	return a
}

func texts(list *object.Value) []string {
	all := make([]string, 0, list.Len())
	for _, v := range list.Elements() {
		all = append(all, v.Str())
	}
	return all
}

// lacks says what of a volume does not fit a claim, "" if it does. Of a volume that a claim names, the binder asks nothing else.
func (o *offer) lacks(a *asked, class string) string {
	switch {
	case o.size.Cmp(a.size) < 0:
		return fmt.Sprintf("it has %s and the claim requests %s", o.size.String(), a.size.String())
	case o.class != class:
		return fmt.Sprintf("it is of %s and the claim of %s", classText(o.class), classText(class))
	case o.mode != a.mode:
		return fmt.Sprintf("its volumeMode is %s and the claim's %s", o.mode, a.mode)
	}
	for _, mode := range a.modes {
		if !slices.Contains(o.modes, mode) {
			return fmt.Sprintf("its access modes are %s and the claim wants %s", strings.Join(o.modes, ", "), mode)
		}
	}
	return ""
}

func classText(class string) string {
	if class == "" {
		return "no storage class"
	}
	return "storage class " + class
}

// offered is a PersistentVolume that will be there: one that the restore makes, or one of the target; nil for none.
func (p *Plan) offered(name string) *offer {
	if p.offers == nil {
		p.offers = map[string]*offer{}
		for _, pv := range p.env.Target.List(layout.PersistentVolumes, "") {
			o := newOffer(pv)
			o.affinity, o.stale = pv.Get("spec", "nodeAffinity", "required"), pv.Get("spec", "claimRef", "uid").Str() != ""
			if phase := pv.Get("status", "phase").Str(); phase == "" || phase == "Available" || o.reserved.Name != "" {
				p.offers[o.name] = o
			}
		}
		for _, pv := range p.pvs {
			if pv.offer != nil {
				p.offers[pv.offer.name] = pv.offer
			}
		}
	}
	return p.offers[name]
}

// bindsToNamed looks at the PersistentVolume that a restored claim names. One that is reserved for the claim is bound to it, whatever it
// has; else it has to fit.
func (p *Plan) bindsToNamed(l *line) {
	c := l.claim
	o := p.offered(c.after)
	mine := layout.NamespacedName{Namespace: c.namespace, Name: c.name}
	if o == nil || c.asks == nil || o.reserved == mine || l.pv != nil && l.pv.outcome == report.Update {
		return
	}
	if o.reserved.Name != "" {
		if o.restored { // the target's own are told already
			l.ends(report.DataLost, pvTaken, fmt.Sprintf("PersistentVolume %s is reserved for claim %s by its claimRef: claim %s never binds", o.name, o.reserved, mine))
		}
		return
	}
	if why := o.lacks(c.asks, p.classFor(c.asks, o)); why != "" {
		l.ends(report.DataLost, pvTaken, fmt.Sprintf("PersistentVolume %s does not fit the claim that names it: %s; the claim never binds", o.name, why))
	}
}

// classFor is the class of a claim where it is known, else that of the volume: a claim that says nothing gets the default class of the
// target, of several the newest.
func (p *Plan) classFor(a *asked, o *offer) string {
	if !a.isDefault {
		return a.class
	}
	names := p.defaultClasses()
	switch {
	case !p.env.Target.Complete(layout.StorageClasses), len(names) > 1:
		return o.class
	case len(names) == 1:
		return names[0]
	}
	return ""
}

func (p *Plan) defaultClasses() (names []string) {
	for _, class := range p.env.Target.List(layout.StorageClasses, "") {
		if isDefaultStorage(class) {
			names = append(names, class.Name())
		}
	}
	return names
}

// mayAsk says whether what a claim asks of its volume may matter: not of one that is reserved for it, nor of one that is provisioned.
func (p *Plan) mayAsk(c *plannedClaim) bool {
	if c.outcome != report.Create || c.moved {
		return false
	}
	if c.after == "" {
		return p.isStatic(c)
	}
	pv := p.pvs[c.before]
	return pv == nil || pv.outcome != report.Create || pv.offer != nil || c.after != c.before
}

// isStatic says that no volume is provisioned for a claim.
func (p *Plan) isStatic(c *plannedClaim) bool {
	if c.selects || c.noClass {
		return true
	}
	class, known := p.env.Target.Get(layout.StorageClasses, "", c.class)
	return known && class.Get("provisioner").Is("kubernetes.io/no-provisioner")
}

// waitsForVolume is for a claim for which no volume is provisioned: why says so, and it may get one that will be there.
func (p *Plan) waitsForVolume(l *line, fate report.Fate, why string) {
	left, leftOver := p.leftOver()[l.at]
	if !leftOver && l.claim.asks != nil {
		return
	}
	if left != "" {
		why += "; " + left
	}
	l.ends(fate, noProvisioning, why)
}

// fitting are the volumes that a claim which names none may get; without any, why says what is wrong with the one that comes closest.
func (p *Plan) fitting(c *plannedClaim, names []string) (fitting []int32, why string) {
	mine := layout.NamespacedName{Namespace: c.namespace, Name: c.name}
	for i, name := range names {
		o := p.offers[name]
		own := o.reserved == mine && !o.stale
		if !own && (o.reserved.Name != "" || c.asks.selector != nil && !c.asks.selector.Matches(o.labels)) {
			continue
		}
		class := p.classFor(c.asks, o)
		wrong := o.lacks(c.asks, class)
		if own {
			wrong = o.lacks(c.asks, o.class) // of any class
		}
		if wrong == "" && !own && p.bindsForPod(class) && !p.nodes.fits(o.affinity, nil) {
			wrong = "no Node of the target fits its nodeAffinity"
		}
		switch {
		case wrong == "":
			fitting = append(fitting, int32(i))
		case why == "" && o.class == class:
			why = "PersistentVolume " + name + " does not fit: " + wrong
		}
	}
	return fitting, why
}

// bindsForPod says that claims of a class are bound once a pod asks for them, on a node that suits both.
func (p *Plan) bindsForPod(class string) bool {
	o, ok := p.env.Target.Get(layout.StorageClasses, "", class)
	return ok && o.Get("volumeBindingMode").Is("WaitForFirstConsumer")
}
