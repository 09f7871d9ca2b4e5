package object

import (
	"strings"
	"testing"
)

// podText is a pod as Velero writes it: compact, keys sorted, a third of it managedFields.
var podText = []byte(strings.ReplaceAll(`{"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{"checksum/config":"4be1","note":"a \"quoted\" word"},
"creationTimestamp":"2026-01-02T03:04:05Z","labels":{"app.kubernetes.io/name":"web","pod-template-hash":"5b8f9"},"managedFields":[
{"apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app.kubernetes.io/name":{}}},"f:spec":
{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{".":{},"f:limits":{}}}}}},
"manager":"kube-controller-manager","operation":"Update","time":"2026-01-02T03:04:05Z"}],"name":"web-5b8f9-x2x4z","namespace":"shop",
"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-5b8f9","uid":"0f6e"}],"resourceVersion":"123456","uid":"77aa"},
"spec":{"containers":[{"env":[{"name":"LOG_LEVEL","value":"debug"}],"image":"registry.example/web:1.2.3","name":"web","ports":
[{"containerPort":8080,"protocol":"TCP"}],"resources":{"limits":{"cpu":"500m","memory":"256Mi"}},"volumeMounts":[{"mountPath":"/data",
"name":"data"},{"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","name":"kube-api-access-abcde","readOnly":true}]}],"nodeName":
"node-7","serviceAccountName":"default","volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}},{"name":
"kube-api-access-abcde","projected":{"defaultMode":420,"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}}]}}]},
"status":{"conditions":[{"lastProbeTime":null,"status":"True","type":"Ready"}],"phase":"Running","podIP":"10.0.3.7"}}`, "\n", ""))

func BenchmarkParse(b *testing.B) {
	b.SetBytes(int64(len(podText)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(podText); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEdit parses an item, changes its metadata and writes it.
func BenchmarkEdit(b *testing.B) {
	b.SetBytes(int64(len(podText)))
	b.ReportAllocs()
	var room []byte
	for b.Loop() {
		v, err := Parse(podText)
		if err != nil {
			b.Fatal(err)
		}
		if err := v.Put(Text("shop-dr"), "metadata", "namespace"); err != nil {
			b.Fatal(err)
		}
		v.Remove("metadata", "uid")
		room = v.Append(room[:0])
	}
}

// BenchmarkTakeChanges is what a preview does with an item that a step changed.
func BenchmarkTakeChanges(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		v, err := Parse(podText)
		if err != nil {
			b.Fatal(err)
		}
		v.Remove("metadata", "uid")
		v.Remove("spec", "nodeName")
		if len(v.TakeChanges()) != 2 {
			b.Fatal("two changes were made")
		}
	}
}
