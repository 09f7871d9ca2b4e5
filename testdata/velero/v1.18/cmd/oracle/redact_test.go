package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/transform/look/redact"
)

// TestVeleroRestoresARedactedBackupAsTheOriginal lets the real Velero restore a backup, and what veltx redact makes of it:
// the same objects are made, and nothing fails that did not.
func TestVeleroRestoresARedactedBackupAsTheOriginal(t *testing.T) {
	t.Run("a small backup", func(t *testing.T) {
		b := backuptest.New("small")
		b.Add("secrets", "v1", "shop", "login", `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"login","namespace":"shop"},"type":"Opaque","data":{"password":"aHVudGVyMg=="}}`)
		b.Add("secrets", "v1", "shop", "pull", `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"pull","namespace":"shop"},"type":"kubernetes.io/dockerconfigjson",`+
			`"data":{".dockerconfigjson":"eyJhdXRocyI6eyJyIjp7ImF1dGgiOiJodW50ZXIyIn19fQ=="}}`)
		b.Add("deployments.apps", "v1", "other", "api", `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api","namespace":"other"},`+
			`"spec":{"template":{"spec":{"containers":[{"name":"c","image":"api","env":[{"name":"DB_PASSWORD","value":"hunter2"}]}]}}}}`)
		redactedRestoresAlike(t, b.Write(t, t.TempDir()), 10, 3)
	})
	t.Run("a real cluster", func(t *testing.T) {
		backup := filepath.Join(recordings, "backups", "all")
		if _, err := os.Stat(backup); err != nil {
			t.Skip("no recordings of real backups here")
		}
		redactedRestoresAlike(t, backup, 100, 5)
	})
}

// redactedRestoresAlike restores both, which must lead to so many requests at least, and so many of them must differ.
func redactedRestoresAlike(t *testing.T, backup string, least, changed int) {
	t.Helper()
	original, err := os.ReadFile(filepath.Join(backup, filepath.Base(backup)+".tar.gz"))
	check(t, "read", err)
	src, err := tarball.Open(t.Context(), backup, tarball.Options{})
	check(t, "open", err)
	defer src.Close()
	var redacted bytes.Buffer
	_, err = redact.Archive(context.Background(), src, &redacted, redact.Options{})
	check(t, "redact", err)

	want, got := answerTo(t, original), answerTo(t, redacted.Bytes())
	before, after := sent(want), sent(got)
	for request := range before {
		if _, ok := after[request]; !ok {
			t.Errorf("only the original leads to: %s", request)
		}
	}
	others := 0
	for request, object := range after {
		was, ok := before[request]
		if !ok {
			t.Errorf("only the redacted backup leads to: %s", request)
		}
		if was != object {
			others++
		}
	}
	if len(want.Requests) != len(got.Requests) {
		t.Errorf("got %d requests, want %d", len(got.Requests), len(want.Requests))
	}
	known := messages(want.Outcome.Errors)
	for _, m := range messages(got.Outcome.Errors) {
		if !slices.Contains(known, m) {
			t.Errorf("only the redacted backup fails with: %s", m)
		}
	}
	if got.Outcome.Failure != "" || len(got.Outcome.Validation) > 0 {
		t.Errorf("the restore did not run: %+v", got.Outcome)
	}
	if len(got.Requests) < least || others < changed {
		t.Errorf("%d requests, %d of them redacted, want at least %d and %d", len(got.Requests), others, least, changed)
	}
	t.Logf("%d requests, %d of them redacted, %d errors", len(got.Requests), others, len(known))
}

// answerTo is what Velero does with an archive.
func answerTo(t *testing.T, archive []byte) *conformance.Answer {
	t.Helper()
	answer, err := release.Run(restoreOf(archive))
	check(t, "restore", err)
	return answer
}

// sent are the requests, and what they send. Velero has no order within a resource.
func sent(a *conformance.Answer) map[string]string {
	list := map[string]string{}
	for _, r := range a.Requests {
		list[fmt.Sprintf("%s %s/%s %s/%s", r.Verb, r.Resource, r.Version, r.Namespace, r.Name)] = string(r.Object) + string(r.Patch)
	}
	return list
}

// messages are those of a result with the namespace that they are of.
func messages(r conformance.Result) []string {
	list := slices.Concat(r.Velero, r.Cluster)
	for namespace, of := range r.Namespaces {
		for _, m := range of {
			list = append(list, namespace+": "+m)
		}
	}
	return list
}
