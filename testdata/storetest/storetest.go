// Package storetest holds what every provider of an object store has to do for a backup to be safe in it.
package storetest

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/veltx/veltx/tarball/store"
)

// Provider is what is tested.
type Provider struct {
	// New returns an empty store, for which Init was called, and the name of a bucket in it.
	New func(t *testing.T) (s store.ObjectStore, bucket string)
	// Open reads a signed URL. A provider whose URLs nobody can read in a test leaves it out.
	Open func(s store.ObjectStore, url string) (io.ReadCloser, error)
	// ExistsIgnoresBuckets says that an object in a bucket that is not there is merely missing, as S3 answers HEAD alike for both.
	ExistsIgnoresBuckets bool
}

// fixture is one store under test.
type fixture struct {
	*testing.T
	store.ObjectStore
	bucket   string
	provider Provider
}

// Conform runs the tests.
func Conform(t *testing.T, p Provider) {
	for _, c := range []struct {
		name string
		test func(*fixture)
	}{
		{"an object comes back as it was put", comesBack},
		{"a put replaces the object", replaces},
		{"a put that fails leaves the object as it was", failedPut},
		{"readers see one object or the other", seesWhole},
		{"an open object stays readable when it is replaced", staysReadable},
		{"a prefix is no object", prefixIsNone},
		{"an object that is not there is told apart", missing},
		{"a bucket that is not there is an error", missingBucket},
		{"keys are listed by prefix, whole and sorted", lists},
		{"common prefixes end in the delimiter, each once", commonPrefixes},
		{"with its last key a prefix is gone", lastKey},
		{"deleting twice is fine", deletesTwice},
		{"backups are the folders with a backup object", backups},
		{"names that Kubernetes allows are fine", names},
		{"no key leads out of the bucket", staysInside},
		{"puts and deletes beside each other lose nothing", concurrency},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(p.fixture(t)) })
	}
	if p.Open != nil {
		t.Run("a signed URL opens its object until it expires", func(t *testing.T) { signed(p.fixture(t), p.Open) })
	}
}

func (p Provider) fixture(t *testing.T) *fixture {
	s, bucket := p.New(t)
	return &fixture{t, s, bucket, p}
}

func (f *fixture) put(keys ...string) {
	f.Helper()
	for _, key := range keys {
		if err := f.PutObject(f.bucket, key, strings.NewReader("in "+key)); err != nil {
			f.Fatalf("put %s: %v", key, err)
		}
	}
}

func (f *fixture) delete(key string) {
	f.Helper()
	if err := f.DeleteObject(f.bucket, key); err != nil {
		f.Fatalf("delete %s: %v", key, err)
	}
}

func (f *fixture) get(key string) string {
	f.Helper()
	in, err := f.GetObject(f.bucket, key)
	if err != nil {
		f.Fatalf("get %s: %v", key, err)
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		f.Fatalf("read %s: %v", key, err)
	}
	return string(data)
}

func (f *fixture) want(key, content string) {
	f.Helper()
	if got := f.get(key); got != content {
		f.Errorf("%s: got %.80q, want %.80q", key, got, content)
	}
}

func (f *fixture) wantKeys(prefix string, want ...string) {
	f.Helper()
	got, err := f.ListObjects(f.bucket, prefix)
	if err != nil || !slices.Equal(got, want) {
		f.Errorf("keys with %q: got %q, %v, want %q", prefix, got, err, want)
	}
}

func (f *fixture) wantPrefixes(prefix, delimiter string, want ...string) {
	f.Helper()
	got, err := f.ListCommonPrefixes(f.bucket, prefix, delimiter)
	if err != nil || !slices.Equal(got, want) {
		f.Errorf("common prefixes of %q: got %q, %v, want %q", prefix, got, err, want)
	}
}

func (f *fixture) wantExists(key string, want bool) {
	f.Helper()
	got, err := f.ObjectExists(f.bucket, key)
	if err != nil || got != want {
		f.Errorf("%s exists: got %v, %v, want %v", key, got, err, want)
	}
}

func comesBack(f *fixture) {
	for key, content := range map[string]string{"empty": "", "a/b/c": "\x00\xff\n", "large": strings.Repeat("0123456789", 300_000)} {
		if err := f.PutObject(f.bucket, key, iotest.OneByteReader(strings.NewReader(content[:min(len(content), 100)]))); err != nil {
			f.Fatal(err)
		}
		f.want(key, content[:min(len(content), 100)])
		if err := f.PutObject(f.bucket, key, strings.NewReader(content)); err != nil {
			f.Fatal(err)
		}
		f.want(key, content)
		f.wantExists(key, true)
	}
}

func replaces(f *fixture) {
	f.put("backups/a/file")
	if err := f.PutObject(f.bucket, "backups/a/file", strings.NewReader("x")); err != nil {
		f.Fatal(err)
	}
	f.want("backups/a/file", "x")
	f.wantKeys("", "backups/a/file")
}

func failedPut(f *fixture) {
	f.put("a/old")
	broken := errors.New("the wire was cut")
	for _, key := range []string{"a/old", "a/new", "b/new"} {
		body := io.MultiReader(strings.NewReader(strings.Repeat("half", 100_000)), iotest.ErrReader(broken))
		if err := f.PutObject(f.bucket, key, body); !errors.Is(err, broken) {
			f.Errorf("put %s: got %v, want %v", key, err, broken)
		}
	}
	f.want("a/old", "in a/old")
	f.wantKeys("", "a/old")
}

func seesWhole(f *fixture) {
	contents := []string{strings.Repeat("a", 1<<20), strings.Repeat("b", 1<<19)}
	f.put("key")
	if err := f.PutObject(f.bucket, "key", strings.NewReader(contents[0])); err != nil {
		f.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		for i := range 20 {
			if err := f.PutObject(f.bucket, "key", strings.NewReader(contents[i%2])); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for {
		select {
		case err := <-done:
			if err != nil {
				f.Error(err)
			}
			return
		default:
			if got := f.get("key"); got != contents[0] && got != contents[1] {
				f.Errorf("saw %d bytes of neither object", len(got))
			}
		}
	}
}

func staysReadable(f *fixture) {
	f.put("key")
	in, err := f.GetObject(f.bucket, "key")
	if err != nil {
		f.Fatal(err)
	}
	defer in.Close()
	if err := f.PutObject(f.bucket, "key", strings.NewReader("new")); err != nil {
		f.Fatal(err)
	}
	got, err := io.ReadAll(in)
	if err != nil || string(got) != "in key" && string(got) != "new" {
		f.Errorf("got %q, %v", got, err)
	}
}

func prefixIsNone(f *fixture) {
	f.put("a/b/c")
	for _, key := range []string{"a", "a/b"} {
		f.wantExists(key, false)
		if _, err := f.GetObject(f.bucket, key); !errors.Is(err, store.ErrNoObject) {
			f.Errorf("get %s: got %v, want ErrNoObject", key, err)
		}
		f.delete(key)
	}
	f.want("a/b/c", "in a/b/c")
}

func missing(f *fixture) {
	f.put("a")
	for _, key := range []string{"b", "a/b", "a/b/c"} {
		f.wantExists(key, false)
		if _, err := f.GetObject(f.bucket, key); !errors.Is(err, store.ErrNoObject) {
			f.Errorf("get %s: got %v, want ErrNoObject", key, err)
		}
	}
	f.wantKeys("b")
	f.wantPrefixes("b/", "/")
}

func missingBucket(f *fixture) {
	if f.bucket == store.NoBucket {
		f.Skip("the store has one bucket")
	}
	const wrong = "no-such-bucket"
	if err := f.PutObject(wrong, "a", strings.NewReader("")); err == nil {
		f.Error("put went through")
	}
	if _, err := f.ListObjects(wrong, ""); err == nil {
		f.Error("it was listed as empty")
	}
	if _, err := f.ListCommonPrefixes(wrong, "", "/"); err == nil {
		f.Error("its prefixes were listed as none")
	}
	if _, err := f.ObjectExists(wrong, "a"); err == nil && !f.provider.ExistsIgnoresBuckets {
		f.Error("an object in it is merely missing")
	}
}

func lists(f *fixture) {
	f.put("b/2", "b/1", "a/x", "b-side/1", "b/1.5/deep/er")
	f.wantKeys("", "a/x", "b-side/1", "b/1", "b/1.5/deep/er", "b/2")
	f.wantKeys("b/", "b/1", "b/1.5/deep/er", "b/2")
	f.wantKeys("b/1", "b/1", "b/1.5/deep/er")
	f.wantKeys("b/1.5/d", "b/1.5/deep/er")
	f.wantKeys("c")
	f.wantKeys("b/1/")
}

// commonPrefixes begins with the example of Velero's contract.
func commonPrefixes(f *fixture) {
	f.put("a-prefix/foo-1/bar", "a-prefix/foo-1/baz", "a-prefix/foo-2/baz", "some-other-prefix/foo-3/bar", "a-prefix/file")
	f.wantPrefixes("a-prefix/", "/", "a-prefix/foo-1/", "a-prefix/foo-2/")
	f.wantPrefixes("", "/", "a-prefix/", "some-other-prefix/")
	f.wantPrefixes("a-prefix/foo-2", "/", "a-prefix/foo-2/")
	f.wantPrefixes("a-prefix", "/", "a-prefix/")
	f.wantPrefixes("a-prefix/foo-1/", "/")
	f.wantPrefixes("a-prefix/", "-", "a-prefix/foo-")
	f.wantPrefixes("", "-", "a-", "some-")
}

func lastKey(f *fixture) {
	f.put("backups/a/1", "backups/a/2/3", "backups/b/1")
	f.delete("backups/a/1")
	f.wantPrefixes("backups/", "/", "backups/a/", "backups/b/")
	f.delete("backups/a/2/3")
	f.wantPrefixes("backups/", "/", "backups/b/")
	f.delete("backups/b/1")
	f.wantPrefixes("", "/")
	f.wantKeys("")
	f.put("backups/a")
	f.want("backups/a", "in backups/a")
}

func deletesTwice(f *fixture) {
	f.put("a/1", "a/2")
	f.delete("a/1")
	f.delete("a/1")
	f.delete("b/none")
	f.wantKeys("", "a/2")
}

func backups(f *fixture) {
	f.put("p/backups/whole/velero-backup.json", "p/backups/half/half.tar.gz", "p/restores/r/x", "backups/other/velero-backup.json",
		"p/backups/deep/er/velero-backup.json", "p/backups/whole-2/velero-backup.json", "p/backups/velero-backup.json")
	got, err := store.Backups(f, f.bucket, "p/")
	if want := []string{"whole", "whole-2"}; err != nil || !slices.Equal(got, want) {
		f.Errorf("got %q, %v, want %q", got, err, want)
	}
	got, err = store.Backups(f, f.bucket, "nowhere")
	if err != nil || len(got) != 0 {
		f.Errorf("got %q, %v, want none", got, err)
	}
}

func names(f *fixture) {
	keys := []string{"backups/" + strings.Repeat("n", 240) + "/x.tar.gz", "a b/c+d=e&f?g#h%i", "x/system:node", "ü/…"}
	f.put(keys...)
	for _, key := range keys {
		f.want(key, "in "+key)
	}
}

// staysInside allows a provider to refuse a key that looks like a way out, or to take it for a name like any other.
func staysInside(f *fixture) {
	f.put("inside")
	for _, key := range []string{"../outside", "a/../../outside", "/outside", "..", "a/.."} {
		if err := f.PutObject(f.bucket, key, strings.NewReader("x")); err == nil {
			f.want(key, "x")
			f.wantKeys(key, key)
			f.delete(key)
		} else if !errors.Is(err, store.ErrKey) {
			f.Errorf("put %s: got %v, want ErrKey", key, err)
		}
		if in, err := f.GetObject(f.bucket, key); err == nil {
			in.Close()
			f.Errorf("get %s: opened what is not there", key)
		}
		if err := f.DeleteObject(f.bucket, key); err != nil && !errors.Is(err, store.ErrKey) {
			f.Errorf("delete %s: got %v, want ErrKey", key, err)
		}
	}
	f.wantKeys("", "inside")
}

func concurrency(f *fixture) {
	var work sync.WaitGroup
	for i := range 4 {
		mine := "shared/" + string(rune('a'+i))
		work.Go(func() {
			for range 25 {
				if err := f.PutObject(f.bucket, mine, bytes.NewReader([]byte("x"))); err != nil {
					f.Errorf("put: %v", err)
				}
				if err := f.DeleteObject(f.bucket, mine); err != nil {
					f.Errorf("delete: %v", err)
				}
			}
			if err := f.PutObject(f.bucket, mine, strings.NewReader("last")); err != nil {
				f.Errorf("put: %v", err)
			}
		})
	}
	work.Wait()
	f.wantKeys("", "shared/a", "shared/b", "shared/c", "shared/d")
}

func signed(f *fixture, open func(store.ObjectStore, string) (io.ReadCloser, error)) {
	f.put("backups/a/a?b=c.tar.gz")
	url, err := f.CreateSignedURL(f.bucket, "backups/a/a?b=c.tar.gz", time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	in, err := open(f.ObjectStore, url)
	if err != nil {
		f.Fatalf("%s: %v", url, err)
	}
	defer in.Close()
	if got, err := io.ReadAll(in); err != nil || string(got) != "in backups/a/a?b=c.tar.gz" {
		f.Errorf("got %q, %v", got, err)
	}
	late, err := f.CreateSignedURL(f.bucket, "backups/a/a?b=c.tar.gz", -time.Second)
	if err != nil {
		return // a time that has passed may be refused at once
	}
	if _, err := open(f.ObjectStore, late); err == nil {
		f.Errorf("%s opens after its time", late)
	}
}
