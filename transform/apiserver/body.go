package apiserver

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball/object"
)

// text is the body of the request. The server reads managedFields only to make them anew, and they are half of many objects: those that
// are well formed are left out.
func (c *call) text() []byte {
	if c.body != nil {
		return c.body
	}
	fields := c.sent.Get("metadata", "managedFields")
	if !wellFormed(fields) {
		c.body = c.sent.JSON()
		return c.body
	}
	c.managed = fields
	c.body = c.stripped().JSON()
	return c.body
}

// stripped is what was sent, without its managedFields where these are well formed.
func (c *call) stripped() *object.Value {
	fields := c.sent.Get("metadata", "managedFields")
	if !wellFormed(fields) {
		return c.sent
	}
	c.managed = fields
	bare := object.New()
	for name, member := range c.sent.Members() {
		if name != "metadata" {
			bare.Set(name, member)
			continue
		}
		metadata := object.New()
		for name, member := range member.Members() {
			if name != "managedFields" {
				metadata.Set(name, member)
			}
		}
		bare.Set(name, metadata)
	}
	return bare
}

// size is how long the request is.
func (c *call) size() int {
	n := len(c.text())
	if c.managed != nil {
		n += len(`,"managedFields":`) + len(c.managed.JSON())
	}
	return n
}

// wellFormed says that the server can decode managedFields.
func wellFormed(fields *object.Value) bool {
	return fields.Kind() == object.Array && !slices.ContainsFunc(fields.Elements(), func(f *object.Value) bool {
		if f.Kind() != object.Object {
			return true
		}
		for name, v := range f.Members() {
			switch name {
			case "fieldsV1":
				if v.Kind() != object.Object {
					return true
				}
			case "time":
				if _, err := time.Parse(time.RFC3339, v.Str()); err != nil {
					return true
				}
			default:
				if v.Kind() != object.String {
					return true
				}
			}
		}
		return false
	})
}

// entries are well-formed managedFields, of which the fields themselves are left as text.
func entries(fields *object.Value) []metav1.ManagedFieldsEntry {
	list := make([]metav1.ManagedFieldsEntry, 0, fields.Len())
	for _, f := range fields.Elements() {
		entry := metav1.ManagedFieldsEntry{
			Manager: f.Get("manager").Str(), Operation: metav1.ManagedFieldsOperationType(f.Get("operation").Str()), APIVersion: f.Get("apiVersion").Str(),
			FieldsType: f.Get("fieldsType").Str(), Subresource: f.Get("subresource").Str(),
		}
		if v1 := f.Get("fieldsV1"); v1 != nil {
			entry.FieldsV1 = &metav1.FieldsV1{Raw: v1.JSON()}
		}
		list = append(list, entry)
	}
	return list
}
