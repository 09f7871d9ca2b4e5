package main

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// compareSquare asks Velero what it does with the rewritten backup and no options. Cases in which an item fails are
// passed over: the rewriting leaves such an item out, and with it the namespace that would have been made for it.
func (d *driver) compareSquare(want *conformance.Answer, in conformance.Input) ([]conformance.Difference, int, error) {
	rewritten, err := candidate.Rewrite(d.version, in)
	if err != nil {
		return nil, 0, err
	}
	if want.Refused() || hasErrors(want) {
		d.unsquare++
		return nil, 0, nil
	}
	got, err := d.ask(judge.Question{Input: &rewritten})
	if err != nil {
		return nil, 0, err
	}
	diffs := conformance.Unmeant("", d.version, conformance.Compare(want.Requests, got.Requests))
	return slices.DeleteFunc(diffs, accepted), len(want.Requests), nil
}

func hasErrors(a *conformance.Answer) bool {
	e := a.Outcome.Errors
	return len(e.Velero)+len(e.Cluster)+len(e.Namespaces) > 0
}

// accepted are the places where the square cannot hold; docs/PARITY.md has them. What an item brings in comes before
// it, and is found earlier where filters no longer hide it, so that the order differs; and a claim that names the
// volume of another one is freed of it, since the decision on the volume falls before and not after it.
func accepted(d conformance.Difference) bool {
	return strings.HasPrefix(d.Request, "order") ||
		strings.HasPrefix(d.Request, "create persistentvolumeclaims/") && d.Path == "/spec/volumeName" && d.Got == "" ||
		strings.Contains(d.Path, "/metadata/annotations") && strings.Contains(d.Path+d.Want, "init.hook.restore.velero.io") && !strings.Contains(d.Got, "init.hook") ||
		isGeneratedToken(d.Request) && d.Path == "" && (d.Got == "" || d.Want == "")
}

// isGeneratedToken says that a request creates the secret of a token that Kubernetes generated. Whether Velero restores it depends
// on the ServiceAccount that is in the namespace then, which is another one after a rewriting (docs/PARITY.md, The square).
func isGeneratedToken(request string) bool {
	return strings.HasPrefix(request, "create secrets/") && strings.Contains(request, "-token-")
}
