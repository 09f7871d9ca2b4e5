package references

import (
	"regexp"
	"strings"
)

// sighting is what a mention was found to be: its kind, how sure that is, and the part of the text that shows it.
type sighting struct {
	kind     Kind
	sure     Sure
	from, to int
	by       string
}

// likely makes a sighting out of a part of a text.
func likely(kind Kind, from, to int) sighting {
	return sighting{kind: kind, sure: Likely, from: from, to: to}
}

// found says that a sighting is one.
func (s sighting) found() bool { return s.kind != "" }

// inText judges a mention by what stands around it.
func (w *walk) inText(text string, m mention) sighting {
	for _, judge := range []func(string, mention) sighting{user, w.dnsName, spiffeID, linkerdID, apiPath, registryImage, w.pair, w.keyed} {
		if s := judge(text, m); s.found() {
			return s
		}
	}
	return sighting{}
}

// user finds the user name of a ServiceAccount, and the group of all those of a namespace, which mean nothing else.
// Source: apiserver pkg/authentication/serviceaccount/util.go (MakeUsername, MakeNamespaceGroupName).
func user(text string, m mention) sighting {
	before, after := text[:m.from], text[m.to:]
	s := sighting{kind: User, sure: Certain, to: m.to}
	switch {
	case strings.HasSuffix(before, "system:serviceaccount:") && strings.HasPrefix(after, ":"):
		s.from, s.to = m.from-len("system:serviceaccount:"), endOfName(text, m.to+1)
	case strings.HasSuffix(before, "system:serviceaccounts:") && !strings.HasPrefix(after, ":"):
		s.from = m.from - len("system:serviceaccounts:")
	default:
		return sighting{}
	}
	return s
}

// endOfName is where a name that starts at i ends.
func endOfName(text string, i int) int {
	start := i
	for i < len(text) && i < start+longestHost && (class[text[i]] == inWord || text[i] == '.') {
		i++
	}
	for i > start && text[i-1] == '.' {
		i--
	}
	return i
}

// dnsName finds names that a cluster's DNS has: of Services, of their pods, of all in a namespace (as in NO_PROXY).
func (w *walk) dnsName(text string, m mention) sighting {
	service, from := labelBefore(text, m.from)
	after := text[m.to:]
	svc, end := domain(after)
	s := likely(DNSName, from, m.to+end)
	switch {
	case isAPIServer(text[m.from:m.to], service):
		return sighting{}
	case svc && isClusterLocal(after):
		return s
	case svc && service != "" && (!w.common(text, m) || w.hasService(text, m, service)):
		return s
	case svc && service == "" && !w.common(text, m) && startsHost(text, m.from):
		return s
	case svc || service == "" || !endsHost(after) || !w.hasService(text, m, service) && !isAddress(text, m, from):
		return sighting{}
	}
	return s
}

// isAddress says that a host which starts at from is one of the cluster, though the backup has no such Service: it has a port or stands
// in a URL, and no top-level domain is called like the namespace.
func isAddress(text string, m mention, from int) bool {
	if !strings.ContainsAny(text[m.from:m.to], "-0123456789") || strings.HasPrefix(text[m.from:m.to], "xn--") {
		return false
	}
	before := text[max(0, from-longestHost):from]
	if strings.HasSuffix(before, "://") || strings.HasSuffix(before, "@") && strings.Contains(before, "://") {
		return true
	}
	return startsHost(text, from) && !strings.HasSuffix(before, "/") && port.MatchString(text[m.to:min(len(text), m.to+8)])
}

var port = regexp.MustCompile(`^\.?:[0-9]{2,5}($|[^0-9A-Za-z.:-])`)

// isAPIServer says that a Service is the one by which a cluster's API server is found. It is in the namespace default of every cluster,
// whatever else is restored under another name. Source: kubernetes pkg/controlplane/controller/kubernetesservice/controller.go.
func isAPIServer(namespace, service string) bool {
	return namespace == "default" && service == "kubernetes"
}

// labelBefore is the label of a DNS name before the one at i, and where what belongs to the name begins. In an expression a dot
// may have a backslash before it.
func labelBefore(text string, i int) (string, int) {
	if i == 0 || text[i-1] != '.' {
		return "", i
	}
	least := max(0, i-longestHost)
	end := i - 1
	for end > least && text[end-1] == '\\' {
		end--
	}
	start := end
	for start > least && (class[text[start-1]] == inWord && text[start-1] < 0x80 || text[start-1] == '*') {
		start--
	}
	from := start
	for from > least && (class[text[from-1]] == inWord && text[from-1] < 0x80 || text[from-1] == '.' || text[from-1] == '\\' && text[from] == '.') {
		from--
	}
	return text[start:end], from
}

// longestHost is how long a DNS name can be.
const longestHost = 253

// domain says that the domain of Services or of pods follows, and how long it is with all of the cluster's domain.
func domain(after string) (bool, int) {
	plain := strings.TrimLeft(after, `\`)
	for _, sort := range []string{".svc", ".pod"} {
		rest, ok := strings.CutPrefix(plain, sort)
		if !ok || rest != "" && class[rest[0]] == inWord || sort == ".pod" && !isClusterLocal(after) {
			continue
		}
		return true, endOfDomain(after, len(after)-len(rest))
	}
	return false, 0
}

// endOfDomain is where a DNS name ends whose next label, if any, has its dot at i.
func endOfDomain(text string, i int) int {
	for i < min(len(text), longestHost) {
		dot := i
		for dot < len(text) && text[dot] == '\\' {
			dot++
		}
		if dot >= len(text) || text[dot] != '.' {
			return i
		}
		end := dot + 1
		for end < len(text) && class[text[end]] == inWord && end < dot+longestName {
			end++
		}
		if end == dot+1 {
			return i
		}
		i = end
	}
	return i
}

func isClusterLocal(after string) bool {
	after = strings.ReplaceAll(after[:min(len(after), 2*len(".svc.cluster.local"))], `\`, "")
	return strings.HasPrefix(after, ".svc.cluster.local") || strings.HasPrefix(after, ".pod.cluster.local")
}

// startsHost says that a host may start at i, or a domain with a dot before it.
func startsHost(text string, i int) bool {
	return i == 0 || strings.IndexByte(" \t\n,;\"'=.|(*@/", text[i-1]) >= 0
}

// endsHost says that a host ends here: web.shop.example.com is another host than web.shop.
func endsHost(after string) bool {
	if strings.HasPrefix(strings.TrimLeft(after, `\`), ".") && strings.HasPrefix(after, `\`) {
		return false
	}
	after = strings.TrimPrefix(after, ".")
	return after == "" || strings.IndexByte(" \t\r\n,;:/?#\"'`)]}>|&\\", after[0]) >= 0
}

// spiffeID finds the identity of a workload. Source: istio pkg/spiffe/spiffe.go (Identity.String).
func spiffeID(text string, m mention) sighting {
	before, after := text[:m.from], text[m.to:]
	switch {
	case !strings.HasSuffix(before, "/ns/"):
		return sighting{}
	case strings.HasPrefix(after, "/sa/"):
		return likely(Identity, m.from-len("ns/"), endOfName(text, m.to+len("/sa/")))
	case strings.HasPrefix(after, "/") && spiffeTrustDomain.MatchString(before[max(0, len(before)-lookBack):]):
		return likely(Identity, m.from-len("ns/"), endOfName(text, m.to+1)) // such as Dapr's
	}
	return sighting{}
}

var spiffeTrustDomain = regexp.MustCompile(`spiffe://[A-Za-z0-9._${}-]+/ns/$`)

// linkerdID finds the identity of a workload in the mesh of Linkerd.
func linkerdID(text string, m mention) sighting {
	if from, to, ok := linkerdIdentity(nil, text, m); ok {
		return likely(Identity, from, to)
	}
	return sighting{}
}

// apiPath finds the namespace in a path of the Kubernetes API.
func apiPath(text string, m mention) sighting {
	if !strings.HasSuffix(text[:m.from], "/namespaces/") {
		return sighting{}
	}
	return likely(APIPath, m.from-len("namespaces/"), m.to)
}

// registryImage finds an image in the registry within an OpenShift cluster, where the namespace is a part of its name.
func registryImage(text string, m mention) sighting {
	if !strings.HasPrefix(text[m.to:], "/") || !strings.HasSuffix(text[:m.from], "/") || !openShiftRegistry.MatchString(text[max(0, m.from-lookBack):m.from]) {
		return sighting{}
	}
	return likely(Image, m.from, endOfName(text, m.to+1))
}

var openShiftRegistry = regexp.MustCompile(`(openshift-image-registry[A-Za-z0-9.-]*|docker-registry\.default\.svc[a-z.]*)(:[0-9]+)?/$`)

// pair finds NAMESPACE/NAME of an object that the backup has, unless it is an image or a part of a path; in lists of
// ServiceAccounts also NAMESPACE:NAME.
func (w *walk) pair(text string, m mention) sighting {
	if m.to >= len(text) || text[m.to] != '/' && text[m.to] != ':' || m.from > 0 && strings.IndexByte("=,\"' \t\n[({|;", text[m.from-1]) < 0 {
		return sighting{}
	}
	end := endOfName(text, m.to+1)
	if end == m.to+1 || end < len(text) && strings.IndexByte(",\"' \t\r\n])}|;\\", text[end]) < 0 || !w.hasObject(text[m.from:m.to], text[m.to+1:end]) && !w.isGateway(text, m) {
		return sighting{}
	}
	if isAPIServer(text[m.from:m.to], text[m.to+1:end]) {
		return sighting{}
	}
	key, _, _, _ := keyBefore(text, m.from)
	if imageKey.MatchString(key) || imageKey.MatchString(w.key()) || text[m.to] == ':' && !accountKey.MatchString(key) && !accountKey.MatchString(w.key()) {
		return sighting{}
	}
	return likely(Pair, m.from, end)
}

// isGateway says that a pair is the value of a key for a Gateway, which Istio, Knative and KServe name in this form.
// Source: kserve pkg/controller/v1beta1/inferenceservice/reconcilers/ingress (kserveIngressGateway, localGateway).
func (w *walk) isGateway(text string, m mention) bool {
	key, _, _, _ := keyBefore(text, m.from)
	return text[m.to] == '/' && !w.common(text, m) && (gatewayKey.MatchString(key) || key == "" && gatewayKey.MatchString(w.key()))
}

var gatewayKey = regexp.MustCompile(`(?i)[a-z_]gateway$`)

// accountKey matches the key of a list of ServiceAccounts, such as SPIRE's.
// Source: spire doc/plugin_server_nodeattestor_k8s_psat.md (service_account_allow_list).
var accountKey = regexp.MustCompile(`(?i)service_?accounts?(_?(allow|white)_?list)?$`)

var imageKey = regexp.MustCompile(`(?i)(image|repository|repo)$`)

// keyed finds a namespace that is the value of a key or flag which is called so.
func (w *walk) keyed(text string, m mention) sighting {
	if m.to < len(text) && strings.IndexByte("./$%", text[m.to]) >= 0 {
		return sighting{} // a part of something longer
	}
	key, at, bare, label := keyBefore(text, m.from)
	if key == "names" && namesOfNamespaces.MatchString(text[max(0, at-lookBack/4):at]) {
		key = "namespaces"
	}
	flag := strings.HasPrefix(key, "-")
	switch {
	case at < 0 || key == "values" && strings.Contains(text[max(0, at-lookBack/4):at], "kubernetes.io/metadata.name"):
		if at >= 0 {
			return likely(Selector, m.from, m.to)
		}
		if key = w.list.listKey(text, m); !isNamespaceKey(key) || w.common(text, m) && !isKubernetesKey(key) {
			return sighting{}
		}
		return likely(Setting, m.from, m.to)
	case key == "-n" && w.commandOf(text, at):
		return likely(Flag, at, m.to)
	case bare && !flag:
		return sighting{}
	case !isNamespaceKey(strings.TrimLeft(key, "-")):
		return sighting{}
	case flag:
		return likely(Flag, at, m.to)
	case w.common(text, m) && !label && !isKubernetesKey(key):
		return sighting{}
	}
	return likely(Setting, at, m.to)
}

// namesOfNamespaces matches what stands before the names of namespaces: namespaces: {names: [a, shop]}, as Prometheus has them.
// Source: prometheus discovery/kubernetes/kubernetes.go (NamespaceDiscovery).
var namesOfNamespaces = regexp.MustCompile(`namespaces["'\\]*\s*[:=]\s*\{?\s*["'\\]*$`)

// commandOf says that a flag at i is one of a command that takes a namespace with -n.
func (w *walk) commandOf(text string, i int) bool {
	line := text[lineStart(text, i, max(0, i-lookBack)):i]
	return namespacedCommand.MatchString(line[strings.LastIndexAny(line, ";&|(`")+1:])
}

var namespacedCommand = regexp.MustCompile(`\b(kubectl|oc|helm|flux|istioctl|linkerd|argocd|velero|kustomize|kubectl-[a-z-]+|k9s|tkn|kn|cmctl|k)\s`)
