package verify

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/sidefiles"
)

// readSideFiles reads the files beside the tarball, and what they say of items.
func (v *verifier) readSideFiles() error {
	if v.folder == nil {
		return nil
	}
	for _, name := range v.folder.files {
		kind, ok := layout.KindOf(v.folder.prefix, name)
		if !ok || kind == layout.Tarball || kind == layout.BackupObject {
			continue
		}
		v.report.Files++
		err := tarball.ReadSideFile(filepath.Join(v.folder.dir, name), v.o.Open.Limits, func(in io.Reader) error {
			return v.readSideFile(kind, name, in)
		})
		if err := v.sideDamage(name, err); err != nil {
			return err
		}
	}
	return nil
}

// readSideFile reads one file. Kinds that name no items are only decoded.
func (v *verifier) readSideFile(kind layout.FileKind, name string, in io.Reader) error {
	switch kind {
	case layout.Logs:
		_, err := io.Copy(io.Discard, in)
		return err
	case layout.ResourceList:
		return v.readList(name, in)
	case layout.Results:
		var r results
		err := json.NewDecoder(in).Decode(&r)
		v.folder.failures, v.folder.hasResults = r.failures(), err == nil
		return err
	case layout.VolumeInfos:
		return eachOf(in, func(i velero.VolumeInfo) { v.expectVolumeInfo(name, i) })
	case layout.VolumeSnapshots:
		return eachOf(in, func(s velero.VolumeSnapshot) { v.expectVolume(name, s.Spec.PersistentVolumeName) })
	case layout.PodVolumeBackups:
		return eachOf(in, func(p velero.PodVolumeBackup) { v.expectPod(name, p.Spec.Pod.Namespace, p.Spec.Pod.Name) })
	case layout.ItemOperations:
		return eachOf(in, v.expectLater)
	}
	return eachOf(in, func(map[string]any) {})
}

// eachOf decodes the elements of a list, after which nothing may follow.
func eachOf[T any](in io.Reader, visit func(T)) error {
	return sidefiles.EachElement(in, func(text json.RawMessage) error {
		var element T
		if err := json.Unmarshal(text, &element); err != nil {
			return err
		}
		visit(element)
		return nil
	})
}

// sideDamage turns an error of reading a file into a finding, where it is one. A file that ends inside its JSON is
// damaged JSON if gzip was happy.
func (v *verifier) sideDamage(name string, err error) error {
	var known *tarball.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &known), errors.Is(err, tarball.ErrLimit), errors.Is(err, fs.ErrPermission):
		return err
	}
	v.report.find(v.sideKind(name), name, "", known.Problem)
	return nil
}

// sideKind tells gzip's damage from that of the text inside, by reading the file once more for gzip's sake alone.
func (v *verifier) sideKind(name string) ID {
	err := tarball.ReadSideFile(filepath.Join(v.folder.dir, name), v.o.Open.Limits, func(io.Reader) error { return nil })
	if err != nil {
		return SideNotGzip
	}
	return SideNotJSON
}

// itemOperation is what an action began and did not wait for.
type itemOperation struct {
	Spec struct {
		PostOperationItems []struct{ Group, Resource, Namespace, Name string } `json:"postOperationItems"`
	} `json:"spec"`
}

// expectLater notes the items that Velero adds to the archive, or writes anew, once an operation has ended. It writes
// the resource list before that (v1.18.2 pkg/backup/backup.go:1071-1076 and :1216-1217, pkg/controller/backup_controller.go:947).
func (v *verifier) expectLater(o itemOperation) {
	for _, i := range o.Spec.PostOperationItems {
		resource := strings.TrimSuffix(i.Resource+"."+i.Group, ".")
		v.later[layout.Address{Resource: resource, Namespace: i.Namespace, Name: i.Name}.Key()] = true
	}
}

// expectVolumeInfo expects the volume of a volume's information.
func (v *verifier) expectVolumeInfo(file string, i velero.VolumeInfo) {
	v.expectVolume(file, i.PVName)
	if i.PVBInfo != nil {
		v.expectPod(file, i.PVBInfo.PodNamespace, i.PVBInfo.PodName)
	}
}

func (v *verifier) expectVolume(file, name string) {
	if v.folder.holdsVolumes() {
		v.expect(UnknownVolume, file, "the PersistentVolume "+name, layout.Address{Resource: layout.PersistentVolumes, Name: name})
	}
}

func (v *verifier) expectPod(file, namespace, name string) {
	v.expect(UnknownPod, file, "the pod "+namespace+"/"+name, layout.Address{Resource: layout.Pods, Namespace: namespace, Name: name})
}
