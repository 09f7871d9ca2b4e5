package sink

import (
	"io/fs"
	"math/rand/v2"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNamesAreSafeOnEverySystem(t *testing.T) {
	long := strings.Repeat("a", 253)
	for name, want := range map[string]string{
		"web-0":                        "web-0.yaml",
		"a.b.c":                        "a.b.c.yaml",
		"system:basic-user":            "system%3Abasic-user.yaml",
		"aux":                          "%61ux.yaml",
		"con.d":                        "%63on.d.yaml",
		"com1":                         "%63om1.yaml",
		"console":                      "console.yaml",
		"lpt":                          "lpt.yaml",
		"a.":                           "a%2E.yaml",
		"..":                           "%2E%2E.yaml",
		".":                            "%2E.yaml",
		".hidden":                      "%2Ehidden.yaml",
		"a b":                          "a%20b.yaml",
		"100%":                         "100%25.yaml",
		"a~b":                          "a%7Eb.yaml",
		`<>"/\|?*`:                     "%3C%3E%22%2F%5C%7C%3F%2A.yaml",
		"größe":                        "gr%C3%B6%C3%9Fe.yaml",
		"a\x00\n\x7f":                  "a%00%0A%7F.yaml",
		"Admin":                        "Admin~c1c224b03cd9bc7b.yaml",
		"AUX":                          "%41UX~1898ed910d4be0a0.yaml",
		"Z":                            "Z~bbeebd879e1dff69.yaml",
		"conout$":                      "%63onout$.yaml",
		strings.Repeat("a", 250):       strings.Repeat("a", 250) + ".yaml",
		strings.Repeat("a", 247) + ":": strings.Repeat("a", 247) + "%3A.yaml",
		long:                           "",
		strings.Repeat("ß", 100):       "",
		long[:200] + "B" + long[:100]:  "",
	} {
		got := fileName(name, ".yaml")
		if want != "" && got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
		if len(got) > longestName || !strings.HasSuffix(got, ".yaml") || got != fileName(name, ".yaml") {
			t.Errorf("%q: got %q (%d bytes)", name, got, len(got))
		}
		stem, hash, hashed := strings.Cut(strings.TrimSuffix(got, ".yaml"), "~")
		if hashed && len(hash) != 2*hashBytes || hashed != (len(name) > 250 || strings.ToLower(name) != name || strings.HasPrefix(name, "ßß")) {
			t.Errorf("%q: got %q", name, got)
		}
		if back, err := url.PathUnescape(stem); len(got) < longestName && (err != nil || back != name) {
			t.Errorf("%q: %q reads back as %q", name, got, back)
		}
	}
	if got := fileName("", ".yaml"); got != "%.yaml" {
		t.Errorf("no name: got %q", got)
	}
}

// foldedAndNormalised is how the most forgiving file system compares names.
func foldedAndNormalised(name string) string {
	return strings.TrimRight(strings.ToLower(name), ". ")
}

func TestNoTwoNamesMeet(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pieces := []string{"a", "A", "b", "B", ".", ":", "%", "~", " ", "%3A", "%3a", "aux", "AUX", "con", "é", "e\u0301", "É", "-", "~0123456789abcdef", strings.Repeat("x", 120), strings.Repeat("X", 120)}
	seen := map[string]string{}
	for range 50_000 {
		var b strings.Builder
		for range 1 + r.IntN(5) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		name := b.String()
		got := fileName(name, ".yaml")
		folded := foldedAndNormalised(got)
		if other, ok := seen[folded]; ok && other != name {
			t.Fatalf("%q and %q both become %q", name, other, got)
		}
		seen[folded] = name
		if len(got) > longestName {
			t.Fatalf("%q becomes %d bytes", name, len(got))
		}
	}
}

func TestKubectlMeetsWhatOthersNeedFirst(t *testing.T) {
	inOrder := []Manifest{
		item("customresourcedefinitions.apiextensions.k8s.io", "", "widgets.example.com"),
		item("namespaces", "", "zoo"),
		item("storageclasses.storage.k8s.io", "", "z"),
		item("persistentvolumes", "", "z"),
		item("clusterroles.rbac.authorization.k8s.io", "", "system:z"),
		item("clusterrolebindings.rbac.authorization.k8s.io", "", "a"),
		item("priorityclasses.scheduling.k8s.io", "", "z"),
		item("nodes", "", "a"),
		item("widgets.example.com", "", "a"),
		item("persistentvolumeclaims", "shop", "z"),
		item("serviceaccounts", "shop", "z"),
		item("secrets", "shop", "z"),
		item("configmaps", "shop", "z"),
		item("pods", "shop", "z"),
		item("services", "shop", "z"),
		item("daemonsets.apps", "shop", "z"),
		item("deployments.apps", "shop", "a"),
		item("clusterbootstraps.run.tanzu.vmware.com", "shop", "a"),
		item("clusters.cluster.x-k8s.io", "shop", "a"),
		item("persistentvolumeclaims", "zoo", "a"),
		item("apiservices.apiregistration.k8s.io", "", "a"),
		item("validatingwebhookconfigurations.admissionregistration.k8s.io", "", "a"),
	}
	dir := t.TempDir()
	d := create(t, filepath.Join(dir, "out"), false)
	var want []string
	for _, m := range inOrder {
		folder, file := place(m, YAML)
		want = append(want, path.Join(folder, file))
	}
	reversed := slices.Clone(inOrder)
	slices.Reverse(reversed)
	add(t, d, reversed...)
	commit(t, d)
	var got []string
	root := filepath.Join(dir, "out")
	err := filepath.Walk(root, func(p string, _ fs.FileInfo, err error) error { // as kubectl does
		if strings.HasSuffix(p, ".yaml") {
			name, _ := filepath.Rel(root, p)
			got = append(got, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
