package plugintest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/plugins/serve"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// StoresPlugin is the name of the test plugin that is object stores and a volume snapshotter.
const StoresPlugin = "stores"

// Stores are its object stores: one that works, at the URL of its configuration, and the same with troubles.
func Stores() map[string]store.ObjectStore {
	return map[string]store.ObjectStore{
		"example.com/store":  &remoteStore{},
		"example.com/hangs":  &hanging{},
		"example.com/slow":   &reading{wrap: func(in io.ReadCloser) io.ReadCloser { return read{slow{in}, in} }},
		"example.com/dies":   &reading{wrap: func(in io.ReadCloser) io.ReadCloser { return read{io.MultiReader(head(in), dies{}), in} }},
		"example.com/breaks": &reading{wrap: func(in io.ReadCloser) io.ReadCloser { return read{io.MultiReader(head(in), breaks{}), in} }},
		"example.com/panics": &reading{wrap: func(io.ReadCloser) io.ReadCloser { panic("the disk is gone") }},
		"example.com/huge":   &reading{wrap: func(in io.ReadCloser) io.ReadCloser { return read{io.LimitReader(zeros{}, 512<<20), in} }},
		"example.com/wrong":  &wrong{},
		"example.com/floods": &flooding{},
		"example.com/looks":  &looking{},
	}
}

// reading is a store with another GetObject.
type reading struct {
	remoteStore
	wrap func(io.ReadCloser) io.ReadCloser
}

type read struct {
	io.Reader
	io.Closer
}

// GetObject implements store.ObjectStore.
func (r *reading) GetObject(bucket, key string) (io.ReadCloser, error) {
	in, err := r.remoteStore.GetObject(bucket, key)
	if err != nil || strings.HasSuffix(key, "velero-backup.json") {
		return in, err
	}
	return r.wrap(in), nil
}

// head is the beginning of an object.
func head(in io.Reader) io.Reader { return io.LimitReader(in, 100) }

type slow struct{ in io.Reader }

func (s slow) Read(p []byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	return s.in.Read(p[:min(len(p), 8)])
}

type dies struct{}

func (dies) Read([]byte) (int, error) {
	time.Sleep(50 * time.Millisecond) // until the beginning is out
	os.Exit(1)
	return 0, nil
}

type breaks struct{}

func (breaks) Read([]byte) (int, error) { return 0, errors.New("the line was cut") }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// hanging is a store that answers nothing but Init.
type hanging struct{ remoteStore }

// ListCommonPrefixes implements store.ObjectStore.
func (*hanging) ListCommonPrefixes(string, string, string) ([]string, error) {
	time.Sleep(time.Hour)
	return nil, nil
}

// GetObject implements store.ObjectStore.
func (h *hanging) GetObject(bucket, key string) (io.ReadCloser, error) {
	in, err := h.remoteStore.GetObject(bucket, key)
	if err != nil {
		return nil, err
	}
	return read{io.MultiReader(head(in), hangs{}), in}, nil
}

// PutObject implements store.ObjectStore.
func (*hanging) PutObject(string, string, io.Reader) error { time.Sleep(time.Hour); return nil }

type hangs struct{}

func (hangs) Read([]byte) (int, error) { time.Sleep(time.Hour); return 0, nil }

// wrong is a store that lists what was not asked for.
type wrong struct{ remoteStore }

// ListObjects implements store.ObjectStore.
func (*wrong) ListObjects(_, prefix string) ([]string, error) {
	return []string{prefix + "velero-backup.json", "backups/another/velero-backup.json"}, nil
}

// ListCommonPrefixes implements store.ObjectStore.
func (*wrong) ListCommonPrefixes(_, prefix, _ string) ([]string, error) {
	return []string{prefix + "../../climbs/"}, nil
}

// flooding is a store whose lists are larger than a message may be.
type flooding struct{ remoteStore }

// ListObjects implements store.ObjectStore.
func (*flooding) ListObjects(_, prefix string) ([]string, error) {
	return []string{prefix + strings.Repeat("x", 100<<20)}, nil
}

// looking is a store that tells what it finds: keys are files to read, and the environment.
type looking struct{ remoteStore }

// GetObject implements store.ObjectStore.
func (*looking) GetObject(_, key string) (io.ReadCloser, error) {
	if key == "environment" {
		return io.NopCloser(strings.NewReader(strings.Join(os.Environ(), "\n"))), nil
	}
	return os.Open("/" + key)
}

// ObjectExists implements store.ObjectStore.
func (*looking) ObjectExists(string, string) (bool, error) { return true, nil }

// Disks is a volume snapshotter that knows the volumes of a CSI driver of its own, whose handles are disk:ID. It notes what it is asked.
type Disks struct{ region string }

// disksDriver is that driver.
const disksDriver = "disks.example.com"

// Init takes the settings, which must have a region.
func (d *Disks) Init(config map[string]string) error {
	if d.region = config["region"]; d.region == "" {
		return errors.New("missing region in disks configuration")
	}
	return d.Note("Init")
}

// Note notes a verb in the log.
func (*Disks) Note(verb string) error {
	_, err := fmt.Fprintf(os.Stderr, "disks: %s\n", verb)
	return err
}

// GetVolumeID is what stands behind disk: in a handle.
func (d *Disks) GetVolumeID(pv []byte) (string, error) {
	v, err := object.Parse(pv)
	if err != nil || v.Get("spec", "csi", "driver").Str() != disksDriver {
		return "", err
	}
	id, ok := strings.CutPrefix(v.Get("spec", "csi", "volumeHandle").Str(), "disk:")
	if !ok {
		return "", errors.New("spec.csi.volumeHandle is no disk")
	}
	return id, d.Note("GetVolumeID")
}

// SetVolumeID puts another disk into the place of one, in the region of the settings.
func (d *Disks) SetVolumeID(pv []byte, volumeID string) ([]byte, error) {
	v, err := object.Parse(pv)
	if err != nil {
		return nil, err
	}
	if v.Get("spec", "csi", "driver").Str() != disksDriver {
		return nil, errors.New("spec.csi is not of disks.example.com")
	}
	err = errors.Join(v.Put(object.Text("disk:"+volumeID), "spec", "csi", "volumeHandle"), v.Put(object.Text(d.region), "spec", "csi", "volumeAttributes", "region"))
	return v.JSON(), errors.Join(err, d.Note("SetVolumeID"))
}

// serveStores serves the plugin.
func serveStores() {
	disks := &Disks{}
	server := &serve.Server{Stores: Stores(), Snapshotters: map[string]*serve.Snapshotter{"example.com/disks": {
		Init: disks.Init, GetVolumeID: disks.GetVolumeID, SetVolumeID: disks.SetVolumeID,
		Other: func(m wire.Method) error {
			return errors.Join(disks.Note(string(m)), errors.New("it must not be called"))
		},
	}}}
	end(server.Serve(context.Background(), os.Stdout))
}
