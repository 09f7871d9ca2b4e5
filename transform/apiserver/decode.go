package apiserver

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/json"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/apiserver/registry"
)

// decode reads the body into the server's internal type, with defaults. A field that the server does not know it drops with a
// warning; anything else that does not fit is a bad request. This is what the server's codec does, without looking for the kind once more.
// Source: k8s.io/apimachinery v0.33.13 pkg/runtime/serializer/json/json.go (Decode), pkg/runtime/serializer/versioning/versioning.go (Decode).
func decode(scheme *runtime.Scheme, c *call) error {
	if kind := c.sent.ObjectKind(); kind != c.gvk.Kind {
		return apierrors.NewBadRequest(fmt.Sprintf("the kind in the data (%s) does not match the expected kind (%s)", kind, c.gvk.Kind))
	}
	obj, err := scheme.New(c.gvk)
	if err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	if err := c.read(obj); err != nil {
		return err
	}
	scheme.Default(obj)
	internal, err := scheme.UnsafeConvertToVersion(obj, schema.GroupVersion{Group: c.gvk.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return c.badRequest(err)
	}
	c.obj = internal
	return nil
}

// read unmarshals the body.
func (c *call) read(into any) error {
	err := json.UnmarshalCaseSensitivePreserveInts(c.text(), into)
	if err != nil {
		if body, ok := asVeleroWrites(c.text()); ok {
			err = json.UnmarshalCaseSensitivePreserveInts(body, into)
		}
	}
	if err != nil {
		return c.badRequest(err)
	}
	return nil
}

func (c *call) badRequest(err error) error {
	return apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", c.gvk.Kind, c.gvk.Version, c.gvk.Kind, err))
}

// asVeleroWrites is the body with its numbers as Velero writes them: 2.0 becomes 2.
func asVeleroWrites(body []byte) ([]byte, bool) {
	if !bytes.ContainsAny(body, ".eE") {
		return nil, false
	}
	var v any
	if err := utiljson.Unmarshal(body, &v); err != nil {
		return nil, false
	}
	text, err := utiljson.Marshal(v)
	return text, err == nil
}

// prepareMetadata drops what only the server sets, and holds the namespace against that of the request.
func prepareMetadata(c *call) error {
	m, err := meta.Accessor(c.obj)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	if c.managed != nil {
		c.fields = entries(c.managed)
	} else {
		c.fields = m.GetManagedFields()
	}
	rest.WipeObjectMetaSystemFields(m)
	m.SetManagedFields(nil) // the server makes them anew, and drops what it cannot read of them
	dropRepeatedOwners(c.obj)
	return rest.EnsureObjectNamespaceMatchesRequestNamespace(rest.ExpectedNamespaceForResource(c.namespace, c.gvr), m)
}

func fillMetadata(obj runtime.Object) {
	if m, err := meta.Accessor(obj); err == nil {
		rest.FillObjectMetaSystemFields(m)
	}
}

// dropRepeatedOwners leaves each owner once. Source: k8s.io/apiserver v0.33.13 pkg/endpoints/handlers/rest.go (dedupOwnerReferences).
func dropRepeatedOwners(obj runtime.Object) {
	m, err := meta.Accessor(obj)
	if err != nil || len(m.GetOwnerReferences()) < 2 {
		return
	}
	var once []metav1.OwnerReference
	for _, owner := range m.GetOwnerReferences() {
		if !slices.ContainsFunc(once, func(o metav1.OwnerReference) bool { return equality.Semantic.DeepEqual(o, owner) }) {
			once = append(once, owner)
		}
	}
	m.SetOwnerReferences(once)
}

// decodeGiven reads an object of the target into its type of version v1, nil where there is none.
func decodeGiven(given *object.Value) runtime.Object {
	gv, err := schema.ParseGroupVersion(given.APIVersion())
	if err != nil || !registry.Scheme().Recognizes(gv.WithKind(given.ObjectKind())) {
		return nil
	}
	c := &call{sent: given, gvk: gv.WithKind(given.ObjectKind())}
	if decode(registry.Scheme(), c) != nil {
		return nil
	}
	obj, err := registry.Scheme().ConvertToVersion(c.obj, schema.GroupVersion{Group: gv.Group, Version: "v1"})
	if err != nil {
		return nil
	}
	return obj
}

// maxRequest is how much etcd takes of one request. Source: go.etcd.io/etcd/server/v3 v3.5.21 embed/config.go (DefaultMaxRequestBytes).
const maxRequest = 3 << 19

// fitsEtcd says whether the stored form of the object is small enough.
func fitsEtcd(c *call) error {
	if c.size() < maxRequest*3/4 {
		return nil
	}
	size, err := storedSize(c)
	if err != nil || size < maxRequest-512 {
		return nil //nolint:nilerr // what cannot be encoded was refused before
	}
	return apierrors.NewInternalError(errTooLargeForEtcd)
}

var errTooLargeForEtcd = errors.New("etcdserver: request is too large")

// storedSize is the size of the object as etcd gets it.
func storedSize(c *call) (int, error) {
	if c.isCustom() {
		return c.size(), nil
	}
	stored, err := registry.Scheme().ConvertToVersion(c.obj, c.gvr.GroupVersion())
	if err != nil {
		return 0, err
	}
	text, ok := stored.(interface{ Size() int })
	if !ok {
		return 0, fmt.Errorf("a %T is not stored", stored)
	}
	return text.Size(), nil
}
