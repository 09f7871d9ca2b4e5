package wire

import (
	"maps"
	"slices"
	"time"
)

// The methods of an object store. PutObject takes a stream, GetObject answers with one.
const (
	StoreInit           Method = "/generated.ObjectStore/Init"
	PutObject           Method = "/generated.ObjectStore/PutObject"
	ObjectExists        Method = "/generated.ObjectStore/ObjectExists"
	GetObject           Method = "/generated.ObjectStore/GetObject"
	ListCommonPrefixes  Method = "/generated.ObjectStore/ListCommonPrefixes"
	ListObjects         Method = "/generated.ObjectStore/ListObjects"
	DeleteObject        Method = "/generated.ObjectStore/DeleteObject"
	CreateSignedURL     Method = "/generated.ObjectStore/CreateSignedURL"
	SnapshotterInit     Method = "/generated.VolumeSnapshotter/Init"
	SnapshotterGetID    Method = "/generated.VolumeSnapshotter/GetVolumeID"
	SnapshotterSetID    Method = "/generated.VolumeSnapshotter/SetVolumeID"
	SnapshotterCreate   Method = "/generated.VolumeSnapshotter/CreateVolumeFromSnapshot"
	SnapshotterInfo     Method = "/generated.VolumeSnapshotter/GetVolumeInfo"
	SnapshotterSnapshot Method = "/generated.VolumeSnapshotter/CreateSnapshot"
	SnapshotterDelete   Method = "/generated.VolumeSnapshotter/DeleteSnapshot"
)

// ChunkSize is how much of an object a message has, as Velero and its framework cut objects.
// Source: v1.18.3 pkg/plugin/framework/object_store_client.go:30.
const ChunkSize = 16 << 10

// InitRequest is the request of Init of an object store and of a volume snapshotter.
type InitRequest struct {
	Plugin string
	Config map[string]string
}

// Append adds the request.
func (r *InitRequest) Append(b []byte) []byte {
	b = appendText(b, 1, r.Plugin)
	for _, key := range slices.Sorted(maps.Keys(r.Config)) {
		b = appendMessage(b, 2, appendText(appendText(nil, 1, key), 2, r.Config[key]))
	}
	return b
}

// ParseInitRequest reads the request.
func ParseInitRequest(message []byte) (r InitRequest, err error) {
	r.Config = map[string]string{}
	err = eachField(message, func(f field) error {
		switch f.number {
		case 1:
			r.Plugin = string(f.data)
		case 2:
			var key, value string
			err := eachField(f.data, func(f field) error {
				switch f.number {
				case 1:
					key = string(f.data)
				case 2:
					value = string(f.data)
				}
				return nil
			})
			r.Config[key] = value
			return err
		}
		return nil
	})
	return r, err
}

// ObjectRequest is the request of a verb for one object. Body is a part of what PutObject stores, TTL for CreateSignedURL.
type ObjectRequest struct {
	Plugin, Bucket, Key string
	Body                []byte
	TTL                 time.Duration
}

// Append adds the request.
func (r *ObjectRequest) Append(b []byte) []byte {
	b = appendText(appendText(appendText(b, 1, r.Plugin), 2, r.Bucket), 3, r.Key)
	return appendNumber(appendBytes(b, 4, r.Body), 4, uint64(r.TTL))
}

// ParseObjectRequest reads the request; Body is part of the message.
func ParseObjectRequest(message []byte) (r ObjectRequest, err error) {
	err = eachField(message, func(f field) error {
		switch f.number {
		case 1:
			r.Plugin = string(f.data)
		case 2:
			r.Bucket = string(f.data)
		case 3:
			r.Key = string(f.data)
		case 4:
			r.Body, r.TTL = f.data, time.Duration(f.value)
		}
		return nil
	})
	return r, err
}

// ListRequest is the request of ListObjects, and with Common of ListCommonPrefixes.
type ListRequest struct {
	Plugin, Bucket, Prefix string
	Common                 bool
	Delimiter              string // with Common
}

// Append adds the request.
func (r *ListRequest) Append(b []byte) []byte {
	b = appendText(appendText(b, 1, r.Plugin), 2, r.Bucket)
	if r.Common {
		return appendText(appendText(b, 3, r.Delimiter), 4, r.Prefix)
	}
	return appendText(b, 3, r.Prefix)
}

// ParseListRequest reads the request of one of the two.
func ParseListRequest(message []byte, common bool) (r ListRequest, err error) {
	r.Common = common
	err = eachField(message, func(f field) error {
		switch text := string(f.data); {
		case f.number == 1:
			r.Plugin = text
		case f.number == 2:
			r.Bucket = text
		case f.number == 3 && common:
			r.Delimiter = text
		case f.number == 3, f.number == 4:
			r.Prefix = text
		}
		return nil
	})
	return r, err
}

// AppendExists adds the answer to ObjectExists.
func AppendExists(b []byte, exists bool) []byte { return appendBool(b, 1, exists) }

// ParseExists reads the answer to ObjectExists.
func ParseExists(message []byte) (exists bool, err error) { return ParseReady(message) }

// AppendTexts adds the answer of a list.
func AppendTexts(b []byte, list []string) []byte { return appendTexts(b, 1, list) }

// ParseTexts reads the answer of a list.
func ParseTexts(message []byte) (list []string, err error) {
	err = eachField(message, func(f field) error {
		if f.number == 1 {
			list = append(list, string(f.data))
		}
		return nil
	})
	return list, err
}

// AppendData adds an answer of one text or some bytes: a part of an object, a URL, the id of a volume, a PersistentVolume.
func AppendData(b, data []byte) []byte { return appendBytes(b, 1, data) }

// ParseData reads such an answer; it is part of the message.
func ParseData(message []byte) (data []byte, err error) {
	err = eachField(message, func(f field) error {
		if f.number == 1 {
			data = f.data
		}
		return nil
	})
	return data, err
}

// VolumeRequest is the request of GetVolumeID, and of SetVolumeID with the id.
type VolumeRequest struct {
	Plugin           string
	PersistentVolume []byte // JSON
	VolumeID         string
}

// Append adds the request.
func (r *VolumeRequest) Append(b []byte) []byte {
	return appendText(appendBytes(appendText(b, 1, r.Plugin), 2, r.PersistentVolume), 3, r.VolumeID)
}

// ParseVolumeRequest reads the request.
func ParseVolumeRequest(message []byte) (r VolumeRequest, err error) {
	err = eachField(message, func(f field) error {
		switch f.number {
		case 1:
			r.Plugin = string(f.data)
		case 2:
			r.PersistentVolume = f.data
		case 3:
			r.VolumeID = string(f.data)
		}
		return nil
	})
	return r, err
}
