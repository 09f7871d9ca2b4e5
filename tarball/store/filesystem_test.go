package store

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newStore(t *testing.T) (*FileSystem, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

func put(t *testing.T, s *FileSystem, key, content string) {
	t.Helper()
	if err := s.PutObject(NoBucket, key, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
}

func TestKeysThatLeadElsewhereAreRefused(t *testing.T) {
	s, dir := newStore(t)
	outside := filepath.Join(filepath.Dir(dir), "outside")
	for _, key := range []string{
		"", "/", "/etc/passwd", "..", "../outside", "a/../../outside", "a/./b", "a//b", "a/", `..\outside`, `a\b`, "C:/x", "a\x00b",
		".veltx-x", "a/.veltx-x", strings.Repeat("x", 256), "\xff",
	} {
		if err := s.PutObject(NoBucket, key, strings.NewReader("x")); !errors.Is(err, ErrKey) {
			t.Errorf("put %q: got %v, want ErrKey", key, err)
		}
		if _, err := s.GetObject(NoBucket, key); !errors.Is(err, ErrKey) {
			t.Errorf("get %q: got %v, want ErrKey", key, err)
		}
		if _, err := s.ObjectExists(NoBucket, key); !errors.Is(err, ErrKey) {
			t.Errorf("exists %q: got %v, want ErrKey", key, err)
		}
		if err := s.DeleteObject(NoBucket, key); !errors.Is(err, ErrKey) {
			t.Errorf("delete %q: got %v, want ErrKey", key, err)
		}
		if _, err := s.CreateSignedURL(NoBucket, key, time.Hour); !errors.Is(err, ErrKey) {
			t.Errorf("URL of %q: got %v, want ErrKey", key, err)
		}
	}
	for _, bucket := range []string{"..", ".", "a/b", "/"} {
		if err := s.PutObject(bucket, "x", strings.NewReader("x")); err == nil {
			t.Errorf("bucket %q was taken", bucket)
		}
	}
	if _, err := os.Stat(outside); err == nil {
		t.Errorf("%s was written", outside)
	}
	for _, prefix := range []string{"../", "/", "a/../../", "./"} {
		if keys, err := s.ListObjects(NoBucket, prefix); err != nil || len(keys) > 0 {
			t.Errorf("list %q: got %q, %v", prefix, keys, err)
		}
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	s, dir := newStore(t)
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	put(t, s, "real/file", "x")
	for name, target := range map[string]string{
		"folder": outside, "file": filepath.Join(outside, "secret"), "inside": filepath.Join(dir, "real"), "relative": "real/file",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	for _, key := range []string{"folder/secret", "folder/new", "file", "inside/file", "relative"} {
		if in, err := s.GetObject(NoBucket, key); err == nil {
			data, _ := io.ReadAll(in)
			in.Close()
			t.Errorf("get %s: %q", key, data)
		}
		if err := s.PutObject(NoBucket, key, strings.NewReader("overwritten")); err == nil {
			t.Errorf("put %s went through", key)
		}
		if err := s.DeleteObject(NoBucket, key); err == nil {
			t.Errorf("delete %s went through", key)
		}
	}
	if data, err := os.ReadFile(filepath.Join(outside, "secret")); err != nil || string(data) != "secret" {
		t.Errorf("the file outside: %q, %v", data, err)
	}
	keys, err := s.ListObjects(NoBucket, "")
	if err != nil || len(keys) != 1 || keys[0] != "real/file" {
		t.Errorf("got %q, %v", keys, err)
	}
	if prefixes, err := s.ListCommonPrefixes(NoBucket, "", "/"); err != nil || len(prefixes) != 1 {
		t.Errorf("got %q, %v", prefixes, err)
	}
}

func TestEmptyFoldersGoWithTheLastKey(t *testing.T) {
	s, dir := newStore(t)
	put(t, s, "backups/a/b/file", "x")
	stale := filepath.Join(dir, "backups", "a", "b", reserved+"dead")
	if err := os.WriteFile(stale, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * abandoned)
	if err := os.Chtimes(stale, old, old); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteObject(NoBucket, "backups/a/b/file"); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}

func TestUnfinishedFilesAreNoObjects(t *testing.T) {
	s, dir := newStore(t)
	put(t, s, "a/file", "x")
	fresh := filepath.Join(dir, "a", reserved+"now")
	if err := os.WriteFile(fresh, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if keys, _ := s.ListObjects(NoBucket, ""); len(keys) != 1 {
		t.Errorf("got %q", keys)
	}
	if err := s.DeleteObject(NoBucket, "a/file"); err != nil {
		t.Fatal(err)
	}
	if prefixes, _ := s.ListCommonPrefixes(NoBucket, "", "/"); len(prefixes) != 0 {
		t.Errorf("got %q", prefixes)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Errorf("what another process may be writing was removed: %v", err)
	}
}

func TestAFailedPutLeavesNoFile(t *testing.T) {
	s, dir := newStore(t)
	_ = s.PutObject(NoBucket, "file", io.MultiReader(strings.NewReader("x"), broken{}))
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("broken") }

func TestSignedURLsAreForOneObjectAndOneTime(t *testing.T) {
	s, _ := newStore(t)
	put(t, s, "a", "in a")
	put(t, s, "b", "in b")
	clock := time.Unix(1_700_000_000, 0)
	s.now = func() time.Time { return clock }
	signed, err := s.CreateSignedURL(NoBucket, "a", 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{
		strings.Replace(signed, "/a?", "/b?", 1), strings.Replace(signed, "expires=1700000600", "expires=1800000000", 1),
		strings.Replace(signed, "file:", "http:", 1), "file:///etc/passwd?expires=9999999999&signature=", "%", signed + "0",
		strings.Replace(signed, "/a?", "/../a?", 1),
	} {
		if _, err := s.Open(wrong); !errors.Is(err, ErrURL) {
			t.Errorf("%s: got %v, want ErrURL", wrong, err)
		}
	}
	clock = clock.Add(10*time.Minute - time.Second)
	in, err := s.Open(signed)
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	clock = clock.Add(time.Second)
	if _, err := s.Open(signed); !errors.Is(err, ErrExpired) {
		t.Errorf("got %v, want ErrExpired", err)
	}
}

func TestInitNeedsAFolder(t *testing.T) {
	if err := new(FileSystem).Init(nil); err == nil {
		t.Error("no folder was taken")
	}
	_, err := OpenFileSystem(filepath.Join(t.TempDir(), "missing"))
	if err == nil || !strings.Contains(err.Error(), "missing: cannot be opened as a store") {
		t.Errorf("got %v", err)
	}
}
