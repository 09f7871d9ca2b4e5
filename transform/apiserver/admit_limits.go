package apiserver

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apiserver/pkg/admission"
	helper "k8s.io/component-helpers/resource"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1conversion "k8s.io/kubernetes/pkg/apis/core/v1"
)

// limitedBy are the LimitRanges that an object is under. Updates of Pods are not.
func (s *state) limitedBy(a admission.Attributes) []*corev1.LimitRange {
	switch a.GetResource().GroupResource() {
	case podResource:
		if a.GetOperation() != admission.Create {
			return nil
		}
	case claimResource:
	default:
		return nil
	}
	return list[*corev1.LimitRange](s, limitRangeResource, a.GetNamespace())
}

// limit gives containers the default requests and limits of their namespace.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/limitranger/admission.go:225-320 (LimitRanger, mergePodResourceRequirements).
func (s *state) limit(_ *call, a admission.Attributes) error {
	pod, ok := a.GetObject().(*core.Pod)
	if !ok {
		return nil
	}
	for _, limits := range s.limitedBy(a) {
		var notes []string
		for i := range pod.Spec.Containers {
			notes = defaultResources(&pod.Spec.Containers[i], limits, "container", notes)
		}
		for i := range pod.Spec.InitContainers {
			notes = defaultResources(&pod.Spec.InitContainers[i], limits, "init container", notes)
		}
		if len(notes) == 0 {
			continue
		}
		if pod.Annotations == nil {
			pod.Annotations = map[string]string{}
		}
		pod.Annotations["kubernetes.io/limit-ranger"] = "LimitRanger plugin set: " + strings.Join(notes, "; ")
	}
	return nil
}

// defaultResources fills in what a container does not say, and notes it.
func defaultResources(c *core.Container, limits *corev1.LimitRange, what string, notes []string) []string {
	fillIn := func(into *core.ResourceList, from func(*corev1.LimitRangeItem) corev1.ResourceList, kind string) {
		if *into == nil {
			*into = core.ResourceList{}
		}
		defaults := core.ResourceList{}
		for i := range limits.Spec.Limits {
			if limits.Spec.Limits[i].Type != corev1.LimitTypeContainer {
				continue
			}
			for name, quantity := range from(&limits.Spec.Limits[i]) {
				defaults[core.ResourceName(name)] = quantity
			}
		}
		var names []string
		for name, quantity := range defaults {
			if _, given := (*into)[name]; !given {
				(*into)[name] = quantity.DeepCopy()
				names = append(names, string(name))
			}
		}
		if len(names) > 0 {
			slices.Sort(names)
			notes = append(notes, fmt.Sprintf("%s %s for %s %s", strings.Join(names, ", "), kind, what, c.Name))
		}
	}
	fillIn(&c.Resources.Requests, func(i *corev1.LimitRangeItem) corev1.ResourceList { return i.DefaultRequest }, "request")
	fillIn(&c.Resources.Limits, func(i *corev1.LimitRangeItem) corev1.ResourceList { return i.Default }, "limit")
	return notes
}

// checkLimits holds Pods and claims against the limits of their namespace.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/limitranger/admission.go:480-590.
func (s *state) checkLimits(_ *call, a admission.Attributes) error {
	for _, limits := range s.limitedBy(a) {
		var errs []error
		for i := range limits.Spec.Limits {
			errs = append(errs, limitErrors(&limits.Spec.Limits[i], a.GetObject())...)
		}
		if err := utilerrors.NewAggregate(errs); err != nil {
			return admission.NewForbidden(a, err)
		}
	}
	return nil
}

func limitErrors(item *corev1.LimitRangeItem, obj any) (errs []error) {
	switch o := obj.(type) {
	case *core.PersistentVolumeClaim:
		if item.Type != corev1.LimitTypePersistentVolumeClaim {
			return nil
		}
		of := bounds{string(item.Type), o.Spec.Resources.Requests, nil}
		for name, quantity := range item.Min {
			errs = append(errs, of.minimum(string(name), quantity))
		}
		for name, quantity := range item.Max {
			errs = append(errs, of.maximumRequest(string(name), quantity))
		}
	case *core.Pod:
		switch item.Type {
		case corev1.LimitTypeContainer:
			for _, containers := range [][]core.Container{o.Spec.Containers, o.Spec.InitContainers} {
				for i := range containers {
					errs = append(errs, bounds{string(item.Type), containers[i].Resources.Requests, containers[i].Resources.Limits}.errors(item)...)
				}
			}
		case corev1.LimitTypePod:
			errs = podBounds(o).errors(item)
		}
	}
	return errs
}

// podBounds are the requests and limits of a whole Pod, without its overhead.
func podBounds(pod *core.Pod) bounds {
	of := bounds{kind: string(corev1.LimitTypePod)}
	v1 := &corev1.Pod{}
	if err := corev1conversion.Convert_core_Pod_To_v1_Pod(pod, v1, nil); err != nil {
		return of
	}
	options := helper.PodResourcesOptions{ExcludeOverhead: true, SkipPodLevelResources: true}
	internal := func(list corev1.ResourceList) core.ResourceList {
		into := core.ResourceList{}
		for name, quantity := range list {
			into[core.ResourceName(name)] = quantity
		}
		return into
	}
	of.requests, of.limits = internal(helper.PodRequests(v1, options)), internal(helper.PodLimits(v1, options))
	return of
}

// bounds are what something requests and is limited to.
type bounds struct {
	kind             string
	requests, limits core.ResourceList
}

func (b bounds) errors(item *corev1.LimitRangeItem) (errs []error) {
	for name, quantity := range item.Min {
		errs = append(errs, b.minimum(string(name), quantity))
	}
	for name, quantity := range item.Max {
		errs = append(errs, b.maximum(string(name), quantity))
	}
	for name, quantity := range item.MaxLimitRequestRatio {
		errs = append(errs, b.ratio(string(name), quantity))
	}
	return errs
}

func (b bounds) of(name string) (request, limit resource.Quantity, requested, limited bool) {
	request, requested = b.requests[core.ResourceName(name)]
	limit, limited = b.limits[core.ResourceName(name)]
	return request, limit, requested, limited
}

func (b bounds) minimum(name string, least resource.Quantity) error {
	request, limit, requested, limited := b.of(name)
	text := fmt.Sprintf("minimum %s usage per %s is %s", name, b.kind, least.String())
	switch {
	case !requested:
		return fmt.Errorf("%s.  No request is specified", text)
	case compare(request, least) < 0:
		return fmt.Errorf("%s, but request is %s", text, request.String())
	case limited && compare(limit, least) < 0:
		return fmt.Errorf("%s, but limit is %s", text, limit.String())
	}
	return nil
}

func (b bounds) maximum(name string, most resource.Quantity) error {
	request, limit, requested, limited := b.of(name)
	text := fmt.Sprintf("maximum %s usage per %s is %s", name, b.kind, most.String())
	switch {
	case !limited:
		return fmt.Errorf("%s.  No limit is specified", text)
	case compare(limit, most) > 0:
		return fmt.Errorf("%s, but limit is %s", text, limit.String())
	case requested && compare(request, most) > 0:
		return fmt.Errorf("%s, but request is %s", text, request.String())
	}
	return nil
}

func (b bounds) maximumRequest(name string, most resource.Quantity) error {
	request, _, requested, _ := b.of(name)
	text := fmt.Sprintf("maximum %s usage per %s is %s", name, b.kind, most.String())
	switch {
	case !requested:
		return fmt.Errorf("%s.  No request is specified", text)
	case compare(request, most) > 0:
		return fmt.Errorf("%s, but request is %s", text, request.String())
	}
	return nil
}

func (b bounds) ratio(name string, most resource.Quantity) error {
	request, limit, requested, limited := b.of(name)
	text := fmt.Sprintf("%s max limit to request ratio per %s is %s", name, b.kind, most.String())
	switch {
	case !requested || request.IsZero():
		return fmt.Errorf("%s, but no request is specified or request is 0", text)
	case !limited || limit.IsZero():
		return fmt.Errorf("%s, but no limit is specified or limit is 0", text)
	}
	asked, given := float64(request.Value()), float64(limit.Value())
	if request.Value() <= resource.MaxMilliValue && limit.Value() <= resource.MaxMilliValue {
		asked, given = float64(request.MilliValue()), float64(limit.MilliValue())
	}
	observed, highest := given/asked, float64(most.Value())
	if most.Value() <= resource.MaxMilliValue {
		observed, highest = observed*1000, float64(most.MilliValue())
	}
	if observed > highest {
		return fmt.Errorf("%s, but provided ratio is %f", text, given/asked)
	}
	return nil
}

// compare compares as the plugin does: in thousandths, where they fit.
func compare(a, b resource.Quantity) int {
	if a.Value() <= resource.MaxMilliValue && b.Value() <= resource.MaxMilliValue {
		return int(min(max(a.MilliValue()-b.MilliValue(), -1), 1))
	}
	return int(min(max(a.Value()-b.Value(), -1), 1))
}
