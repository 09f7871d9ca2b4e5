package config

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// groupVersionLine is a line of kubectl api-versions.
var groupVersionLine = regexp.MustCompile(`^(?:([a-z0-9.-]+)/)?(v[0-9]+(?:(?:alpha|beta)[0-9]+)?)$`)

// readText takes in what kubectl prints as text: api-resources and api-versions. Other text is not its business.
func (t *Target) readText(text []byte) bool {
	lines := strings.Split(strings.TrimSpace(string(bytes.TrimPrefix(text, []byte("\ufeff")))), "\n")
	if header := strings.Fields(lines[0]); len(header) >= 4 && header[0] == "NAME" && strings.Contains(lines[0], "APIVERSION") && strings.Contains(lines[0], "KIND") {
		t.readResources(lines)
		return true
	}
	return t.readVersions(lines)
}

// readResources reads the table of kubectl api-resources: resources in their preferred versions alone.
func (t *Target) readResources(lines []string) {
	header := lines[0]
	column := func(line, name, next string) string {
		from, to := strings.Index(header, name), len(line)
		if end := strings.Index(header, next); next != "" && end >= 0 {
			to = min(end, len(line))
		}
		if from < 0 || from >= to {
			return ""
		}
		return strings.TrimSpace(line[from:to])
	}
	lists := map[string][]*object.Value{}
	var order []string
	for _, line := range lines[1:] {
		name, version, kind := column(line, "NAME ", "SHORTNAMES"), column(line, "APIVERSION", "NAMESPACED"), strings.Fields(column(line, "KIND", ""))
		if !groupVersionLine.MatchString(version) || len(kind) == 0 {
			t.Passed++
			continue
		}
		if lists[version] == nil {
			order = append(order, version)
		}
		namespaced := column(line, "NAMESPACED", "KIND") == "true"
		lists[version] = append(lists[version], resource(name, kind[0], namespaced, object.Strings("create")))
	}
	for _, version := range order {
		list := resourceList(version, lists[version])
		list.Set("partial", object.Boolean(true)) // other versions of the group may be served
		t.Objects = append(t.Objects, list)
	}
}

// readVersions reads the list of kubectl api-versions: all versions that are served.
func (t *Target) readVersions(lines []string) bool {
	versions := map[string][]string{}
	for _, line := range lines {
		match := groupVersionLine.FindStringSubmatch(strings.TrimSpace(line))
		if match == nil {
			return false
		}
		versions[match[1]] = append(versions[match[1]], match[2])
	}
	if len(lines) < 2 { // a lone word such as v1 is none
		return false
	}
	t.Objects = append(t.Objects, groupList(versions))
	return true
}

// groupList is the document that the API server has at /apis.
func groupList(versions map[string][]string) *object.Value {
	var groups []*object.Value
	for group, list := range versions {
		var entries []*object.Value
		for _, version := range list {
			entry := object.New()
			entry.Set("groupVersion", object.Text(strings.TrimPrefix(group+"/"+version, "/")))
			entry.Set("version", object.Text(version))
			entries = append(entries, entry)
		}
		one := object.New()
		one.Set("name", object.Text(group))
		one.Set("versions", object.List(entries...))
		groups = append(groups, one)
	}
	list := object.New()
	list.Set("kind", object.Text("APIGroupList"))
	list.Set("groups", object.List(groups...))
	return list
}

// resourceList is the document that the API server has at /apis/GROUP/VERSION.
func resourceList(groupVersion string, resources []*object.Value) *object.Value {
	list := object.New()
	list.Set("kind", object.Text("APIResourceList"))
	list.Set("groupVersion", object.Text(groupVersion))
	list.Set("resources", object.List(resources...))
	return list
}

func resource(name, kind string, namespaced bool, verbs *object.Value) *object.Value {
	r := object.New()
	r.Set("name", object.Text(name))
	r.Set("kind", object.Text(kind))
	r.Set("namespaced", object.Boolean(namespaced))
	r.Set("verbs", verbs)
	return r
}

// addAggregated takes in aggregated discovery: all groups of /api or /apis in one document.
func (t *Target) addAggregated(o *object.Value) {
	versions := map[string][]string{}
	for _, group := range o.Get("items").Elements() {
		for _, version := range group.Get("versions").Elements() {
			versions[group.Name()] = append(versions[group.Name()], version.Get("version").Str())
			var resources []*object.Value
			for _, r := range version.Get("resources").Elements() {
				resources = append(resources, resource(r.Get("resource").Str(), r.Get("responseKind", "kind").Str(), r.Get("scope").Is("Namespaced"), r.Get("verbs").Clone()))
			}
			t.Objects = append(t.Objects, resourceList(strings.TrimPrefix(group.Name()+"/"+version.Get("version").Str(), "/"), resources))
		}
	}
	if len(versions) > 0 {
		t.Objects = append(t.Objects, groupList(versions))
	}
}
