package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
)

// Restorer is the name of the client that a restorer writes with; what other
// clients write is Velero's own business.
const Restorer = "restorer"

// Requests returns the restorer's writes, without the patches that only send
// managedFields again.
func Requests(calls []apiserver.Call) []conformance.Request {
	var out []conformance.Request
	for _, c := range calls {
		if c.Client != Restorer || c.Verb == "patch" && onlyManagedFields(c.Body) {
			continue
		}
		r := conformance.Request{Verb: c.Verb, Resource: c.Resource, Version: c.Version, Namespace: c.Namespace, Name: c.Name}
		if c.Group != "" {
			r.Resource += "." + c.Group
		}
		if c.Verb == "patch" {
			r.Patch = bytes.TrimSpace(c.Body)
		} else {
			r.Object = bytes.TrimSpace(c.Body)
		}
		if c.Verb == "updateStatus" {
			r.Object = withoutVersion(r.Object)
		}
		out = append(out, r)
	}
	return out
}

// withoutVersion takes out the resource version, which Velero copies from what
// the server answered to the create.
func withoutVersion(object json.RawMessage) json.RawMessage {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	var obj map[string]any
	if err := d.Decode(&obj); err != nil {
		return object
	}
	delete(child(obj, "metadata"), "resourceVersion")
	data, err := json.Marshal(obj)
	if err != nil {
		return object
	}
	return data
}

func onlyManagedFields(patch []byte) bool {
	var p map[string]map[string]json.RawMessage
	if err := json.Unmarshal(patch, &p); err != nil || len(p) != 1 {
		return false
	}
	meta := p["metadata"]
	delete(meta, "resourceVersion")
	_, has := meta["managedFields"]
	return has && len(meta) == 1
}

// Items reads Velero's list of restored resources, {"v1/Pod": ["shop/web(created)"]}.
func Items(list map[string][]string) map[string]string {
	out := map[string]string{}
	for kind, entries := range list {
		for _, e := range entries {
			name, outcome, ok := strings.Cut(strings.TrimSuffix(e, ")"), "(")
			if !ok {
				outcome = ""
			}
			out[kind+" "+name] = outcome
		}
	}
	return out
}

// normaliser takes out of an answer what differs from one run to the next.
type normaliser struct {
	tempDir  *regexp.Regexp
	names    map[string]string
	counters map[string]int
}

var (
	stackTrace = regexp.MustCompile(`(?s), stack trace: .*`)
	made       = regexp.MustCompile(`(velero-restore-init-|velero-clone-)([0-9a-f]{8}(?:-[0-9a-f-]{27})?)`)
	randomEnd  = regexp.MustCompile(`("velero.io/dynamic-pv-restore":"(?:[^"]{57}[0-9a-f]|[^"]*\.))[0-9a-z]{5}"`)
)

func newNormaliser() *normaliser {
	return &normaliser{
		tempDir:  regexp.MustCompile(regexp.QuoteMeta(strings.TrimSuffix(os.TempDir(), "/")) + `/[^/\s"]+/`),
		names:    map[string]string{},
		counters: map[string]int{},
	}
}

// Normalise numbers generated names in the order in which they occur, cuts
// off stack traces, and makes paths in the temporary folder relative to the
// backup.
func Normalise(a *conformance.Answer) error {
	n := newNormaliser()
	for i := range a.Requests {
		r := &a.Requests[i]
		r.Name = n.name(r.Name)
		if r.Object != nil {
			r.Object = json.RawMessage(n.name(string(r.Object)))
		}
		if r.Patch != nil {
			r.Patch = json.RawMessage(n.name(string(r.Patch)))
		}
	}
	o := &a.Outcome
	o.Failure = n.message(o.Failure)
	n.messages(o.Validation)
	for _, r := range []conformance.Result{o.Errors, o.Warnings} {
		n.messages(r.Velero)
		n.messages(r.Cluster)
		for _, list := range r.Namespaces {
			n.messages(list)
		}
	}
	items := map[string]string{}
	for k, v := range o.Items {
		items[n.name(k)] = v
	}
	o.Items = items
	if _, err := a.Format(); err != nil {
		return fmt.Errorf("tidying the answer: %w", err)
	}
	return nil
}

func (n *normaliser) messages(list []string) {
	for i := range list {
		list[i] = n.message(list[i])
	}
}

func (n *normaliser) message(s string) string {
	s = stackTrace.ReplaceAllString(s, "")
	s = strings.ReplaceAll(s, "error reading from server: connection reset by peer", "error reading from server: EOF") // how a plugin's end shows is a matter of luck
	return n.name(n.tempDir.ReplaceAllString(s, ""))
}

func (n *normaliser) name(s string) string {
	s = randomEnd.ReplaceAllString(s, `${1}00000"`)
	return made.ReplaceAllStringFunc(s, func(m string) string {
		if known, ok := n.names[m]; ok {
			return known
		}
		prefix := made.FindStringSubmatch(m)[1]
		n.counters[prefix]++
		n.names[m] = fmt.Sprintf("%s%08d", prefix, n.counters[prefix])
		return n.names[m]
	})
}
