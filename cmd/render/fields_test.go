package render

import "testing"

func TestAFieldIsWrittenAsPeopleWriteIt(t *testing.T) {
	for pointer, want := range map[string]string{
		"":                               "(the whole item)",
		"/spec":                          "spec",
		"/metadata/labels/velero.io~1id": "metadata.labels[velero.io/id]",
		"/spec/containers/0/image":       "spec.containers[0].image",
		"/spec/initContainers/*":         "spec.initContainers[*]",
		"/data/a~0b":                     "data[a~b]",
		"/data/":                         "data[]",
	} {
		if got := fieldOf(pointer); got != want {
			t.Errorf("%q: got %s, want %s", pointer, got, want)
		}
	}
}
