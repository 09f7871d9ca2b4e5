package references

// gatewayAPI are the kinds of the Gateway API. Source: gateway-api apis/v1/shared_types.go, object_reference_types.go,
// apis/v1beta1/referencegrant_types.go.
var gatewayAPI = []row{
	{of: gatewayKinds, path: "/**/*Ref/namespace"},
	{of: gatewayKinds, path: "/**/*Refs/*/namespace"},
	{of: "referencegrants.gateway.networking.k8s.io", path: "/spec/from/*/namespace"},
}

const gatewayKinds = "*.gateway.networking.k8s.io *.gateway.networking.x-k8s.io"
