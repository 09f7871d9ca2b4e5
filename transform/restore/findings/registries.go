package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/internal/imageref"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// registries finds images of registries that the user says the target cannot reach: of all others than those that are listed.
type registries struct {
	world  *World
	images map[string]*items // by image
}

func newRegistries(w *World) Watcher { return &registries{w, map[string]*items{}} }

// See implements Watcher.
func (w *registries) See(it *pipeline.Item) {
	if len(w.world.Registries) == 0 || it.Key.Resource == needs.ReplicaSets && needs.IsScaledDown(it.Object) {
		return
	}
	spec := needs.PodTemplate(it.Key.Resource, it.Object).Get("spec")
	var seen []string
	for _, list := range []string{"initContainers", "containers"} {
		for _, container := range spec.Get(list).Elements() {
			image := container.Get("image").Str()
			if image == "" || slices.Contains(seen, image) || w.reaches(image) {
				continue
			}
			seen = append(seen, image)
			w.add(image, it)
		}
	}
}

func (w *registries) add(image string, it *pipeline.Item) {
	if w.images[image] == nil {
		w.images[strings.Clone(image)] = &items{}
	}
	w.images[image].add(it)
}

// reaches says whether one of the listed registries, or a path in one, has the image.
func (w *registries) reaches(image string) bool {
	full := imageref.Full(image)
	return slices.ContainsFunc(w.world.Registries, func(listed string) bool {
		_, ok := imageref.CutPlace(full, strings.TrimSuffix(listed, "/"))
		return ok
	})
}

// maxImages is how many images of a registry are named.
const maxImages = 10

// Conclude implements Watcher.
func (w *registries) Conclude(s *report.Summary) {
	byRegistry := map[string][]string{}
	for _, image := range slices.Sorted(maps.Keys(w.images)) {
		registry, _, _ := strings.Cut(imageref.Full(image), "/")
		byRegistry[registry] = append(byRegistry[registry], image)
	}
	for _, registry := range slices.Sorted(maps.Keys(byRegistry)) {
		images := byRegistry[registry]
		var users []string
		for _, image := range images {
			users = append(users, w.images[image].names(w.world.Backup)...)
		}
		slices.Sort(users)
		users = slices.Compact(users)
		named := strings.Join(images[:min(len(images), maxImages)], ", ")
		if more := len(images) - maxImages; more > 0 {
			named += fmt.Sprintf(", and %d more", more)
		}
		s.Add(report.Finding{ID: "registry-not-listed", Severity: report.Warning, Subject: registry, Items: users, Message: fmt.Sprintf(
			"%s %s of registry %s, which --target-registries does not list: %s", count(users), verb(len(users), "run")+" "+counted(len(images), "image", "images"), registry, named)})
	}
}
