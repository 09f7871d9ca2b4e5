package tarball

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
	"path/filepath"

	"github.com/veltx/veltx/tarball/layout"
)

// keyPurpose stands before the backup's bytes where a key is made of them. Who knows the digest of a backup, which is
// no secret, cannot work the key out from it.
const keyPurpose = "veltx: key for redacted values\x00"

// Digest is the SHA-256 of the file with the tarball, byte for byte as it is stored; of a folder with an unpacked
// backup it is that of its paths and files in their order.
func (s *Source) Digest(ctx context.Context) ([sha256.Size]byte, error) {
	return s.hash(ctx, sha256.New())
}

// RedactionKey is a key that whoever has the backup can make, and nobody else: equal backups have equal keys, so that
// equal input gives equal output, and two different backups have nothing in common.
func (s *Source) RedactionKey(ctx context.Context) ([]byte, error) {
	h := sha256.New()
	_, _ = h.Write([]byte(keyPurpose))
	sum, err := s.hash(ctx, h)
	return sum[:], err
}

func (s *Source) hash(ctx context.Context, h hash.Hash) (sum [sha256.Size]byte, err error) {
	if s.archive != nil {
		_, err = io.Copy(h, s.raw(ctx))
	} else {
		err = s.eachFile(ctx, func(e *Entry) error { return hashEntry(h, e) })
	}
	h.Sum(sum[:0])
	return sum, err
}

func hashEntry(h hash.Hash, e *Entry) error {
	body, err := e.Body()
	if err != nil {
		return err
	}
	HashTexts(h, []byte(e.Path), body)
	return nil
}

// HashTexts writes texts to a hash, the length before each, so that no two lists of texts look the same.
func HashTexts(h hash.Hash, texts ...[]byte) {
	for _, text := range texts {
		_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		_, _ = h.Write(text)
	}
}

// SideDigests are the SHA-256 of the files beside the tarball that a restore reads, by name.
func (s *Source) SideDigests() (map[string][sha256.Size]byte, error) {
	side, err := s.Side()
	if err != nil {
		return nil, err
	}
	sums := map[string][sha256.Size]byte{}
	for _, file := range side.Files {
		switch file.Kind {
		case layout.BackupObject, layout.PodVolumeBackups, layout.VolumeSnapshots, layout.VolumeInfos, layout.CSIVolumeSnapshots:
			sum, err := s.sideDigest(file.Name)
			if err != nil {
				return nil, err
			}
			sums[file.Name] = sum
		}
	}
	return sums, nil
}

func (s *Source) sideDigest(name string) (sum [sha256.Size]byte, err error) {
	in, err := OpenIn(s.store.dir, name)
	if err != nil {
		return sum, err
	}
	defer in.Close()
	h := sha256.New()
	if _, err := io.Copy(h, in); err != nil {
		return sum, readError(filepath.Join(s.store.dir, name), "", err)
	}
	h.Sum(sum[:0])
	return sum, nil
}
