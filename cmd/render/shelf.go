package render

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/s2"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/spool"
	"github.com/veltx/veltx/transform/report"
)

// shelf keeps what was rendered of each item in a temporary file until the plan is concluded: only then is it known which
// findings of the whole plan name the item. Memory does not grow with the items.
type shelf struct {
	dir    string
	file   *spool.TempFile
	packed *s2.Writer
	length []byte // scratch
}

// shelfBlock is how much is packed at a time.
const shelfBlock = 256 << 10

// add puts something of an item onto the shelf.
func (s *shelf) add(i *report.Item, record []byte) error { return s.put(inBackup(i), record) }

func (s *shelf) put(item string, record []byte) error {
	if s.file == nil {
		file, err := spool.NewTempFile(s.dir)
		if err != nil {
			return err
		}
		s.file, s.packed = file, s2.NewWriter(file, s2.WriterConcurrency(1), s2.WriterBlockSize(shelfBlock))
	}
	for _, part := range [][]byte{[]byte(item), record} {
		s.length = binary.AppendUvarint(s.length[:0], uint64(len(part)))
		if _, err := s.packed.Write(s.length); err != nil {
			return err
		}
		if _, err := s.packed.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// each takes everything from the shelf, in the order in which it was put there, with the findings that name the item.
func (s *shelf) each(summary *report.Summary, take func(record []byte, found []report.PlanFinding) error) error {
	naming := summary.Naming()
	return s.eachRecord(func(item string, record []byte) error { return take(record, naming.Of(item)) })
}

// eachRecord takes everything from the shelf, in the order in which it was put there.
func (s *shelf) eachRecord(take func(item string, record []byte) error) error {
	if s.file == nil {
		return nil
	}
	if err := s.packed.Close(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(s2.NewReader(s.file), 64<<10)
	var item, record []byte
	for {
		var err error
		if item, err = readPart(in, item); errors.Is(err, io.EOF) {
			return s.Close()
		}
		if err == nil {
			record, err = readPart(in, record)
		}
		if err != nil {
			return fmt.Errorf("temporary file: %w", err)
		}
		if err := take(string(item), record); err != nil {
			return err
		}
	}
}

// readPart reads what stands behind its length into a buffer.
func readPart(in *bufio.Reader, buffer []byte) ([]byte, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return buffer, err
	}
	if uint64(cap(buffer)) < n {
		buffer = make([]byte, n)
	}
	_, err = io.ReadFull(in, buffer[:n])
	return buffer[:n], err
}

// Close removes the file.
func (s *shelf) Close() error {
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	return file.Close()
}

// inBackup is the address of an item in the backup, as findings of the whole plan name it.
func inBackup(i *report.Item) string {
	return layout.Address{Resource: i.Resource, Namespace: i.OriginalNamespace, Name: i.OriginalName}.String()
}
