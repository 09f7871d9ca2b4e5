package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

// Difference is one place where an answer is not what was wanted.
type Difference struct {
	// Request names the request, or is "order" or a part of the outcome.
	Request string
	// Path is the place inside the request's object, as /spec/replicas.
	Path string
	// Want and Got are the two values as JSON; "" where there is none.
	Want, Got string
}

// String is one readable line.
func (d Difference) String() string {
	shown := func(s string) string {
		if s == "" {
			return "(nothing)"
		}
		if len(s) > 300 {
			return s[:300] + "…"
		}
		return s
	}
	return fmt.Sprintf("%s %s: want %s, got %s", d.Request, d.Path, shown(d.Want), shown(d.Got))
}

// Compare tells where the requests of a restore differ from those of the real
// Velero. It forgives what Velero itself does not do twice alike (generated
// names, the order of namespaces within a resource, the order of the mounts of
// restore-wait) and an empty value that only Velero's object has.
func Compare(want, got []Request) []Difference {
	diffs := comparePresent(index(want), index(got))
	if len(diffs) > 0 {
		return diffs
	}
	return compareOrder(want, got)
}

// comparePresent compares the requests about the same things, in any order.
func comparePresent(w, g indexed) []Difference {
	var diffs []Difference
	for _, k := range w.keys {
		wanted, others := w.byKey[k], g.byKey[k]
		for i, r := range wanted {
			if i >= len(others) {
				diffs = append(diffs, Difference{Request: k, Want: string(r.body())})
				continue
			}
			diffs = append(diffs, compareRequest(k, r, others[i])...)
		}
	}
	for _, k := range g.keys {
		for i := len(w.byKey[k]); i < len(g.byKey[k]); i++ {
			diffs = append(diffs, Difference{Request: k, Got: string(g.byKey[k][i].body())})
		}
	}
	return diffs
}

// indexed is a list of requests by what they are about.
type indexed struct {
	keys  []string
	byKey map[string][]Request
}

func index(list []Request) indexed {
	x := indexed{byKey: map[string][]Request{}}
	for _, r := range list {
		k := r.key()
		if _, known := x.byKey[k]; !known {
			x.keys = append(x.keys, k)
		}
		x.byKey[k] = append(x.byKey[k], r)
	}
	return x
}

// key names a request, with generated names made equal.
func (r Request) key() string {
	place := r.Name
	if r.Namespace != "" {
		place = r.Namespace + "/" + r.Name
	}
	return generated.ReplaceAllString(fmt.Sprintf("%s %s/%s %s", r.Verb, r.Resource, r.Version, place), "$1$2*")
}

func (r Request) body() json.RawMessage {
	if r.Patch != nil {
		return r.Patch
	}
	return r.Object
}

func compareRequest(name string, want, got Request) []Difference {
	w, werr := readable(want.body())
	g, gerr := readable(got.body())
	if werr != nil || gerr != nil {
		if string(want.body()) == string(got.body()) {
			return nil
		}
		return []Difference{{Request: name, Want: string(want.body()), Got: string(got.body())}}
	}
	var diffs []Difference
	compareValues(w, g, "", func(path string, w, g any, hasW, hasG bool) {
		d := Difference{Request: name, Path: path}
		if hasW {
			d.Want = text(w)
		}
		if hasG {
			d.Got = text(g)
		}
		diffs = append(diffs, d)
	})
	return diffs
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// compareOrder compares the order of requests. Where only one namespace is
// written to, nothing is left to chance and the whole order counts; otherwise
// the order within each namespace does, and that of what is cluster-scoped and
// comes by itself.
func compareOrder(want, got []Request) []Difference {
	if len(namespacesOf(want)) <= 1 {
		return orderOf("order", want, got)
	}
	var diffs []Difference
	for _, ns := range namespacesOf(want) {
		in := func(r Request) bool { return r.Namespace == ns }
		diffs = append(diffs, orderOf("order in "+ns, keep(want, in), keep(got, in))...)
	}
	own := func(r Request) bool { return r.Namespace == "" && !broughtIn[r.Resource] }
	return append(diffs, orderOf("order at cluster scope", keep(want, own), keep(got, own))...)
}

// broughtIn are the cluster-scoped resources that items of a namespace bring
// in, so that their order depends on that of the namespaces.
var broughtIn = map[string]bool{
	"namespaces": true, "persistentvolumes": true, "priorityclasses.scheduling.k8s.io": true,
	"volumesnapshotcontents.snapshot.storage.k8s.io": true, "volumesnapshotclasses.snapshot.storage.k8s.io": true,
}

func orderOf(name string, want, got []Request) []Difference {
	for i := range want {
		if want[i].key() != got[i].key() {
			return []Difference{{Request: name, Path: fmt.Sprintf("/%d", i), Want: want[i].key(), Got: got[i].key()}}
		}
	}
	return nil
}

func keep(list []Request, in func(Request) bool) []Request {
	var out []Request
	for _, r := range list {
		if in(r) {
			out = append(out, r)
		}
	}
	return out
}

// namespacesOf are the namespaces that are made or written to: one may be made for items that then fail.
func namespacesOf(list []Request) []string {
	var out []string
	for _, r := range list {
		ns := r.Namespace
		if r.Resource == "namespaces" {
			ns = r.Name
		}
		if ns != "" && !slices.Contains(out, ns) {
			out = append(out, ns)
		}
	}
	sort.Strings(out)
	return out
}

// CompareAnswers tells where the answer of veltx differs from the real Velero's: in the requests, and in how many errors
// and warnings there are for the restore as a whole, for each namespace and for the cluster. What one says is each
// program's own, and so is how a restore is refused.
func CompareAnswers(want, got *Answer) []Difference {
	diffs := Compare(want.Requests, got.Requests)
	if want.Refused() && got.Refused() {
		return diffs
	}
	diffs = append(diffs, compareCounts("errors", want.Outcome.Errors, got.Outcome.Errors)...)
	return append(diffs, compareCounts("warnings", want.Outcome.Warnings, got.Outcome.Warnings)...)
}

// compareCounts compares how many messages there are at each place.
func compareCounts(what string, w, g Result) []Difference {
	var diffs []Difference
	add := func(name string, w, g []string) {
		if len(w) != len(g) {
			diffs = append(diffs, Difference{Request: what + " " + name, Want: text(w), Got: text(g)})
		}
	}
	add("of Velero", w.Velero, g.Velero)
	add("at cluster scope", w.Cluster, g.Cluster)
	for _, ns := range slices.Sorted(maps.Keys(w.Namespaces)) {
		add("in "+ns, w.Namespaces[ns], g.Namespaces[ns])
	}
	for _, ns := range slices.Sorted(maps.Keys(g.Namespaces)) {
		if _, both := w.Namespaces[ns]; !both {
			add("in "+ns, nil, g.Namespaces[ns])
		}
	}
	return diffs
}

// CompareOutcome tells where two outcomes differ; messages in any order.
func CompareOutcome(want, got Outcome) []Difference {
	var diffs []Difference
	add := func(name string, w, g any) {
		if ws, gs := text(w), text(g); ws != gs {
			diffs = append(diffs, Difference{Request: "outcome", Path: "/" + name, Want: ws, Got: gs})
		}
	}
	add("validation", sorted(want.Validation), sorted(got.Validation))
	add("failure", want.Failure, got.Failure)
	add("errors", want.Errors.sorted(), got.Errors.sorted())
	add("warnings", want.Warnings.sorted(), got.Warnings.sorted())
	if len(want.Items) > 0 { // Velero 1.6 keeps no list.
		add("items", want.Items, got.Items)
	}
	return diffs
}

func (r Result) sorted() Result {
	out := Result{Velero: sorted(r.Velero), Cluster: sorted(r.Cluster), Namespaces: map[string][]string{}}
	for ns, list := range r.Namespaces {
		out.Namespaces[ns] = sorted(list)
	}
	return out
}

func sorted(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, generated.ReplaceAllString(strings.TrimSpace(s), "$1$2*"))
	}
	sort.Strings(out)
	return out
}

// CompareStrict tells where two answers of the real Velero differ: both ways,
// so that not even an empty value is forgiven, and with the outcome.
func CompareStrict(want, got *Answer) []Difference {
	diffs := Compare(want.Requests, got.Requests)
	if len(diffs) == 0 {
		diffs = Compare(got.Requests, want.Requests)
	}
	return append(diffs, CompareOutcome(want.Outcome, got.Outcome)...)
}
