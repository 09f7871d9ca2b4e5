package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/veltx/veltx/tarball/object"
)

// column is a column of kubectl get between NAME and AGE.
type column struct {
	name string
	of   func(*object.Value) string
	wide bool // with -o wide only
}

// kubectlColumns are those of the common kinds, as kubectl get shows them. What the status says is that of the backup.
// Source: Kubernetes v1.33.13 pkg/printers/internalversion/printers.go.
var kubectlColumns = map[string][]column{
	"pods": {
		{"READY", podReady, false}, {"STATUS", podStatus, false}, {"RESTARTS", podRestarts, false},
		{"IP", field("status", "podIP"), true}, {"NODE", field("spec", "nodeName"), true},
	},
	"services": {
		{"TYPE", field("spec", "type"), false}, {"CLUSTER-IP", field("spec", "clusterIP"), false}, {"EXTERNAL-IP", externalIPs, false},
		{"PORT(S)", servicePorts, false}, {"SELECTOR", pairsAt("spec", "selector"), true},
	},
	"deployments.apps": {
		{"READY", outOf([]string{"status", "readyReplicas"}, []string{"spec", "replicas"}), false}, {"UP-TO-DATE", number("status", "updatedReplicas"), false},
		{"AVAILABLE", number("status", "availableReplicas"), false}, {"CONTAINERS", containers("name"), true}, {"IMAGES", containers("image"), true},
		{"SELECTOR", pairsAt("spec", "selector", "matchLabels"), true},
	},
	"statefulsets.apps": {
		{"READY", outOf([]string{"status", "readyReplicas"}, []string{"spec", "replicas"}), false},
		{"CONTAINERS", containers("name"), true}, {"IMAGES", containers("image"), true},
	},
	"daemonsets.apps": {
		{"DESIRED", number("status", "desiredNumberScheduled"), false}, {"CURRENT", number("status", "currentNumberScheduled"), false},
		{"READY", number("status", "numberReady"), false}, {"UP-TO-DATE", number("status", "updatedNumberScheduled"), false},
		{"AVAILABLE", number("status", "numberAvailable"), false}, {"NODE SELECTOR", pairsAt("spec", "template", "spec", "nodeSelector"), false},
		{"CONTAINERS", containers("name"), true}, {"IMAGES", containers("image"), true},
	},
	"replicasets.apps": {
		{"DESIRED", number("spec", "replicas"), false}, {"CURRENT", number("status", "replicas"), false}, {"READY", number("status", "readyReplicas"), false},
		{"CONTAINERS", containers("name"), true}, {"IMAGES", containers("image"), true},
	},
	"replicationcontrollers": {
		{"DESIRED", number("spec", "replicas"), false}, {"CURRENT", number("status", "replicas"), false}, {"READY", number("status", "readyReplicas"), false},
	},
	"jobs.batch": {
		{"STATUS", jobStatus, false}, {"COMPLETIONS", outOf([]string{"status", "succeeded"}, []string{"spec", "completions"}), false},
	},
	"cronjobs.batch": {
		{"SCHEDULE", field("spec", "schedule"), false}, {"SUSPEND", flag("spec", "suspend"), false}, {"ACTIVE", length("status", "active"), false},
		{"LAST SCHEDULE", field("status", "lastScheduleTime"), false},
	},
	"persistentvolumeclaims": {
		{"STATUS", field("status", "phase"), false}, {"VOLUME", field("spec", "volumeName"), false}, {"CAPACITY", quantity("status", "capacity", "storage"), false},
		{"ACCESS MODES", accessModes, false}, {"STORAGECLASS", field("spec", "storageClassName"), false}, {"VOLUMEMODE", field("spec", "volumeMode"), true},
	},
	"persistentvolumes": {
		{"CAPACITY", quantity("spec", "capacity", "storage"), false}, {"ACCESS MODES", accessModes, false},
		{"RECLAIM POLICY", field("spec", "persistentVolumeReclaimPolicy"), false}, {"STATUS", field("status", "phase"), false}, {"CLAIM", claimOf, false},
		{"STORAGECLASS", field("spec", "storageClassName"), false}, {"VOLUMEMODE", field("spec", "volumeMode"), true},
	},
	"configmaps":      {{"DATA", dataKeys, false}},
	"secrets":         {{"TYPE", field("type"), false}, {"DATA", dataKeys, false}},
	"serviceaccounts": {{"SECRETS", length("secrets"), false}},
	"namespaces":      {{"STATUS", field("status", "phase"), false}},
	"ingresses.networking.k8s.io": {
		{"CLASS", field("spec", "ingressClassName"), false}, {"HOSTS", each("host", "spec", "rules"), false},
		{"ADDRESS", loadBalancer, false}, {"PORTS", ingressPorts, false},
	},
	"storageclasses.storage.k8s.io": {
		{"PROVISIONER", field("provisioner"), false}, {"RECLAIMPOLICY", field("reclaimPolicy"), false}, {"VOLUMEBINDINGMODE", field("volumeBindingMode"), false},
		{"ALLOWVOLUMEEXPANSION", flag("allowVolumeExpansion"), false},
	},
	"horizontalpodautoscalers.autoscaling": {
		{"REFERENCE", scaleTarget, false}, {"MINPODS", number("spec", "minReplicas"), false}, {"MAXPODS", number("spec", "maxReplicas"), false},
		{"REPLICAS", number("status", "currentReplicas"), false},
	},
	"poddisruptionbudgets.policy": {
		{"MIN AVAILABLE", field("spec", "minAvailable"), false}, {"MAX UNAVAILABLE", field("spec", "maxUnavailable"), false},
		{"ALLOWED DISRUPTIONS", number("status", "disruptionsAllowed"), false},
	},
	"rolebindings.rbac.authorization.k8s.io":        {{"ROLE", roleOf, false}, {"SUBJECTS", each("name", "subjects"), true}},
	"clusterrolebindings.rbac.authorization.k8s.io": {{"ROLE", roleOf, false}, {"SUBJECTS", each("name", "subjects"), true}},
	"networkpolicies.networking.k8s.io":             {{"POD-SELECTOR", pairsAt("spec", "podSelector", "matchLabels"), false}},
	"nodes":                                         {{"VERSION", field("status", "nodeInfo", "kubeletVersion"), false}},
}

// field is the text or number at a path, "<none>" where there is none.
func field(path ...string) func(*object.Value) string {
	return func(v *object.Value) string { return orNone(plainOf(v.Get(path...))) }
}

func orNone(text string) string {
	if text == "" {
		return "<none>"
	}
	return text
}

// plainOf is a value as text without quotes, "" for none.
func plainOf(v *object.Value) string {
	if v == nil || v.IsNull() {
		return ""
	}
	if text, ok := v.Text(); ok {
		return text
	}
	return string(v.JSON())
}

// number is the number at a path, 0 where there is none.
func number(path ...string) func(*object.Value) string {
	return func(v *object.Value) string {
		n, _ := v.Get(path...).Int()
		return strconv.FormatInt(n, 10)
	}
}

func flag(path ...string) func(*object.Value) string {
	return func(v *object.Value) string {
		if v.Get(path...).True() {
			return "True"
		}
		return "False"
	}
}

func length(path ...string) func(*object.Value) string {
	return func(v *object.Value) string { return strconv.Itoa(v.Get(path...).Len()) }
}

func quantity(path ...string) func(*object.Value) string {
	return func(v *object.Value) string {
		text := plainOf(v.Get(path...))
		if q, err := resource.ParseQuantity(text); err == nil {
			return q.String()
		}
		return text
	}
}

// outOf is a number of those that there should be: 1 of them where nothing says how many.
func outOf(is, of []string) func(*object.Value) string {
	return func(v *object.Value) string {
		n, _ := v.Get(is...).Int()
		all, ok := v.Get(of...).Int()
		if !ok {
			all = 1
		}
		return fmt.Sprintf("%d/%d", n, all)
	}
}

func pairsAt(path ...string) func(*object.Value) string {
	return func(v *object.Value) string {
		var pairs []string
		for key, value := range v.Get(path...).Members() {
			pairs = append(pairs, key+"="+plainOf(value))
		}
		slices.Sort(pairs)
		return orNone(strings.Join(pairs, ","))
	}
}

// each is a member of each element of a list.
func each(member string, path ...string) func(*object.Value) string {
	return func(v *object.Value) string {
		var texts []string
		for _, e := range v.Get(path...).Elements() {
			if text := plainOf(e.Get(member)); text != "" {
				texts = append(texts, text)
			}
		}
		return orNone(strings.Join(texts, ","))
	}
}

func containers(member string) func(*object.Value) string {
	return each(member, "spec", "template", "spec", "containers")
}

func podReady(v *object.Value) string {
	ready := 0
	for _, c := range v.Get("status", "containerStatuses").Elements() {
		if c.Get("ready").True() {
			ready++
		}
	}
	return fmt.Sprintf("%d/%d", ready, v.Get("spec", "containers").Len())
}

// podStatus is the reason why a container waits or has ended, where there is one, else the phase.
func podStatus(v *object.Value) string {
	status := plainOf(v.Get("status", "phase"))
	if reason := v.Get("status", "reason").Str(); reason != "" {
		status = reason
	}
	for _, c := range v.Get("status", "containerStatuses").Elements() {
		for _, state := range []string{"waiting", "terminated"} {
			if reason := c.Get("state", state, "reason").Str(); reason != "" {
				status = reason
			}
		}
	}
	return orNone(status)
}

func podRestarts(v *object.Value) string {
	var n int64
	for _, c := range v.Get("status", "containerStatuses").Elements() {
		restarts, _ := c.Get("restartCount").Int()
		n += restarts
	}
	return strconv.FormatInt(n, 10)
}

func servicePorts(v *object.Value) string {
	var ports []string
	for _, p := range v.Get("spec", "ports").Elements() {
		text := plainOf(p.Get("port"))
		if node, ok := p.Get("nodePort").Int(); ok && node > 0 {
			text += ":" + strconv.FormatInt(node, 10)
		}
		protocol := p.Get("protocol").Str()
		if protocol == "" {
			protocol = "TCP"
		}
		ports = append(ports, text+"/"+protocol)
	}
	return orNone(strings.Join(ports, ","))
}

func externalIPs(v *object.Value) string {
	switch v.Get("spec", "type").Str() {
	case "ExternalName":
		return orNone(v.Get("spec", "externalName").Str())
	case "LoadBalancer":
		if address := loadBalancer(v); address != "<none>" {
			return address
		}
	}
	var all []string
	for _, ip := range v.Get("spec", "externalIPs").Elements() {
		all = append(all, plainOf(ip))
	}
	return orNone(strings.Join(all, ","))
}

func loadBalancer(v *object.Value) string {
	var all []string
	for _, i := range v.Get("status", "loadBalancer", "ingress").Elements() {
		for _, member := range []string{"ip", "hostname"} {
			if text := i.Get(member).Str(); text != "" {
				all = append(all, text)
			}
		}
	}
	return orNone(strings.Join(all, ","))
}

func ingressPorts(v *object.Value) string {
	if v.Get("spec", "tls").Len() > 0 {
		return "80, 443"
	}
	return "80"
}

func jobStatus(v *object.Value) string {
	for _, c := range v.Get("status", "conditions").Elements() {
		if kind := c.Get("type").Str(); c.Get("status").Is("True") && (kind == "Complete" || kind == "Failed") {
			return kind
		}
	}
	if v.Get("spec", "suspend").True() {
		return "Suspended"
	}
	return "Running"
}

func accessModes(v *object.Value) string {
	short := map[string]string{"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
	var modes []string
	for _, m := range v.Get("spec", "accessModes").Elements() {
		modes = append(modes, short[plainOf(m)])
	}
	return orNone(strings.Join(modes, ","))
}

func claimOf(v *object.Value) string {
	claim := v.Get("spec", "claimRef")
	if claim == nil || claim.IsNull() {
		return "<none>"
	}
	return claim.Get("namespace").Str() + "/" + claim.Get("name").Str()
}

func dataKeys(v *object.Value) string {
	return strconv.Itoa(v.Get("data").Len() + v.Get("binaryData").Len())
}

func roleOf(v *object.Value) string {
	return v.Get("roleRef", "kind").Str() + "/" + v.Get("roleRef", "name").Str()
}

func scaleTarget(v *object.Value) string {
	return v.Get("spec", "scaleTargetRef", "kind").Str() + "/" + v.Get("spec", "scaleTargetRef", "name").Str()
}

// printerColumns are those that a definition has for its resource, as the version that the items are of says.
func printerColumns(definition *object.Value, version string) []column {
	var columns []column
	for _, v := range definition.Get("spec", "versions").Elements() {
		if !v.Get("name").Is(version) {
			continue
		}
		for _, c := range v.Get("additionalPrinterColumns").Elements() {
			template, err := newPathPrinter(c.Get("jsonPath").Str())
			if name := c.Get("name").Str(); err == nil && !strings.EqualFold(name, "age") {
				priority, _ := c.Get("priority").Int()
				columns = append(columns, column{strings.ToUpper(name), template.of, priority > 0})
			}
		}
	}
	return columns
}
