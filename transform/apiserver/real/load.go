package real

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/veltx/veltx/tarball/object"
)

// loaders is how many objects of the target are loaded at once.
const loaders = 8

// refusedObject is an object of the target that the server does not take.
type refusedObject struct {
	address string
	code    int
	message string
}

// kind is what is served of a kind in one version.
type kind struct {
	resource   string // without its group
	namespaced bool
}

// slow are the kinds that the server goes by only once it has heard of them.
var slow = []string{
	"CustomResourceDefinition", "LimitRange", "MutatingWebhookConfiguration", "PriorityClass", "ResourceQuota", "RuntimeClass", "StorageClass", "IngressClass",
	"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttributesClass",
}

// turns are the kinds of a target in the order in which they are loaded; "" stands for all others. What others need comes first, and what
// could refuse others last.
var turns = [][]string{
	{"CustomResourceDefinition"},
	{"Namespace"},
	{"ServiceAccount", "PriorityClass", "RuntimeClass", "StorageClass", "IngressClass", "ServiceCIDR"},
	{""},
	{"LimitRange", "ResourceQuota"},
	{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"},
}

// leftOut are the kinds of a target that are not loaded: what describes APIs, what the server makes itself of other objects, what has
// happened.
var leftOut = []string{"APIResourceList", "APIGroup", "APIGroupList", "APIService", "IPAddress", "Event", "ComponentStatus", "CertificateSigningRequest"}

// turnOf is the turn in which an object is loaded, -1 for none.
func turnOf(o *object.Value) int {
	if slices.Contains(leftOut, o.ObjectKind()) || o.Name() == "" {
		return -1
	}
	others := 0
	for n, kinds := range turns {
		if slices.Contains(kinds, o.ObjectKind()) {
			return n
		}
		if kinds[0] == "" {
			others = n
		}
	}
	return others
}

// load puts the target's objects into the server, and does what controllers do about them.
func (s *Server) load(target []*object.Value, veleroNamespace string) error {
	byTurn := make([][]*object.Value, len(turns))
	for _, o := range target {
		if o.ObjectKind() == "APIService" && o.Get("spec", "service").Kind() == object.Object {
			s.remote[o.Get("spec", "group").Str()] = true
		}
		if n := turnOf(o); n >= 0 {
			byTurn[n] = append(byTurn[n], o)
		}
	}
	for _, name := range []string{"default", "kube-system", "kube-public", "kube-node-lease", veleroNamespace} {
		if err := s.have(name); err != nil {
			return err
		}
	}
	describes := slices.ContainsFunc(target, func(o *object.Value) bool { return o.ObjectKind() == "ServiceAccount" })
	for n, objects := range byTurn {
		if err := s.loadAll(objects); err != nil {
			return err
		}
		if err := s.afterTurn(turns[n][0], objects, !describes); err != nil {
			return err
		}
		if turns[n][0] == "LimitRange" {
			if err := s.secure(byTurn[1]); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(s.missing, func(a, b refusedObject) int { return strings.Compare(a.address, b.address) })
	if slices.ContainsFunc(target, func(o *object.Value) bool { return slices.Contains(slow, o.ObjectKind()) }) {
		return s.wait(3 * settling) // policies are compiled, and webhooks gathered, one after the other
	}
	return nil
}

// have makes a namespace that every cluster with Velero has.
func (s *Server) have(name string) error {
	_, _, err := s.ask(s.ctx, http.MethodPost, "/api/v1/namespaces", []byte(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"`+name+`"}}`))
	if err != nil {
		return err
	}
	return s.fill(name)
}

// fill makes what controllers put into each namespace, if the server lets them.
func (s *Server) fill(namespace string) error {
	for _, o := range [][2]string{{"serviceaccounts", `"ServiceAccount","metadata":{"name":"default"}`}, {"configmaps", `"ConfigMap","metadata":{"name":"kube-root-ca.crt"}`}} {
		if _, _, err := s.ask(s.ctx, http.MethodPost, pathOf(o[0], "v1", namespace), []byte(`{"apiVersion":"v1","kind":`+o[1]+`}`)); err != nil {
			return err
		}
	}
	return nil
}

// afterTurn does what controllers do about objects. Namespaces are filled where the target does not say what is in them.
func (s *Server) afterTurn(first string, objects []*object.Value, fills bool) error {
	for _, o := range objects {
		var err error
		switch {
		case first == "CustomResourceDefinition":
			err = s.establish(o.Name())
		case first == "Namespace" && fills:
			err = s.fill(o.Name())
		}
		if err != nil {
			return err
		}
	}
	if first == "CustomResourceDefinition" && len(objects) > 0 {
		return s.wait(settling)
	}
	return nil
}

// secure gives namespaces their Pod Security levels, once the pods in them are there, and has those be deleted that are.
func (s *Server) secure(namespaces []*object.Value) error {
	for _, o := range namespaces {
		path := pathOf("namespaces", "v1", "") + "/" + url.PathEscape(o.Name())
		if labels := o.Get("metadata", "labels"); labels.Kind() == object.Object {
			if _, _, err := s.ask(s.ctx, http.MethodPatch, path, []byte(`{"metadata":{"labels":`+string(labels.JSON())+`}}`)); err != nil {
				return err
			}
		}
		if o.Get("metadata", "deletionTimestamp") == nil {
			continue
		}
		if _, _, err := s.ask(s.ctx, http.MethodDelete, path, nil); err != nil {
			return err
		}
	}
	return nil
}

// loadAll loads objects of one turn, some at once.
func (s *Server) loadAll(objects []*object.Value) error {
	var places []string
	var known []*object.Value
	for _, o := range objects {
		path, err := s.placeOf(o)
		if err != nil {
			return err
		}
		if path == "" {
			s.miss(o, http.StatusNotFound, "the server does not serve "+o.APIVersion()+" "+o.ObjectKind())
			continue
		}
		o.OpenAll() // workers only read it
		places, known = append(places, path), append(known, o)
	}
	var mutex sync.Mutex
	var firstErr error
	var workers sync.WaitGroup
	next := make(chan int)
	for range loaders {
		workers.Go(func() {
			for n := range next {
				code, message, err := s.put(places[n], known[n])
				mutex.Lock()
				if firstErr == nil {
					firstErr = err
				}
				if err == nil && code >= 300 {
					s.miss(known[n], code, message)
				}
				mutex.Unlock()
			}
		})
	}
	for n := range known {
		next <- n
	}
	close(next)
	workers.Wait()
	return firstErr
}

// miss notes an object that is not loaded. Those of Velero are not asked of this server.
func (s *Server) miss(o *object.Value, code int, message string) {
	if strings.HasPrefix(o.APIVersion(), velero+"/") {
		return
	}
	name := o.Name()
	if o.Namespace() != "" {
		name = o.Namespace() + "/" + name
	}
	s.missing = append(s.missing, refusedObject{address: o.ObjectKind() + " " + name, code: code, message: message})
}

// placeOf is the path of an object's resource, "" where the server does not serve it.
func (s *Server) placeOf(o *object.Value) (string, error) {
	name := o.APIVersion() + " " + o.ObjectKind()
	if _, known := s.kinds[name]; !known {
		if err := s.discover(o.APIVersion()); err != nil {
			return "", err
		}
	}
	k, served := s.kinds[name]
	if !served || k.namespaced != (o.Namespace() != "") {
		return "", nil
	}
	return pathOf(k.resource, o.APIVersion(), o.Namespace()), nil
}

// discover reads which resources the server serves in a version.
func (s *Server) discover(apiVersion string) error {
	code, text, err := s.ask(s.ctx, http.MethodGet, rootOf(apiVersion), nil)
	if err != nil || code != http.StatusOK {
		return err
	}
	var list struct {
		Resources []struct {
			Name, Kind string
			Namespaced bool
		}
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	for _, r := range list.Resources {
		if !strings.Contains(r.Name, "/") {
			s.kinds[apiVersion+" "+r.Kind] = kind{r.Name, r.Namespaced}
		}
	}
	return nil
}

// setByServer are the metadata that a server sets.
var setByServer = []string{"uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"}

// put creates an object; what the server has already, such as namespace default, is replaced. The code and the message are those of the
// answer.
func (s *Server) put(path string, given *object.Value) (int, string, error) {
	o := given.Clone()
	for _, name := range setByServer {
		o.Get("metadata").Remove(name)
	}
	switch given.ObjectKind() {
	case "Namespace": // of which the pods come first
		removeIf(o.Get("metadata", "labels"), func(name string) bool { return strings.HasPrefix(name, "pod-security.kubernetes.io/") })
	case "Job": // the server gives it a UID of its own
		if !o.Get("spec", "manualSelector").True() {
			o.Remove("spec", "selector")
			for _, labels := range []*object.Value{o.Get("metadata", "labels"), o.Get("spec", "template", "metadata", "labels")} {
				removeIf(labels, func(name string) bool { return strings.HasSuffix(name, "controller-uid") })
			}
		}
	}
	code, text, err := s.ask(s.ctx, http.MethodPost, path, o.JSON())
	if err == nil && code == http.StatusUnprocessableEntity && given.ObjectKind() == "Service" { // its address is out of the range that was taken for the target's
		o.Get("spec").Remove("clusterIP")
		o.Get("spec").Remove("clusterIPs")
		code, text, err = s.ask(s.ctx, http.MethodPost, path, o.JSON())
	}
	if err == nil && code == http.StatusConflict {
		code, text, err = s.replace(path+"/"+url.PathEscape(o.Name()), o)
	}
	if err != nil || code >= 300 {
		return code, refused(code, text, nil).Message, err
	}
	if given.ObjectKind() != "ResourceQuota" || given.Get("status") == nil {
		return code, "", nil
	}
	status := object.New()
	status.Set("status", given.Get("status"))
	code, text, err = s.ask(s.ctx, http.MethodPatch, path+"/"+url.PathEscape(o.Name())+"/status", status.JSON())
	return code, refused(code, text, nil).Message, err
}

// replace puts an object into the place of another one.
func (s *Server) replace(path string, o *object.Value) (int, []byte, error) {
	code, text, err := s.ask(s.ctx, http.MethodGet, path, nil)
	if err != nil || code >= 300 {
		return code, text, err
	}
	there, err := object.Parse(text)
	if err != nil {
		return 0, nil, err
	}
	for _, name := range []string{"resourceVersion", "uid"} {
		o.Get("metadata").Set(name, there.Get("metadata", name))
	}
	return s.ask(s.ctx, http.MethodPut, path, o.JSON())
}

// usualRange is the range of cluster IPs that kubeadm takes.
const usualRange = "10.96.0.0/12"

// ranges are the target's ranges of cluster IPs: those of its ServiceCIDR, else such that hold the address of Service kubernetes.
func ranges(target []*object.Value) []string {
	var around []string
	for _, o := range target {
		switch {
		case o.ObjectKind() == "ServiceCIDR" && o.Name() == "kubernetes":
			var list []string
			for _, cidr := range o.Get("spec", "cidrs").Elements() {
				list = append(list, cidr.Str())
			}
			return list
		case o.ObjectKind() == "Service" && o.Namespace() == "default" && o.Name() == "kubernetes":
			for _, ip := range o.Get("spec", "clusterIPs").Elements() {
				around = append(around, rangeAround(ip.Str())...)
			}
		}
	}
	if len(around) == 0 {
		return []string{usualRange}
	}
	return around
}

// rangeAround is the largest range that a kube-apiserver takes and that holds an address.
func rangeAround(ip string) []string {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return nil
	}
	bits := 12
	if address.Is6() {
		bits = 108
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return nil
	}
	return []string{prefix.String()}
}

func removeIf(labels *object.Value, gone func(string) bool) {
	if labels.Kind() == object.Object {
		labels.RemoveIf(gone)
	}
}
