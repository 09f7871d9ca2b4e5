package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// CompareBackup tells where the answer to a case of a backup differs from that of the real Velero: in the files, their
// order and what is in them, and in what each action answers. It forgives an empty value that only Velero's object has,
// and the words of errors.
func CompareBackup(in BackupInput, want, got *BackupAnswer) ([]Difference, error) {
	items := map[string]json.RawMessage{}
	for _, it := range in.Plain() {
		items[it.Address()] = it.Data
	}
	w, err := want.requests(items)
	if err != nil {
		return nil, err
	}
	g, err := got.requests(items)
	if err != nil {
		return nil, err
	}
	diffs := compareParts(w, g)
	for name, differ := range map[string]bool{
		"refused": want.Refused() != got.Refused(),
		"errors":  want.Outcome.Errors.any() != got.Outcome.Errors.any(),
	} {
		if differ {
			diffs = append(diffs, Difference{Request: "outcome", Path: "/" + name, Want: text(want.Outcome), Got: text(got.Outcome)})
		}
	}
	return diffs, nil
}

// CompareBackupStrict tells where two answers of the real Velero differ, words and empty values included.
func CompareBackupStrict(in BackupInput, want, got *BackupAnswer) ([]Difference, error) {
	diffs, err := CompareBackup(in, want, got)
	if err != nil || len(diffs) > 0 {
		return diffs, err
	}
	if diffs, err = CompareBackup(in, got, want); err != nil || len(diffs) > 0 {
		return diffs, err
	}
	w, g := want.Outcome, got.Outcome
	w.Errors, g.Errors = w.Errors.sorted(), g.Errors.sorted()
	if text(w) != text(g) {
		diffs = append(diffs, Difference{Request: "outcome", Want: text(w), Got: text(g)})
	}
	for i, x := range want.Executions {
		if g := got.Executions[i].Error; g != x.Error {
			diffs = append(diffs, Difference{Request: x.Action + " over " + x.Item, Path: "/error", Want: x.Error, Got: g})
		}
	}
	return diffs, nil
}

func (r Result) any() bool { return len(r.Velero)+len(r.Cluster)+len(r.Namespaces) > 0 }

func compareParts(want, got []Request) []Difference {
	diffs := comparePresent(index(want), index(got))
	if len(diffs) > 0 {
		return diffs
	}
	for _, part := range partsOf(want) {
		in := func(r Request) bool { return partOf(r) == part }
		diffs = append(diffs, orderOf("order of "+part, keep(want, in), keep(got, in))...)
	}
	return diffs
}

func partsOf(list []Request) []string {
	var parts []string
	for _, r := range list {
		if part := partOf(r); part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// partOf names what a request is in order with, "" for no order at all. Velero backs up pods, claims and volumes first,
// with what pods bring in; it takes the other resources of a group in any order, as it does the definitions that it adds
// at the end, and the bindings and roles that a ServiceAccount brings in. Of the copies of an item the first one counts.
func partOf(r Request) string {
	if r.Verb != "entry" {
		return "actions"
	}
	parts := strings.Split(r.Resource, "/")
	if versionFolder.MatchString(parts[2]) {
		return ""
	}
	switch resource, _, _ := strings.Cut(parts[1], "."); resource {
	case "pods", "persistentvolumeclaims", "persistentvolumes", "priorityclasses":
		return "pods and volumes"
	case "customresourcedefinitions", "clusterroles", "clusterrolebindings":
		return ""
	}
	return parts[1]
}

// Same tells whether two objects are the same but for empty values that only the first has.
func Same(first, second []byte) bool {
	return len(compareRequest("", Request{Object: first}, Request{Object: second})) == 0
}

// requests writes the parts of an answer as requests, which Compare's machinery compares.
func (a *BackupAnswer) requests(items map[string]json.RawMessage) ([]Request, error) {
	var out []Request
	var last json.RawMessage
	for _, e := range a.Entries {
		if e.Object != nil {
			last = e.Object
		}
		out = append(out, Request{Verb: "entry", Resource: e.Path, Object: last})
	}
	for _, x := range a.Executions {
		if x.Object == nil {
			x.Object = items[x.Item]
		}
		r, err := x.request()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (x Execution) request() (Request, error) {
	r := Request{Verb: x.Kind, Resource: x.Action, Name: x.Item}
	body := map[string]any{"failed": x.Error != ""}
	if x.Error == "" {
		body["additional"], body["mustInclude"], body["requests"], body["object"] = x.Additional, x.MustInclude, x.Requests, x.Object
	}
	var err error
	if r.Object, err = json.Marshal(body); err != nil {
		return r, fmt.Errorf("%s over %s: %w", x.Action, x.Item, err)
	}
	return r, nil
}
