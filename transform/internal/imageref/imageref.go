// Package imageref reads image references as container runtimes do.
// Source: github.com/distribution/reference v0.6.0 normalize.go (splitDockerDomain).
package imageref

import "strings"

// Full is an image with its registry: one without is of Docker Hub, whose official images are in library.
func Full(image string) string {
	first, rest, parts := strings.Cut(image, "/")
	switch {
	case !parts:
		return "docker.io/library/" + image
	case first == "index.docker.io":
		return Full("docker.io/" + rest)
	case first == "docker.io" && !strings.Contains(rest, "/"):
		return "docker.io/library/" + rest
	case IsRegistry(first):
		return image
	}
	return "docker.io/" + image
}

// IsRegistry says whether the first part of a reference is a registry, and not a folder of Docker Hub.
func IsRegistry(first string) bool {
	return strings.ContainsAny(first, ".:") || first == "localhost" || strings.ToLower(first) != first
}

// CutPlace takes a place, a registry, a path in one, or a repository, from the front of an image that Full returned.
func CutPlace(full, place string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(full, place)
	return rest, ok && (rest == "" || strings.ContainsRune("/:@", rune(rest[0])))
}
