package object

// This file reads and writes the metadata that every Kubernetes object has, with the manners of apimachinery's
// unstructured.Unstructured: labels or annotations of which one value is no string count as none at all.

// Name returns metadata.name, "" if it is missing or no string.
func (v *Value) Name() string { return v.Get("metadata", "name").Str() }

// Namespace returns metadata.namespace, "" if it is missing or no string.
func (v *Value) Namespace() string { return v.Get("metadata", "namespace").Str() }

// APIVersion returns apiVersion, "" if it is missing or no string.
func (v *Value) APIVersion() string { return v.Get("apiVersion").Str() }

// ObjectKind returns the field kind, "" if it is missing or no string.
func (v *Value) ObjectKind() string { return v.Get("kind").Str() }

// Labels returns metadata.labels, nil if there are none or one value is no string.
func (v *Value) Labels() map[string]string { return v.Get("metadata", "labels").StringMap() }

// Annotations returns metadata.annotations, nil if there are none or one value is no string.
func (v *Value) Annotations() map[string]string { return v.Get("metadata", "annotations").StringMap() }

// Annotation returns one annotation of readable annotations, "" if it is missing.
func (v *Value) Annotation(name string) string {
	annotations := v.Get("metadata", "annotations")
	found := annotations.Get(name)
	if found == nil || !annotations.IsStringMap() {
		return ""
	}
	return found.Str()
}

// RemoveAnnotations takes the named annotations away and says how many were there. Annotations that became empty stay
// as {}, as they do where Velero edits maps; where it goes through a typed object, they go.
func (v *Value) RemoveAnnotations(names ...string) int {
	gone := 0
	for _, name := range names {
		if v.Remove("metadata", "annotations", name) {
			gone++
		}
	}
	return gone
}

// IsStringMap says that StringMap is not nil, without making it.
func (v *Value) IsStringMap() bool {
	if v.Kind() != Object {
		return false
	}
	for i := range v.opened().members {
		if v.in.members[i].value.Kind() != String {
			return false
		}
	}
	return true
}

// StringMap returns an object whose members are all strings, else nil.
func (v *Value) StringMap() map[string]string {
	if v.Kind() != Object {
		return nil
	}
	m := make(map[string]string, v.Len())
	for k, e := range v.Members() {
		s, ok := e.Text()
		if !ok {
			return nil
		}
		m[k] = s
	}
	return m
}
