package references

// strimzi are the kinds of Strimzi. Source: strimzi-kafka-operator
// api/src/main/java/io/strimzi/api/kafka/model (KafkaConnectSpec, KafkaMirrorMaker2ClusterSpec, KafkaBridgeSpec).
var strimzi = []row{
	{of: "*.kafka.strimzi.io", path: "/**/bootstrapServers", form: host, kind: DNSName},
	{of: "*.kafka.strimzi.io", path: "/**/*Uri", form: host, kind: DNSName},
	{of: "*.kafka.strimzi.io", path: "/**/alternativeNames/*", form: hostAmong, kind: DNSName},
	{of: "*.kafka.strimzi.io", path: "/**/advertisedHost", form: host, kind: DNSName},
}
