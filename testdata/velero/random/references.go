package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
	"github.com/veltx/veltx/testdata/conformance/generate"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/transform/references"
)

// judgeReferences asks Velero for restores with random mappings of namespaces, without and with the resource modifiers that veltx
// writes for the references, and of the backup in which veltx rewrote them, without options. Each certain reference has to have its new
// name then, and nothing may fail that did not before.
// The backup is that of a random case with items added that refer to namespaces; with a folder, that of the folder.
func (d *driver) judgeReferences(folder string, from, n uint64) error {
	profile, err := actions.ParseProfile(conformance.Release(d.version))
	if err != nil {
		return err
	}
	if !profile.Does(actions.RunsResourceModifiers) {
		fmt.Printf("Velero %s knows no resource modifiers\n", d.version)
		return nil
	}
	if err := d.start(); err != nil {
		return err
	}
	found, failed, idle, unjudged := 0, 0, 0, 0
	for number := from; number < from+n; number++ {
		in, mapping, err := d.referring(folder, number)
		if err != nil {
			return fmt.Errorf("case %d: %w", number, err)
		}
		refs, problems, err := d.compareReferences(in, mapping, number)
		if errors.Is(err, errNotJudged) {
			unjudged++
			continue
		}
		if err != nil {
			return fmt.Errorf("case %d: %w", number, err)
		}
		found += refs
		if refs == 0 {
			idle++
		}
		if len(problems) > 0 {
			failed++
			fmt.Printf("case %d, %v:\n  %s\n", number, mapping, strings.Join(problems, "\n  "))
		}
	}
	if err := d.stop(); err != nil {
		return err
	}
	fmt.Printf("Velero %s, seed %d: %d mappings, %d references, %d mappings without any, %d not judged\n", d.version, d.seed, n, found, idle, unjudged)
	if failed > 0 {
		return fmt.Errorf("%d mappings fail", failed)
	}
	return nil
}

// referring makes an input and a mapping of some of its namespaces.
func (d *driver) referring(folder string, number uint64) (in conformance.Input, mapping map[string]string, err error) {
	rng := rand.New(rand.NewPCG(d.seed, number))
	if folder != "" {
		in, err = conformance.ReadBackup(folder)
	} else {
		in, err = d.randomInput(number)
	}
	if err != nil {
		return in, nil, err
	}
	entries, err := unpack(in.Tarball)
	if err != nil {
		return in, nil, err
	}
	namespaces := namespacesOf(entries)
	if folder == "" {
		for range 4 {
			path, text := referrer(rng, namespaces)
			if _, taken := entries[path]; !taken {
				entries[path] = text
			}
		}
		namespaces = namespacesOf(entries)
	}
	mapping = randomMapping(rng, namespaces)
	if in.Tarball, err = packed(entries); err != nil {
		return in, nil, err
	}
	in.Modifiers = nil
	in.Restore, err = withMapping(in.Restore, mapping, "")
	return in, mapping, err
}

func (d *driver) randomInput(number uint64) (conformance.Input, error) {
	text, err := generate.Square(d.version, d.seed, number)
	if err != nil {
		return conformance.Input{}, err
	}
	c, err := conformance.ParseCase(text)
	if err != nil {
		return conformance.Input{}, err
	}
	return c.Input()
}

// withMapping is a Restore with a mapping of namespaces, that name of modifiers, and else no options.
func withMapping(restore []byte, mapping map[string]string, modifiers string) ([]byte, error) {
	o, err := object.Parse(bytes.Clone(restore))
	if err != nil {
		return nil, err
	}
	spec, err := object.From(map[string]any{"backupName": o.Get("spec", "backupName").Str(), "namespaceMapping": mapping, "includeClusterResources": true})
	if err != nil {
		return nil, err
	}
	if modifiers != "" {
		spec.Set("resourceModifier", object.MustParse(`{"kind":"ConfigMap","name":"`+modifiers+`"}`))
	}
	o.Set("spec", spec)
	return o.JSON(), nil
}

// randomMapping gives some namespaces other names; now and then two of them swap.
func randomMapping(rng *rand.Rand, namespaces []string) map[string]string {
	mapping := map[string]string{}
	for i, name := range namespaces {
		switch {
		case name == "velero" || rng.IntN(4) == 0:
		case i+1 < len(namespaces) && namespaces[i+1] != "velero" && mapping[name] == "" && rng.IntN(4) == 0:
			mapping[name], mapping[namespaces[i+1]] = namespaces[i+1], name
		case mapping[name] == "":
			mapping[name] = fmt.Sprintf("new-%d", i)
		}
	}
	if len(mapping) == 0 {
		mapping[namespaces[0]] = "new-name"
	}
	return mapping
}

// errNotJudged says that Velero does not restore the original, so that there is nothing to hold the rest against: it crashes, or needs
// a plugin which is not there.
var errNotJudged = errors.New("the original is not restored")

// compareReferences asks Velero without and with the modifiers, and for the rewritten backup. It returns how many references
// there are, and what is wrong.
func (d *driver) compareReferences(in conformance.Input, mapping map[string]string, number uint64) (found int, problems []string, err error) {
	which := &references.Rewriting{Least: references.Certain, Secrets: number%4 > 1}
	if number%2 == 1 {
		which.Least = references.Likely
	}
	before, err := d.ask(judge.Question{Input: &in})
	if errors.Is(err, errCrashed) || errors.Is(err, judge.ErrNoPlugin) {
		return 0, nil, errors.Join(errNotJudged, err)
	}
	if err != nil {
		return 0, nil, err
	}
	if len(before.Requests) == 0 { // Velero cannot restore the backup
		return 0, nil, nil
	}
	if found, problems, err = d.judgeRewritten(in, before, mapping, which); err != nil {
		return 0, nil, err
	}
	rules, err := candidate.ReferenceModifiers(d.version, in, which.Least)
	if err != nil || rules == nil {
		return found, problems, err
	}
	in.Modifiers = rules
	if in.Restore, err = withMapping(in.Restore, mapping, "references"); err != nil {
		return 0, nil, err
	}
	after, err := d.ask(judge.Question{Input: &in})
	if err != nil {
		return 0, nil, err
	}
	if a, b := errorsOf(before), errorsOf(after); len(b) > len(a) {
		problems = append(problems, fmt.Sprintf("%d errors were %d: %s", len(b), len(a), strings.Join(b, "; ")))
	}
	held, wrong, err := holdReferences("modifiers", before, after, mapping, func(resource string, ref *references.Reference) bool {
		return references.Unreached(resource, ref) != ""
	})
	return found + held, append(problems, wrong...), err
}

// judgeRewritten asks Velero for a restore of the rewritten backup. One that no archive can hold, and one in which an item fails, is
// passed over: the rewriting leaves such an item out.
func (d *driver) judgeRewritten(in conformance.Input, before *conformance.Answer, mapping map[string]string, which *references.Rewriting) (int, []string, error) {
	rewritten, err := candidate.RewriteReferences(d.version, in, which)
	if candidate.IsNoSquare(err) || err == nil && hasErrors(before) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	after, err := d.ask(judge.Question{Input: &rewritten})
	if err != nil {
		return 0, nil, err
	}
	return holdReferences("rewritten", before, after, mapping, func(resource string, ref *references.Reference) bool {
		return references.Unreached(resource, ref) == references.InSecret && !which.Secrets
	})
}

// holdReferences holds what Velero sends afterwards against what it sent before: each certain reference has its new name.
func holdReferences(how string, before, after *conformance.Answer, mapping map[string]string, excused func(string, *references.Reference) bool) (found int, problems []string, err error) {
	sent := map[string]json.RawMessage{}
	for _, r := range after.Requests {
		sent[r.Verb+" "+r.Resource+"/"+r.Namespace+"/"+r.Name] = r.Object
	}
	scanner := references.Named(slices.Concat(slices.Collect(maps.Keys(mapping)), slices.Collect(maps.Values(mapping))), references.None{})
	for _, r := range before.Requests {
		if r.Verb != "create" {
			continue
		}
		name := r.Verb + " " + r.Resource + "/" + r.Namespace + "/" + r.Name
		was, err := certainOf(scanner, r.Resource, r.Object, mapping, excused)
		if err != nil {
			return 0, nil, err
		}
		is, err := certainOf(scanner, r.Resource, sent[name], nil, excused)
		if len(was) > 0 && err != nil {
			if isGeneratedToken(r.Verb + " " + r.Resource + "/" + r.Namespace + "/" + r.Name) {
				continue
			}
			problems = append(problems, how+": "+name+" is not sent")
			continue
		}
		for place, times := range was {
			found += times
			if is[place] != times {
				problems = append(problems, fmt.Sprintf("%s: %s has %d times %s, and not %d times", how, name, is[place], place, times))
			}
		}
	}
	return found, problems, nil
}

// certainOf counts the certain references of an object by place and kind, and by the namespace that they name after a mapping.
func certainOf(scanner *references.Scanner, resource string, text []byte, mapping map[string]string, excused func(string, *references.Reference) bool) (map[string]int, error) {
	o, err := object.Parse(bytes.Clone(text))
	if err != nil {
		return nil, err
	}
	places := map[string]int{}
	for _, ref := range scanner.Scan(resource, o, nil, references.Certain) {
		if ref.By != "" || excused(resource, &ref) {
			continue
		}
		namespace := ref.Namespace
		if to, mapped := mapping[namespace]; mapped {
			namespace = to
		}
		places[fmt.Sprintf("%s as a %s of %s", ref.Path, ref.Kind, namespace)] += ref.Times
	}
	return places, nil
}

func errorsOf(a *conformance.Answer) []string {
	e := a.Outcome.Errors
	list := slices.Concat(e.Velero, e.Cluster)
	for _, messages := range e.Namespaces {
		list = append(list, messages...)
	}
	return append(list, a.Outcome.Validation...)
}

func unpack(data []byte) (map[string][]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	entries, in := map[string][]byte{}, tar.NewReader(zip)
	for {
		head, err := in.Next()
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		if head.Typeflag != tar.TypeReg {
			continue
		}
		if entries[head.Name], err = io.ReadAll(in); err != nil {
			return nil, err
		}
	}
}

func packed(entries map[string][]byte) ([]byte, error) {
	var data bytes.Buffer
	zip := gzip.NewWriter(&data)
	out := tar.NewWriter(zip)
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if err := out.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(entries[name])), Typeflag: tar.TypeReg}); err != nil {
			return nil, err
		}
		if _, err := out.Write(entries[name]); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	err := zip.Close()
	return data.Bytes(), err
}

// namespacesOf are the namespaces of a backup, sorted; there is at least one.
func namespacesOf(entries map[string][]byte) []string {
	names := map[string]bool{}
	for path := range entries {
		if key, err := layout.Parse(path); err == nil && key.Namespace != "" {
			names[key.Namespace] = true
		}
	}
	if len(names) == 0 {
		return []string{"shop"}
	}
	return slices.Sorted(maps.Keys(names))
}

// referrer makes an item that refers to a namespace.
func referrer(rng *rand.Rand, namespaces []string) (path string, text []byte) {
	pick := func() string { return namespaces[rng.IntN(len(namespaces))] }
	own, name := pick(), fmt.Sprintf("referrer-%d", rng.IntN(1000))
	templates := []struct{ resource, text string }{
		{"validatingwebhookconfigurations.admissionregistration.k8s.io", `{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","metadata":{"name":"NAME","annotations":{"cert-manager.io/inject-ca-from":"A/cert"}},"webhooks":[{"name":"v.example.com","admissionReviewVersions":["v1"],"sideEffects":"None","failurePolicy":"Ignore","clientConfig":{"service":{"name":"web","namespace":"A"}},"namespaceSelector":{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["B","A"]}]}}]}`},
		{"apiservices.apiregistration.k8s.io", `{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"NAME"},"spec":{"group":"g.example.com","version":"v1","groupPriorityMinimum":100,"versionPriority":100,"service":{"name":"web","namespace":"A"}}}`},
		{"clusterrolebindings.rbac.authorization.k8s.io", `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"NAME"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"ServiceAccount","name":"web","namespace":"A"},{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"system:serviceaccounts:B"},{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"system:serviceaccount:A:web"}]}`},
		{"networkpolicies.networking.k8s.io", `{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"NAME","namespace":"OWN"},"spec":{"podSelector":{},"ingress":[{"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"A"}}},{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"B"}}}]}]}}`},
		{"services", `{"apiVersion":"v1","kind":"Service","metadata":{"name":"NAME","namespace":"OWN"},"spec":{"type":"ExternalName","externalName":"web.A.svc.cluster.local"}}`},
		{"configmaps", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"NAME","namespace":"OWN"},"data":{"a":"# \"quoted\"\n\tuser: system:serviceaccount:A:web\nhost: web.B.svc <&>\n","b":"system:serviceaccounts:B, system:serviceaccounts:A"}}`},
		{"deployments.apps", `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"NAME","namespace":"OWN","annotations":{"meta.helm.sh/release-namespace":"A"}},"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"nginx","args":["--namespace=A","--user=system:serviceaccount:B:web"],"env":[{"name":"POD_NAMESPACE","value":"A"},{"name":"URL","value":"http://web.B.svc:80"}]}],"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"a","namespaces":["B","A"],"labelSelector":{}}]}}}}}}`},
		{"storageclasses.storage.k8s.io", `{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"NAME"},"provisioner":"rook.rbd.csi.ceph.com","parameters":{"clusterID":"A","csi.storage.k8s.io/node-stage-secret-namespace":"B"}}`},
		{"customresourcedefinitions.apiextensions.k8s.io", `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.NAME.example.com"},"spec":{"group":"NAME.example.com","scope":"Namespaced","names":{"plural":"things","kind":"Thing","singular":"thing","listKind":"ThingList"},"conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"service":{"name":"web","namespace":"A"}}}},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}`},
		{"secrets", `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"NAME","namespace":"OWN","annotations":{"reflector.v1.k8s.emberstack.com/reflects":"A/source"}},"data":{"a":"eA=="}}`},
	}
	template := templates[rng.IntN(len(templates))]
	key := layout.Address{Resource: template.resource, Name: name}
	if strings.Contains(template.text, "OWN") {
		key.Namespace = own
	}
	if template.resource == layout.CRDs {
		key.Name = "things." + name + ".example.com"
	}
	body := template.text
	for _, word := range [][2]string{{`"OWN"`, `"` + own + `"`}, {"NAME", name}} {
		body = strings.ReplaceAll(body, word[0], word[1])
	}
	a, b := pick(), pick()
	for _, word := range [][2]string{{"A", a}, {"B", b}} {
		for _, around := range []string{`"_"`, `"_/`, `:_"`, `:_:`, `._.`, `=_"`, ":_,", ":_\\n"} {
			body = strings.ReplaceAll(body, strings.Replace(around, "_", word[0], 1), strings.Replace(around, "_", word[1], 1))
		}
	}
	return key.Key().Path(), []byte(body)
}
