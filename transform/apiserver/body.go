package apiserver

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball/object"
)

// text is the body of the request. The server reads managedFields only to make them anew, and they are half of many objects: those that
// are well formed are left out. It is good until the call ends.
func (c *call) text() []byte {
	if c.body != nil {
		return c.body
	}
	if !c.leavesFieldsOut() {
		c.body = c.sent.JSON()
		return c.body
	}
	c.body = c.sent.AppendWithout(c.buffer, "metadata", "managedFields")
	c.buffer = c.body[:0]
	return c.body
}

// leavesFieldsOut says that managedFields are well formed, and remembers them.
func (c *call) leavesFieldsOut() bool {
	if !c.checked {
		c.checked = true
		if fields := c.sent.Get("metadata", "managedFields"); wellFormed(fields) {
			c.managed = fields
		}
	}
	return c.managed != nil
}

// content is what was sent as Kubernetes keeps it without a type, without managedFields that are well formed.
func (c *call) content() any {
	if c.sent.Kind() != object.Object || !c.leavesFieldsOut() {
		return content(c.sent)
	}
	all := make(map[string]any, c.sent.Len())
	for name, member := range c.sent.Members() {
		if name != "metadata" {
			all[name] = content(member)
			continue
		}
		metadata := make(map[string]any, member.Len())
		for name, member := range member.Members() {
			if member != c.managed {
				metadata[name] = content(member)
			}
		}
		all[name] = metadata
	}
	return all
}

// size is how long the request is.
func (c *call) size() int { return c.sent.Size() }

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
