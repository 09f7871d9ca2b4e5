package findings

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// seeLimits holds what restore-wait requests against LimitRanges of its namespace, those of the target and those that come
// before it in the restore, and against quotas of the target; quotas of the restore come after pods.
func (w *waits) seeLimits(it *pipeline.Item, wait *object.Value) {
	target := w.world.Env.Target
	ranges := slices.Clone(w.limits[it.Namespace])
	for _, o := range target.List(layout.LimitRanges, it.Namespace) {
		ranges = append(ranges, readLimitRange(o))
	}
	requests, limits := quantities(wait.Get("resources", "requests")), quantities(wait.Get("resources", "limits"))
	for _, l := range ranges {
		if why := l.refuses(requests, limits); why != "" {
			w.refused(it, wait, why)
			return
		}
	}
	for _, quota := range target.List("resourcequotas", it.Namespace) {
		if missing := missingForQuota(quota, ranges, requests, limits); missing != "" {
			w.wanted(it, wait, quota.Name(), missing)
			return
		}
	}
}

func (w *waits) refused(it *pipeline.Item, wait *object.Value, why string) {
	it.Report.Error("restore-wait-refused", "spec.initContainers[0].resources",
		fmt.Sprintf("the API server refuses the pod because of init container %s: %s", wait.Get("name").Str(), why))
}

// wanted is about a quota that wants a limit or a request. LimitRanges of the target may fill it in, if these are not known.
func (w *waits) wanted(it *pipeline.Item, wait *object.Value, quota, missing string) {
	why := fmt.Sprintf("quota %s requires %s of each container", quota, missing)
	if w.world.Env.Target.Complete(layout.LimitRanges) {
		w.refused(it, wait, why)
		return
	}
	it.Report.Warn("restore-wait-refused", "spec.initContainers[0].resources",
		fmt.Sprintf("the API server refuses the pod because of init container %s, unless a LimitRange fills it in: %s", wait.Get("name").Str(), why))
}

// refuses says why a LimitRange does not let a container in.
// Source: Kubernetes plugin/pkg/admission/limitranger (minConstraint, maxConstraint).
func (l *limitRange) refuses(requests, limits map[string]resource.Quantity) string {
	for _, name := range []string{"cpu", "memory"} {
		request, requested := requests[name]
		limit, limited := limits[name]
		low, hasLow := l.container.low[name]
		high, hasHigh := l.container.high[name]
		switch {
		case hasLow && requested && request.Cmp(low) < 0:
			return fmt.Sprintf("it requests %s %s, and LimitRange %s has a minimum of %s", &request, name, l.name, &low)
		case hasHigh && limited && limit.Cmp(high) > 0:
			return fmt.Sprintf("its limit of %s is %s, and LimitRange %s has a maximum of %s", name, &limit, l.name, &high)
		}
	}
	return ""
}

// missingForQuota is a request or a limit that a quota wants and a container lacks. Which pods a scoped quota counts is left
// to the API server. Source: Kubernetes pkg/quota/v1/evaluator/core/pods.go (validationSet, Constraints).
func missingForQuota(quota *object.Value, ranges []*limitRange, requests, limits map[string]resource.Quantity) string {
	if quota.Get("spec", "scopes").Len() > 0 || quota.Has("spec", "scopeSelector") {
		return ""
	}
	for name := range quota.Get("spec", "hard").Members() {
		kind, what, dotted := strings.Cut(name, ".")
		if !dotted {
			kind, what = "requests", name
		}
		if what != "cpu" && what != "memory" {
			continue
		}
		_, requested := requests[what]
		_, limited := limits[what]
		filled := slices.ContainsFunc(ranges, func(l *limitRange) bool { return l.fills(kind, what) })
		switch {
		case kind == "limits" && !limited && !filled, kind == "requests" && !requested && !limited && !filled:
			return kind + "." + what
		}
	}
	return ""
}

// fills says whether a LimitRange fills in a request or a limit.
func (l *limitRange) fills(kind, what string) bool {
	_, limited := l.limits[what]
	_, requested := l.requested[what]
	return limited || kind == "requests" && requested
}
