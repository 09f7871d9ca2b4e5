package cmd

import (
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/cmd/render"
)

// restoreFlags say how to restore. Those that `velero restore create` has are named and meant as there
// (v1.18.2 pkg/cmd/cli/restore/create.go:131-177).
type restoreFlags struct {
	includeNamespaces, excludeNamespaces list
	namespaces                           list // of -n
	includeResources, excludeResources   list
	statusInclude, statusExclude         list
	namespaceMappings                    pairs
	selectors                            selectorFlags
	includeClusterResources              optionalBool
	restoreVolumes, preserveNodePorts    optionalBool
	existingResourcePolicy               string
	resourceModifiers                    string
	resourcePolicies                     string
	given                                render.Given // the files that were read

	restoreName   string
	features      list
	veleroVersion string
	fixed         bool   // veleroVersion counts whatever the target runs
	why           string // this version, where the user did not say
	veleroImage   string
	files         []string
	targets       []string
	targetVersion string
	registries    list
	apiServer     string

	storageClasses, images, nodes list
	volumeIDs                     []string
	volumeIDsFile                 string
	plugins                       pluginFlags

	showSecrets bool

	line *veleroLine // of a command that takes all of `velero restore create`, else nil
}

// bind binds all flags that say how to restore.
func (f *restoreFlags) bind(flags *pflag.FlagSet) {
	f.bindItems(flags)
	f.bindSending(flags)
	f.bindModifiers(flags)
	f.bindTarget(flags)
}

func (f *restoreFlags) bindSecrets(flags *pflag.FlagSet) {
	flags.BoolVar(&f.showSecrets, "show-secrets", false, "show the values of Secrets instead of their lengths and hashes")
}

// bindItems binds the flags of Velero that say which items are restored, and what is done to them.
func (f *restoreFlags) bindItems(flags *pflag.FlagSet) {
	f.bindSelection(flags)
	bindOptional(flags, &f.restoreVolumes, "restore-volumes", "restore volumes from snapshots")
	bindOptional(flags, &f.preserveNodePorts, "preserve-nodeports", "keep the node ports of Services")
}

// bindSelection binds the flags of Velero that say which items are restored, and into which namespaces.
func (f *restoreFlags) bindSelection(flags *pflag.FlagSet) {
	f.bindScope(flags)
	flags.Var(&f.namespaceMappings, "namespace-mappings", "namespaces to rename")
	flags.StringVar(&f.resourcePolicies, "resource-policies-configmap", "", "`FILE` with resource policies: the ConfigMap, or the YAML inside it")
	f.selectors.bind(flags, "restore only items with these labels", `restore items that match one of several selectors: "a=b or c=d"`)
}

// bindScope binds the flags of Velero that say which resources of which namespaces are restored.
func (f *restoreFlags) bindScope(flags *pflag.FlagSet) {
	flags.Var(&f.includeNamespaces, "include-namespaces", "namespaces to restore, by their names in the backup; * for all; also -n")
	if flags.ShorthandLookup("n") == nil {
		flags.VarP(&f.namespaces, "n", "n", "short for --include-namespaces")
		flags.Lookup("n").Hidden = true
	}
	flags.Var(&f.excludeNamespaces, "exclude-namespaces", "namespaces to leave out")
	flags.Var(&f.includeResources, "include-resources", "resources to restore, such as deployments.apps; * for all")
	flags.Var(&f.excludeResources, "exclude-resources", "resources to leave out")
	bindOptional(flags, &f.includeClusterResources, "include-cluster-resources", "restore cluster-scoped items (default: only if all namespaces are restored)")
}

// bindSending binds the flags that matter once an item is ready to be sent.
func (f *restoreFlags) bindSending(flags *pflag.FlagSet) {
	flags.StringVar(&f.existingResourcePolicy, "existing-resource-policy", "", "what happens to items that the target has: none or update")
	flags.Var(&f.statusInclude, "status-include-resources", "resources whose status is restored")
	flags.Var(&f.statusExclude, "status-exclude-resources", "resources whose status is not restored")
	flags.StringVar(&f.restoreName, "restore-name", "", "name of the restore (default: the backup's with -preview)")
}

// bindModifiers binds the flag for resource modifiers.
func (f *restoreFlags) bindModifiers(flags *pflag.FlagSet) {
	flags.StringVar(&f.resourceModifiers, "resource-modifier-configmap", "", "`FILE` with resource modifiers: the ConfigMap, or the YAML inside it")
}

// bindTarget binds the flags that say what Velero would know from its cluster.
func (f *restoreFlags) bindTarget(flags *pflag.FlagSet) {
	f.bindServer(flags)
	flags.StringVar(&f.veleroImage, "velero-image", "", "image of the Velero server in the target cluster")
	flags.Var(&f.storageClasses, "storage-class-mappings", "storage classes to rename: old:new,...")
	flags.Var(&f.images, "image-mappings", "parts of images to replace: old=new,...")
	flags.Var(&f.nodes, "node-mappings", "nodes to rename: old=new,...")
	f.bindVolumes(flags)
}

// bindServer binds the flags that say what restores, and into what.
func (f *restoreFlags) bindServer(flags *pflag.FlagSet) {
	f.bindVelero(flags)
	flags.Var(&f.features, "features", "features of the Velero server, such as EnableCSI")
}

// bindVelero binds the flags that say what restores, features aside.
func (f *restoreFlags) bindVelero(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&f.files, "file", "f", nil, "`FILE` (or -) with a Velero Restore or with objects of the target cluster; repeatable")
	flags.StringVar(&f.veleroVersion, "velero-version", actions.Newest.String(), "release of Velero that restores, from 1.6 on (left out: that of the target's Velero server, where -f describes it, else the newest)")
}

// bindAPIServer binds the flags that describe the target's API server.
func (f *restoreFlags) bindAPIServer(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.targets, "target", nil, "`PATH` of what describes the target cluster: a backup of it, or a file or folder of kubectl get -o yaml; repeatable")
	flags.StringVar(&f.targetVersion, "target-version", "", "`VERSION` of the target's Kubernetes, such as 1.33: it serves what that version does, and has what --target gives and nothing else")
	flags.StringVar(&f.apiServer, "api-server", "", "`DIR` with kube-apiserver and etcd, such as envtest's: they run on the loopback with what --target gives, and answer in the place of veltx's own checks")
	flags.Var(&f.registries, "target-registries", "`REGISTRIES` that the target can reach, such as registry.example.com,docker.io/library: images of others are told (left out: all)")
}

// bindOptional binds a flag that may stand alone and then means true.
func bindOptional(flags *pflag.FlagSet, value *optionalBool, name, help string) {
	flags.VarPF(value, name, "", help).NoOptDefVal = "true"
}
