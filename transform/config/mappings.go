package config

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
)

// Mapping is one pair of a short form such as old:new.
type Mapping struct{ Old, New string }

// ParseMappings reads pairs "old:new" or, with another separator, "old=new".
func ParseMappings(pairs []string, separator string) ([]Mapping, error) {
	seen := map[string]string{}
	var list []Mapping
	for _, pair := range pairs {
		from, to, ok := strings.Cut(pair, separator)
		if !ok || from == "" || to == "" {
			return nil, fmt.Errorf("%q is not old%snew", pair, separator)
		}
		if other, twice := seen[from]; twice && other != to {
			return nil, fmt.Errorf("%q is mapped to %q and to %q", from, other, to)
		}
		if _, twice := seen[from]; !twice {
			list = append(list, Mapping{from, to})
		}
		seen[from] = to
	}
	return list, nil
}

// CheckNames refuses names that nothing can have.
func CheckNames(list string, names []string) error {
	return errors.Join(filters.CheckNames(list, names)...)
}

// The actions that a short form configures.
const (
	StorageClassAction = "velero.io/change-storage-class"
	ImageAction        = "velero.io/change-image-name"
	NodeAction         = "velero.io/change-pvc-node-selector"
)

// PluginConfig makes the ConfigMap in Velero's namespace by which a user would configure the action.
func PluginConfig(veleroNamespace, action string, mappings []Mapping) (*object.Value, error) {
	data := map[string]string{}
	for i, m := range mappings {
		if action == ImageAction {
			data[fmt.Sprintf("%06d", i)] = m.Old + "," + m.New
			continue
		}
		data[m.Old] = m.New
	}
	return object.From(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{
			"name": "veltx-" + strings.TrimPrefix(action, "velero.io/"), "namespace": veleroNamespace,
			"labels": map[string]string{"velero.io/plugin-config": "", action: string(actions.RestoreItemAction)},
		},
		"data": data,
	})
}

// Replaced is the ConfigMap of a short form, and the names of those that it takes the place of.
type Replaced struct {
	Made   *object.Value
	Former []string
}

// ReplacePluginConfig puts the ConfigMap of a short form among the target's objects, in the place of those that
// configure the same action: a flag wins over a file. Without mappings there is none.
func ReplacePluginConfig(objects []*object.Value, veleroNamespace, action string, mappings []Mapping) ([]*object.Value, *Replaced, error) {
	if len(mappings) == 0 {
		return objects, nil, nil
	}
	made, err := PluginConfig(veleroNamespace, action, mappings)
	if err != nil {
		return nil, nil, err
	}
	replaced := &Replaced{Made: made}
	var kept []*object.Value
	for _, o := range objects {
		if _, same := o.Labels()[action]; same && o.ObjectKind() == "ConfigMap" && o.Namespace() == veleroNamespace {
			replaced.Former = append(replaced.Former, o.Name())
			continue
		}
		kept = append(kept, o)
	}
	return append(kept, made), replaced, nil
}

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
