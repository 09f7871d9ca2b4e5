package volumes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// lacksAsked finds the volumes that the pod's annotation asks backups of and that the pod does not have, such as names of claims.
func (pod *plannedPod) lacksAsked(from *object.Value) {
	if len(pod.asked) == 0 {
		return
	}
	var has []string
	for _, v := range from.Get("spec", "volumes").Elements() {
		has = append(has, strings.Clone(v.Get("name").Str()))
	}
	isThere := func(name string) bool { return slices.Contains(has, name) }
	for _, name := range pod.asked {
		if !isThere(name) {
			pod.lacks = append(pod.lacks, name)
		}
	}
	if len(pod.lacks) > 0 {
		pod.has = has
		pod.asked = slices.DeleteFunc(pod.asked, func(name string) bool { return !isThere(name) })
	}
}

// tellOfAsked tells of pods that ask for backups of volumes that they do not have.
func (p *Plan) tellOfAsked(s *report.Summary) {
	for _, at := range slices.SortedFunc(maps.Keys(p.pods), byName) {
		pod := p.pods[at]
		if len(pod.lacks) == 0 {
			continue
		}
		subject := podAt(at).String()
		s.Add(report.Finding{ID: unmatchedAnnotation, Severity: report.Warning, Subject: subject, Items: []string{subject}, Message: fmt.Sprintf(
			"%s: annotation %s names %s, which the pod does not have, so Velero backed up nothing for it; the pod has %s", subject,
			backupVolumes, strings.Join(pod.lacks, ", "), strings.Join(pod.has, ", "))})
	}
}
