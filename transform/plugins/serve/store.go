package serve

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// Snapshotter is a VolumeSnapshotter that is served. PersistentVolumes are JSON.
type Snapshotter struct {
	Init        func(config map[string]string) error
	GetVolumeID func(pv []byte) (string, error)
	SetVolumeID func(pv []byte, volumeID string) ([]byte, error)
	Other       func(wire.Method) error // for verbs that change something
}

// stored are the identifiers of the stores and the snapshotters.
func (s *Server) stored() (list []wire.Identifier) {
	for name := range s.Stores {
		list = append(list, wire.Identifier{Command: os.Args[0], Kind: wire.ObjectStore, Name: name})
	}
	for name := range s.Snapshotters {
		list = append(list, wire.Identifier{Command: os.Args[0], Kind: wire.VolumeSnapshotter, Name: name})
	}
	return list
}

// storeOf is the store of a name.
func (s *Server) storeOf(name string) (store.ObjectStore, error) {
	if one, ok := s.Stores[name]; ok {
		return one, nil
	}
	return nil, fmt.Errorf("%s plugin: %s was not found or has an invalid name format", wire.ObjectStore, name)
}

func (s *Server) snapshotterOf(name string) (*Snapshotter, error) {
	if one, ok := s.Snapshotters[name]; ok {
		return one, nil
	}
	return nil, fmt.Errorf("%s plugin: %s was not found or has an invalid name format", wire.VolumeSnapshotter, name)
}

// ofStores adds the answer to a request of one of the other kinds.
func (s *Server) ofStores(method wire.Method, request, b []byte) ([]byte, error) {
	switch method {
	case wire.StoreInit, wire.SnapshotterInit:
		return s.initialize(method, request, b)
	case wire.ObjectExists, wire.DeleteObject, wire.CreateSignedURL:
		return s.ofObject(method, request, b)
	case wire.ListObjects, wire.ListCommonPrefixes:
		return s.list(method, request, b)
	case wire.SnapshotterGetID, wire.SnapshotterSetID, wire.SnapshotterCreate, wire.SnapshotterInfo, wire.SnapshotterSnapshot, wire.SnapshotterDelete:
		return s.ofVolume(method, request, b)
	}
	return nil, &wire.Status{Code: wire.Unimplemented, Message: fmt.Sprintf("unknown method %s", method)} // also go-plugin's broker and stdio
}

func (s *Server) initialize(method wire.Method, request, b []byte) ([]byte, error) {
	in, err := wire.ParseInitRequest(request)
	if err != nil {
		return nil, err
	}
	if method == wire.StoreInit {
		one, err := s.storeOf(in.Plugin)
		if err != nil {
			return nil, err
		}
		return b, one.Init(in.Config)
	}
	one, err := s.snapshotterOf(in.Plugin)
	if err != nil {
		return nil, err
	}
	return b, one.Init(in.Config)
}

func (s *Server) ofObject(method wire.Method, request, b []byte) ([]byte, error) {
	in, err := wire.ParseObjectRequest(request)
	if err != nil {
		return nil, err
	}
	one, err := s.storeOf(in.Plugin)
	if err != nil {
		return nil, err
	}
	switch method {
	case wire.ObjectExists:
		exists, err := one.ObjectExists(in.Bucket, in.Key)
		return wire.AppendExists(b, exists), err
	case wire.CreateSignedURL:
		url, err := one.CreateSignedURL(in.Bucket, in.Key, in.TTL)
		return wire.AppendData(b, []byte(url)), err
	}
	return b, one.DeleteObject(in.Bucket, in.Key)
}

func (s *Server) list(method wire.Method, request, b []byte) ([]byte, error) {
	in, err := wire.ParseListRequest(request, method == wire.ListCommonPrefixes)
	if err != nil {
		return nil, err
	}
	one, err := s.storeOf(in.Plugin)
	if err != nil {
		return nil, err
	}
	list := func() ([]string, error) { return one.ListObjects(in.Bucket, in.Prefix) }
	if in.Common {
		list = func() ([]string, error) { return one.ListCommonPrefixes(in.Bucket, in.Prefix, in.Delimiter) }
	}
	keys, err := list()
	return wire.AppendTexts(b, keys), err
}

func (s *Server) ofVolume(method wire.Method, request, b []byte) ([]byte, error) {
	in, err := wire.ParseVolumeRequest(request)
	if err != nil {
		return nil, err
	}
	one, err := s.snapshotterOf(in.Plugin)
	if err != nil {
		return nil, err
	}
	switch method {
	case wire.SnapshotterGetID:
		id, err := one.GetVolumeID(in.PersistentVolume)
		return wire.AppendData(b, []byte(id)), err
	case wire.SnapshotterSetID:
		pv, err := one.SetVolumeID(in.PersistentVolume, in.VolumeID)
		return wire.AppendData(b, pv), err
	}
	return b, one.Other(method)
}

// streams answers the two methods that are streams.
func (s *Server) streams(method wire.Method, out http.ResponseWriter, body io.Reader) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &wire.Status{Code: wire.Aborted, Message: panicked(p)}
		}
	}()
	first, err := wire.NextFrame(body, maxRequest)
	if err != nil {
		return err
	}
	in, err := wire.ParseObjectRequest(first)
	if err != nil {
		return err
	}
	one, err := s.storeOf(in.Plugin)
	if err != nil {
		return err
	}
	if method == wire.PutObject {
		if err := one.PutObject(in.Bucket, in.Key, &received{part: in.Body, from: body}); err != nil {
			return err
		}
		_, err = out.Write(wire.Frame(wire.NewFrame()))
		return err
	}
	object, err := one.GetObject(in.Bucket, in.Key)
	if err != nil {
		return err
	}
	defer object.Close()
	chunk := make([]byte, wire.ChunkSize)
	for {
		n, err := object.Read(chunk)
		if n > 0 {
			if _, err := out.Write(wire.Frame(wire.AppendData(wire.NewFrame(), chunk[:n]))); err != nil {
				return err
			}
			if err := http.NewResponseController(out).Flush(); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// received is an object that comes in parts.
type received struct {
	part []byte
	from io.Reader
}

// Read implements io.Reader.
func (r *received) Read(p []byte) (int, error) {
	for len(r.part) == 0 {
		message, err := wire.NextFrame(r.from, maxRequest)
		if err != nil {
			return 0, err
		}
		in, err := wire.ParseObjectRequest(message)
		if err != nil {
			return 0, err
		}
		r.part = in.Body
	}
	n := copy(p, r.part)
	r.part = r.part[n:]
	return n, nil
}

// stream answers a call of a stream, with its status behind it.
func (h *handler) stream(w http.ResponseWriter, r *http.Request) {
	err := h.server.streams(wire.Method(r.URL.Path), w, r.Body)
	if err == nil {
		w.Header().Set("Grpc-Status", "0")
		return
	}
	status := statusOf(err)
	w.Header().Set("Grpc-Status", strconv.Itoa(int(status.Code)))
	w.Header().Set("Grpc-Message", wire.EncodeMessage(status.Message))
}
