package own

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/plugins/rules"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// config is the ConfigMap with the rules.
type config struct {
	Metadata struct {
		Name, Namespace string
	}
	Data map[string]string
}

// selector finds the ConfigMap, as Velero finds those of its own actions.
// Source: v1.18.3 pkg/plugin/framework/common/plugin_config.go:28-55.
const selector = "velero.io/plugin-config," + Action + "=" + string(wire.RestoreItemAction)

// readConfig asks the cluster for the ConfigMap; it is nil where there is none.
func readConfig(ctx context.Context, getenv func(string) string) (*config, error) {
	namespace := getenv("VELERO_NAMESPACE")
	if namespace == "" {
		namespace = "velero"
	}
	c, err := newCluster(getenv)
	if err != nil {
		return nil, fmt.Errorf("veltx cannot ask the cluster for its rules: %w", err)
	}
	defer c.client.CloseIdleConnections()
	text, err := c.get(ctx, "/api/v1/namespaces/"+url.PathEscape(namespace)+"/configmaps?labelSelector="+url.QueryEscape(selector))
	if err != nil {
		return nil, fmt.Errorf("veltx cannot ask the cluster for its rules, the ConfigMap in namespace %s with the labels %s: %w", namespace, selector, err)
	}
	var list struct{ Items []config }
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("the cluster's ConfigMaps with rules of veltx: %w", err)
	}
	switch len(list.Items) {
	case 0:
		return nil, nil
	case 1:
		return &list.Items[0], nil
	}
	var names []string
	for i := range list.Items {
		names = append(names, list.Items[i].Metadata.Name)
	}
	slices.Sort(names)
	return nil, fmt.Errorf("ConfigMaps %s in namespace %s all have rules of veltx: label only one of them %s", strings.Join(names, ", "), namespace, Action)
}

// parse reads the rules, which are all that the ConfigMap has.
func (c *config) parse() (*rules.Rules, error) {
	keys := slices.Sorted(maps.Keys(c.Data))
	if len(keys) != 1 {
		return nil, fmt.Errorf("ConfigMap %s/%s has %d keys in data, want one with the rules of veltx", c.Metadata.Namespace, c.Metadata.Name, len(keys))
	}
	r, err := rules.Parse([]byte(c.Data[keys[0]]))
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s/%s: data.%s: %w", c.Metadata.Namespace, c.Metadata.Name, keys[0], err)
	}
	return r, nil
}

// get asks for one thing.
func (c *cluster) get(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address+path, nil)
	if err != nil {
		return nil, err
	}
	token, err := c.token()
	if err != nil {
		return nil, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "veltx")
	response, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := readAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response, text)
	}
	return text, nil
}

// refusal is what an API server said.
func refusal(response *http.Response, text []byte) error {
	var status struct{ Message string }
	if json.Unmarshal(text, &status) == nil && status.Message != "" {
		return fmt.Errorf("the API server answers %s: %s", response.Status, status.Message)
	}
	return fmt.Errorf("the API server answers %s", response.Status)
}
