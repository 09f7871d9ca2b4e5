package judge

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/veltx/veltx/testdata/velero/apiserver"
)

// found is a resource of the backup.
type found struct {
	apiserver.Resource
	preferred bool
}

// resourcesOf tells which resources a backup holds, from the folders and the
// items themselves, the preferred versions first.
func resourcesOf(tarball []byte) ([]apiserver.Resource, error) {
	var all []found
	var defined []apiserver.Resource
	err := eachFile(tarball, func(path string, data []byte) {
		parts := strings.Split(path, "/")
		if len(parts) < 4 || parts[0] != "resources" {
			return
		}
		if parts[1] == "customresourcedefinitions.apiextensions.k8s.io" {
			defined = append(defined, apiserver.FromCRD(data)...)
		}
		if r, ok := resourceOf(parts, data); ok {
			all = append(all, r)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("looking for the backup's resources: %w", err)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].preferred && !all[j].preferred })
	return withoutDoubles(all, defined), nil
}

func resourceOf(parts []string, data []byte) (found, bool) {
	var item struct{ APIVersion, Kind string }
	if err := json.Unmarshal(data, &item); err != nil || item.Kind == "" {
		return found{}, false
	}
	name, group, _ := strings.Cut(parts[1], ".")
	version := item.APIVersion[strings.LastIndex(item.APIVersion, "/")+1:]
	return found{
		Resource: apiserver.Resource{
			Group: group, Version: version, Name: name, Kind: item.Kind, Singular: strings.ToLower(item.Kind),
			Namespaced: slices.Contains(parts, "namespaces") && parts[len(parts)-2] != "cluster",
		},
		preferred: strings.HasSuffix(parts[2], "-preferredversion"),
	}, true
}

// withoutDoubles names each version of a resource once; what a definition in
// the backup says of it wins.
func withoutDoubles(all []found, defined []apiserver.Resource) []apiserver.Resource {
	same := func(a, b apiserver.Resource) bool {
		return a.Group == b.Group && a.Name == b.Name && a.Version == b.Version
	}
	var out []apiserver.Resource
	take := func(r apiserver.Resource) {
		if !slices.ContainsFunc(out, func(o apiserver.Resource) bool { return same(o, r) }) {
			out = append(out, r)
		}
	}
	for _, f := range all {
		r := f.Resource
		if i := slices.IndexFunc(defined, func(d apiserver.Resource) bool { return same(d, r) }); i >= 0 {
			r = defined[i]
		}
		take(r)
	}
	for _, d := range defined {
		take(d)
	}
	return out
}

// serve makes the cluster serve the backup's resources. Where versions are
// chosen, a built-in resource keeps to the versions that the cluster has.
func serve(s *apiserver.Server, resources []apiserver.Resource, features []string) {
	chosen := slices.Contains(features, "EnableAPIGroupVersions")
	for _, r := range resources {
		if _, known := s.Lookup(r.Group, r.Name); known && chosen {
			continue
		}
		s.Serve(r)
	}
}

func eachFile(tarball []byte, do func(path string, data []byte)) error {
	zip, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return fmt.Errorf("unpacking the tarball: %w", err)
	}
	in := tar.NewReader(zip)
	for {
		header, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the tarball: %w", err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			return fmt.Errorf("reading %s in the tarball: %w", header.Name, err)
		}
		do(header.Name, data)
	}
}
