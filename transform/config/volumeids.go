package config

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions/volume"
)

// ReadVolumeIDs reads rows of two columns, the old and the new id of a volume. A first row "old,new" is a heading, and
// lines that begin with # are comments.
func ReadVolumeIDs(name string, in io.Reader) ([]Mapping, error) {
	buffered := bufio.NewReader(in)
	if mark, _ := buffered.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = buffered.Discard(3)
	}
	rows := csv.NewReader(buffered)
	rows.Comment, rows.TrimLeadingSpace, rows.FieldsPerRecord = '#', true, -1
	var list []Mapping
	var errs []error
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return list, errors.Join(errs...)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if first && slices.Equal(row, []string{"old", "new"}) {
			continue
		}
		line, _ := rows.FieldPos(0)
		if len(row) != 2 || strings.TrimSpace(row[0]) == "" || strings.TrimSpace(row[1]) == "" {
			errs = append(errs, fmt.Errorf("%s: line %d: %q is not OLD,NEW", name, line, strings.Join(row, ",")))
			continue
		}
		list = append(list, Mapping{strings.TrimSpace(row[0]), strings.TrimSpace(row[1])})
	}
}

// VolumeIDs makes a mapping of volumes. Neither can one volume become two, nor two become one.
func VolumeIDs(list []Mapping) (volume.Mapping, error) {
	mapping, from := volume.Mapping{}, map[string]string{}
	var errs []error
	for _, m := range list {
		if to, twice := mapping[m.Old]; twice && to != m.New {
			errs = append(errs, fmt.Errorf("volume %q is mapped to %q and to %q", m.Old, to, m.New))
			continue
		}
		if other, twice := from[m.New]; twice && other != m.Old {
			errs = append(errs, fmt.Errorf("volumes %q and %q are both mapped to %q", other, m.Old, m.New))
			continue
		}
		mapping[m.Old], from[m.New] = m.New, m.Old
	}
	return mapping, errors.Join(errs...)
}
