package plugins

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// registered is a plugin as a binary names it.
type registered struct {
	wire.Identifier
	of *binary
}

// everRun stands for the behavior of all releases.
const everRun = actions.Behavior(-1)

// kinds are those that Velero knows, and the behavior that brought those that not all releases have.
var kinds = map[wire.Kind]actions.Behavior{
	wire.BackupItemAction: everRun, wire.RestoreItemAction: everRun, wire.DeleteItemAction: everRun, wire.ObjectStore: everRun, wire.VolumeSnapshotter: everRun,
	wire.BackupItemActionV2: actions.RunsVersion2Actions, wire.RestoreItemActionV2: actions.RunsVersion2Actions, wire.ItemBlockAction: actions.RunsItemBlocks,
}

// checkKinds refuses kinds that a release does not know: its server does not start with such a plugin.
// Source: v1.18.3 pkg/plugin/framework/plugin_lister.go:88-91, v1.6.3 pkg/plugin/framework/plugin_lister.go:130.
func checkKinds(list []registered, profile actions.Profile) error {
	for _, r := range list {
		since, known := kinds[r.Kind]
		switch {
		case !known:
			return fmt.Errorf("plugin %s: %s is of the kind %q, which Velero does not know, and its server does not start", r.of.shown, r.Name, r.Kind)
		case since != everRun && !profile.Does(since):
			return fmt.Errorf("plugin %s: %s is of the kind %s, which Velero %s does not know, and its server does not start: use a build of the plugin for that release",
				r.of.shown, r.Name, r.Kind, profile.Minor())
		}
	}
	return nil
}

// check refuses what keeps Velero's server from starting.
func check(list []registered, profile actions.Profile) error {
	return errors.Join(checkKinds(list, profile), checkNames(list, profile))
}

// checkNames refuses what Velero's registry does, which then ends Velero's server: names of another form, and a name twice
// for one kind, Velero's own actions included.
// Source: v1.18.3 pkg/plugin/clientmgmt/process/registry.go:205-225, pkg/plugin/framework/common/server_mux.go:82-113.
func checkNames(list []registered, profile actions.Profile) error {
	type key struct {
		kind wire.Kind
		name string
	}
	first := map[key]string{}
	for _, of := range builtin.Kinds() {
		for _, a := range of.In(profile) {
			first[key{kindOf(of.Kind, a.V2), a.Name}] = "Velero itself"
		}
	}
	for _, r := range list {
		if err := checkName(r.Name); err != nil {
			return fmt.Errorf("plugin %s: Velero's server does not start: invalid plugin name %q: %w", r.of.shown, r.Name, err)
		}
		at := key{r.Kind, r.Name}
		if other, taken := first[at]; taken {
			return fmt.Errorf("plugin %s: Velero's server does not start: %s has a %s %s as well; leave one of the two out", r.of.shown, other, r.Kind, r.Name)
		}
		first[at] = r.of.shown
	}
	return nil
}

func checkName(name string) error {
	domain, rest, found := strings.Cut(name, "/")
	switch {
	case !found || domain == "" || rest == "" || strings.Contains(rest, "/"):
		return fmt.Errorf("it has to be a DNS subdomain, a slash and a name, such as example.com/my-action")
	default:
		if errs := validation.IsDNS1123Subdomain(domain); len(errs) > 0 {
			return fmt.Errorf("%q is no DNS subdomain: %s", domain, strings.Join(errs, "; "))
		}
	}
	return nil
}

// kindOf is a kind of action in one version of its interface.
func kindOf(kind actions.Kind, v2 bool) wire.Kind {
	if v2 {
		return wire.Kind(kind) + "V2"
	}
	return wire.Kind(kind)
}

// joined is the list of the actions that Velero runs, in its order: its own, and then those of each binary in the order in
// which it names them. A name in both versions of the interface stands twice, and is of version 2 both times: Velero looks
// actions up by their names, those of version 2 first, so that a plugin can even take the place of one of Velero's own.
// Source: v1.18.3 pkg/plugin/clientmgmt/process/registry.go:227-235, pkg/plugin/clientmgmt/manager.go:314-350.
func joined(own, more []actions.Action) []actions.Action {
	list := slices.Concat(own, more)
	second := map[string]actions.Action{}
	for _, a := range list {
		if a.V2 {
			second[a.Name] = a
		}
	}
	for i := range list {
		if a, ok := second[list[i].Name]; ok {
			list[i] = a
		}
	}
	return list
}

// names are the plugins of a binary, for people: each once, sorted.
func names(list []registered) []string {
	var all []string
	for _, r := range list {
		all = append(all, string(r.Kind)+" "+r.Name)
	}
	slices.SortFunc(all, cmp.Compare[string])
	return slices.Compact(all)
}
