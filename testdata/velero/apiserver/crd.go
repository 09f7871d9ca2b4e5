package apiserver

// establish puts the conditions on a CustomResourceDefinition that a real
// server would, since a restore waits for them.
func establish(obj map[string]any) {
	status, ok := obj["status"].(map[string]any)
	if !ok {
		status = map[string]any{}
		obj["status"] = status
	}
	if conditions, ok := status["conditions"].([]any); ok && len(conditions) > 0 {
		return
	}
	condition := func(kind string) any {
		return map[string]any{"type": kind, "status": "True", "reason": kind, "message": "", "lastTransitionTime": "2024-01-01T00:00:00Z"}
	}
	status["conditions"] = []any{condition("NamesAccepted"), condition("Established")}
}

// crdResources tells what a CustomResourceDefinition makes the server serve.
func crdResources(obj map[string]any) []Resource {
	spec, ok := obj["spec"].(map[string]any)
	if !ok {
		return nil
	}
	var out []Resource
	for _, version := range crdVersions(spec) {
		r := Resource{
			Group:      str(spec, "group"),
			Version:    version,
			Name:       str(spec, "names", "plural"),
			Kind:       str(spec, "names", "kind"),
			Singular:   str(spec, "names", "singular"),
			Namespaced: str(spec, "scope") != "Cluster",
			Defined:    true,
		}
		if names, ok := spec["names"].(map[string]any); ok {
			short, _ := names["shortNames"].([]any)
			for _, s := range short {
				if name, ok := s.(string); ok {
					r.Short = append(r.Short, name)
				}
			}
		}
		if r.Name != "" && r.Kind != "" {
			out = append(out, r)
		}
	}
	return out
}

func crdVersions(spec map[string]any) []string {
	list, _ := spec["versions"].([]any)
	var out []string
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok {
			continue
		}
		if served, ok := m["served"].(bool); ok && !served {
			continue
		}
		if name := str(m, "name"); name != "" {
			out = append(out, name)
		}
	}
	if single := str(spec, "version"); len(out) == 0 && single != "" {
		out = append(out, single)
	}
	return out
}

// FromCRD tells what a CustomResourceDefinition would make the server serve.
func FromCRD(definition []byte) []Resource {
	obj, err := decode(definition)
	if err != nil {
		return nil
	}
	out := crdResources(obj)
	for i := range out {
		out[i].Defined = false
	}
	return out
}
