package field

import (
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

func TestFieldsOfWrongTypesAreNamed(t *testing.T) {
	item := object.MustParse(`{"spec":{"a":"x","n":null,"list":[{"name":"v"},7],"labels":{"a":"b","c":null,"d":1}}}`)
	if got, err := Text(item, "", "spec", "a"); got != "x" || err != nil {
		t.Errorf("a string: %q, %v", got, err)
	}
	for _, path := range [][]string{{"spec", "n"}, {"spec", "missing", "deeper"}, {"nothing"}} {
		if got, err := Text(item, "", path...); got != "" || err != nil {
			t.Errorf("%v is missing or null: %q, %v", path, got, err)
		}
	}
	read := map[string]func() error{
		"spec.a: is string, not an object":       func() error { _, err := Text(item, "", "spec", "a", "b"); return err },
		"spec.list: is array, not a string":      func() error { _, err := Text(item, "", "spec", "list"); return err },
		"spec.list[1]: is number, not an object": func() error { _, err := List(item, "", "spec", "list"); return err },
		"spec.labels[d]: is number, not a string": func() error {
			_, err := Texts(item, "", "spec", "labels")
			return err
		},
		"spec.volumes[0].name: is object, not a string": func() error {
			_, err := Text(object.MustParse(`{"name":{}}`), Index("spec.volumes", 0), "name")
			return err
		},
		"is string, not an object": func() error { _, err := Get(object.Text("x"), "", object.Object); return err },
	}
	for want, f := range read {
		if err := f(); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
