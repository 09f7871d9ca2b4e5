// Package wire is what Velero and its plugins say to each other: the line by which a plugin tells where it listens, gRPC's
// frames and errors, and the messages of Velero's services, for both sides. It opens no connection.
//
// Velero's plugins are those of hashicorp/go-plugin with gRPC and without its broker, TLS and multiplexing, so that this
// is all there is. Source: Velero v1.18.3 pkg/plugin/proto, pkg/plugin/framework/handshake.go; go-plugin v1.7.0 server.go.
package wire

// The variable of the environment, and its value, by which a program knows that Velero starts it as a plugin.
const (
	CookieName  = "VELERO_PLUGIN"
	CookieValue = "hello"
)

// Kind is the kind of a plugin, one of Velero's interfaces in one version.
type Kind string

// The kinds.
const (
	BackupItemAction    Kind = "BackupItemAction"
	BackupItemActionV2  Kind = "BackupItemActionV2"
	RestoreItemAction   Kind = "RestoreItemAction"
	RestoreItemActionV2 Kind = "RestoreItemActionV2"
	DeleteItemAction    Kind = "DeleteItemAction"
	ItemBlockAction     Kind = "ItemBlockAction"
	ObjectStore         Kind = "ObjectStore"
	VolumeSnapshotter   Kind = "VolumeSnapshotter"
)

// Method is the full name of a method of a service.
type Method string

// The methods that are spoken.
const (
	ListPlugins Method = "/generated.PluginLister/ListPlugins"

	RestoreAppliesTo Method = "/generated.RestoreItemAction/AppliesTo"
	RestoreExecute   Method = "/generated.RestoreItemAction/Execute"

	RestoreAppliesToV2 Method = "/v2.RestoreItemAction/AppliesTo"
	RestoreExecuteV2   Method = "/v2.RestoreItemAction/Execute"
	RestoreProgress    Method = "/v2.RestoreItemAction/Progress"
	RestoreCancel      Method = "/v2.RestoreItemAction/Cancel"
	RestoreItemsReady  Method = "/v2.RestoreItemAction/AreAdditionalItemsReady"

	BackupAppliesTo Method = "/generated.BackupItemAction/AppliesTo"
	BackupExecute   Method = "/generated.BackupItemAction/Execute"

	BackupAppliesToV2 Method = "/v2.BackupItemAction/AppliesTo"
	BackupExecuteV2   Method = "/v2.BackupItemAction/Execute"
	BackupProgress    Method = "/v2.BackupItemAction/Progress"
	BackupCancel      Method = "/v2.BackupItemAction/Cancel"

	BlockAppliesTo    Method = "/v1.ItemBlockAction/AppliesTo"
	BlockRelatedItems Method = "/v1.ItemBlockAction/GetRelatedItems"

	DeleteAppliesTo Method = "/generated.DeleteItemAction/AppliesTo"
	DeleteExecute   Method = "/generated.DeleteItemAction/Execute"

	HealthCheck Method = "/grpc.health.v1.Health/Check"
	Shutdown    Method = "/plugin.GRPCController/Shutdown"
)
