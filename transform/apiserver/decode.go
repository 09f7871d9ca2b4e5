//go:build apiserver

package apiserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"

	"github.com/veltx/veltx/tarball/object"
)

// decode reads the body into the server's internal type, with defaults. A field that it does not know is dropped with a
// warning; anything else that does not fit is a bad request.
func decode(c *call) error { return decodeWith(legacyscheme.Codecs, c) }

func decodeWith(codecs serializer.CodecFactory, c *call) error {
	obj, gvk, err := strictly(codecs.SupportedMediaTypes(), func(d runtime.Decoder) runtime.Decoder {
		return codecs.DecoderToVersion(d, schema.GroupVersion{Group: c.gvk.Group, Version: runtime.APIVersionInternal})
	}, c)
	if err != nil {
		return err
	}
	if gvk.GroupVersion() != c.gvr.GroupVersion() {
		return apierrors.NewBadRequest(fmt.Sprintf("the API version in the data (%s) does not match the expected API version (%s)", gvk.GroupVersion(), c.gvr.GroupVersion()))
	}
	c.obj = obj
	return nil
}

// strictly decodes the body with the strict JSON serializer; what is only strictly wrong is no error.
func strictly(types []runtime.SerializerInfo, to func(runtime.Decoder) runtime.Decoder, c *call) (runtime.Object, *schema.GroupVersionKind, error) {
	info, _ := runtime.SerializerInfoForMediaType(types, runtime.ContentTypeJSON)
	obj, gvk, err := to(info.StrictSerializer).Decode(c.sent.JSON(), &c.gvk, nil)
	if err != nil && !runtime.IsStrictDecodingError(err) {
		if body, ok := asVeleroWrites(c.sent.JSON()); ok {
			obj, gvk, err = to(info.StrictSerializer).Decode(body, &c.gvk, nil)
		}
	}
	if err == nil || runtime.IsStrictDecodingError(err) && obj != nil {
		return obj, gvk, nil
	}
	if runtime.IsNotRegisteredError(err) || runtime.IsMissingKind(err) || runtime.IsMissingVersion(err) {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	return nil, nil, apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", c.gvk.Kind, c.gvk.Version, c.gvk.Kind, err))
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
	text, err := json.Marshal(v)
	return text, err == nil
}

// prepareMetadata drops what only the server sets, and holds the namespace against that of the request.
func prepareMetadata(c *call) error {
	m, err := meta.Accessor(c.obj)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	c.fields = m.GetManagedFields()
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
	if err != nil || !legacyscheme.Scheme.Recognizes(gv.WithKind(given.ObjectKind())) {
		return nil
	}
	obj, err := runtime.Decode(legacyscheme.Codecs.UniversalDecoder(schema.GroupVersion{Group: gv.Group, Version: "v1"}), given.JSON())
	if err != nil {
		return nil
	}
	return obj
}

// maxRequest is how much etcd takes of one request. Source: go.etcd.io/etcd/server/v3 v3.5.21 embed/config.go (DefaultMaxRequestBytes).
const maxRequest = 3 << 19

// fitsEtcd says whether the stored form of the object is small enough.
func fitsEtcd(c *call) error {
	if len(c.sent.JSON()) < maxRequest*3/4 {
		return nil
	}
	size, err := storedSize(c)
	if err != nil || size < maxRequest-512 {
		return nil //nolint:nilerr // what cannot be encoded was refused before
	}
	return apierrors.NewInternalError(errTooLargeForEtcd)
}
