package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// limits holds restored pods and claims against the LimitRanges of their namespace: those of the target, and for pods those of
// the restore, which come before them and after claims. Source: v1.18.2 pkg/cmd/server/config/config.go (HighPriorities).
type limits struct {
	world    *World
	restored map[string][]*limitRange // by namespace of the target
}

func newLimits(w *World) Watcher { return &limits{world: w, restored: map[string][]*limitRange{}} }

// See implements Watcher.
func (w *limits) See(it *pipeline.Item) {
	if w.world.Env.APIServer != nil {
		return // it refuses them itself
	}
	switch it.Key.Resource {
	case layout.LimitRanges:
		w.restored[it.Namespace] = append(w.restored[it.Namespace], readLimitRange(it.Object))
	case layout.Pods:
		if Refusal(it) != nil {
			return // because of restore-wait
		}
		ranges := append(w.ofTarget(it.Namespace), w.restored[it.Namespace]...)
		for _, l := range ranges {
			if path, why := l.refusesPod(it.Object.Get("spec"), ranges); why != "" {
				w.refused(it, path, l, why)
				return
			}
		}
	default:
		for _, l := range w.ofTarget(it.Namespace) {
			requests := quantities(it.Object.Get("spec", "resources", "requests"))
			if why := l.claim.refuses("it", requests, requests); why != "" {
				w.refused(it, "spec.resources.requests", l, why)
				return
			}
		}
	}
}

func (w *limits) refused(it *pipeline.Item, path string, l *limitRange, why string) {
	it.Report.Error("limit-range-refuses", path, fmt.Sprintf("the API server refuses it because of LimitRange %s: %s", l.name, why))
}

func (w *limits) ofTarget(namespace string) []*limitRange {
	var ranges []*limitRange
	for _, o := range w.world.Env.Target.List(layout.LimitRanges, namespace) {
		ranges = append(ranges, readLimitRange(o))
	}
	return ranges
}

// refusals are the findings that say so.
var refusals = []string{"restore-wait-refused", "limit-range-refuses"}

// Refusal is the finding that says for certain that the API server refuses an item which Velero sends, nil if there is none.
func Refusal(it *pipeline.Item) *report.Finding {
	for i := range it.Report.Errors {
		if f := &it.Report.Errors[i]; slices.Contains(refusals, f.ID) {
			return f
		}
	}
	return nil
}

// Conclude implements Watcher.
func (w *limits) Conclude(*report.Summary) {}

// limitRange is what a LimitRange says: quantities by name, such as "cpu".
type limitRange struct {
	name                  string
	container, pod, claim limitBounds
	requested, limits     map[string]resource.Quantity // what containers get that do not say it
}

// limitBounds are the bounds for one type of object.
type limitBounds struct {
	low, high, ratio map[string]resource.Quantity
}

// readLimitRange reads a LimitRange; quantities that cannot be read are left out. Without a default, containers get the maximum,
// and for a request the limit or the minimum. Source: Kubernetes v1.33 pkg/apis/core/v1/defaults.go (SetDefaults_LimitRangeItem).
func readLimitRange(o *object.Value) *limitRange {
	l := &limitRange{name: strings.Clone(o.Name())}
	for _, item := range o.Get("spec", "limits").Elements() {
		bounds := limitBounds{quantities(item.Get("min")), quantities(item.Get("max")), quantities(item.Get("maxLimitRequestRatio"))}
		switch item.Get("type").Str() {
		case "Container":
			l.container = bounds
			l.requested, l.limits = quantities(item.Get("defaultRequest")), quantities(item.Get("default"))
			fillIn(l.limits, bounds.high)
			fillIn(l.requested, l.limits)
			fillIn(l.requested, bounds.low)
		case "Pod":
			l.pod = bounds
		case "PersistentVolumeClaim":
			l.claim = bounds
		}
	}
	return l
}

func fillIn(to, from map[string]resource.Quantity) {
	for name, q := range from {
		if _, ok := to[name]; !ok {
			to[name] = q
		}
	}
}

func quantities(o *object.Value) map[string]resource.Quantity {
	list := map[string]resource.Quantity{}
	for name, value := range o.Members() {
		if q, err := resource.ParseQuantity(plain(value)); err == nil {
			list[strings.Clone(name)] = q
		}
	}
	return list
}

// plain is a quantity as text, which may be written as a number.
func plain(v *object.Value) string {
	if text, ok := v.Text(); ok {
		return text
	}
	return string(v.JSON())
}

// refusesPod says why the LimitRange does not let a pod in, and which field it is about, "" if it does. All LimitRanges of the
// namespace fill in what containers do not say. What restore-wait requests has a finding of its own.
// Source: Kubernetes v1.33 plugin/pkg/admission/limitranger/admission.go (PodMutateLimitFunc, PodValidateLimitFunc).
func (l *limitRange) refusesPod(spec *object.Value, all []*limitRange) (path, why string) {
	for _, list := range []string{"containers", "initContainers"} {
		for i, container := range spec.Get(list).Elements() {
			requests, limits := filled(container, all)
			if isRestoreWait(container) {
				continue
			}
			if why := l.container.refuses("container "+container.Get("name").Str(), requests, limits); why != "" {
				return fmt.Sprintf("spec.%s[%d].resources", list, i), why
			}
		}
	}
	if len(l.pod.low)+len(l.pod.high)+len(l.pod.ratio) == 0 {
		return "", ""
	}
	with := func(kind string) map[string]resource.Quantity {
		return podQuantities(spec, func(container *object.Value) map[string]resource.Quantity {
			requests, limits := filled(container, all)
			if kind == "limits" {
				return limits
			}
			return requests
		})
	}
	return "spec.containers", l.pod.refuses("the pod", with("requests"), with("limits"))
}

func isRestoreWait(container *object.Value) bool {
	name := container.Get("name").Str()
	return name == "restore-wait" || name == "restic-wait"
}

// filled is what a container requests and is limited to once the API server has filled in the rest: a limit is a request where
// there is none, then the defaults of the LimitRanges apply.
func filled(container *object.Value, ranges []*limitRange) (requests, limits map[string]resource.Quantity) {
	requests, limits = quantities(container.Get("resources", "requests")), quantities(container.Get("resources", "limits"))
	fillIn(requests, limits)
	for _, l := range ranges {
		fillIn(requests, l.requested)
		fillIn(limits, l.limits)
	}
	return requests, limits
}

// refuses says why something is not within the bounds, "" if it is.
// Source: Kubernetes v1.33 plugin/pkg/admission/limitranger/admission.go (minConstraint, maxConstraint, limitRequestRatioConstraint).
func (b *limitBounds) refuses(who string, requests, limits map[string]resource.Quantity) string {
	for _, name := range slices.Sorted(maps.Keys(b.low)) {
		low, request, limit := b.low[name], requests[name], limits[name]
		_, requested := requests[name]
		_, limited := limits[name]
		switch {
		case !requested:
			return fmt.Sprintf("%s has no request for %s, and the minimum is %s", who, name, &low)
		case request.Cmp(low) < 0:
			return fmt.Sprintf("%s requests %s %s, and the minimum is %s", who, &request, name, &low)
		case limited && limit.Cmp(low) < 0:
			return fmt.Sprintf("the %s limit of %s is %s, and the minimum is %s", name, who, &limit, &low)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.high)) {
		high, request, limit := b.high[name], requests[name], limits[name]
		_, limited := limits[name]
		switch {
		case !limited:
			return fmt.Sprintf("%s has no limit for %s, and the maximum is %s", who, name, &high)
		case request.Cmp(high) > 0:
			return fmt.Sprintf("%s requests %s %s, and the maximum is %s", who, &request, name, &high)
		case limit.Cmp(high) > 0:
			return fmt.Sprintf("the %s limit of %s is %s, and the maximum is %s", name, who, &limit, &high)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.ratio)) {
		most, request, limit := b.ratio[name], requests[name], limits[name]
		if request.IsZero() || limit.IsZero() {
			return fmt.Sprintf("%s has no request or no limit for %s, and their ratio may be %s at most", who, name, &most)
		}
		if limit.AsApproximateFloat64() > most.AsApproximateFloat64()*request.AsApproximateFloat64()*(1+1e-9) {
			return fmt.Sprintf("the %s limit of %s is %s and its request %s, and their ratio may be %s at most", name, who, &limit, &request, &most)
		}
	}
	return ""
}
