package plugins

import (
	"maps"
	"sync"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// snapshotter is a volume snapshotter behind a plugin, of which nothing but ids is asked. Its process reaches no network: what makes and
// deletes volumes and snapshots has no place here.
type snapshotter struct {
	of   *binary
	name string

	mu     sync.Mutex
	ready  *process          // that Init was called in
	config map[string]string // with this
}

// snapshotters are those of a host, by name.
type snapshotters map[string]*snapshotter

// VolumeSnapshotters are the volume snapshotters of the plugins, nil for none.
func (h *Host) VolumeSnapshotters() volume.Snapshotters {
	all := snapshotters{}
	for _, b := range h.binaries {
		for _, r := range b.plugins {
			if r.Kind == wire.VolumeSnapshotter {
				all[r.Name] = &snapshotter{of: b, name: r.Name}
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// Snapshotter implements volume.Snapshotters.
func (s snapshotters) Snapshotter(provider string, config map[string]string) (volume.IDs, error) {
	one := s[fullName(provider)]
	if one == nil {
		return nil, nil
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	if _, err := one.process(config); err != nil {
		return nil, err
	}
	return &volumeIDs{one, config}, nil
}

// process is the process in which Init was called with a config. Velero calls Init before each PersistentVolume, with that of its location.
// Source: v1.18.3 pkg/restore/pv_restorer.go:70-72.
func (s *snapshotter) process(config map[string]string) (*process, error) {
	p, err := s.of.running()
	if err != nil || p == s.ready && maps.Equal(s.config, config) {
		return p, err
	}
	request := wire.InitRequest{Plugin: s.name, Config: config}
	if _, err := p.call(s.of.host.ctx, wire.SnapshotterInit, wire.Frame(request.Append(wire.NewFrame()))); err != nil {
		return nil, err
	}
	s.ready, s.config = p, config
	return p, nil
}

// volumeIDs is a snapshotter with the config of a VolumeSnapshotLocation.
type volumeIDs struct {
	*snapshotter
	config map[string]string
}

func (v *volumeIDs) call(method wire.Method, request *wire.VolumeRequest) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	p, err := v.process(v.config)
	if err != nil {
		return nil, err
	}
	answer, err := p.call(v.of.host.ctx, method, wire.Frame(request.Append(wire.NewFrame())))
	if err != nil {
		return nil, err
	}
	return wire.ParseData(answer)
}

// GetVolumeID implements volume.IDs.
func (v *volumeIDs) GetVolumeID(pv *object.Value) (string, error) {
	id, err := v.call(wire.SnapshotterGetID, &wire.VolumeRequest{Plugin: v.name, PersistentVolume: asSent(pv)})
	return string(id), err
}

// SetVolumeID implements volume.IDs.
func (v *volumeIDs) SetVolumeID(pv *object.Value, volumeID string) error {
	text, err := v.call(wire.SnapshotterSetID, &wire.VolumeRequest{Plugin: v.name, PersistentVolume: asSent(pv), VolumeID: volumeID})
	if err != nil {
		return err
	}
	after, err := readItem(text)
	if err != nil {
		return err
	}
	pv.Become(after)
	return nil
}
