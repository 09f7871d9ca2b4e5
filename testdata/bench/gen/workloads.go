package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

func (g *generator) pod(o *object) {
	o.meta["generateName"] = o.name[:len(o.name)-5]
	o.meta["labels"].(obj)["pod-template-hash"] = g.alnum(9)
	o.meta["ownerReferences"] = list{g.owner("apps/v1", "ReplicaSet", o.name[:len(o.name)-6])}
	o.meta["annotations"] = obj{
		"checksum/config":                   g.hex(64),
		"cni.projectcalico.org/podIP":       g.ip() + "/32",
		"prometheus.io/scrape":              "true",
		"kubectl.kubernetes.io/restartedAt": o.created,
	}
	spec := g.podSpec(o, 1+g.r.IntN(2))
	spec["nodeName"] = g.node()
	o.m["spec"] = spec
	ip := g.ip()
	var conds, statuses list
	for _, t := range []string{"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"} {
		conds = append(conds, obj{"lastProbeTime": nil, "lastTransitionTime": o.created, "observedGeneration": 1, "status": "True", "type": t})
	}
	for _, c := range spec["containers"].(list) {
		c := c.(obj)
		statuses = append(statuses, obj{
			"containerID": "containerd://" + g.hex(64), "image": c["image"], "imageID": "registry.example.com/app@sha256:" + g.hex(64),
			"lastState": obj{}, "name": c["name"], "ready": true, "restartCount": g.r.IntN(5), "started": true,
			"state": obj{"running": obj{"startedAt": o.created}},
		})
	}
	o.m["status"] = obj{
		"conditions": conds, "containerStatuses": statuses, "hostIP": g.ip(), "hostIPs": list{obj{"ip": g.ip()}},
		"phase": "Running", "podIP": ip, "podIPs": list{obj{"ip": ip}}, "qosClass": "Burstable", "startTime": o.created,
	}
}

// podSpec is a pod's spec with n containers.
func (g *generator) podSpec(o *object, n int) obj {
	var containers list
	for i := range n {
		var env list
		for range 4 + g.r.IntN(6) {
			name := strings.ToUpper(g.word()) + "_" + strings.ToUpper(g.word())
			if g.r.IntN(3) == 0 {
				env = append(env, obj{"name": name, "valueFrom": obj{"secretKeyRef": obj{"key": g.word(), "name": o.app + "-credentials"}}})
			} else {
				env = append(env, obj{"name": name, "value": pick(g.r, "true", "http://"+o.app+"."+g.word()+".svc.cluster.local:8080/v1?a=1&b=2", g.alnum(12), "info")})
			}
		}
		probe := obj{
			"failureThreshold": 3, "httpGet": obj{"path": "/healthz", "port": 8080 + i, "scheme": "HTTP"},
			"initialDelaySeconds": 5 + g.r.IntN(30), "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1,
		}
		containers = append(containers, obj{
			"args":            list{"--config=/etc/" + o.app + "/config.yaml", "--log-level=info", "--listen=:" + strconv.Itoa(8080+i)},
			"env":             env,
			"image":           fmt.Sprintf("registry.example.com/%s/%s:v%d.%d.%d", g.word(), o.app, g.r.IntN(4), g.r.IntN(30), g.r.IntN(9)),
			"imagePullPolicy": "IfNotPresent",
			"livenessProbe":   probe, "readinessProbe": probe,
			"name":  pick(g.r, "app", "server", "worker", "main") + "-" + strconv.Itoa(i),
			"ports": list{obj{"containerPort": 8080 + i, "name": "http", "protocol": "TCP"}, obj{"containerPort": 9090 + i, "name": "metrics", "protocol": "TCP"}},
			"resources": obj{
				"limits":   obj{"cpu": strconv.Itoa(1 + g.r.IntN(4)), "memory": strconv.Itoa(128<<g.r.IntN(5)) + "Mi"},
				"requests": obj{"cpu": strconv.Itoa(100*(1+g.r.IntN(9))) + "m", "memory": strconv.Itoa(64<<g.r.IntN(4)) + "Mi"},
			},
			"securityContext":          obj{"allowPrivilegeEscalation": false, "capabilities": obj{"drop": list{"ALL"}}, "readOnlyRootFilesystem": true, "runAsNonRoot": true, "runAsUser": 1000 + g.r.IntN(1000)},
			"terminationMessagePath":   "/dev/termination-log",
			"terminationMessagePolicy": "File",
			"volumeMounts": list{
				obj{"mountPath": "/etc/" + o.app, "name": "config", "readOnly": true},
				obj{"mountPath": "/var/lib/" + o.app, "name": "data"},
				obj{"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "kube-api-access", "readOnly": true},
			},
		})
	}
	return obj{
		"affinity": obj{"podAntiAffinity": obj{"preferredDuringSchedulingIgnoredDuringExecution": list{obj{
			"podAffinityTerm": obj{"labelSelector": obj{"matchLabels": obj{"app.kubernetes.io/name": o.app}}, "topologyKey": "kubernetes.io/hostname"}, "weight": 100}}}},
		"containers": containers, "dnsPolicy": "ClusterFirst", "enableServiceLinks": true, "preemptionPolicy": "PreemptLowerPriority",
		"priority": 0, "restartPolicy": "Always", "schedulerName": "default-scheduler",
		"securityContext": obj{"fsGroup": 1000}, "serviceAccount": o.app, "serviceAccountName": o.app, "terminationGracePeriodSeconds": 30,
		"tolerations": list{
			obj{"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300},
			obj{"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 300},
		},
		"volumes": list{
			obj{"configMap": obj{"defaultMode": 420, "name": o.app + "-config"}, "name": "config"},
			obj{"name": "data", "persistentVolumeClaim": obj{"claimName": "data-" + o.app + "-0"}},
			obj{"name": "kube-api-access", "projected": obj{"defaultMode": 420, "sources": list{
				obj{"serviceAccountToken": obj{"expirationSeconds": 3607, "path": "token"}},
				obj{"configMap": obj{"items": list{obj{"key": "ca.crt", "path": "ca.crt"}}, "name": "kube-root-ca.crt"}},
				obj{"downwardAPI": obj{"items": list{obj{"fieldRef": obj{"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}}}},
			}}},
		},
	}
}

func (g *generator) template(o *object) obj {
	return obj{"metadata": obj{"creationTimestamp": nil, "labels": obj{"app.kubernetes.io/name": o.app}}, "spec": g.podSpec(o, 1)}
}

func (g *generator) deployment(o *object) {
	o.name = o.app + "-" + strconv.Itoa(o.n)
	o.meta["generation"] = 1 + g.r.IntN(40)
	o.m["spec"] = obj{
		"progressDeadlineSeconds": 600, "replicas": 1 + g.r.IntN(5), "revisionHistoryLimit": 10,
		"selector": obj{"matchLabels": obj{"app.kubernetes.io/name": o.app}},
		"strategy": obj{"rollingUpdate": obj{"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"}, "template": g.template(o),
	}
	o.m["status"] = obj{"availableReplicas": 2, "observedGeneration": 7, "readyReplicas": 2, "replicas": 2, "updatedReplicas": 2,
		"conditions": list{obj{"lastTransitionTime": o.created, "lastUpdateTime": o.created, "message": "Deployment has minimum availability.", "reason": "MinimumReplicasAvailable", "status": "True", "type": "Available"}}}
	applied, _ := json.Marshal(obj{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": obj{"name": o.name, "namespace": o.ns}, "spec": o.m["spec"]})
	o.meta["annotations"] = obj{"deployment.kubernetes.io/revision": "7", "kubectl.kubernetes.io/last-applied-configuration": string(applied) + "\n"}
}

func (g *generator) replicaSet(o *object) {
	o.name = o.name[:len(o.name)-6]
	o.meta["generation"] = 1 + g.r.IntN(4)
	o.meta["annotations"] = obj{"deployment.kubernetes.io/desired-replicas": "2", "deployment.kubernetes.io/max-replicas": "3", "deployment.kubernetes.io/revision": strconv.Itoa(g.r.IntN(40))}
	o.meta["ownerReferences"] = list{g.owner("apps/v1", "Deployment", o.app)}
	o.m["spec"] = obj{"replicas": 0, "selector": obj{"matchLabels": obj{"app.kubernetes.io/name": o.app, "pod-template-hash": g.alnum(9)}}, "template": g.template(o)}
	o.m["status"] = obj{"observedGeneration": 2, "replicas": 0}
}
