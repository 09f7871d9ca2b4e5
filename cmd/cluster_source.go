package cmd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/backup"
)

// formatManifests is the format of a source that is no backup.
const formatManifests = "manifests"

// clusterSource is what stands for the cluster that is backed up, and how the user knows it.
type clusterSource struct {
	*backup.Source
	label, format, name string
	from                *opened // nil for manifests
}

// Close closes the source and what it was read from.
func (s *clusterSource) Close() error {
	err := s.Source.Close()
	if s.from != nil {
		err = errors.Join(err, s.from.Close())
	}
	return err
}

// redactionKey is the key for redacted values: of a backup the same as in other commands.
func (s *clusterSource) redactionKey(ctx context.Context) ([]byte, error) {
	if s.from != nil {
		return s.from.RedactionKey(ctx)
	}
	return s.RedactionKey(ctx)
}

// manifestFlags say how manifests are read where they stand for a backup.
type manifestFlags struct {
	namespace string
	strict    bool
}

// bindManifests binds them; short is a letter for the namespace, where the command has -n to spare.
func (f *sourceFlags) bindManifests(flags *pflag.FlagSet, short string) {
	flags.StringVarP(&f.manifests.namespace, "manifest-namespace", short, "", "namespace of manifests without one, as with kubectl apply -n (default \"default\", with a warning)")
	flags.BoolVar(&f.manifests.strict, "strict", false, "refuse manifests if any document would be left out")
}

// check refuses a namespace that no cluster can have.
func (f *manifestFlags) check() error {
	if problems := validation.IsDNS1123Label(f.namespace); f.namespace != "" && len(problems) > 0 {
		return wrongUsage("--manifest-namespace: %q is no name of a namespace", f.namespace)
	}
	return nil
}

// wanted refuses a namespace where nothing is manifests.
func (f *manifestFlags) wanted(sources ...*clusterSource) error {
	if f.namespace == "" || slices.ContainsFunc(sources, func(s *clusterSource) bool { return s.format == formatManifests }) {
		return nil
	}
	return wrongUsage("--manifest-namespace is for manifests, and %s is a backup: leave it out", sources[0].label)
}

// clusterArguments is arguments for commands whose argument is called SOURCE.
func (f *sourceFlags) clusterArguments(c *cobra.Command, args []string) error {
	if !f.sample && len(args) == 0 {
		return wrongUsage("SOURCE is missing: name a backup or a folder of manifests, - for standard input, or try --sample")
	}
	if err := f.manifests.check(); err != nil {
		return err
	}
	return f.arguments(c, args)
}

// openCluster opens a backup or manifests, told by content, and reads it; the caller closes it.
func (f *sourceFlags) openCluster(ctx context.Context, streams Streams, path string, o *backup.Options, work *progress) (*clusterSource, error) {
	o.TempDir, o.OnIndexed = f.tempDir, allowMemory
	if path == standard {
		in := bufio.NewReaderSize(streams.In, 4<<10)
		if !startsLikeBackup(in) {
			return f.readManifests(ctx, "standard input", "stdin", func(m *backup.Manifests) error { return m.Read("standard input", in) })
		}
		streams.In = in
	}
	b, err := f.open(ctx, streams, path, work)
	if errors.Is(err, tarball.ErrNotBackup) && path != standard {
		return f.openManifests(ctx, path, err)
	}
	if err != nil {
		return nil, err
	}
	source, err := backup.FromBackup(ctx, b.Source, o)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return &clusterSource{Source: source, label: b.label, format: b.Format(), name: b.Name(), from: b}, nil
}

// startsLikeBackup looks at the first bytes of a stream: gzip, or the mark of a tar.
func startsLikeBackup(in *bufio.Reader) bool {
	head, _ := in.Peek(512)
	return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) || len(head) > 262 && string(head[257:262]) == "ustar"
}

// openManifests reads a folder or a file that is no backup; notBackup is why.
func (f *sourceFlags) openManifests(ctx context.Context, path string, notBackup error) (*clusterSource, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(filepath.Clean(path)), filepath.Ext(path))
	if info.IsDir() {
		root, err := os.OpenRoot(path) // a link in it leads nowhere else
		if err != nil {
			return nil, err
		}
		defer root.Close()
		return f.readManifests(ctx, path, name, func(m *backup.Manifests) error { return m.ReadFolder(ctx, root.FS()) })
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 4<<10)
	if !looksLikeText(in) {
		return nil, notBackup
	}
	return f.readManifests(ctx, path, name, func(m *backup.Manifests) error {
		if err := m.Read(path, in); err != nil {
			return err
		}
		if m.Empty() && namedAsArchive(path) {
			return notBackup
		}
		return nil
	})
}

// namedAsArchive says whether a file without a manifest in it is rather a damaged backup than an empty file of manifests.
func namedAsArchive(path string) bool {
	return strings.HasSuffix(path, ".tar.gz") || slices.Contains([]string{".tgz", ".tar"}, filepath.Ext(path))
}

// looksLikeText says whether a file could hold manifests: something, and no zero or other control characters in front.
func looksLikeText(in *bufio.Reader) bool {
	head, _ := in.Peek(512)
	return len(head) > 0 && !bytes.ContainsFunc(head, func(r rune) bool { return r < 0x20 && r != '\n' && r != '\r' && r != '\t' }) &&
		!bytes.HasPrefix(head, []byte{0x1f, 0x8b})
}

func (f *sourceFlags) readManifests(ctx context.Context, label, name string, read func(*backup.Manifests) error) (_ *clusterSource, err error) {
	m, err := backup.NewManifests(backup.ManifestOptions{
		TempDir: f.tempDir, Limits: tarball.Limits{EntryBytes: f.maxEntrySize.bytes}, Namespace: f.manifests.namespace, Strict: f.manifests.strict,
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if err := read(m); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	source, err := m.Source()
	if err != nil {
		return nil, err
	}
	return &clusterSource{Source: source, label: label, format: formatManifests, name: name}, nil
}
