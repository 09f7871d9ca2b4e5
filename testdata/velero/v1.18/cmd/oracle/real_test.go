package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// recordings are restores that an unmodified Velero v1.18.2 server did with a
// real API server; they are not part of the repository.
const recordings = "../../../../../../shared/real"

// TestRealRestores shows that the judge sends what the real server sent.
func TestRealRestores(t *testing.T) {
	if _, err := os.Stat(recordings); err != nil {
		t.Skip("no recordings of real restores here")
	}
	all, err := judge.ReadReal(recordings)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		t.Run(r.Name, func(t *testing.T) { compareReal(t, r) })
	}
}

func compareReal(t *testing.T, r judge.Real) {
	answer, err := release.Run(r.Input)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Outcome.Failure != "" || len(answer.Outcome.Validation) > 0 {
		t.Fatalf("the restore did not run: %+v", answer.Outcome)
	}
	var sent, got []conformance.Request
	wanted := map[string]bool{}
	for _, q := range r.Sent {
		wanted[q.Resource+" "+q.Namespace+" "+q.Name] = true
		sent = append(sent, plain(q))
	}
	for _, q := range answer.Requests {
		if !wanted[q.Resource+" "+q.Namespace+" "+q.Name] && r.InPlace(q) {
			continue
		}
		if q.Verb == "create" {
			got = append(got, plain(q))
		}
	}
	for _, d := range conformance.Compare(sent, got) {
		t.Error(d)
	}
	t.Logf("%d objects", len(sent))
}

// plain takes out what the API server, and not Velero, wrote into the
// recording of a namespace, and the id of a volume that a snapshotter made.
func plain(q conformance.Request) conformance.Request {
	if q.Resource != "namespaces" && q.Resource != "persistentvolumes" {
		return q
	}
	var obj map[string]any
	d := json.NewDecoder(strings.NewReader(string(q.Object)))
	d.UseNumber()
	if err := d.Decode(&obj); err != nil {
		return q
	}
	spec, _ := obj["spec"].(map[string]any)
	if q.Resource == "namespaces" {
		delete(obj, "status")
		delete(spec, "finalizers")
		if meta, ok := obj["metadata"].(map[string]any); ok {
			if labels, ok := meta["labels"].(map[string]any); ok {
				delete(labels, "kubernetes.io/metadata.name")
			}
		}
	}
	for _, source := range []string{"awsElasticBlockStore", "csi"} {
		if m, ok := spec[source].(map[string]any); ok {
			delete(m, "volumeID")
			delete(m, "volumeHandle")
		}
	}
	data, err := json.Marshal(obj)
	if err != nil {
		return q
	}
	q.Object = data
	return q
}
