package findings_test

import "testing"

func TestImagesOfRegistriesThatAreNotListed(t *testing.T) {
	pod := func(image string) []item {
		return []item{{address: "pods/shop/p", yaml: `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: "` + image + `"}]}}`}}
	}
	told := func(registry, image string) []string {
		return []string{"registry-not-listed " + registry + ": 1 pod runs 1 image of registry " + registry + ", which --target-registries does not list: " + image + "; pods/shop/p"}
	}
	for _, s := range []scene{
		{name: "none are listed", items: pod("nginx")},
		{name: "the registry", registries: []string{"r.example.com"}, items: pod("r.example.com/team/app:1")},
		{name: "a path in it", registries: []string{"r.example.com/team"}, items: pod("r.example.com/team/app@sha256:0")},
		{name: "another path in it", registries: []string{"r.example.com/team"}, items: pod("r.example.com/teams/app"), want: told("r.example.com", "r.example.com/teams/app")},
		{name: "with a port", registries: []string{"r.example.com:5000"}, items: pod("r.example.com:5000/app")},
		{name: "Docker Hub's library", registries: []string{"docker.io/library"}, items: pod("nginx:1")},
		{name: "Docker Hub", registries: []string{"r.example.com"}, items: pod("team/app"), want: told("docker.io", "team/app")},
		{name: "localhost", registries: []string{"docker.io"}, items: pod("localhost/app"), want: told("localhost", "localhost/app")},
		{
			name: "a template, and an init container", registries: []string{"r.example.com"},
			items: []item{{address: "cronjobs.batch/shop/j", yaml: `{apiVersion: batch/v1, kind: CronJob, metadata: {name: j}, spec: {jobTemplate: {spec: {template: {spec: {
				initContainers: [{name: i, image: quay.io/a}], containers: [{name: c, image: quay.io/b}, {name: d, image: quay.io/a}]}}}}}}`}},
			want: []string{"registry-not-listed quay.io: 1 cronjob runs 2 images of registry quay.io, which --target-registries does not list: quay.io/a, quay.io/b; cronjobs.batch/shop/j"},
		},
		{name: "a ReplicaSet without replicas", registries: []string{"r.example.com"}, items: []item{{address: "replicasets.apps/shop/r", yaml: `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: r}, spec: {replicas: 0, template: {spec: {containers: [{name: c, image: nginx}]}}}}`}}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}
