package tarball

import (
	"encoding/binary"
	"math"
)

// UnpackedSize is about how many bytes the unpacked archive has, headers and padding included, 0 where nothing tells: in
// a folder, and in a tar.gz of several gzip members or of more than 4 GiB. It is for showing progress, and no more: gzip
// notes the length of its last member only, and nobody has checked it yet.
func (s *Source) UnpackedSize() int64 {
	switch s.format {
	case FormatTar:
		return s.size
	case FormatTarGz:
		return s.notedLength()
	}
	return 0
}

// notedLength is what the last four bytes of a gzip file say, unless it cannot be true.
func (s *Source) notedLength() int64 {
	var end [4]byte
	if s.size < int64(len(end)) || s.size > math.MaxUint32 {
		return 0
	}
	if _, err := s.archive.ReadAt(end[:], s.size-int64(len(end))); err != nil {
		return 0
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	if length < s.size {
		return 0
	}
	return length
}
