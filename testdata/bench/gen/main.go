// Command gen writes a backup with a given number of items in the form in which Velero writes them: each item twice, as
// compact JSON with sorted keys. It stands in for a richer generator; equal arguments give equal bytes.
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

type object = map[string]any

func main() {
	items := flag.Int("items", 20_000, "how many items")
	seed := flag.Uint64("seed", 1, "of the random numbers")
	out := flag.String("o", "m.tar.gz", "the file to write")
	flag.Parse()
	if err := write(*out, *items, rand.New(rand.NewPCG(*seed, 1))); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func write(file string, items int, r *rand.Rand) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(f)
	w := tar.NewWriter(packed)
	defer func() { err = errors.Join(err, w.Close(), packed.Close(), f.Close()) }()
	if err := add(w, "metadata/version", []byte("1.1.0\n")); err != nil {
		return err
	}
	for n := range items {
		resource, space, body := item(n, items, r)
		place := resource + "/%snamespaces/" + space + "/" + fmt.Sprintf("item-%d.json", n)
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		for _, version := range []string{"", "v1-preferredversion/"} {
			if err := add(w, "resources/"+fmt.Sprintf(place, version), text); err != nil {
				return err
			}
		}
	}
	return nil
}

func add(w *tar.Writer, name string, body []byte) error {
	h := &tar.Header{Name: name, Mode: 0o755, Size: int64(len(body)), ModTime: time.Unix(1.7e9, 0)}
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err := w.Write(body)
	return err
}

// item makes the kinds one after the other, each spread over the namespaces.
func item(n, items int, r *rand.Rand) (resource, space string, _ object) {
	space = fmt.Sprintf("team-%d", r.IntN(40))
	metadata := object{
		"name": fmt.Sprintf("item-%d", n), "namespace": space, "uid": id(r), "resourceVersion": fmt.Sprint(r.IntN(1e9)),
		"creationTimestamp": "2026-01-02T03:04:05Z", "labels": object{"app": id(r)[:8]},
		"managedFields": []any{object{"apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": object{"f:metadata": object{"f:labels": object{"f:app": object{}}}, "f:spec": fields(r)}, "manager": "kubectl", "operation": "Update", "time": "2026-01-02T03:04:05Z"}},
	}
	body := object{"apiVersion": "v1", "metadata": metadata}
	switch share := 10 * n / items; {
	case share < 2:
		body["kind"], body["spec"] = "Pod", object{"containers": []any{container(r), container(r)}, "nodeName": id(r)}
		body["status"] = object{"phase": "Running", "podIP": "10.0.0.1", "conditions": []any{fields(r)}}
		return "pods", space, body
	case share < 4:
		body["kind"], body["spec"] = "Service", object{"clusterIP": "10.1.2.3", "ports": []any{object{"port": 80, "nodePort": 30000 + r.IntN(2000)}}}
		return "services", space, body
	case share < 6:
		body["kind"], body["type"], body["data"] = "Secret", "Opaque", object{"token": "c2VjcmV0" + fmt.Sprintf("%04d", r.IntN(1e4))}
		return "secrets", space, body
	}
	data := object{}
	for range r.IntN(60) {
		data[id(r)] = "a line of <text> & " + id(r)
	}
	body["kind"], body["data"] = "ConfigMap", data
	return "configmaps", space, body
}

func container(r *rand.Rand) object {
	return object{"name": id(r)[:6], "image": "registry.example.com/" + id(r)[:12] + ":1", "env": []any{object{"name": "A", "value": id(r)}}}
}

func fields(r *rand.Rand) object {
	m := object{}
	for range 12 {
		m["f:"+id(r)[:10]] = object{}
	}
	return m
}

func id(r *rand.Rand) string { return fmt.Sprintf("%016x-%08x", r.Uint64(), r.Uint32()) }
