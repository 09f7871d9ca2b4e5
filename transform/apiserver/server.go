package apiserver

import (
	"context"
	"fmt"
	"io"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/capabilities"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// Options describe the target.
type Options struct {
	Objects []*object.Value // of the target, discovery documents among them
	Empty   []string        // resources of which it has no objects
	// Version of Kubernetes, "1.33": the target is a cluster of it that has Objects and nothing else but what every cluster
	// has. Without it, what Objects do not tell is unknown.
	Version string
	// VeleroNamespace is where Velero runs; its ServiceAccount sends the requests.
	VeleroNamespace string
}

// Server implements pipeline.APIServer. It is for one goroutine.
type Server struct {
	served    *served
	state     *state
	custom    *custom
	admission *chain
	services  *services
	quotas    *quotas
	user      user.Info

	bootstrapped map[layout.Address]bool
	buffer       []byte // for the body of a request, nil while one is on its way
}

var _ pipeline.APIServer = (*Server)(nil)

// New returns a server that has the target's objects.
func New(o Options) (*Server, error) {
	s := &Server{bootstrapped: bootstrapped(), user: &user.DefaultInfo{
		Name:   "system:serviceaccount:" + o.VeleroNamespace + ":velero",
		Groups: []string{"system:masters", "system:authenticated"},
	}}
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	capabilities.Setup(true, 0) // every cluster runs its API server with --allow-privileged
	var err error
	if s.served, err = newServed(o.Version, o.Objects); err != nil {
		return nil, err
	}
	s.state = newState(o.Version != "")
	s.custom = newCustom()
	s.quotas = newQuotas(s.state)
	if s.admission, err = newChain(s.state, s.custom); err != nil {
		return nil, err
	}
	for _, given := range o.Objects {
		s.load(given)
	}
	for _, name := range o.Empty {
		s.state.described[schema.ParseGroupResource(name)] = true
	}
	s.state.fill()
	s.services, err = newServices(s.state)
	return s, err
}

// load takes an object of the target in. One that this Kubernetes cannot read tells nothing.
func (s *Server) load(given *object.Value) {
	if given.ObjectKind() == "CustomResourceDefinition" {
		if crd, err := s.served.definitions.read(given.JSON()); err == nil {
			s.define(crd, given.JSON(), true)
		}
		return
	}
	if s.custom.keeps(given) {
		return
	}
	if obj := decodeGiven(given); obj != nil {
		s.state.add(obj)
	}
}

// call is one request on its way through the server.
type call struct {
	gvr       schema.GroupVersionResource
	gvk       schema.GroupVersionKind
	namespace string
	name      string
	sent      *object.Value
	body      []byte          // of sent, without managedFields that are well formed
	buffer    []byte          // for body
	ctx       context.Context //nolint:containedctx // of this one request
	iface     admission.ObjectInterfaces
	managed   *object.Value // managedFields that body leaves out, nil for none
	checked   bool          // it is known whether there are such
	strategy  rest.RESTCreateStrategy
	decode    func(*call) error
	obj       runtime.Object
	fields    []metav1.ManagedFieldsEntry // that were sent
}

// maxBody is how much of a body the server reads. Source: k8s.io/apiserver v0.33.13 pkg/server/config.go (MaxRequestBodyBytes).
const maxBody = 3 << 20

// Create implements pipeline.APIServer.
// Source: k8s.io/apiserver v0.33.13 pkg/endpoints/handlers/create.go (createHandler), pkg/registry/generic/registry/store.go (create).
func (s *Server) Create(resource string, o *object.Value, exists bool) pipeline.Answer {
	c := s.call(o)
	defer s.end(c)
	err := s.serve(c, resource)
	if err == nil {
		err = s.create(c, exists)
	}
	if err != nil {
		return c.hide(refused(err))
	}
	answer := pipeline.Answer{Code: 201}
	if c.obj == nil {
		return answer
	}
	answer.Pruned = pruned(o, c)
	if err := s.managed(c, c.fields); err != nil {
		later := refused(err)
		answer.Later = &later
	}
	return answer
}

// call begins the call of a request.
func (s *Server) call(o *object.Value) *call {
	c := &call{sent: o, namespace: o.Namespace(), name: o.Name(), buffer: s.buffer}
	s.buffer = nil // what is accepted may lead to further requests
	return c
}

// keptBuffer is how large a buffer is used again.
const keptBuffer = 1 << 20

func (s *Server) end(c *call) {
	if cap(c.buffer) <= keptBuffer {
		s.buffer = c.buffer[:0]
	}
}

// serve finds who serves the resource, in the object's version and in the scope that it is sent to.
func (s *Server) serve(c *call, resource string) error {
	plain, _ := splitResource(resource)
	gv, err := schema.ParseGroupVersion(c.sent.APIVersion())
	if err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	c.gvr = gv.WithResource(plain)
	if definition := s.custom.of(c.gvr.GroupResource()); definition != nil {
		return definition.serve(c)
	}
	if gv.Group == veleroGroup {
		return nil // Velero's own definitions are where it runs
	}
	return s.served.serve(c)
}

const veleroGroup = "velero.io"

func (s *Server) create(c *call, exists bool) error {
	if c.size() > maxBody {
		return apierrors.NewRequestEntityTooLargeError(fmt.Sprintf("limit is %d", maxBody))
	}
	if c.strategy == nil {
		return nil // served by someone whose rules are not known
	}
	if err := c.decode(c); err != nil {
		return err
	}
	if c.gvr.GroupResource() == namespaceResource {
		c.namespace = c.name
	}
	c.ctx = s.context(c, "create")
	if err := prepareMetadata(c); err != nil {
		return err
	}
	attributes := s.attributes(c, c.obj)
	if err := s.admission.mutate(c, attributes); err != nil {
		return err
	}
	dropRepeatedOwners(c.obj)
	return s.store(c, exists)
}

// context is the context of a request, as the server's handlers make it.
func (s *Server) context(c *call, verb string) context.Context {
	ctx := request.WithNamespace(request.WithUser(context.Background(), s.user), c.namespace)
	return request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true, Verb: verb, APIPrefix: "apis", APIGroup: c.gvr.Group, APIVersion: c.gvr.Version, Resource: c.gvr.Resource,
		Namespace: c.namespace, Name: c.name,
	})
}

// store is what the registry does: allocate, prepare and validate, admit, and write.
func (s *Server) store(c *call, exists bool) error {
	fillMetadata(c.obj)
	finish := func(bool) {}
	if c.gvr.GroupResource() == serviceResource {
		var err error
		if finish, err = s.services.begin(c); err != nil {
			return err
		}
	}
	err := s.validate(c, exists)
	finish(err == nil)
	return err
}

func (s *Server) validate(c *call, exists bool) error {
	if err := rest.BeforeCreate(c.strategy, c.ctx, c.obj); err != nil {
		return err
	}
	attributes := s.attributes(c, c.obj)
	if err := s.admission.validate(c, attributes); err != nil {
		return err
	}
	charge, err := s.quotas.check(attributes)
	if err != nil {
		return err
	}
	if err := s.convert(c); err != nil {
		return err
	}
	if err := fitsEtcd(c); err != nil {
		return err
	}
	if exists {
		return apierrors.NewAlreadyExists(c.gvr.GroupResource(), c.name)
	}
	charge()
	s.accept(c)
	return nil
}

// accept remembers what decides on later objects, and does what controllers do about it.
func (s *Server) accept(c *call) {
	if crd := s.served.definitions.of(c.obj); crd != nil {
		s.define(crd, c.text(), false)
		return
	}
	if c.isCustom() {
		return
	}
	s.state.addInternal(c)
	if c.gvr.GroupResource() == namespaceResource {
		s.fillNamespace(c.name)
	}
}

func (s *Server) attributes(c *call, obj runtime.Object) admission.Attributes {
	return admission.NewAttributesRecord(obj, nil, c.gvk, c.namespace, c.name, c.gvr, "", admission.Create, &metav1.CreateOptions{}, false, s.user)
}

// fillNamespace makes what the controllers of every cluster put into a new namespace, if the server lets them.
func (s *Server) fillNamespace(name string) {
	for _, o := range filling(name) {
		s.Create(o.resource, o.object, false)
	}
}
