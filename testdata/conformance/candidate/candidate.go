// Package candidate is veltx as the conformance tests judge it: the answer of a preview in the form of Velero's answers.
package candidate

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/policies"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
	"github.com/veltx/veltx/transform/restore"
)

// Preview is veltx's answer to the question that an oracle asks the real Velero of that version. The target is exactly
// what the input says, with the namespaces that each cluster has.
func Preview(version string, in conformance.Input) (*conformance.Answer, error) {
	var a answers
	summary, refusal, err := preview(version, in, &a)
	if err != nil || refusal != nil {
		return refusal, err
	}
	ending := summary.Told().Ending
	a.Outcome.Errors, a.Outcome.Warnings = resultOf(ending.Errors), resultOf(ending.Warnings)
	return &a.Answer, nil
}

// ofRealClusters are the lines of what only a real cluster does: its API server refuses what that of the judge takes, and Velero
// waits for files that its node agent restores.
var ofRealClusters = []string{"patch-refused", "modifier-makes-invalid", "pod-volume-restore-timed-out"}

// resultOf are the lines that veltx foretells of Velero's results, as texts.
func resultOf(lines []report.Result) (r conformance.Result) {
	for _, line := range lines {
		if slices.Contains(ofRealClusters, line.Sort) {
			continue
		}
		for place, n := range line.Places {
			text := fmt.Sprintf("%s: %s", line.Sort, strings.Join(line.Items, " "))
			for range n {
				keepMessage(&r, place, text)
			}
		}
	}
	return r
}

// distinct refuses a report in which a baseline cannot tell two findings from each other.
func distinct(s *report.Summary) error {
	seen := map[verdict.Key]bool{}
	for _, f := range s.Findings {
		key := verdict.KeyOf(&f, nil)
		if seen[key] {
			return fmt.Errorf("two findings of the report are %s of %q: %s", key.ID, key.Item, f.Message)
		}
		seen[key] = true
	}
	return nil
}

// Findings are the ids of the findings that veltx tells a user in that preview.
func Findings(version string, in conformance.Input) ([]string, error) {
	var ids []string
	add := func(list []report.Finding) {
		for _, f := range list {
			ids = append(ids, f.ID)
		}
	}
	summary, refusal, err := preview(version, in, report.SinkFunc(func(i *report.Item) error {
		add(i.Notices)
		add(i.Warnings)
		add(i.Errors)
		return nil
	}))
	if err != nil || refusal != nil {
		return nil, err
	}
	add(summary.Findings)
	return ids, nil
}

// preview previews the restore of an input, unless veltx refuses its options.
func preview(version string, in conformance.Input, sink report.Sink) (_ *report.Summary, refusal *conformance.Answer, err error) {
	o, err := previewOptions(version, in)
	if err != nil {
		return nil, refused(err), nil
	}
	folder, err := os.MkdirTemp("", "veltx-case-")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := writeBackupFolder(folder, in); err != nil {
		return nil, nil, err
	}
	src, err := tarball.Open(context.Background(), folder, tarball.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = src.Close() }()
	end, err := startPlugins(o, in.Plugins)
	if err != nil {
		return nil, nil, err
	}
	defer end()
	if err := o.Complete(src.Name()); err != nil {
		return nil, refused(err), nil
	}
	summary, err := restore.Preview(context.Background(), src, o, sink)
	if errors.Is(err, policies.ErrTwice) {
		return nil, refused(err), nil
	}
	if err == nil {
		err = distinct(summary)
	}
	return summary, nil, err
}

func refused(err error) *conformance.Answer {
	return &conformance.Answer{Outcome: conformance.Outcome{Validation: []string{err.Error()}}}
}

func previewOptions(version string, in conformance.Input) (*restore.Options, error) {
	profile, err := actions.ParseProfile(conformance.Release(version))
	if err != nil {
		return nil, err
	}
	var inputs config.Inputs
	for _, text := range append([][]byte{in.Restore}, in.Target...) {
		if err := inputs.Read("input", bytes.NewReader(text)); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"default", "kube-system", "kube-public", "kube-node-lease", "velero"} {
		inputs.Objects = append(inputs.Objects, namespaceUnlessGiven(inputs.Objects, name)...)
	}
	if in.Modifiers != nil {
		if err := inputs.Read("modifiers", bytes.NewReader(in.Modifiers)); err != nil {
			return nil, err
		}
	}
	served, err := servedGroups(in)
	if err != nil {
		return nil, err
	}
	o := &restore.Options{
		Profile: profile, Restore: inputs.Restore, Actions: builtin.Restore(profile), Features: in.Features,
		Target: append(inputs.Objects, served), ExactTarget: true, Controllers: in.Controllers, Secrets: true,
	}
	if !profile.Does(actions.RunsResourceModifiers) {
		return o, nil
	}
	if profile.Does(actions.FiltersRestoresByPolicy) {
		if o.Policies, err = config.Policies(inputs.Restore, "velero", inputs.Objects); err != nil {
			return nil, err
		}
	}
	o.Modifiers, err = config.Modifiers(inputs.Restore, "velero", inputs.Objects)
	return o, err
}

// servedGroups is what the oracle's API server answers to discovery: the groups and versions of the target.
func servedGroups(in conformance.Input) (*object.Value, error) {
	server, err := judge.NewCluster(in, "velero/velero:v1.18.2")
	if err != nil {
		return nil, err
	}
	defer server.Close()
	client := http.Client{Transport: server.Client("veltx")}
	answer, err := client.Get("http://target/apis")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	return object.Parse(text)
}

func namespaceUnlessGiven(given []*object.Value, name string) []*object.Value {
	for _, g := range given {
		if g.ObjectKind() == "Namespace" && g.Name() == name {
			return nil
		}
	}
	return []*object.Value{object.MustParse(fmt.Sprintf(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":%q}}`, name))}
}

// writeBackupFolder lays the input out as a backup's folder in the object store.
func writeBackupFolder(folder string, in conformance.Input) error {
	var backup struct{ Metadata struct{ Name string } }
	if err := json.Unmarshal(in.Backup, &backup); err != nil {
		return fmt.Errorf("the Backup: %w", err)
	}
	name := backup.Metadata.Name
	files := map[string][]byte{"velero-backup.json": in.Backup, name + ".tar.gz": in.Tarball}
	for suffix, list := range map[string][]byte{
		"-podvolumebackups.json.gz": in.PodVolumeBackups, "-volumesnapshots.json.gz": in.VolumeSnapshots,
		"-volumeinfo.json.gz": in.VolumeInfo, "-csi-volumesnapshots.json.gz": in.CSIVolumeSnapshots,
	} {
		if list == nil {
			continue
		}
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		_, err := zip.Write(list)
		if err := errors.Join(err, zip.Close()); err != nil {
			return err
		}
		files[name+suffix] = packed.Bytes()
	}
	for file, data := range files {
		if err := os.WriteFile(filepath.Join(folder, file), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// answers turns the lines of a preview into requests.
type answers struct{ conformance.Answer }

// Item implements report.Sink.
func (a *answers) Item(i *report.Item) error {
	r := conformance.Request{Resource: cmp.Or(i.SentAs, i.Resource), Version: i.Version, Namespace: i.Namespace, Name: i.Name}
	status := "skipped"
	switch i.Outcome {
	case report.Create:
		status = "created"
		r.Verb, r.Object = "create", bytes.Clone(i.Object)
		a.Requests = append(a.Requests, r)
		if i.Status != nil {
			return a.updateStatus(r, i.Status)
		}
	case report.Update, report.Exists:
		if i.Patch == nil {
			break
		}
		status = "updated" // of a patch that a real API server refuses, too: the judge's takes it
		r.Verb, r.Patch = "patch", bytes.Clone(i.Patch)
		a.Requests = append(a.Requests, r)
	case report.Fail:
		status = "failed"
	}
	if a.Outcome.Items == nil {
		a.Outcome.Items = map[string]string{}
	}
	a.Outcome.Items[i.Resource+" "+i.Namespace+"/"+i.OriginalName] = status
	return nil
}

// keepMessage puts a text where Velero's results have such a line.
func keepMessage(result *conformance.Result, place, message string) {
	namespace, isNamespace := strings.CutPrefix(place, "namespaces/")
	switch {
	case place == "velero":
		result.Velero = append(result.Velero, message)
	case !isNamespace:
		result.Cluster = append(result.Cluster, message)
	case result.Namespaces == nil:
		result.Namespaces = map[string][]string{namespace: {message}}
	default:
		result.Namespaces[namespace] = append(result.Namespaces[namespace], message)
	}
}

func (a *answers) updateStatus(r conformance.Request, status json.RawMessage) error {
	body, err := object.Parse(bytes.Clone(r.Object))
	if err != nil {
		return err
	}
	value, err := object.Parse(bytes.Clone(status))
	if err != nil {
		return err
	}
	body.Set("status", value)
	r.Verb, r.Object = "updateStatus", body.JSON()
	a.Requests = append(a.Requests, r)
	return nil
}
