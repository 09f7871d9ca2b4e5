package restore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// changeImageName is the name under which Velero looks for the action's ConfigMap.
const changeImageName = "velero.io/change-image-name"

// ChangeImageName replaces parts of the images of containers and init containers by the rows "old,new" of a ConfigMap:
// every occurrence of old, by the first row whose old is in the image. Where the containers are depends on the item's
// kind: Pod, CronJob, and a pod template in spec for every other kind.
// Source: Velero v1.18.2 pkg/restore/actions/change_image_name_action.go:66-219. Velero 1.6 does not have it.
//
// Differs from Velero: it walks the rows in map order, so that overlapping rows are a matter of luck; here they come
// sorted by the ConfigMap's key, and an image that a second row matches gets a warning.
func ChangeImageName() actions.Action {
	return actions.Action{
		Name:    changeImageName,
		Summary: "changes container images by the rows of a ConfigMap",
		AppliesTo: actions.Selector{Resources: []string{
			"deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps", "replicationcontrollers",
			"jobs.batch", "cronjobs.batch", "pods",
		}},
		Needs:   []string{layout.ConfigMaps},
		Archive: true,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			config, err := actions.PluginConfig(in.Target, in.Restore.Namespace, actions.RestoreItemAction, changeImageName)
			if config.Get("data").Len() == 0 || err != nil {
				return nil, err
			}
			rows, err := imageRows(config)
			if err != nil {
				return nil, err
			}
			out := &actions.Output{}
			for _, list := range []string{"containers", "initContainers"} {
				if err := changeImages(in.Item, append(imagePodSpec(in.Item.ObjectKind()), list), rows, out); err != nil {
					return nil, err
				}
			}
			return out, nil
		},
	}
}

// imageRow is one row of the ConfigMap.
type imageRow struct{ key, old, new string }

func (r *imageRow) matches(image string) bool { return strings.Contains(image, r.old) }

// imageRows reads the rows, sorted by key. Velero passes over a row without a comma and one with nothing behind it.
func imageRows(config *object.Value) ([]imageRow, error) {
	texts, err := configRows(config)
	if err != nil {
		return nil, err
	}
	var rows []imageRow
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		from, to, _ := strings.Cut(texts[key], ",")
		if to == "" {
			continue
		}
		rows = append(rows, imageRow{key: key, old: strings.TrimSpace(from), new: strings.TrimSpace(to)})
	}
	return rows, nil
}

// imagePodSpec is the path to a kind's pod spec. Velero goes by the item's kind, not by its resource.
func imagePodSpec(kind string) []string {
	switch kind {
	case "Pod":
		return []string{"spec"}
	case "CronJob":
		return []string{"spec", "jobTemplate", "spec", "template", "spec"}
	}
	return []string{"spec", "template", "spec"}
}

// changeImages works on one list of containers. Other than a typed decode, Velero fails here on null in place of the
// list, of a container or of an image.
func changeImages(item *object.Value, path []string, rows []imageRow, out *actions.Output) error {
	containers, err := field.GetStrict(item, "", object.Array, path...)
	if err != nil {
		return err
	}
	for i, container := range containers.Elements() {
		at := field.Index(field.Path("", path...), i)
		if container.Kind() != object.Object {
			return field.WrongKind(container, at, object.Object)
		}
		image, err := field.GetStrict(container, at, object.String, "image")
		if err != nil {
			return err
		}
		if image != nil {
			changeImage(container, rows, field.Path(at, "image"), out)
		}
	}
	return nil
}

func changeImage(container *object.Value, rows []imageRow, path string, out *actions.Output) {
	image := container.Get("image").Str()
	first := slices.IndexFunc(rows, func(r imageRow) bool { return r.matches(image) })
	if image == "" || first < 0 {
		return
	}
	row := rows[first]
	container.Set("image", object.Text(strings.ReplaceAll(image, row.old, row.new)))
	out.Use(row.key)
	out.Explain(path, fmt.Sprintf("row %s replaces %q by %q", row.key, row.old, row.new))
	if row.old == "" {
		out.Warn("image-mapping-empty", path, fmt.Sprintf("row %s has nothing before the comma: Velero inserts %q between all "+
			"characters of every image", row.key, row.new))
	}
	for _, other := range rows[first+1:] {
		if other.matches(image) {
			out.Warn("image-mapping-overlap", path, fmt.Sprintf("rows %s and %s both match %s: Velero applies one at "+
				"random, veltx the first by name", row.key, other.key, image))
			return
		}
	}
}
