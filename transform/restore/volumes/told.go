package volumes

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// severities are those of the findings on volumes that are no errors.
var severities = map[string]report.Severity{
	needsOld: report.Warning, targetKeeps: report.Warning, oldAnnotation: report.Warning,
}

// Conclude adds the volume plan to the summary, counts what becomes of the data, and tells of each claim, PersistentVolume
// and pod whose data do not come back, or which waits for ever.
func (p *Plan) Conclude(s *report.Summary) {
	data := &s.Told().Data
	var unknown []*line
	lines := p.lines()
	s.Volumes = slices.Grow(s.Volumes, len(lines))
	for _, l := range lines {
		s.Volumes = append(s.Volumes, l.Volume)
		data.Count(&l.Volume)
		switch l.finding {
		case "":
		case dataUnknown:
			unknown = append(unknown, l)
		default:
			p.tell(s, l)
			p.tellMissing(l)
		}
	}
	p.tellOfUnknown(s, unknown)
	p.tellOfAsked(s)
	p.tellOfPods(s)
	p.tellOfEphemeralClaims(s)
	p.tellOfFeature(s)
}

// tell adds the finding of a line: about its claim, with its PersistentVolume, its pods and their workloads.
func (p *Plan) tell(s *report.Summary, l *line) {
	severity := cmp.Or(severities[l.finding], report.Error)
	if l.unsure {
		severity = report.Warning
	}
	subject, items, workloads := p.about(l)
	if p.told[[2]string{l.finding, subject}] && l.PersistentVolume != "" { // two PersistentVolumes name the same claim
		subject = layout.Address{Resource: layout.PersistentVolumes, Name: l.PersistentVolume}.String()
	}
	p.told[[2]string{l.finding, subject}] = true
	if l.finding == pvReleased {
		s.Told().Before = append(s.Told().Before, report.Task{
			Finding: pvReleased, Text: "Release the PersistentVolume from the deleted claim",
			Command: command(`kubectl patch persistentvolume %s --type merge --patch '{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}'`, l.claim.after),
		})
	}
	s.Add(report.Finding{
		ID: l.finding, Severity: severity, Subject: subject, Items: items,
		Message: subject + ": " + strings.Join(l.why, "; ") + usedBy(workloads, items),
	})
}

// plainName are names that mean nothing to a shell.
var plainName = regexp.MustCompile(`^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$`)

// command writes names into a command that is to be copied, "" where one of them is no name of Kubernetes.
func command(format string, names ...any) string {
	for _, name := range names {
		if !plainName.MatchString(fmt.Sprint(name)) {
			return ""
		}
	}
	return fmt.Sprintf(format, names...)
}

// about is what a line is about: the claim, or what there is in its place; all its items; and the workloads among them.
func (p *Plan) about(l *line) (subject string, items, workloads []string) {
	users := p.absent[l.at]
	if l.claim != nil {
		users = l.claim.users
	}
	pods, workloads := named(l.at.Namespace, users)
	for _, pod := range l.pods {
		pods = append(pods, pod.String())
		if planned := p.pods[layout.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}]; planned != nil && planned.owner.workload() != "" {
			workloads = append(workloads, planned.owner.workload())
		}
	}
	items = append(items, pods...)
	items = append(items, workloads...)
	if l.PersistentVolume != "" {
		items = append(items, layout.Address{Resource: layout.PersistentVolumes, Name: l.PersistentVolume}.String())
	}
	switch {
	case l.claim != nil || l.Claim != "" && p.world.Backup.Has(claimAt(l.at).Key()):
		subject = claimAt(l.at).String()
		items = append(items, subject)
	case l.PersistentVolume != "":
		subject = layout.Address{Resource: layout.PersistentVolumes, Name: l.PersistentVolume}.String()
	default:
		subject = "volume " + l.Pods[0].Volume + " of " + podAt(l.at).String()
	}
	return subject, unique(items), unique(workloads)
}

// usedBy names the workloads that use a volume, or else its pods.
func usedBy(workloads, items []string) string {
	by := workloads
	if len(by) == 0 {
		by = slices.DeleteFunc(slices.Clone(items), func(item string) bool { return !strings.HasPrefix(item, layout.Pods+"/") })
	}
	switch {
	case len(by) == 0:
		return ""
	case len(by) > 3:
		return fmt.Sprintf("; used by %s and %d more", strings.Join(by[:3], ", "), len(by)-3)
	}
	return "; used by " + strings.Join(by, ", ")
}

// tellOfUnknown tells of the volumes of a bare tarball, all together: one folder says it of all of them.
func (p *Plan) tellOfUnknown(s *report.Summary, lines []*line) {
	if len(lines) == 0 {
		return
	}
	var items []string
	for _, l := range lines {
		_, of, _ := p.about(l)
		items = append(items, of...)
	}
	s.Add(report.Finding{ID: dataUnknown, Severity: report.Warning, Items: unique(items), Message: fmt.Sprintf(
		"how the data of %s was saved is unknown from the tarball alone, and so is whether it comes back: download the backup's whole folder, "+
			"backups/%s of the object store, and give that instead", count(len(lines), "volume"), p.env.Restore.Spec.BackupName)})
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// tellOfPods tells of pods that wait for data that Velero does not bring.
// Source: v1.18.2 pkg/restore/restore.go:1739-1745.
func (p *Plan) tellOfPods(s *report.Summary) {
	if p.world.Fills() {
		return
	}
	for _, at := range slices.SortedFunc(maps.Keys(p.pods), byName) {
		pod := p.pods[at]
		if len(pod.waits) == 0 {
			continue
		}
		subject := podAt(at).String()
		items := []string{subject}
		if w := pod.owner.workload(); w != "" {
			items = append(items, w)
		}
		for _, name := range slices.Sorted(maps.Keys(pod.waits)) {
			if claim := pod.claims[name]; claim != "" {
				items = append(items, claimAt(layout.NamespacedName{Namespace: at.Namespace, Name: claim}).String())
			}
		}
		s.Add(report.Finding{ID: waitsForever, Severity: report.Error, Subject: subject, Items: unique(items), Message: fmt.Sprintf(
			"%s: its init container waits for the files of %s, which this restore does not bring back: %s", subject,
			volumesText(pod.waits), p.whyNotFilled())})
	}
}

func byName(a, b layout.NamespacedName) int { return strings.Compare(a.String(), b.String()) }

func volumesText(waits map[string]bool) string {
	names := slices.Sorted(maps.Keys(waits))
	if len(names) == 1 {
		return "volume " + names[0]
	}
	return "volumes " + strings.Join(names, ", ")
}

// tellOfEphemeralClaims tells of pods with an ephemeral volume whose claim is restored before them: Kubernetes uses a claim
// only for the pod that owns it, and Velero restores no owners.
// Source: k8s.io/component-helpers/storage/ephemeral/ephemeral.go (VolumeIsForPod).
func (p *Plan) tellOfEphemeralClaims(s *report.Summary) {
	of := map[string][]string{} // names of claims by target namespace
	for _, at := range slices.SortedFunc(maps.Keys(p.claims), byName) {
		c := p.claims[at]
		i := slices.IndexFunc(c.users, func(u user) bool { return u.ephemeral })
		if i < 0 || c.outcome != report.Create {
			continue
		}
		subject := claimAt(at).String()
		pods, workloads := named(at.Namespace, c.users[i:i+1])
		p.noteWaiting(at.Namespace, c.users[i:i+1])
		of[c.namespace] = append(of[c.namespace], c.name)
		s.Add(report.Finding{ID: ephemeralClaim, Severity: report.Error, Subject: subject, Items: unique(slices.Concat([]string{subject}, pods, workloads)), Message: fmt.Sprintf(
			"%s: it belongs to an ephemeral volume of %s and comes back without its owner, so the pod waits forever", subject, pods[0])})
	}
	for _, namespace := range slices.Sorted(maps.Keys(of)) {
		s.Told().After = append(s.Told().After, deleteClaims(namespace, of[namespace])...)
	}
}

// maxClaims is how many claims one command names.
const maxClaims = 50

func deleteClaims(namespace string, names []string) []report.Task {
	var tasks []report.Task
	for some := range slices.Chunk(names, maxClaims) {
		text := fmt.Sprintf("Delete %d claims in namespace %s, so that Kubernetes makes new ones for their pods", len(some), namespace)
		if len(some) == 1 {
			text = "Delete the claim, so that Kubernetes makes a new one for the pod"
		}
		words := []any{namespace}
		for _, name := range some {
			words = append(words, name)
		}
		tasks = append(tasks, report.Task{
			Finding: ephemeralClaim, Text: text,
			Command: command("kubectl delete persistentvolumeclaim --namespace %s"+strings.Repeat(" %s", len(some)), words...),
		})
	}
	return tasks
}

// tellOfFeature tells that a backup made with CSI snapshots is restored as by a Velero without them.
func (p *Plan) tellOfFeature(s *report.Summary) {
	if p.env.Has(actions.FeatureCSI) || !p.env.Profile.Does(actions.RunsCSIPlugin) || !p.env.Volumes.HasCSI() && !p.marked {
		return
	}
	s.FindOn(report.Warning, "backup-feature-off", actions.FeatureCSI, fmt.Sprintf(
		"the backup has CSI snapshots, made with Velero's feature %[1]s, which is off in this preview: if it is on in the target's Velero server, add --features %[2]s",
		actions.FeatureCSI, actions.FeatureCSI))
}
