package conformance

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// versionFolder matches the folder of a version below a resource.
var versionFolder = regexp.MustCompile(`^v[0-9]+((alpha|beta)[0-9]+)?(-preferredversion)?$`)

// item takes in one file of the backup.
func (c *Case) item(name string, data []byte) error {
	parts := strings.Split(name, "/")
	rest := parts[2:]
	if len(rest) > 0 && versionFolder.MatchString(rest[0]) {
		rest = rest[1:]
	}
	scoped := len(rest) == 3 && rest[0] == "namespaces" || len(rest) == 2 && rest[0] == "cluster"
	if !scoped {
		return fmt.Errorf("want resources/<resource>/namespaces/<namespace>/<name> or resources/<resource>/cluster/<name>")
	}
	switch {
	case strings.HasSuffix(name, ".json"):
		data = bytes.TrimSuffix(data, []byte("\n"))
	case strings.HasSuffix(name, ".yaml"):
		doc, err := toJSON(data)
		if err != nil {
			return err
		}
		name, data = strings.TrimSuffix(name, ".yaml")+".json", doc
	default:
		return fmt.Errorf("want a name that ends in .yaml or .json")
	}
	c.Items = append(c.Items, Item{Path: name, Data: data})
	return nil
}

// addTwins adds the copy under <version>-preferredversion/ for every resource
// that has no version folder of its own.
func (c *Case) addTwins() {
	versioned, versions := map[string]bool{}, map[string]string{}
	for _, it := range c.Items {
		parts := strings.Split(it.Path, "/")
		if versionFolder.MatchString(parts[2]) {
			versioned[parts[1]] = true
		}
		if v := apiVersion(it.Data); v != "" && versions[parts[1]] == "" {
			versions[parts[1]] = v
		}
	}
	var twins []Item
	for _, it := range c.Items {
		parts := strings.Split(it.Path, "/")
		if versioned[parts[1]] {
			continue
		}
		version := apiVersion(it.Data)
		if version == "" {
			version = versions[parts[1]]
		}
		if version == "" {
			version = "v1"
		}
		path := slices.Concat(parts[:2], []string{version + "-preferredversion"}, parts[2:])
		twins = append(twins, Item{Path: strings.Join(path, "/"), Data: it.Data})
	}
	c.Items = append(c.Items, twins...)
	slices.SortStableFunc(c.Items, func(a, b Item) int { return strings.Compare(a.Path, b.Path) })
}

// apiVersion returns the version part of a document's apiVersion.
func apiVersion(data []byte) string {
	obj, err := object(data)
	if err != nil {
		return ""
	}
	full, _ := obj["apiVersion"].(string)
	return full[strings.LastIndex(full, "/")+1:]
}

// Tarball writes the backup's tarball; the same case gives the same bytes.
func (c *Case) Tarball() ([]byte, error) {
	return tarball(c.Items)
}

// tarball writes files behind the first entry of every backup.
func tarball(items []Item) ([]byte, error) {
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	out := tar.NewWriter(zip)
	all := append([]Item{{Path: "metadata/version", Data: []byte("1.1.0\n")}}, items...)
	for _, it := range all {
		header := &tar.Header{
			Name: it.Path, Size: int64(len(it.Data)), Typeflag: tar.TypeReg, Mode: 0o755,
			ModTime: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		}
		if err := out.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("writing %s to the tarball: %w", it.Path, err)
		}
		if _, err := out.Write(it.Data); err != nil {
			return nil, fmt.Errorf("writing %s to the tarball: %w", it.Path, err)
		}
	}
	if err := out.Close(); err != nil {
		return nil, fmt.Errorf("closing the tarball: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("closing the tarball: %w", err)
	}
	return buf.Bytes(), nil
}
