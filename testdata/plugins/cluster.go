package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/veltx/veltx/testdata/plugintest"
)

// cluster asks with Kubernetes' own client.
type cluster struct {
	config *rest.Config
	client *http.Client
}

// newCluster finds the cluster as that client does: by a kubeconfig, else as in a pod.
func newCluster() (plugintest.Cluster, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	if err != nil {
		return nil, err
	}
	client, err := rest.HTTPClientFor(config)
	return &cluster{config, client}, err
}

// Do implements plugintest.Cluster.
func (c *cluster) Do(method, path, contentType, body string) (int, []byte, error) {
	request, err := http.NewRequest(method, strings.TrimSuffix(c.config.Host, "/")+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, text, err
}

// Await implements plugintest.Cluster with an informer. The path is one of the core group, in a namespace.
func (c *cluster) Await(path, name string) ([]string, error) {
	parts := strings.Split(strings.Trim(path, "/"), "/") // api v1 namespaces NAMESPACE RESOURCE
	if len(parts) != 5 {
		return nil, fmt.Errorf("%s is no path in a namespace", path)
	}
	client, err := dynamic.NewForConfig(c.config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	all := schema.GroupVersionResource{Version: parts[1], Resource: parts[4]}
	informer := dynamicinformer.NewFilteredDynamicInformer(client, all, parts[3], 0, cache.Indexers{}, nil).Informer()
	go informer.Run(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return nil, errors.New("the informer does not get in step")
	}
	for ctx.Err() == nil {
		var names []string
		for _, o := range informer.GetStore().List() {
			names = append(names, o.(metav1.Object).GetName())
		}
		slices.Sort(names)
		if slices.Contains(names, name) {
			return names, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil, fmt.Errorf("%s did not come", name)
}
