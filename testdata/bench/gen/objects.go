package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

func (g *generator) service(o *object) {
	o.name = o.app + "-" + strconv.Itoa(o.n)
	ip := g.ip()
	o.meta["annotations"] = obj{"service.beta.kubernetes.io/aws-load-balancer-internal": "true"}
	o.m["spec"] = obj{
		"clusterIP": ip, "clusterIPs": list{ip}, "internalTrafficPolicy": "Cluster", "ipFamilies": list{"IPv4"}, "ipFamilyPolicy": "SingleStack",
		"ports":    list{obj{"name": "http", "nodePort": 30000 + g.r.IntN(2767), "port": 80, "protocol": "TCP", "targetPort": "http"}, obj{"name": "metrics", "port": 9090, "protocol": "TCP", "targetPort": 9090}},
		"selector": obj{"app.kubernetes.io/name": o.app}, "sessionAffinity": "None", "type": pick(g.r, "ClusterIP", "NodePort", "LoadBalancer"),
	}
	o.m["status"] = obj{"loadBalancer": obj{}}
}

func (g *generator) pvc(o *object) {
	o.name = fmt.Sprintf("data-%s-%d", o.app, o.n)
	o.meta["annotations"] = obj{"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes", "volume.kubernetes.io/selected-node": g.node(), "volume.kubernetes.io/storage-provisioner": "ebs.csi.aws.com"}
	o.meta["finalizers"] = list{"kubernetes.io/pvc-protection"}
	size := strconv.Itoa(1<<g.r.IntN(10)) + "Gi"
	o.m["spec"] = obj{"accessModes": list{"ReadWriteOnce"}, "resources": obj{"requests": obj{"storage": size}}, "storageClassName": pick(g.r, "gp2", "gp3", "standard", "fast-ssd"), "volumeMode": "Filesystem", "volumeName": "pvc-" + g.uuid()}
	o.m["status"] = obj{"accessModes": list{"ReadWriteOnce"}, "capacity": obj{"storage": size}, "phase": "Bound"}
}

func (g *generator) pv(o *object) {
	o.name = "pvc-" + g.uuid()
	o.meta["annotations"] = obj{"pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com"}
	o.meta["finalizers"] = list{"kubernetes.io/pv-protection", "external-attacher/ebs-csi-aws-com"}
	o.m["spec"] = obj{
		"accessModes": list{"ReadWriteOnce"}, "capacity": obj{"storage": "100Gi"}, "persistentVolumeReclaimPolicy": "Delete", "volumeMode": "Filesystem",
		"claimRef":         obj{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": fmt.Sprintf("data-%s-%d", o.app, o.n), "namespace": g.namespaces[g.r.IntN(len(g.namespaces))], "resourceVersion": strconv.Itoa(g.r.IntN(1e9)), "uid": g.uuid()},
		"csi":              obj{"driver": "ebs.csi.aws.com", "fsType": "ext4", "volumeAttributes": obj{"storage.kubernetes.io/csiProvisionerIdentity": g.alnum(30)}, "volumeHandle": "vol-" + g.hex(17)},
		"nodeAffinity":     obj{"required": obj{"nodeSelectorTerms": list{obj{"matchExpressions": list{obj{"key": "topology.ebs.csi.aws.com/zone", "operator": "In", "values": list{"eu-west-1a"}}}}}}},
		"storageClassName": pick(g.r, "gp2", "gp3", "standard", "fast-ssd"),
	}
	o.m["status"] = obj{"lastPhaseTransitionTime": o.created, "phase": "Bound"}
}

// configMap sizes are log-normal (median about 1.6 KB); one in 300 is a dashboard or a bundle of 50-900 KB.
func (g *generator) configMap(o *object) {
	o.name = o.app + "-config-" + strconv.Itoa(o.n)
	size := int(1000 * math.Exp(g.r.NormFloat64()*.8))
	if g.r.IntN(300) == 0 {
		size = int(50e3 * math.Pow(18, math.Pow(g.r.Float64(), 2)))
	}
	size = max(300, min(size, 900_000))
	data := obj{}
	for size > 0 {
		part := min(size, 200+g.r.IntN(max(1, size)))
		data[g.word()+pick(g.r, ".yaml", ".conf", ".json", ".sh")] = g.text(part)
		size -= part + 20
	}
	o.m["data"] = data
}

// secret: a quarter are helm releases (base64 of base64 of gzip: it does not compress beyond the base64).
func (g *generator) secret(o *object) {
	switch g.r.IntN(4) {
	case 0:
		o.name = fmt.Sprintf("sh.helm.release.v1.%s-%d.v%d", o.app, o.n, 1+g.r.IntN(60))
		size := int(4e3 * math.Pow(30, math.Pow(g.r.Float64(), 3)))
		blob := make([]byte, size)
		for i := range blob {
			blob[i] = byte(g.r.Uint32())
		}
		inner := base64.StdEncoding.EncodeToString(blob)
		o.m["type"] = "helm.sh/release.v1"
		o.m["data"] = obj{"release": base64.StdEncoding.EncodeToString([]byte(inner))}
	case 1:
		o.name = o.app + "-tls-" + strconv.Itoa(o.n)
		o.m["type"] = "kubernetes.io/tls"
		o.m["data"] = obj{"ca.crt": g.base64(1200), "tls.crt": g.base64(1900), "tls.key": g.base64(1700)}
	default:
		o.name = o.app + "-credentials-" + strconv.Itoa(o.n)
		o.m["type"] = "Opaque"
		data := obj{}
		for range 2 + g.r.IntN(6) {
			data[g.word()] = g.base64(8 + g.r.IntN(60))
		}
		o.m["data"] = data
	}
}

func (g *generator) event(o *object) {
	pod := fmt.Sprintf("%s-%s-%s", o.app, g.alnum(9), g.alnum(5))
	o.name = pod + "." + g.hex(16)
	delete(o.meta, "labels")
	o.m["count"] = 1 + g.r.IntN(400)
	o.m["eventTime"] = nil
	o.m["firstTimestamp"], o.m["lastTimestamp"] = o.created, o.created
	o.m["involvedObject"] = obj{"apiVersion": "v1", "fieldPath": "spec.containers{app-0}", "kind": "Pod", "name": pod, "namespace": o.ns, "resourceVersion": strconv.Itoa(g.r.IntN(1e9)), "uid": g.uuid()}
	o.m["message"] = pick(g.r,
		"Successfully assigned "+o.ns+"/"+pod+" to "+g.node(),
		`Readiness probe failed: Get "http://`+g.ip()+`:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers) <nil>`,
		"Container image already present on machine & ready", "Created container app-0")
	o.m["reason"] = pick(g.r, "Scheduled", "Unhealthy", "Pulled", "Created", "Started", "BackOff")
	o.m["reportingComponent"], o.m["reportingInstance"] = "kubelet", g.node()
	o.m["source"] = obj{"component": "kubelet", "host": g.node()}
	o.m["type"] = pick(g.r, "Normal", "Warning")
}

func (g *generator) namespace(o *object) {
	o.name = fmt.Sprintf("%s-%d", g.namespaces[o.n%len(g.namespaces)], o.n)
	if o.n < len(g.namespaces) {
		o.name = g.namespaces[o.n]
	}
	o.m["spec"] = obj{"finalizers": list{"kubernetes"}}
	o.m["status"] = obj{"phase": "Active"}
}

func (g *generator) serviceAccount(o *object) {
	o.name = o.app + "-" + strconv.Itoa(o.n)
	o.m["imagePullSecrets"] = list{obj{"name": "registry-credentials"}}
	o.m["secrets"] = list{obj{"name": o.app + "-token-" + g.alnum(5)}}
}

func (g *generator) endpointSlice(o *object) {
	o.meta["ownerReferences"] = list{g.owner("v1", "Service", o.app)}
	o.meta["generation"] = g.r.IntN(400)
	var eps list
	for range 1 + g.r.IntN(6) {
		eps = append(eps, obj{"addresses": list{g.ip()}, "conditions": obj{"ready": true, "serving": true, "terminating": false}, "nodeName": g.node(),
			"targetRef": obj{"kind": "Pod", "name": o.app + "-" + g.alnum(9) + "-" + g.alnum(5), "namespace": o.ns, "uid": g.uuid()}, "zone": "eu-west-1a"})
	}
	o.m["addressType"] = "IPv4"
	o.m["endpoints"] = eps
	o.m["ports"] = list{obj{"name": "http", "port": 8080, "protocol": "TCP"}}
	o.noManaged = g.r.IntN(2) == 0
}

// widget is a custom resource; its spec has the numbers and strings that careless rewriting loses.
func (g *generator) widget(o *object) {
	o.meta["generation"] = 1 + g.r.IntN(9)
	steps := list{}
	for i := range 2 + g.r.IntN(6) {
		steps = append(steps, obj{"name": g.word() + "-" + strconv.Itoa(i), "ratio": float64(g.r.IntN(1000)) / 1000, "timeoutNanos": int64(g.r.Uint64() >> 1), "script": g.text(100 + g.r.IntN(200)), "when": list{obj{"input": g.word(), "operator": "in", "values": list{g.word(), g.word()}}}})
	}
	o.m["spec"] = obj{
		"maxInt64": int64(math.MaxInt64), "minInt64": int64(math.MinInt64), "threshold": 1e-7, "huge": 1.5e300, "negative": -0.25,
		"template": "{{ if lt .Value 5 }}<b>&amp;</b>{{ end }}", "note": "Größe übertragen – 完了 ✅\u2028", "tab": "a\tb\\c\"d\u0001",
		"selector": obj{"matchLabels": obj{"app.kubernetes.io/name": o.app}}, "steps": steps, "empty": obj{}, "none": nil, "list": list{},
	}
	o.m["status"] = obj{"observedGeneration": 3, "conditions": list{obj{"lastTransitionTime": o.created, "message": "reconciled", "reason": "OK", "status": "True", "type": "Ready"}}}
}

// crd is 50-500 KB of OpenAPI schema.
func (g *generator) crd(o *object) {
	plural := g.word() + g.alnum(4) + "s"
	group := g.word() + ".example.com"
	o.name = plural + "." + group
	o.meta["annotations"] = obj{"controller-gen.kubebuilder.io/version": "v0.17.2"}
	want := int(50e3 * math.Pow(10, math.Pow(g.r.Float64(), 2)))
	props := obj{}
	for size := 0; size < want; {
		p := g.schema(4)
		b, _ := json.Marshal(p)
		size += len(b)
		props[g.word()+g.alnum(3)] = p
	}
	schema := func(p obj) obj {
		return obj{"openAPIV3Schema": obj{"description": "Schema for the " + plural + " API", "type": "object", "required": list{"spec"},
			"properties": obj{"apiVersion": obj{"type": "string"}, "kind": obj{"type": "string"}, "metadata": obj{"type": "object"}, "spec": obj{"type": "object", "properties": p}}}}
	}
	o.m["spec"] = obj{
		"conversion": obj{"strategy": "None"}, "group": group, "scope": "Namespaced",
		"names":    obj{"kind": strings.ToUpper(plural[:1]) + plural[1:], "listKind": plural + "List", "plural": plural, "singular": plural[:len(plural)-1]},
		"versions": list{obj{"name": "v1", "schema": schema(props), "served": true, "storage": true, "subresources": obj{"status": obj{}}}},
	}
	o.m["status"] = obj{"acceptedNames": obj{"plural": plural}, "conditions": list{obj{"lastTransitionTime": o.created, "message": "no conflicts found", "reason": "NoConflicts", "status": "True", "type": "NamesAccepted"}}, "storedVersions": list{"v1"}}
	o.noManaged = true
}

func (g *generator) schema(depth int) obj {
	s := obj{"description": g.sentence(8 + g.r.IntN(40))}
	switch {
	case depth > 0 && g.r.IntN(3) > 0:
		props := obj{}
		for range 1 + g.r.IntN(5) {
			props[g.word()] = g.schema(depth - 1)
		}
		s["type"], s["properties"] = "object", props
	case g.r.IntN(3) == 0:
		s["type"], s["items"] = "array", obj{"type": "string"}
	default:
		s["type"] = pick(g.r, "string", "integer", "boolean")
		if s["type"] == "integer" {
			s["format"], s["minimum"] = "int64", 0
		}
	}
	return s
}
