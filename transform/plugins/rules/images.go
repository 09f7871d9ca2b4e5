package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/imageref"
)

// imageMapping gives the images of a registry, of a path in one, or of one repository another place.
type imageMapping struct{ from, to string }

// imageResources are the resources that have the template of a pod, and pods.
var imageResources = []string{
	"cronjobs.batch", "daemonsets.apps", "deployments.apps", "jobs.batch", "pods", "podtemplates", "replicasets.apps", "replicationcontrollers", "statefulsets.apps",
}

// podSpec is where a kind has the spec of a pod; nil for kinds that have none.
func podSpec(item *object.Value) *object.Value {
	switch group, kind := groupKind(item); group + "/" + kind {
	case "/Pod":
		return item.Get("spec")
	case "batch/CronJob":
		return item.Get("spec", "jobTemplate", "spec", "template", "spec")
	case "/PodTemplate":
		return item.Get("template", "spec")
	case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "batch/Job", "/ReplicationController":
		return item.Get("spec", "template", "spec")
	}
	return nil
}

func newImageMapping(from, to string) (imageMapping, error) {
	m := imageMapping{strings.TrimSuffix(from, "/"), strings.TrimSuffix(to, "/")}
	for _, place := range []string{m.from, m.to} {
		if err := checkPlace(place); err != nil {
			return m, err
		}
	}
	return m, nil
}

// checkPlace refuses what is no registry, no path in one and no repository.
func checkPlace(place string) error {
	first, rest, _ := strings.Cut(place, "/")
	switch {
	case place == "" || strings.ContainsAny(place, " \t\n") || strings.Contains(place, "//") || strings.Contains(place, "://"):
		return fmt.Errorf("%q is no place of images: write a registry, a path in one, or a repository, as docker.io/library", place)
	case strings.Contains(place, "@") || strings.Contains(rest, ":"):
		return fmt.Errorf("%q has a tag or a digest, which images keep: write it without", place)
	case !imageref.IsRegistry(first):
		return fmt.Errorf("%q names no registry: write it with one, as docker.io/library/nginx for nginx", place)
	}
	return nil
}

// sortImages puts the mappings of the longest places first, and names those of one place.
func sortImages(list []imageMapping) (problems []error) {
	slices.SortFunc(list, func(a, b imageMapping) int {
		if n := len(b.from) - len(a.from); n != 0 {
			return n
		}
		return strings.Compare(a.from, b.from)
	})
	for i := 1; i < len(list); i++ {
		if list[i].from == list[i-1].from && list[i].to != list[i-1].to {
			problems = append(problems, fmt.Errorf("images: %q is mapped to %q and to %q", list[i].from, list[i-1].to, list[i].to))
		}
	}
	return problems
}

// mapped is an image at its new place, with its tag and its digest; ok is false where no mapping is for it.
func mapped(image string, list []imageMapping) (_ string, ok bool) {
	full := imageref.Full(image)
	for _, m := range list {
		if rest, ok := imageref.CutPlace(full, m.from); ok {
			return m.to + rest, true
		}
	}
	return image, false
}

// changeImages gives the images of an item their new places: those of containers, and of volumes that are images.
func changeImages(item *object.Value, list []imageMapping) {
	if len(list) == 0 {
		return
	}
	spec := podSpec(item)
	for _, name := range []string{"initContainers", "containers", "ephemeralContainers"} {
		for _, c := range spec.Get(name).Elements() {
			changeImage(c, "image", list)
		}
	}
	for _, v := range spec.Get("volumes").Elements() {
		changeImage(v.Get("image"), "reference", list)
	}
}

func changeImage(in *object.Value, member string, list []imageMapping) {
	image := in.Get(member).Str()
	if image == "" {
		return
	}
	if to, ok := mapped(image, list); ok && to != image {
		in.Set(member, object.Text(to))
	}
}
