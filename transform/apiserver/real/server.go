package real

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/apiserver/refusal"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// Server implements pipeline.APIServer. It is for one goroutine.
type Server struct {
	*cluster
	ctx     context.Context //nolint:containedctx // of the restore, which has the server for itself
	release string          // of Kubernetes, "v1.33.13"
	own     map[layout.Address]bool
	kinds   map[string]kind // by apiVersion and kind
	remote  map[string]bool // API groups that another server serves
	late    string          // a resource of objects that the server has taken, and does not go by yet
	pending []string        // CustomResourceDefinitions that are not established yet
	missing []refusedObject // of the target
}

var _ pipeline.APIServer = (*Server)(nil)

// New starts a server and loads the target into it; without an error the caller closes it.
func New(ctx context.Context, o Options, target []*object.Value) (*Server, error) {
	o.Ranges = ranges(target)
	c, err := start(ctx, o)
	if err != nil {
		return nil, err
	}
	s := &Server{cluster: c, ctx: ctx, own: map[layout.Address]bool{}, kinds: map[string]kind{}, remote: map[string]bool{velero: true}}
	if err := s.begin(target, o.VeleroNamespace); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// velero is the API group of Velero's own objects: their definitions are where it runs.
const velero = "velero.io"

func (s *Server) begin(target []*object.Value, veleroNamespace string) error {
	_, text, err := s.ask(s.ctx, http.MethodGet, "/version", nil)
	if err != nil {
		return err
	}
	var version struct{ GitVersion string }
	if err := json.Unmarshal(text, &version); err != nil {
		return fmt.Errorf("the API server does not tell its version: %w", err)
	}
	s.release = version.GitVersion
	if err := s.learnOwn(); err != nil {
		return err
	}
	return s.load(target, veleroNamespace)
}

// Release is the server's release of Kubernetes, "v1.33.13".
func (s *Server) Release() string { return s.release }

// makesItself are the resources of which a kube-apiserver makes objects when it starts.
var makesItself = []struct{ resource, apiVersion string }{
	{"namespaces", "v1"}, {"services", "v1"}, {"configmaps", "v1"}, {"apiservices.apiregistration.k8s.io", "apiregistration.k8s.io/v1"},
	{"clusterroles.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1"}, {"clusterrolebindings.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1"},
	{"roles.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1"}, {"rolebindings.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1"},
	{"priorityclasses.scheduling.k8s.io", "scheduling.k8s.io/v1"}, {"flowschemas.flowcontrol.apiserver.k8s.io", "flowcontrol.apiserver.k8s.io/v1"},
	{"prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", "flowcontrol.apiserver.k8s.io/v1"},
	{"servicecidrs.networking.k8s.io", "networking.k8s.io/v1"}, {"ipaddresses.networking.k8s.io", "networking.k8s.io/v1"},
}

// learnOwn notes what the server has made itself.
func (s *Server) learnOwn() error {
	for _, of := range makesItself {
		code, text, err := s.ask(s.ctx, http.MethodGet, pathOf(of.resource, of.apiVersion, ""), nil)
		if err != nil {
			return err
		}
		if code != http.StatusOK {
			continue // this release does not serve it
		}
		list, err := object.Parse(text)
		if err != nil {
			return err
		}
		for _, item := range list.Get("items").Elements() {
			s.own[layout.Address{Resource: of.resource, Namespace: item.Namespace(), Name: item.Name()}] = true
		}
	}
	return nil
}

// pathOf is where objects of a resource are posted, "deployments.apps" in a version and a namespace.
func pathOf(resource, apiVersion, namespace string) string {
	plural, _, _ := strings.Cut(resource, ".")
	root := rootOf(apiVersion)
	if namespace != "" {
		root += "/namespaces/" + url.PathEscape(namespace)
	}
	return root + "/" + url.PathEscape(plural)
}

// rootOf is the path below which a version is served.
func rootOf(apiVersion string) string {
	group, version, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		return "/api/" + url.PathEscape(group)
	}
	return "/apis/" + url.PathEscape(group) + "/" + url.PathEscape(version)
}

// Has implements pipeline.APIServer.
func (s *Server) Has(address layout.Address) bool { return s.own[address] }

// Knows implements pipeline.APIServer: the target is what was loaded, and nothing else.
func (s *Server) Knows(string) bool { return true }

// Told implements pipeline.APIServer.
func (s *Server) Told() []report.Finding {
	if len(s.missing) == 0 {
		return nil
	}
	f := report.Finding{ID: "target-not-loaded", Severity: report.Warning}
	first := s.missing[0]
	f.Message = fmt.Sprintf("kube-apiserver %s does not take an object of the target, and so does not go by it: %s: %d %s", s.release, first.address, first.code, first.message)
	if more := len(s.missing) - 1; more > 0 {
		f.Message = fmt.Sprintf("kube-apiserver %s does not take %d objects of the target, and so does not go by them; the first is %s: %d %s",
			s.release, len(s.missing), first.address, first.code, first.message)
	}
	for _, one := range s.missing {
		f.Items = append(f.Items, one.address)
	}
	return []report.Finding{f}
}

// Create implements pipeline.APIServer.
func (s *Server) Create(resource string, o *object.Value, exists bool) pipeline.Answer {
	answer, err := s.create(resource, o, exists)
	if err != nil {
		return pipeline.Answer{Broken: err}
	}
	return answer
}

func (s *Server) create(resource string, o *object.Value, exists bool) (pipeline.Answer, error) {
	if s.remote[layout.Group(resource)] {
		return pipeline.Answer{Code: http.StatusCreated}, nil
	}
	if err := s.settle(resource); err != nil {
		return pipeline.Answer{}, err
	}
	path := pathOf(resource, o.APIVersion(), o.Namespace())
	sent, err := body(o)
	if err != nil {
		return pipeline.Answer{}, err
	}
	if exists {
		code, text, err := s.insist(http.MethodPost, path+"?dryRun=All", sent)
		if err != nil || code >= 300 {
			return refused(code, text, sent), err
		}
		return pipeline.Answer{Code: http.StatusConflict, Message: fmt.Sprintf("%s %q already exists", resource, o.Name())}, nil
	}
	code, text, err := s.insist(http.MethodPost, path, sent)
	switch {
	case err != nil:
		return pipeline.Answer{}, err
	case code == http.StatusServiceUnavailable:
		return pipeline.Answer{Code: http.StatusCreated}, nil // another server serves it, which is not reached from here
	case code >= 300:
		return refused(code, text, sent), nil
	}
	made, err := object.Parse(text)
	if err != nil {
		return pipeline.Answer{}, err
	}
	answer := pipeline.Answer{Code: code, Pruned: Pruned(o, made)}
	if answer.Later, err = s.giveManagedFields(path, o); err != nil {
		return answer, err
	}
	return answer, s.accepted(resource, o)
}

// giveManagedFields sends the patch by which Velero gives a created object its managedFields back; the answer if it is refused.
// Source: v1.18.2 pkg/restore/restore.go:1709-1728.
func (s *Server) giveManagedFields(path string, o *object.Value) (*pipeline.Answer, error) {
	fields := "null"
	if v := o.Get("metadata", "managedFields"); v != nil {
		fields = string(v.JSON())
	}
	patch := []byte(`{"metadata":{"managedFields":` + fields + `}}`)
	code, text, err := s.insist(http.MethodPatch, path+"/"+url.PathEscape(o.Name()), patch)
	if err != nil || code < 300 || code == http.StatusNotFound {
		return nil, err
	}
	answer := refused(code, text, patch)
	return &answer, nil
}

// accepted does what controllers do about a new object, and notes what takes the server some time.
func (s *Server) accepted(resource string, o *object.Value) error {
	switch {
	case resource == layout.Namespaces:
		return s.fill(o.Name())
	case resource == layout.CRDs:
		s.pending = append(s.pending, o.Name())
	case slices.Contains(slow, o.ObjectKind()):
		s.late = resource
	}
	return nil
}

// settling is how long the server takes until it goes by an object that decides on others.
const settling = 1200 * time.Millisecond

// settle waits until the server goes by what it has taken. It does so once for each resource, since objects of one are sent in a row.
func (s *Server) settle(resource string) error {
	if len(s.pending) > 0 && resource != layout.CRDs {
		for _, name := range s.pending {
			if err := s.establish(name); err != nil {
				return err
			}
		}
		s.pending, s.late = nil, layout.CRDs // whose handlers come a little later
	}
	if s.late == "" || s.late == resource {
		return nil
	}
	s.late = ""
	return s.wait(settling)
}

func (s *Server) wait(d time.Duration) error {
	select {
	case <-s.ctx.Done():
		return s.ctx.Err()
	case <-pause(d):
		return nil
	}
}

// establish waits until a CustomResourceDefinition is established, as Velero does; one whose names are taken never is.
func (s *Server) establish(name string) error {
	for range 100 {
		_, text, err := s.ask(s.ctx, http.MethodGet, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"+url.PathEscape(name), nil)
		if err != nil {
			return err
		}
		crd, err := object.Parse(text)
		if err != nil {
			return err
		}
		for _, condition := range crd.Get("status", "conditions").Elements() {
			is, no := condition.Get("type"), condition.Get("status").Is("False")
			if is.Is("Established") && !no || is.Is("NamesAccepted") && no {
				return nil
			}
		}
		if err := s.wait(100 * time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// Patch implements pipeline.APIServer.
func (s *Server) Patch(resource string, from, to *object.Value) pipeline.Answer {
	if s.remote[layout.Group(resource)] {
		return pipeline.Answer{Code: http.StatusOK}
	}
	patch, err := jsonpatch.CreateMergePatch(from.JSON(), to.JSON())
	if err != nil {
		return pipeline.Answer{Broken: err}
	}
	code, text, err := s.insist(http.MethodPatch, pathOf(resource, to.APIVersion(), to.Namespace())+"/"+url.PathEscape(to.Name()), patch)
	switch {
	case err != nil:
		return pipeline.Answer{Broken: err}
	case code == http.StatusNotFound: // it could not be loaded
		return pipeline.Answer{Code: http.StatusOK}
	}
	return refused(code, text, patch)
}

// refused reads the answer to what was sent and may be refused.
func refused(code int, text, sent []byte) pipeline.Answer {
	if code < 300 {
		return pipeline.Answer{Code: code}
	}
	status := &metav1.Status{}
	if json.Unmarshal(text, status) != nil {
		status = &metav1.Status{Message: strings.TrimSpace(string(text))} // below what is not served there is no Status, but text
	}
	status.Code = int32(code) //nolint:gosec // a status code of HTTP
	answer := refusal.Of(status)
	answer.Message = withoutUIDs(answer.Message, sent)
	return answer
}
