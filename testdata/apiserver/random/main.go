// Command random asks a real kube-apiserver and veltx about random objects, valid and spoiled, and holds the answers against each other.
//
//	random -bin FOLDER -n 3000 -seed 1
//	random -bin FOLDER -n 300 -seed 7 -keep FOLDER    keeps the answers of the first two clusters
//	random -bin FOLDER -check FOLDER                  asks again what is kept
//
// Each 250 objects have a new cluster; each second cluster has what decides on objects (target.yaml). It fails if veltx refuses what the
// server accepts, or if it misses more than 1 in 200 of the server's refusals.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/apiserver/server"
	"github.com/veltx/veltx/transform/apiserver"
)

func main() {
	bin := flag.String("bin", "", "folder of kube-apiserver and etcd")
	n := flag.Int("n", 3000, "how many objects")
	seed := flag.Uint64("seed", 1, "of the objects")
	keep := flag.String("keep", "", "folder for answers to keep")
	check := flag.String("check", "", "folder of kept answers to ask again")
	flag.Parse()
	if err := run(*bin, *keep, *check, *n, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "random:", err)
		os.Exit(1)
	}
}

// perCluster is how many objects one cluster gets.
const perCluster = 250

// tally counts answers.
type tally struct{ asked, accepted, refused, wrongly, missed, otherCode, otherField, otherPruned int }

func run(bin, keep, check string, n int, seed uint64) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "veltx-judge-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	judge, err := server.Start(ctx, bin, dir)
	if err != nil {
		return err
	}
	defer judge.Close()
	var t tally
	if check != "" {
		return checkAll(ctx, judge, check)
	}
	per := perCluster
	if keep != "" {
		per = n / 2
	}
	for cluster := 0; t.asked < n; cluster++ {
		if cluster > 0 {
			if err := judge.Fresh(ctx); err != nil {
				return err
			}
		}
		s := &session{judge: judge, tally: &t, random: rand.New(rand.NewPCG(seed, uint64(cluster))), decides: cluster%2 == 1}
		if err := s.run(ctx, min(per, n-t.asked)); err != nil {
			return err
		}
		if keep != "" {
			if err := writeKept(keptPath(keep, s.decides), s.has, s.kept); err != nil {
				return err
			}
		}
	}
	fmt.Printf("seed %d: %d objects, %d accepted, %d refused; veltx refuses %d that are accepted, misses %d refusals, answers %d with another code and %d with another field, and tells other pruned fields of %d\n",
		seed, t.asked, t.accepted, t.refused, t.wrongly, t.missed, t.otherCode, t.otherField, t.otherPruned)
	if t.wrongly > 0 || t.missed*200 > t.refused {
		return errors.New("that is more than may be")
	}
	return nil
}

// checkAll asks again all that is kept.
func checkAll(ctx context.Context, judge *server.Server, folder string) error {
	var t tally
	for _, decides := range []bool{false, true} {
		if decides {
			if err := judge.Fresh(ctx); err != nil {
				return err
			}
		}
		s := &session{judge: judge, tally: &t, decides: decides}
		if err := s.checkKept(ctx, folder); err != nil {
			return err
		}
	}
	fmt.Printf("%d kept answers, %d differ\n", t.asked, t.otherCode)
	if t.otherCode > 0 {
		return errors.New("kept answers are not what the server says")
	}
	return nil
}

// session is one cluster.
type session struct {
	judge   *server.Server
	tally   *tally
	random  *rand.Rand
	decides bool
	made    map[string]bool // addresses of what is there, of the target or accepted since
	kept    []kept
	has     []*object.Value     // the target
	names   map[string]resource // by apiVersion and kind
}

type resource struct {
	name       string
	namespaced bool
}

func (s *session) run(ctx context.Context, n int) error {
	if err := s.discover(ctx); err != nil {
		return err
	}
	target, err := s.target(ctx)
	if err != nil {
		return err
	}
	s.has = target
	veltx, err := apiserver.New(apiserver.Options{Objects: target, Version: "1.33", VeleroNamespace: "velero"})
	if err != nil {
		return err
	}
	templates, err := documents(objectsText)
	if err != nil {
		return err
	}
	s.made = map[string]bool{}
	for _, o := range target {
		s.made[address(s.of(kindOf(o)).name, o)] = true
	}
	namespaces := []string{"a", "default"}
	if s.decides {
		namespaces = []string{"a", "b", "c"}
	}
	for number := range n {
		o := draw(s.random, templates, number, namespaces, func(o map[string]any) bool { return s.of(o).namespaced })
		if err := s.ask(ctx, veltx, o); err != nil {
			return err
		}
	}
	return nil
}

// known are resources that the server does not serve, of old versions, and those of definitions.yaml.
var known = map[string]resource{
	"extensions/v1beta1 Ingress": {"ingresses.extensions", true}, "batch/v1beta1 CronJob": {"cronjobs.batch", true},
	"acme.io/v1 Widget": {"widgets.acme.io", true}, "acme.io/v1 Planet": {"planets.acme.io", false},
}

// discover reads which resources there are.
func (s *session) discover(ctx context.Context) error {
	s.names = map[string]resource{}
	templates, err := documents(objectsText + "\n---\n" + targetText + "\n---\n" + definitionsText)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, o := range templates {
		version := o["apiVersion"].(string)
		if asked[version] {
			continue
		}
		asked[version] = true
		group, _, grouped := strings.Cut(version, "/")
		path := "/apis/" + version
		if !grouped {
			path, group = "/api/"+version, ""
		}
		_, text, err := s.judge.Do(ctx, "GET", path, nil)
		if err != nil {
			return err
		}
		var list struct {
			Resources []struct {
				Name, Kind string
				Namespaced bool
			}
		}
		_ = json.Unmarshal(text, &list) // what is not served is no list
		for _, r := range list.Resources {
			if !strings.Contains(r.Name, "/") {
				s.names[version+" "+r.Kind] = resource{strings.TrimSuffix(r.Name+"."+group, "."), r.Namespaced}
			}
		}
	}
	return nil
}

func (s *session) of(o map[string]any) resource {
	name := fmt.Sprintf("%v %v", o["apiVersion"], o["kind"])
	if r, ok := known[name]; ok {
		return r
	}
	return s.names[name]
}

// target loads the cluster, and returns what it has.
func (s *session) target(ctx context.Context) ([]*object.Value, error) {
	text := definitionsText
	if s.decides {
		text += "\n---\n" + targetText
	}
	docs, err := documents(text)
	if err != nil {
		return nil, err
	}
	var objects []*object.Value
	for _, o := range docs {
		objects = append(objects, value(o))
	}
	if err := s.judge.Fill(ctx, "default"); err != nil {
		return nil, err
	}
	named := func(o *object.Value) string {
		return s.of(map[string]any{"apiVersion": o.APIVersion(), "kind": o.ObjectKind()}).name
	}
	if err := s.judge.Load(ctx, objects, named); err != nil {
		return nil, err
	}
	var all []*object.Value
	for resource, version := range map[string]string{
		"services": "v1", "namespaces": "v1", "serviceaccounts": "v1", "resourcequotas": "v1", "limitranges": "v1", "servicecidrs.networking.k8s.io": "networking.k8s.io/v1",
		"priorityclasses.scheduling.k8s.io": "scheduling.k8s.io/v1", "runtimeclasses.node.k8s.io": "node.k8s.io/v1", "storageclasses.storage.k8s.io": "storage.k8s.io/v1",
		"ingressclasses.networking.k8s.io": "networking.k8s.io/v1", "customresourcedefinitions.apiextensions.k8s.io": "apiextensions.k8s.io/v1",
		"mutatingwebhookconfigurations.admissionregistration.k8s.io": "admissionregistration.k8s.io/v1", "validatingwebhookconfigurations.admissionregistration.k8s.io": "admissionregistration.k8s.io/v1",
		"validatingadmissionpolicies.admissionregistration.k8s.io": "admissionregistration.k8s.io/v1", "validatingadmissionpolicybindings.admissionregistration.k8s.io": "admissionregistration.k8s.io/v1",
	} {
		list, err := s.judge.List(ctx, resource, version)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

func value(o map[string]any) *object.Value {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return object.MustParse(string(text))
}

// address tells objects of a cluster apart, whatever their API version.
func address(resource string, o *object.Value) string {
	return fmt.Sprintf("%s %s/%s", resource, o.Namespace(), o.Name())
}

// ask asks both about one object.
func (s *session) ask(ctx context.Context, veltx *apiserver.Server, o map[string]any) error {
	r, sent := s.of(o), value(o)
	key := address(r.name, sent)
	exists := s.made[key]
	want, err := s.judge.Create(ctx, r.name, sent, sent.Namespace())
	if err != nil {
		return err
	}
	s.kept = append(s.kept, kept{Sent: sent.JSON(), Exists: exists, Answer: want})
	got := veltx.Create(r.name, sent, exists)
	s.tally.asked++
	s.settle(sent, want)
	if want.Code < 300 {
		s.made[key] = true
		s.tally.accepted++
	} else {
		s.tally.refused++
	}
	why := difference(want, got.Code, got.Fields, got.Pruned)
	switch why {
	case "":
		return nil
	case "refuses what the server accepts":
		s.tally.wrongly++
	case "misses a refusal":
		s.tally.missed++
	case "answers another code":
		s.tally.otherCode++
	case "names another field":
		s.tally.otherField++
	default:
		s.tally.otherPruned++
	}
	fmt.Printf("veltx %s: %s\n  server %d %s %q\n  veltx  %d %s %q\n", why, sent.JSON(), want.Code, want.Message, want.Pruned, got.Code, got.Message, got.Pruned)
	return nil
}

// settle waits until the server counts on what it has accepted.
func (s *session) settle(sent *object.Value, answer server.Answer) {
	if answer.Code < 300 && (server.Slow(sent) || sent.ObjectKind() == "CustomResourceDefinition") {
		time.Sleep(1200 * time.Millisecond)
	}
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
