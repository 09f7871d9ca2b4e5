// Package fields lists the fields of Go types by their JSON names, so that those of two versions of a library can be compared. It uses only the
// standard library, as clients of very different ages are linked against it.
package fields

import (
	"reflect"
	"sort"
	"strings"
)

// Of lists the fields of the types and of all that they are made of, sorted: "v1.PodSpec.nodeName".
func Of(examples ...interface{}) []string {
	w := walker{seen: map[reflect.Type]bool{}, found: map[string]bool{}}
	for _, e := range examples {
		w.walk(reflect.TypeOf(e))
	}
	list := make([]string, 0, len(w.found))
	for f := range w.found {
		list = append(list, f)
	}
	sort.Strings(list)
	return list
}

type walker struct {
	seen  map[reflect.Type]bool
	found map[string]bool
}

func (w *walker) walk(t reflect.Type) {
	switch t.Kind() {
	case reflect.Ptr, reflect.Slice, reflect.Map:
		w.walk(t.Elem())
	case reflect.Struct:
		if !w.seen[t] {
			w.seen[t] = true
			w.fields(t, t)
		}
	}
}

// fields notes the fields of a structure, and of what is embedded in it, as those of a type.
func (w *walker) fields(of, in reflect.Type) {
	for i := 0; i < in.NumField(); i++ {
		f := in.Field(i)
		name := strings.Split(f.Tag.Get("json"), ",")[0]
		switch {
		case name == "" && f.Anonymous && f.Type.Kind() == reflect.Struct:
			w.fields(of, f.Type)
			continue
		case name == "" || name == "-":
			continue
		}
		w.found[Name(of, name)] = true
		w.walk(f.Type)
	}
}

// Name is how a field of a type is called.
func Name(t reflect.Type, field string) string {
	pkg := t.PkgPath()
	return pkg[strings.LastIndex(pkg, "/")+1:] + "." + t.Name() + "." + field
}
