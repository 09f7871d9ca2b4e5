package field

import (
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

func TestFieldsOfTheWrongTypeAreNamed(t *testing.T) {
	v := object.MustParse(`{"a":{"n":1.5,"big":1e30,"l":[{},null,7],"m":{"k":true},"z":null},"s":"x"}`)
	for _, c := range []struct {
		want string
		read func() error
	}{
		{"s: is string, not an object", func() error { _, err := Text(v, "", "s", "t"); return err }},
		{"a.n: is number, not a string", func() error { _, err := Text(v, "", "a", "n"); return err }},
		{"a.n: is 1.5, not an integer", func() error { _, err := Int(v, "", "a", "n"); return err }},
		{"a.big: is 1e30, not an integer", func() error { _, err := Int(v, "", "a", "big"); return err }},
		{"a.l[2]: is number, not an object", func() error { _, err := List(v, "", "a", "l"); return err }},
		{"a.m[k]: is boolean, not a string", func() error { _, err := Texts(v, "", "a", "m"); return err }},
		{"a.z: is null, not an array", func() error { _, err := GetStrict(v, "", object.Array, "a", "z"); return err }},
		{"x[1].m: is object, not a boolean", func() error {
			_, err := Get(v.Get("a"), "x[1]", object.Bool, "m")
			return err
		}},
		{"spec.volumes[0].n: is number, not a string", func() error { _, err := Text(v.Get("a"), Index("spec.volumes", 0), "n"); return err }},
		{"is string, not an object", func() error { _, err := Get(v.Get("s"), "", object.Object); return err }},
	} {
		if err := c.read(); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func TestMissingAndNullFieldsAreZero(t *testing.T) {
	v := object.MustParse(`{"a":null,"n":3e2}`)
	for _, path := range [][]string{{"a"}, {"b"}, {"a", "b"}, {"b", "c"}} {
		if s, err := Text(v, "", path...); s != "" || err != nil {
			t.Errorf("%v: %q, %v", path, s, err)
		}
		if n, err := Int(v, "", path...); n != 0 || err != nil {
			t.Errorf("%v: %d, %v", path, n, err)
		}
		if m, err := Texts(v, "", path...); m != nil || err != nil {
			t.Errorf("%v: %v, %v", path, m, err)
		}
	}
	if n, err := Int(v, "", "n"); n != 300 || err != nil {
		t.Errorf("3e2 is %d, %v", n, err)
	}
}
