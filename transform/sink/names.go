package sink

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// kubectl apply -R visits files and folders in lexical order. These are the folders at the top: what others need first,
// and last what would act on the rest while its own pods do not run yet.
const (
	crdFolder        = "00-" + layout.CRDs
	namespacesFolder = "01-" + layout.Namespaces
	clusterFolder    = "02-cluster"
	namespacedFolder = "03-namespaced"
	lastFolder       = "04-cluster-last"
)

var topFolders = []string{crdFolder, namespacesFolder, clusterFolder, namespacedFolder, lastFolder}

// firstResources stand before the others of their folder, in Velero's order of restore; the others follow
// alphabetically without a number, as digits sort before letters.
var firstResources = []string{
	"storageclasses.storage.k8s.io",
	"volumesnapshotclasses.snapshot.storage.k8s.io",
	"volumesnapshotcontents.snapshot.storage.k8s.io",
	"volumesnapshots.snapshot.storage.k8s.io",
	"persistentvolumes",
	"persistentvolumeclaims",
	"clusterroles.rbac.authorization.k8s.io",
	"roles.rbac.authorization.k8s.io",
	"serviceaccounts",
	"clusterrolebindings.rbac.authorization.k8s.io",
	"rolebindings.rbac.authorization.k8s.io",
	"secrets",
	"configmaps",
	"limitranges",
	"priorityclasses.scheduling.k8s.io",
	"pods",
	"replicasets.apps",
	"clusterclasses.cluster.x-k8s.io",
	"endpoints",
	"services",
}

// lowResources stand after the others of their folder: Velero's low priorities.
var lowResources = []string{
	"clusterbootstraps.run.tanzu.vmware.com",
	"clusters.cluster.x-k8s.io",
	"clusterresourcesets.addons.cluster.x-k8s.io",
	"apps.kappctrl.k14s.io",
	"packageinstalls.packaging.carvel.dev",
}

// lastResources are those of the last folder: they intercept requests, or answer them, through services of the backup.
var lastResources = []string{
	"apiservices.apiregistration.k8s.io",
	"mutatingadmissionpolicies.admissionregistration.k8s.io",
	"mutatingadmissionpolicybindings.admissionregistration.k8s.io",
	"mutatingwebhookconfigurations.admissionregistration.k8s.io",
	"validatingadmissionpolicies.admissionregistration.k8s.io",
	"validatingadmissionpolicybindings.admissionregistration.k8s.io",
	"validatingwebhookconfigurations.admissionregistration.k8s.io",
}

// place returns the folder, in slashes, and the file of an item.
func place(m Manifest, format Format) (folder, file string) {
	file = fileName(m.Name, "."+string(format))
	switch {
	case m.Resource == layout.CRDs:
		return crdFolder, file
	case m.Resource == layout.Namespaces:
		return namespacesFolder, file
	case m.Namespace != "":
		return namespacedFolder + "/" + fileName(m.Namespace, "") + "/" + resourceFolder(m.Resource), file
	case slices.Contains(lastResources, m.Resource):
		return lastFolder + "/" + resourceFolder(m.Resource), file
	}
	return clusterFolder + "/" + resourceFolder(m.Resource), file
}

func resourceFolder(resource string) string {
	name := fileName(resource, "")
	if i := slices.Index(firstResources, resource); i >= 0 {
		return fmt.Sprintf("%02d-%s", i, name)
	}
	if i := slices.Index(lowResources, resource); i >= 0 {
		return fmt.Sprintf("zz-%02d-%s", i, name)
	}
	return name
}

const (
	longestName = 255 // bytes, of a name in the file systems of all systems
	hashBytes   = 8
)

// fileName turns a name of Kubernetes into one that is safe on every system and differs from that of every other name
// even where case is ignored. Bytes that are not safe are written %3A; a name with capital letters, or too long, also
// gets ~ and its hash. Common names stay as they are.
func fileName(name, suffix string) string {
	if isSafe(name) && !isReserved(name) && len(name)+len(suffix) <= longestName {
		return name + suffix
	}
	if name == "" {
		return "%" + suffix // which no other name becomes
	}
	var b strings.Builder
	capital := false
	for i := range len(name) {
		c := name[i]
		capital = capital || c >= 'A' && c <= 'Z'
		if !safeByte(c) || i == 0 && (c == '.' || isReserved(name)) || i == len(name)-1 && c == '.' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	escaped := b.String()
	tooLong := len(escaped)+len(suffix) > longestName
	if !capital && !tooLong {
		return escaped + suffix
	}
	sum := sha256.Sum256([]byte(name))
	hash := "~" + hex.EncodeToString(sum[:hashBytes])
	room := longestName - len(suffix) - len(hash)
	return escaped[:min(len(escaped), room)] + hash + suffix
}

// isSafe says that a name needs no escapes and no hash.
func isSafe(name string) bool {
	for i := range len(name) {
		if c := name[i]; !safeByte(c) || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return name != "" && name[0] != '.' && name[len(name)-1] != '.'
}

// safeByte leaves out what Windows forbids, what the escapes use, spaces, and all that is not ASCII, which some file
// systems normalise.
func safeByte(c byte) bool {
	return c > ' ' && c < 0x7f && !strings.ContainsRune(`<>:"/\|?*%~`, rune(c))
}

// reserved are names of devices on Windows, with any suffix.
var reserved = []string{
	"con", "prn", "aux", "nul", "conin$", "conout$",
	"com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
}

func isReserved(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	return len(stem) <= len("conout$") && slices.Contains(reserved, strings.ToLower(stem))
}
