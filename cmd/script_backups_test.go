package cmd

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/testdata/conformance"
)

// makeBackup packs a folder with the sections of a conformance case (resources/…, velero-backup.yaml, volumeinfo.yaml …)
// as a tarball, or as a backup's folder in the object store: mkbackup FOLDER OUT[.tar.gz]
func makeBackup(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mkbackup FOLDER OUT[.tar.gz]")
	}
	c := readCase(ts, args[0])
	packed, err := c.Tarball()
	ts.Check(err)
	out := ts.MkAbs(args[1])
	if strings.HasSuffix(out, ".tar.gz") {
		ts.Check(os.WriteFile(out, packed, 0o644))
		return
	}
	ts.Check(os.MkdirAll(out, 0o755))
	name := filepath.Base(out)
	for kind, data := range map[layout.FileKind][]byte{
		layout.Tarball: packed, layout.BackupObject: bytes.ReplaceAll(c.Backup, []byte(`"name":"b"`), []byte(`"name":"`+name+`"`)),
		layout.PodVolumeBackups: zipped(c.PodVolumeBackups), layout.VolumeSnapshots: zipped(c.VolumeSnapshots),
		layout.VolumeInfos: zipped(c.VolumeInfo), layout.CSIVolumeSnapshots: zipped(c.CSIVolumeSnapshots),
	} {
		if data != nil {
			ts.Check(os.WriteFile(filepath.Join(out, layout.FileName(name, kind)), data, 0o644))
		}
	}
}

func readCase(ts *testscript.TestScript, folder string) *conformance.Case {
	var archive txtar.Archive
	root := os.DirFS(ts.MkAbs(folder))
	ts.Check(fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		archive.Files = append(archive.Files, txtar.File{Name: path, Data: data})
		return err
	}))
	c, err := conformance.ParseCase(txtar.Format(&archive))
	ts.Check(err)
	return c
}

func zipped(data []byte) []byte {
	if data == nil {
		return nil
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write(data)
	_ = zip.Close()
	return out.Bytes()
}

// makeTar packs entries, however bad: mktar OUT[.gz] ENTRY..., where an entry is PATH=FILE, symlink:PATH, hardlink:PATH,
// device:PATH or zeros:PATH=SIZE.
func makeTar(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: mktar OUT[.gz] ENTRY...")
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	var into io.Writer = f
	if strings.HasSuffix(args[0], ".gz") {
		zip := gzip.NewWriter(f)
		defer func() { ts.Check(zip.Close()) }()
		into = zip
	}
	out := tar.NewWriter(into)
	defer func() { ts.Check(out.Close()) }()
	for _, entry := range args[1:] {
		addEntry(ts, out, entry)
	}
}

func addEntry(ts *testscript.TestScript, out *tar.Writer, entry string) {
	path, value, _ := strings.Cut(entry, "=")
	header := tar.Header{Name: path, Mode: 0o644, Typeflag: tar.TypeReg}
	var body io.Reader = strings.NewReader("")
	kind, rest, _ := strings.Cut(path, ":")
	switch kind {
	case "symlink":
		header.Name, header.Typeflag, header.Linkname = rest, tar.TypeSymlink, "/etc/passwd"
	case "hardlink":
		header.Name, header.Typeflag, header.Linkname = rest, tar.TypeLink, "metadata/version"
	case "device":
		header.Name, header.Typeflag = rest, tar.TypeChar
	case "zeros":
		size, err := strconv.ParseInt(value, 10, 64)
		ts.Check(err)
		header.Name, header.Size, body = rest, size, io.LimitReader(zeros{}, size)
	default:
		text := ts.ReadFile(value)
		header.Size, body = int64(len(text)), strings.NewReader(text)
	}
	ts.Check(out.WriteHeader(&header))
	_, err := io.Copy(out, body)
	ts.Check(err)
}

// zeros is a stream without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
