package restore

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/velero"
)

// service is a Service with the given metadata and spec, both in YAML's flow style.
func service(metadata, spec string) string {
	return "metadata: {name: web, namespace: shop" + metadata + "}\nspec: {" + spec + "}"
}

// applied is last-applied-configuration with the given spec.
func applied(spec string) string {
	return `, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"spec":` + spec + `}'}`
}

const preserve = `spec: {preserveNodePorts: true}`

func TestServiceAddresses(t *testing.T) {
	actiontest.Run(t, Service(actions.V1_18), []actiontest.Case{
		{Name: "cluster IPs go", Item: service("", `clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], x: 1`), Want: service("", `x: 1`)},
		{Name: "of a headless Service they stay", Item: service("", `clusterIP: None, clusterIPs: [None]`)},
		{Name: "clusterIPs go without clusterIP as well", Item: service("", `clusterIPs: [10.0.0.1]`), Want: service("", ``)},
		{Name: "a Service without spec stays as it is", Item: `metadata: {name: web, namespace: shop}`},
		{Name: "preserveNodePorts does not keep cluster IPs", Restore: preserve,
			Item: service("", `clusterIP: 10.0.0.1, ports: [{nodePort: 30080}], healthCheckNodePort: 30000, type: LoadBalancer, externalTrafficPolicy: Local`),
			Want: service("", `ports: [{nodePort: 30080}], healthCheckNodePort: 30000, type: LoadBalancer, externalTrafficPolicy: Local`)},
	})
	actiontest.Run(t, Service(actions.V1_6), []actiontest.Case{
		{Name: "1.6 removes cluster IPs", Item: service("", `clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]`), Want: service("", ``)},
		{Name: "1.6 loses clusterIPs of headless Services as well", Item: service("", `clusterIP: None, clusterIPs: [None], ipFamilies: [IPv4]`),
			Want: service("", `clusterIP: None, ipFamilies: [IPv4]`)},
	})
}

func TestServiceNodePortsByLastApplied(t *testing.T) {
	actiontest.Run(t, Service(actions.V1_18), []actiontest.Case{
		{Name: "a port counts by its name, whatever number it had",
			Item: service(applied(`{"ports":[{"name":"http","nodePort":31000}]}`), `ports: [{name: http, nodePort: 30080}, {name: other, nodePort: 31000}]`),
			Want: service(applied(`{"ports":[{"name":"http","nodePort":31000}]}`), `ports: [{name: http, nodePort: 30080}, {name: other}]`)},
		{Name: "a port without a name counts by its number",
			Item: service(applied(`{"ports":[{"nodePort":30080}]}`), `ports: [{nodePort: 30080}, {nodePort: 30081}]`),
			Want: service(applied(`{"ports":[{"nodePort":30080}]}`), `ports: [{nodePort: 30080}, {}]`)},
		{Name: "a number may be a string, or have a fraction or an exponent",
			Item: service(applied(`{"ports":[{"nodePort":"30080"},{"nodePort":30081.0},{"nodePort":3.0082e4},{"nodePort":30083.9}]}`),
				`ports: [{nodePort: 30080}, {nodePort: 30081}, {nodePort: 30082}, {nodePort: 30083}]`)},
		{Name: "an empty name in the manifest is no missing one: nothing pins the port",
			Item: service(applied(`{"ports":[{"name":"","nodePort":30080}]}`), `ports: [{nodePort: 30080}]`),
			Want: service(applied(`{"ports":[{"name":"","nodePort":30080}]}`), `ports: [{}]`)},
		{Name: "node port 0, a negative one and one of another type are none",
			Item: service(applied(`{"ports":[{"name":"a","nodePort":0},{"name":"b","nodePort":-1e30},{"name":"c","nodePort":true},{"name":"d","nodePort":1e30},7]}`),
				`ports: [{name: a, nodePort: 1}, {name: b, nodePort: 2}, {name: c, nodePort: 3}, {name: d, nodePort: 4}]`),
			Want: service(applied(`{"ports":[{"name":"a","nodePort":0},{"name":"b","nodePort":-1e30},{"name":"c","nodePort":true},{"name":"d","nodePort":1e30},7]}`),
				`ports: [{name: a}, {name: b}, {name: c}, {name: d}]`)},
		{Name: "with last-applied-configuration managedFields do not count",
			Item: service(applied(`{"ports":[]}`)+`, managedFields: [{fieldsV1: {'f:spec': {'f:ports': {'k:{"port":80,"protocol":"TCP"}': {'f:nodePort': {}}}}}}]`,
				`ports: [{port: 80, protocol: TCP, nodePort: 30080}]`),
			Want: service(applied(`{"ports":[]}`)+`, managedFields: [{fieldsV1: {'f:spec': {'f:ports': {'k:{"port":80,"protocol":"TCP"}': {'f:nodePort': {}}}}}}]`,
				`ports: [{port: 80, protocol: TCP}]`)},
		{Name: "a manifest without ports pins nothing",
			Item: service(applied(`null`), `ports: [{nodePort: 30080}]`), Want: service(applied(`null`), `ports: [{}]`)},
		{Name: "an ExternalName Service is left alone",
			Item: service(applied(`7`), `type: ExternalName, ports: [{nodePort: 30080}]`)},
	})
}

func TestServiceNodePortsByManagedFields(t *testing.T) {
	managed := func(fields string) string { return `, managedFields: [{manager: a}, {fieldsV1: ` + fields + `}]` }
	owned := managed(`{'f:spec': {'f:ports': {'k:{"port":80,"protocol":"TCP"}': {'f:nodePort': {}}, 'k:{"port":81,"protocol":"TCP"}': {'f:port': {}}, x: 1}}}`)
	actiontest.Run(t, Service(actions.V1_18), []actiontest.Case{
		{Name: "who owns f:nodePort of a port and protocol keeps it",
			Item: service(owned, `ports: [{port: 80, protocol: TCP, nodePort: 1}, {port: 81, protocol: TCP, nodePort: 2}, {port: 80, protocol: UDP, nodePort: 3}, {port: 80, nodePort: 4}]`),
			Want: service(owned, `ports: [{port: 80, protocol: TCP, nodePort: 1}, {port: 81, protocol: TCP}, {port: 80, protocol: UDP}, {port: 80}]`)},
		{Name: "without any managedFields all node ports go",
			Item: service("", `ports: [{port: 80, nodePort: 30080}]`), Want: service("", `ports: [{port: 80}]`)},
		{Name: "f:ports of the wrong type is an error", Item: service(managed(`{'f:spec': {'f:ports': null}}`), `ports: []`),
			Err: "metadata.managedFields[1].fieldsV1.f:spec.f:ports: is null, not an object"},
		{Name: "fieldsV1 of the wrong type is an error", Item: service(managed(`[]`), ``),
			Err: "metadata.managedFields[1].fieldsV1: is array, not an object"},
	})
}

func TestServiceHealthCheckNodePort(t *testing.T) {
	const local = `type: LoadBalancer, externalTrafficPolicy: Local`
	owned := `, managedFields: [{fieldsV1: {'f:spec': {'f:healthCheckNodePort': {}}}}]`
	actiontest.Run(t, Service(actions.V1_18), []actiontest.Case{
		{Name: "it goes", Item: service("", local+`, healthCheckNodePort: 30000`), Want: service("", local)},
		{Name: "last-applied-configuration keeps it", Item: service(applied(`{"healthCheckNodePort":30000.0}`), local+`, healthCheckNodePort: 30000`)},
		{Name: "0 in last-applied-configuration does not", Item: service(applied(`{"healthCheckNodePort":0}`), local+`, healthCheckNodePort: 30000`),
			Want: service(applied(`{"healthCheckNodePort":0}`), local)},
		{Name: "managedFields keep it", Item: service(owned, local+`, healthCheckNodePort: 30000`)},
		{Name: "managedFields keep it beside last-applied-configuration too",
			Item: service(applied(`{}`)+owned, local+`, healthCheckNodePort: 30000`)},
		{Name: "another traffic policy keeps it", Item: service("", `type: LoadBalancer, externalTrafficPolicy: Cluster, healthCheckNodePort: 30000`)},
		{Name: "another type keeps it", Item: service("", `type: NodePort, externalTrafficPolicy: Local, healthCheckNodePort: 30000`)},
		{Name: "a string in last-applied-configuration is an error", Item: service(applied(`{"healthCheckNodePort":"1"}`), local+`, healthCheckNodePort: 30000`),
			Err: "spec.healthCheckNodePort: is string, not a number"},
	})
	const port = `, healthCheckNodePort: 30000`
	actiontest.Run(t, Service(actions.V1_18_3), []actiontest.Case{
		{Name: "null in last-applied-configuration is an error", Item: service(applied(`{"healthCheckNodePort":null}`), local+port),
			Err: "spec.healthCheckNodePort: is null, not a number"},
	})
	actiontest.Run(t, Service(actions.V1_19), []actiontest.Case{
		{Name: "1.19 takes null for none", Item: service(applied(`{"healthCheckNodePort":null}`), local+port),
			Want: service(applied(`{"healthCheckNodePort":null}`), local)},
		{Name: "1.19 keeps one that is set", Item: service(applied(`{"healthCheckNodePort":30000}`), local+port)},
		{Name: "1.19 refuses what is no int32", Item: service(applied(`{"healthCheckNodePort":30000.0}`), local+port),
			Err: "spec.healthCheckNodePort: is 30000.0, not a whole number of 32 bits"},
	})
	actiontest.Run(t, Service(actions.V1_6), []actiontest.Case{
		{Name: "1.6 leaves it", Item: service("", local+`, healthCheckNodePort: 30000`)},
	})
}

func TestServiceIn16(t *testing.T) {
	actiontest.Run(t, Service(actions.V1_6), []actiontest.Case{
		{Name: "ports count by name, those without one together",
			Item: service(applied(`{"ports":[{"nodePort":30080},{"name":"a","nodePort":1},{"name":"b","nodePort":0}]}`),
				`ports: [{nodePort: 30081}, {name: a, nodePort: 2}, {name: b, nodePort: 3}]`),
			Want: service(applied(`{"ports":[{"nodePort":30080},{"name":"a","nodePort":1},{"name":"b","nodePort":0}]}`),
				`ports: [{nodePort: 30081}, {name: a, nodePort: 2}, {name: b}]`)},
		{Name: "managedFields do not count",
			Item: service(`, managedFields: [{fieldsV1: {'f:spec': {'f:ports': {'k:{"port":80,"protocol":"TCP"}': {'f:nodePort': {}}}}}}]`, `ports: [{port: 80, protocol: TCP, nodePort: 1}]`),
			Want: service(`, managedFields: [{fieldsV1: {'f:spec': {'f:ports': {'k:{"port":80,"protocol":"TCP"}': {'f:nodePort': {}}}}}}]`, `ports: [{port: 80, protocol: TCP}]`)},
		{Name: "preserveNodePorts keeps all", Restore: preserve, Item: service("", `ports: [{nodePort: 30080}]`)},
		{Name: "an ExternalName Service is left alone", Item: service("", `type: ExternalName, ports: [{nodePort: 30080}]`)},
		{Name: "null in the manifest is a missing value", Item: service(applied(`{"ports":null}`), `ports: []`)},
		{Name: "a string for a node port is an error", Item: service(applied(`{"ports":[{"nodePort":"30080"}]}`), ``),
			Err: "cannot unmarshal string into Go struct field ServicePort.spec.ports.nodePort"},
		{Name: "a fraction is an error", Item: service(applied(`{"ports":[{"nodePort":30080.0}]}`), ``),
			Err: "cannot unmarshal number 30080.0 into Go struct field ServicePort.spec.ports.nodePort"},
		{Name: "a name that is no string is an error", Item: service(applied(`{"ports":[{"name":1}]}`), ``),
			Err: "cannot unmarshal number into Go struct field ServicePort.spec.ports.name"},
	})
}

func TestServiceFieldsOfTheWrongType(t *testing.T) {
	actiontest.Run(t, Service(actions.V1_18), []actiontest.Case{
		{Name: "spec", Item: "metadata: {name: web}\nspec: []", Err: "spec: is array, not an object"},
		{Name: "clusterIP", Item: service("", `clusterIP: 1`), Err: "spec.clusterIP: is number, not a string"},
		{Name: "clusterIPs", Item: service("", `clusterIPs: x`), Err: "spec.clusterIPs: is string, not an array"},
		{Name: "type", Item: service("", `type: {}`), Err: "spec.type: is object, not a string"},
		{Name: "a port", Item: service("", `ports: [x]`), Err: "spec.ports[0]: is string, not an object"},
		{Name: "a port's name", Item: service("", `ports: [{}, {name: 1}]`), Err: "spec.ports[1].name: is number, not a string"},
		{Name: "a port's protocol", Item: service("", `ports: [{protocol: 1}]`), Err: "spec.ports[0].protocol: is number, not a string"},
		{Name: "a port's number", Item: service("", `ports: [{port: x}]`), Err: "spec.ports[0].port: is string, not a whole number"},
		{Name: "a node port", Item: service("", `ports: [{nodePort: 1.5}]`), Err: "spec.ports[0].nodePort: is number, not a whole number"},
		{Name: "externalTrafficPolicy", Item: service("", `externalTrafficPolicy: 1`), Err: "spec.externalTrafficPolicy: is number"},
		{Name: "healthCheckNodePort", Item: service("", `healthCheckNodePort: x`), Err: "spec.healthCheckNodePort: is string"},
		{Name: "annotations", Item: service(`, annotations: {a: 1}`, ``), Err: "metadata.annotations[a]: is number, not a string"},
		{Name: "last-applied-configuration is no JSON", Item: service(`, annotations: {kubectl.kubernetes.io/last-applied-configuration: ''}`, ``),
			Err: "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]: not valid JSON"},
		{Name: "last-applied-configuration is no object", Item: service(`, annotations: {kubectl.kubernetes.io/last-applied-configuration: '[]'}`, ``),
			Err: "is array, not an object"},
		{Name: "ports of the manifest", Item: service(applied(`{"ports":null}`), ``), Err: "spec.ports: is null, not an array"},
		{Name: "a name of the manifest", Item: service(applied(`{"ports":[{"name":null,"nodePort":1}]}`), ``),
			Err: "spec.ports[0].name: is null, not a string"},
		{Name: "a node port of the manifest", Item: service(applied(`{"ports":[{"nodePort":"http"}]}`), ``),
			Err: `spec.ports[0].nodePort: "http" is not an integer`},
		{Name: "a node port beyond all numbers", Item: service(applied(`{"ports":[{"nodePort":1e999}]}`), ``), Err: "1e999 is out of range"},
		{Name: "with preserveNodePorts too", Restore: preserve, Item: service("", `ports: x`), Err: "spec.ports: is string, not an array"},
		{Name: "in an ExternalName Service too", Item: service("", `type: ExternalName, ports: [{port: x}]`), Err: "spec.ports[0].port: is string"},
		{Name: "clusterIPs of a headless Service too", Item: service("", `clusterIP: None, clusterIPs: x`), Err: "spec.clusterIPs: is string"},
		{Name: "a managedFields entry", Item: service(`, managedFields: [x]`, ``), Err: "metadata.managedFields[0]: is string, not an object"},
		{Name: "preserveNodePorts does not read last-applied-configuration", Restore: preserve, Item: service(applied(`7`), `ports: [{nodePort: 1}]`)},
	})
}

func TestServiceInArchives(t *testing.T) {
	actiontest.Run(t, Service(actions.V1_18), []actiontest.Case{
		{Name: "node ports go as in a restore", Archive: true,
			Item: service("", `clusterIP: 10.0.0.1, ports: [{nodePort: 30080}]`), Want: service("", `ports: [{}]`)},
		{Name: "preserved node ports get a warning", Archive: true, Restore: preserve,
			Item: service("", `ports: [{nodePort: 30080}]`), Warnings: []string{"preserve-node-ports-again"}},
		{Name: "not if the later restore keeps them anyway", Archive: true, Restore: preserve,
			Item: service(applied(`{"ports":[{"nodePort":30080}]}`), `ports: [{nodePort: 30080}]`)},
	})
	if !Service(actions.V1_18).Archive {
		t.Errorf("velero.io/service is not run on archives")
	}
	actiontest.Selector(t, Service(actions.V1_18), "", "services")
}

func TestServiceSaysWhyAPortStays(t *testing.T) {
	in := &actions.Input{Restore: &velero.Restore{}, Item: actiontest.Parse(t,
		service(applied(`{"ports":[{"name":"http","nodePort":30080}]}`), `ports: [{name: http, nodePort: 30080}, {name: x, nodePort: 2}]`))}
	out, err := Service(actions.V1_18).Execute(in)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range out.Notes {
		got = append(got, n.Path+": "+n.Text)
	}
	want := "spec.ports[0].nodePort: nodePort 30080 kept: last-applied-configuration names port http\n" +
		"spec.ports[1].nodePort: nodePort 2 removed: it was not set explicitly"
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}
