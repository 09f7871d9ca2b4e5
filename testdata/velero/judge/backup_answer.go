package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
)

// AddTarball adds the files of the tarball that a backup wrote, but for those
// that NewBackupCluster's own objects got.
func AddTarball(a *conformance.BackupAnswer, in conformance.BackupInput, tarball []byte) error {
	var before []byte
	return eachFile(tarball, func(path string, data []byte) {
		if path == "metadata/version" || isOwn(in, path) {
			return
		}
		a.AddEntry(path, data, before)
		before = data
	})
}

// Told is what an action answers.
type Told struct {
	// Item is the item as the action leaves it, JSON; nil where it is not asked
	// to change anything.
	Item []byte
	// Additional are the items that it asks for, "<resource>/<namespace>/<name>".
	Additional []string
}

const (
	mustInclude    = "backup.velero.io/must-include-additional-items"
	serviceAccount = "velero.io/service-account"
)

// Execute runs one action over one item and writes down what it answers and
// what it sends to the cluster.
func Execute(s *apiserver.Server, kind, action string, item conformance.Item, run func() (Told, error)) (conformance.Execution, error) {
	x := conformance.Execution{Kind: kind, Action: action, Item: item.Address()}
	begin := len(s.Calls())
	told, err := run()
	x.Requests = requestsOf(s.Calls()[begin:])
	if err != nil {
		x.Error = newNormaliser().message(err.Error())
		return x, nil
	}
	x.Additional = told.Additional
	if action == serviceAccount { // which walks a Go map
		sort.Strings(x.Additional)
	}
	if told.Item == nil {
		return x, nil
	}
	return x, takeItem(&x, told.Item, item.Data)
}

// takeItem keeps a changed item, without the annotation that tells Velero
// something and is taken off at once.
func takeItem(x *conformance.Execution, after, before []byte) error {
	changed, err := readNumbers(after)
	if err != nil {
		return fmt.Errorf("%s over %s: %w", x.Action, x.Item, err)
	}
	if notes, ok := child(changed, "metadata")["annotations"].(map[string]any); ok {
		x.MustInclude = notes[mustInclude] == "true"
		delete(notes, mustInclude)
		if len(notes) == 0 {
			delete(child(changed, "metadata"), "annotations")
		}
	}
	is, err := json.Marshal(changed)
	if err == nil && !conformance.Same(is, before) {
		x.Object = is
	}
	return err
}

func readNumbers(data []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	obj := map[string]any{}
	return obj, d.Decode(&obj)
}

var madeSnapshot = regexp.MustCompile(`vsc-[0-9a-f]{8}-[0-9a-f-]{27}`)

// requestsOf are the writes that an action sent itself, with made up names
// made equal.
func requestsOf(calls []apiserver.Call) []conformance.Request {
	var own []apiserver.Call
	for _, c := range calls {
		if c.Client == Plugin {
			c.Client = Restorer
			own = append(own, c)
		}
	}
	requests := Requests(own)
	for i := range requests {
		r := &requests[i]
		r.Name = madeSnapshot.ReplaceAllString(r.Name, "vsc-*")
		r.Object = madeSnapshot.ReplaceAll(r.Object, []byte("vsc-*"))
		if r.Verb == "delete" {
			r.Object = nil
		}
		if len(r.Object) == 0 {
			r.Object = nil
		}
	}
	return requests
}

// TidyBackup takes out of an answer what differs from one run to the next.
func TidyBackup(a *conformance.BackupAnswer) {
	n := newNormaliser()
	a.Outcome.Failure = n.message(a.Outcome.Failure)
	n.messages(a.Outcome.Validation)
	n.messages(a.Outcome.Errors.Velero)
	n.messages(a.Outcome.Errors.Cluster)
	for _, list := range a.Outcome.Errors.Namespaces {
		n.messages(list)
	}
}
