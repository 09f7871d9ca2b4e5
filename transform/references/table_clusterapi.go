package references

// clusterAPI are the kinds of Cluster API and of its providers. Source: cluster-api api/v1beta1/cluster_types.go,
// machine_types.go, clusterclass_types.go.
var clusterAPI = []row{
	{of: clusterKinds, path: "/**/*Ref/namespace"},
	{of: clusterKinds, path: "/**/*Refs/*/namespace"},
	{of: clusterKinds, path: "/**/ref/namespace"},
	{of: clusterKinds, path: "/spec/topology/classNamespace"},
	{of: clusterKinds, path: "/spec/topology/classRef/namespace"},
}

const clusterKinds = "*.cluster.x-k8s.io *.infrastructure.cluster.x-k8s.io *.controlplane.cluster.x-k8s.io *.bootstrap.cluster.x-k8s.io *.addons.cluster.x-k8s.io *.ipam.cluster.x-k8s.io"
