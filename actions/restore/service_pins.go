package restore

import (
	"fmt"
	"math"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
)

// lastApplied is the annotation in which kubectl apply keeps the manifest that it was given.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// servicePin says who set the node port of a port on purpose, "" if it was not set.
type servicePin func(servicePort) string

// servicePins asks last-applied-configuration if there is one and else, since 1.18, managedFields.
func servicePins(item *object.Value, profile actions.Profile) (servicePin, error) {
	config, found, err := serviceLastApplied(item)
	switch {
	case err != nil:
		return nil, err
	case found && profile.Does(actions.DeletesUnnamedNodePortsByName):
		pin, err := servicePinsByName(config)
		return pin, serviceAppliedError(err)
	case found:
		pin, err := servicePinsApplied(config)
		return pin, serviceAppliedError(err)
	case !profile.Does(actions.KeepsManagedNodePorts):
		return func(servicePort) string { return "" }, nil
	}
	return servicePinsManaged(item)
}

// serviceLastApplied returns the manifest in the annotation and whether there is such an annotation.
func serviceLastApplied(item *object.Value) (config *object.Value, found bool, err error) {
	annotations, err := field.Texts(item, "", "metadata", "annotations")
	text, found := annotations[lastApplied]
	if err != nil || !found {
		return nil, false, err
	}
	if config, err = object.Parse([]byte(text)); err != nil {
		return nil, false, serviceAppliedError(err)
	}
	_, err = field.Get(config, "", object.Object)
	return config, true, serviceAppliedError(err)
}

func serviceAppliedError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("metadata.annotations[%s]: %w", lastApplied, err)
}

// servicePinsApplied reads the ports of the manifest as 1.18 does: a port with a name counts by its name, one without
// the key by its number, which may be written as a string.
func servicePinsApplied(config *object.Value) (servicePin, error) {
	ports, err := field.GetStrict(config, "", object.Array, "spec", "ports")
	if err != nil {
		return nil, err
	}
	names, numbers := map[string]bool{}, map[int64]bool{}
	for i, p := range ports.Elements() {
		if p.Kind() != object.Object {
			continue
		}
		at := field.Index("spec.ports", i)
		number, err := serviceAppliedNumber(p.Get("nodePort"), field.Path(at, "nodePort"))
		if err != nil {
			return nil, err
		}
		if number <= 0 {
			continue
		}
		if name := p.Get("name"); name == nil {
			numbers[number] = true
		} else if text, ok := name.Text(); ok {
			names[text] = true
		} else {
			return nil, field.WrongKind(name, field.Path(at, "name"), object.String)
		}
	}
	return func(p servicePort) string {
		if p.name != "" && names[p.name] {
			return "last-applied-configuration names port " + p.name
		}
		if p.name == "" && numbers[p.nodePort] {
			return "last-applied-configuration has it on a port without a name"
		}
		return ""
	}, nil
}

// serviceAppliedNumber reads a nodePort of the manifest: a number loses its fraction, a string must be an integer, and
// anything else counts as none.
func serviceAppliedNumber(v *object.Value, at string) (int64, error) {
	switch v.Kind() {
	case object.Number:
		f, err := strconv.ParseFloat(string(v.JSON()), 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %s is out of range", at, v.JSON())
		}
		if math.Abs(f) >= math.MaxInt64 {
			return 0, nil // Velero's conversion overflows to a negative number
		}
		return int64(f), nil
	case object.String:
		n, err := strconv.Atoi(v.Str())
		if err != nil {
			return 0, fmt.Errorf("%s: %q is not an integer", at, v.Str())
		}
		return int64(n), nil
	}
	return 0, nil
}

// servicePinsByName reads the ports of the manifest as 1.6 does, into a typed Service: ports count by their name only,
// all ports without one share the name "", and anything in the manifest that does not fit the type is an error.
func servicePinsByName(config *object.Value) (servicePin, error) {
	var applied corev1.Service
	if err := config.Decode(&applied); err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, p := range applied.Spec.Ports {
		if p.NodePort > 0 {
			names[p.Name] = true
		}
	}
	return func(p servicePort) string {
		switch {
		case !names[p.name]:
			return ""
		case p.name == "":
			return "last-applied-configuration has a node port on a port without a name"
		}
		return "last-applied-configuration names port " + p.name
	}, nil
}

// servicePinsManaged looks for f:nodePort in managedFields, whose keys hold the port and its protocol.
func servicePinsManaged(item *object.Value) (servicePin, error) {
	keys := map[string]bool{}
	err := serviceManaged(item, func(fields *object.Value, at string) error {
		ports, err := field.GetStrict(fields, at, object.Object, "f:spec", "f:ports")
		for key, p := range ports.Members() {
			if p.Has("f:nodePort") {
				keys[key] = true
			}
		}
		return err
	})
	return func(p servicePort) string {
		if !keys[fmt.Sprintf(`k:{"port":%d,"protocol":"%s"}`, p.port, p.protocol)] {
			return ""
		}
		return fmt.Sprintf("managedFields own it on port %d/%s", p.port, p.protocol)
	}, err
}

// serviceManaged visits the fields of each entry of managedFields.
func serviceManaged(item *object.Value, visit func(fields *object.Value, at string) error) error {
	entries, err := field.List(item, "", "metadata", "managedFields")
	if err != nil {
		return err
	}
	for i, e := range entries {
		at := field.Index("metadata.managedFields", i)
		fields, err := field.Get(e, at, object.Object, "fieldsV1")
		if err != nil {
			return err
		}
		if err := visit(fields, field.Path(at, "fieldsV1")); err != nil {
			return err
		}
	}
	return nil
}

// serviceHealthCheckPin says who set spec.healthCheckNodePort on purpose, "" if it was not set.
func serviceHealthCheckPin(item *object.Value, profile actions.Profile) (by string, err error) {
	config, _, err := serviceLastApplied(item)
	if err != nil {
		return "", err
	}
	applied := serviceAppliedHealthCheck
	if profile.Does(actions.TakesNullHealthCheckPorts) {
		applied = serviceTypedHealthCheck
	}
	if set, err := applied(config); err != nil || set {
		return "last-applied-configuration", serviceAppliedError(err)
	}
	err = serviceManaged(item, func(fields *object.Value, at string) error {
		owned, err := field.GetStrict(fields, at, object.Object, "f:spec", "f:healthCheckNodePort")
		if owned != nil {
			by = "managedFields"
		}
		return err
	})
	return by, err
}

// serviceAppliedHealthCheck says whether a manifest has another health check port than 0, read as any number.
func serviceAppliedHealthCheck(config *object.Value) (bool, error) {
	port, err := field.GetStrict(config, "", object.Number, "spec", "healthCheckNodePort")
	if err != nil || port == nil {
		return false, err
	}
	f, err := strconv.ParseFloat(string(port.JSON()), 64)
	return err != nil || f != 0, err
}

// serviceTypedHealthCheck is the same, read as its Go type: null counts as none. Source: d2241adba pkg/restore/actions/service_action.go:97-110.
func serviceTypedHealthCheck(config *object.Value) (bool, error) {
	port, err := field.Get(config, "", object.Number, "spec", "healthCheckNodePort")
	if err != nil || port == nil {
		return false, err
	}
	n, err := strconv.ParseInt(string(port.JSON()), 10, 32)
	if err != nil {
		return false, fmt.Errorf("spec.healthCheckNodePort: is %s, not a whole number of 32 bits", port.JSON())
	}
	return n != 0, nil
}
