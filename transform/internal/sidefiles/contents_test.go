package sidefiles

import (
	"archive/tar"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
)

func TestAnArchiveIsReadForWhatTheFilesBesideItSay(t *testing.T) {
	written := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	const crds = "resources/customresourcedefinitions.apiextensions.k8s.io/"
	const older, newer = `{"apiVersion":"apiextensions.k8s.io/v1beta1","kind":"CustomResourceDefinition"}`, `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition"}`
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i, e := range [][2]string{
		{"metadata/version", "1.1.0\n"},
		{"resources/pods/namespaces/shop/web.json", `{"apiVersion":"v1","kind":"Pod"}`},
		{"resources/pods/v1-preferredversion/namespaces/shop/web.json", `{"apiVersion":"v1","kind":"Pod"}`},
		{"resources/pods/namespaces/ci/web.json", `{"apiVersion":"v1","kind":"Pod"}`},
		{"resources/nodes/cluster/n.json", `{"apiVersion":"v1","kind":"Node"}`},
		{"resources/persistentvolumes/cluster/pv.json", `{"apiVersion":"v1","kind":"PersistentVolume","spec":{"claimRef":{"namespace":"shop","name":"data"}}}`},
		{"resources/persistentvolumes/cluster/free.json", `{"apiVersion":"v1","kind":"PersistentVolume","spec":{}}`},
		{"resources/things.e.org/cluster/t.json", `{"apiVersion":"e.org/v1","kind":"Thing","spec":{"claimRef":{"namespace":"shop","name":"other"}}}`},
		{"resources/pods/namespaces/shop/broken.json", `{"apiVersion"`},
		{"something/else", `{"apiVersion":"v1","kind":"Else"}`},
		// A definition in v1beta1 that was put into the place of its form in v1, one that was not, one in v1, and one in
		// another version than the preferred one.
		{crds + "v1-preferredversion/cluster/moved.e.org.json", older},
		{crds + "cluster/moved.e.org.json", older},
		{"resources/things.e.org/v2-preferredversion/cluster/moved.e.org.json", `{"apiVersion":"e.org/v2","kind":"Thing"}`},
		{crds + "cluster/old.e.org.json", older},
		{crds + "v1beta1-preferredversion/cluster/old.e.org.json", older},
		{crds + "cluster/new.e.org.json", newer},
		{crds + "v1-preferredversion/cluster/new.e.org.json", newer},
		{crds + "v1beta1/cluster/new.e.org.json", older},
	} {
		h := &tar.Header{Name: e[0], Mode: 0o644, Size: int64(len(e[1])), Typeflag: tar.TypeReg, ModTime: written.Add(time.Duration(i) * time.Hour)}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "b.tar")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := tarball.Open(t.Context(), file, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	c, err := Read(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	if c.Items != 10 || !slices.Equal(c.Namespaces, []string{"ci", "shop"}) || !c.Written.Equal(written) || !maps.Equal(c.Claimed, map[layout.NamespacedName]bool{{Namespace: "shop", Name: "data"}: true}) {
		t.Errorf("got %+v", c)
	}
	var list bytes.Buffer
	want := `{"apiextensions.k8s.io/v1/CustomResourceDefinition":["moved.e.org","new.e.org"],"apiextensions.k8s.io/v1beta1/CustomResourceDefinition":["new.e.org","old.e.org"],` +
		`"e.org/v1/Thing":["t"],"v1/Node":["n"],"v1/PersistentVolume":["free","pv"],"v1/Pod":["ci/web","shop/web"]}` + "\n"
	if err := c.WriteResourceList(&list); err != nil || list.String() != want {
		t.Errorf("got %s %v, want %s", list.String(), err, want)
	}
}

func TestABackupIsExpiredOnceItsTimeHasPassed(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	b := &velero.Backup{}
	if Expired(b, now) {
		t.Error("one without a time expires never")
	}
	for offset, want := range map[time.Duration]bool{-time.Second: true, 0: false, time.Second: false} {
		at := metav1.NewTime(now.Add(offset))
		b.Status.Expiration = &at
		if Expired(b, now) != want {
			t.Errorf("expiration %v from now: want %v", offset, want)
		}
	}
}
