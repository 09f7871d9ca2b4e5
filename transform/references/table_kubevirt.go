package references

// kubeVirt are the kinds of KubeVirt and its importer, and networks as Multus attaches them.
// Source: kubevirt containerized-data-importer staging/.../core/v1beta1/types.go (DataVolumeSource), kubevirt
// staging/src/kubevirt.io/api/core/v1/schema.go (MultusNetwork), multus-cni pkg/k8sclient/k8sclient.go (parsePodNetworkObjectName).
var kubeVirt = []row{
	{of: kubeVirtKinds, path: "/**/source/*/namespace"},
	{of: kubeVirtKinds, path: "/**/sourceRef/namespace"},
	{of: kubeVirtKinds, path: "/**/multus/networkName", form: namespaceName, kind: Pair},
	{path: "/**/annotations/k8s.v1.cni.cncf.io~1networks", form: network, kind: Pair},
	{path: "/**/annotations/v1.multus-cni.io~1default-network", form: network, kind: Pair},
}

const kubeVirtKinds = "*.kubevirt.io *.cdi.kubevirt.io"

// network: shop/net, shop/net@eth1, several with commas, or JSON with a namespace.
func network(_ *walk, text string, m mention) (from, to int, ok bool) {
	if key, at, _, _ := keyBefore(text, m.from); at >= 0 && key == "namespace" {
		return at, m.to, true
	}
	if m.to >= len(text) || text[m.to] != '/' || m.from > 0 && text[m.from-1] != ',' && text[m.from-1] != ' ' {
		return 0, 0, false
	}
	return m.from, endOfName(text, m.to+1), true
}
