package imageref

import "testing"

func TestFullReferences(t *testing.T) {
	for image, want := range map[string]string{
		"nginx": "docker.io/library/nginx", "nginx:1": "docker.io/library/nginx:1", "a/b": "docker.io/a/b", "docker.io/nginx": "docker.io/library/nginx",
		"docker.io/a/b": "docker.io/a/b", "index.docker.io/nginx": "docker.io/library/nginx", "index.docker.io/a/b": "docker.io/a/b",
		"quay.io/a": "quay.io/a", "registry:5000/a": "registry:5000/a", "localhost/a": "localhost/a", "Registry/a": "Registry/a",
	} {
		if got := Full(image); got != want {
			t.Errorf("%s: got %s, want %s", image, got, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	for _, row := range []struct {
		full, place, rest string
		ok                bool
	}{
		{"quay.io/team/a:1", "quay.io", "/team/a:1", true},
		{"quay.io/team/a:1", "quay.io/team", "/a:1", true},
		{"quay.io/team/a:1", "quay.io/team/a", ":1", true},
		{"quay.io/team/a@sha256:0", "quay.io/team/a", "@sha256:0", true},
		{"quay.io/a", "quay.io/a", "", true},
		{"quay.io/teams/a", "quay.io/team", "", false},
		{"registry:50000/a", "registry:5000", "", false},
	} {
		if rest, ok := CutPlace(row.full, row.place); ok != row.ok || ok && rest != row.rest {
			t.Errorf("%s in %s: got %q, %v", row.full, row.place, rest, ok)
		}
	}
}
