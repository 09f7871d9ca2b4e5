package aws

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/testdata/storetest"
	"github.com/veltx/veltx/transform/plugins"
)

// The programs that are tried: the plugin as it is published, and veltx.
var plugin, veltx = os.Getenv("VELTX_AWS_PLUGIN"), os.Getenv("VELTX_PROGRAM")

func TestMain(m *testing.M) {
	if is, err := plugins.BecomePlugin(os.Args, os.Environ(), os.Stdout); is {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if plugin == "" || veltx == "" {
		fmt.Println("VELTX_AWS_PLUGIN and VELTX_PROGRAM are not set: run make conformance-plugins")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// s3 is an S3 server in memory.
type s3 struct {
	url, credentials string
	backend          *s3mem.Backend
	buckets          atomic.Int64
}

func newS3(t *testing.T) *s3 {
	t.Helper()
	s := &s3{backend: s3mem.New()}
	server := httptest.NewServer(gofakes3.New(s.backend).Server())
	t.Cleanup(server.Close)
	s.url, s.credentials = server.URL, filepath.Join(t.TempDir(), "credentials")
	const text = "[default]\naws_access_key_id = someone\naws_secret_access_key = secret\n"
	if err := os.WriteFile(s.credentials, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// bucket makes a bucket.
func (s *s3) bucket(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("bucket-%d", s.buckets.Add(1))
	if err := s.backend.CreateBucket(name); err != nil {
		t.Fatal(err)
	}
	return name
}

// config is that of a BackupStorageLocation.
func (s *s3) config() map[string]string {
	return map[string]string{"region": "eu-central-1", "s3Url": s.url, "s3ForcePathStyle": "true", "credentialsFile": s.credentials}
}

// flags are the same for a command.
func (s *s3) flags(words string) (flags []string) {
	for key, value := range s.config() {
		flags = append(flags, "--"+words+"-config", key+"="+value)
	}
	return flags
}

// All verbs do through the plugin what veltx and Velero ask of a store.
func TestS3ThroughThePluginConforms(t *testing.T) {
	s := newS3(t)
	host, err := plugins.Start(t.Context(), []string{plugin}, plugins.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	storetest.Conform(t, storetest.Provider{
		ExistsIgnoresBuckets: true,
		New: func(t *testing.T) (store.ObjectStore, string) {
			one, err := host.ObjectStore("aws", nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := one.Init(s.config()); err != nil {
				t.Fatal(err)
			}
			return one, s.bucket(t)
		},
		Open: func(_ store.ObjectStore, url string) (io.ReadCloser, error) {
			response, err := http.Get(url)
			if err == nil && response.StatusCode != http.StatusOK {
				err = errors.Join(errors.New(response.Status), response.Body.Close())
			}
			if err != nil {
				return nil, err
			}
			return response.Body, nil
		},
	})
}

// run runs veltx.
func run(t *testing.T, want int, args ...string) (out, problems string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := exec.Command(veltx, args...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	if got := c.ProcessState.ExitCode(); got != want {
		t.Fatalf("veltx %s: exit code %d, %v\n%s%s", strings.Join(args, " "), got, err, &stdout, &stderr)
	}
	return stdout.String(), stderr.String()
}

// provenance is which plugins ran: with a folder none do.
var provenance = regexp.MustCompile(`(?s),\n  "plugins": \[.*?\n  \]`)

// Every command tells of a backup in S3 what it tells of the same backup in a folder.
func TestCommandsTellTheSameOfS3AndOfAFolder(t *testing.T) {
	s, folder := newS3(t), t.TempDir()
	bucket, other := s.bucket(t), s.bucket(t)
	remote := append([]string{"--store", "plugin:aws", "--store-bucket", bucket, "--prefix", "east", "--plugin", plugin}, s.flags("store")...)
	local := []string{"--store", folder, "--prefix", "east"}
	into := append([]string{"--to-store", "-o", "plugin:aws", "--plugin", plugin}, s.flags("to")...)

	made := []string{"transform", "--sample", "--backup-name", "shop", "--namespace-mappings", "shop:copy"}
	_, problems := run(t, 0, append(append(made, into...), "--to-bucket", bucket, "--to-prefix", "east")...)
	if !strings.Contains(problems, "uses the network") || strings.Contains(problems, "secret") {
		t.Errorf("got %s", problems)
	}
	run(t, 0, append(made, "--to-store", "-o", folder, "--to-prefix", "east")...)
	for _, line := range []string{
		"restore-preview shop -o name", "restore-preview shop -o jsonl", "restore-preview --all", "get shop", "get shop secrets -A", "inspect shop -o json",
		"backup-preview shop -o name", "backups -o name", "explain shop svc/web -n copy", "delete-preview shop -o json", "diff shop shop",
	} {
		fields := strings.Fields(line)
		want, _ := run(t, 0, append(fields, local...)...)
		got, _ := run(t, 0, append(fields, remote...)...)
		got = strings.NewReplacer("plugin:velero.io/aws:"+bucket, folder, "plugin:aws", folder).Replace(provenance.ReplaceAllString(got, ""))
		if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", line, got, want)
		}
	}
	run(t, 0, append([]string{"verify"}, remote...)...)

	run(t, 0, append(append([]string{"transform", "shop", "--backup-name", "moved", "--to-bucket", other}, remote...), into...)...)
	elsewhere := append([]string{"--store", "plugin:velero.io/aws", "--store-bucket", other, "--plugin", plugin}, s.flags("store")...)
	run(t, 0, append([]string{"verify", "moved"}, elsewhere...)...)
	run(t, 0, append([]string{"delete", "moved", "--confirm"}, elsewhere...)...)
	if out, _ := run(t, 0, append([]string{"backups", "-o", "name"}, elsewhere...)...); out != "" {
		t.Errorf("left is %s", out)
	}
}

func TestWhatGoesWrongIsToldByVerbBucketAndKey(t *testing.T) {
	s := newS3(t)
	remote := append([]string{"--plugin", plugin, "--store", "plugin:aws"}, s.flags("store")...)
	_, problems := run(t, 1, append([]string{"backups", "--store-bucket", "none"}, remote...)...)
	if !strings.Contains(problems, "ListCommonPrefixes of bucket none, prefix backups/: rpc error") || !strings.Contains(problems, "NoSuchBucket") {
		t.Errorf("got %s", problems)
	}
	_, problems = run(t, 1, append([]string{"backups", "--store-bucket", s.bucket(t), "--store-config", "nonsense=1"}, remote...)...)
	if !strings.Contains(problems, "plugin velero.io/aws: Init: rpc error: code = Unknown desc = config has invalid keys [nonsense]") {
		t.Errorf("got %s", problems)
	}
}

// The plugin and what veltx knows of EBS by itself read and write the same.
func TestThePluginReadsVolumesAsVeltxDoes(t *testing.T) {
	host, err := plugins.Start(t.Context(), []string{plugin}, plugins.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	ids, err := host.VolumeSnapshotters().Snapshotter("aws", map[string]string{"region": "eu-central-1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range []string{
		`{"awsElasticBlockStore":{"volumeID":"aws://eu-central-1a/vol-1"}}`, `{"awsElasticBlockStore":{"volumeID":"vol-1"}}`, `{"awsElasticBlockStore":{}}`,
		`{"csi":{"driver":"ebs.csi.aws.com","volumeHandle":"vol-1"}}`, `{"csi":{"driver":"ebs.csi.aws.com","volumeHandle":"other"}}`,
		`{"csi":{"driver":"d","volumeHandle":"vol-1"}}`, `{"nfs":{"server":"s","path":"/"}}`,
	} {
		pv := func() *object.Value {
			return object.MustParse(`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pv","labels":{"failure-domain.beta.kubernetes.io/zone":"eu-central-1b"}},"spec":` + spec + `}`)
		}
		got, gotErr := ids.GetVolumeID(pv())
		want, wantErr := volume.EBS{}.GetVolumeID(pv())
		if got != want || (gotErr == nil) != (wantErr == nil) {
			t.Errorf("the id in %s: got %q, %v, want %q, %v", spec, got, gotErr, want, wantErr)
		}
		one, other := pv(), pv()
		gotErr, wantErr = ids.SetVolumeID(one, "vol-2"), volume.EBS{}.SetVolumeID(other, "vol-2")
		if (gotErr == nil) != (wantErr == nil) || gotErr == nil && !object.Equal(one.Get("spec", "csi"), other.Get("spec", "csi")) || gotErr == nil && !object.Equal(one.Get("spec", "awsElasticBlockStore", "volumeID"), other.Get("spec", "awsElasticBlockStore", "volumeID")) {
			t.Errorf("vol-2 in %s: got %s, %v, want %s, %v", spec, one.JSON(), gotErr, other.JSON(), wantErr)
		}
	}
}
