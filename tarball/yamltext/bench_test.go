package yamltext

import (
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/object"
)

const deployment = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{"deployment.kubernetes.io/revision":"3",` +
	`"kubectl.kubernetes.io/last-applied-configuration":"{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\"}}\n"},` +
	`"creationTimestamp":"2024-05-01T10:00:00Z","generation":7,"labels":{"app":"web","tier":"front","version":"1.20"},"name":"web","namespace":"shop",` +
	`"resourceVersion":"123456","uid":"0b1c2d3e-0000-4000-8000-123456789abc"},"spec":{"progressDeadlineSeconds":600,"replicas":3,"revisionHistoryLimit":10,` +
	`"selector":{"matchLabels":{"app":"web"}},"strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"},"type":"RollingUpdate"},` +
	`"template":{"metadata":{"creationTimestamp":null,"labels":{"app":"web"}},"spec":{"containers":[{"args":["--port=8080","--log-level=info","-c","set -e\nexec web \"$@\"\n"],` +
	`"env":[{"name":"A","value":"true"},{"name":"HOST","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.hostIP"}}}],` +
	`"image":"registry.example.com/shop/web:1.20.3","imagePullPolicy":"IfNotPresent","name":"web","ports":[{"containerPort":8080,"name":"http","protocol":"TCP"}],` +
	`"resources":{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"}},"terminationMessagePath":"/dev/termination-log",` +
	`"terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},` +
	`"terminationGracePeriodSeconds":30}}}}`

func BenchmarkAppend(b *testing.B) {
	item := object.MustParse(deployment)
	b.SetBytes(int64(len(deployment)))
	b.ReportAllocs()
	var out []byte
	for b.Loop() {
		out = Append(out[:0], item)
	}
}

// BenchmarkAppendUnsorted has the cost of looking for duplicates, which text of other programs needs.
func BenchmarkAppendUnsorted(b *testing.B) {
	text := `{"z":` + deployment + `,"a":1}`
	item := object.MustParse(text)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var out []byte
	for b.Loop() {
		out = Append(out[:0], item)
	}
}

// BenchmarkLibrary is what the usual way costs.
func BenchmarkLibrary(b *testing.B) {
	b.SetBytes(int64(len(deployment)))
	for b.Loop() {
		if _, err := yaml.JSONToYAML([]byte(deployment)); err != nil {
			b.Fatal(err)
		}
	}
}
