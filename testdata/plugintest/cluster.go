package plugintest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

// Cluster is how an action asks the cluster.
type Cluster interface {
	// Do makes a request with a body of a type, "" for none.
	Do(method, path, contentType, body string) (code int, answer []byte, err error)
	// Await watches the objects at a path until one has a name, and returns the names that it has seen, sorted.
	Await(path, name string) ([]string, error)
}

// patience is how long an action waits for an object.
const patience = 5 * time.Second

// askCluster makes the requests in an annotation, a line each: METHOD PATH [TYPE BODY], or AWAIT PATH NAME. What comes back stands in
// another, without what each server sets as it likes.
func askCluster(in *Input) (*Output, error) {
	cluster := in.Cluster
	if cluster == nil {
		var err error
		if cluster, err = found(); err != nil {
			return nil, err
		}
	}
	var answers []string
	for line := range strings.Lines(in.Annotation("example.com/requests")) {
		answer, err := askOne(cluster, strings.TrimSpace(line))
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	in.Metadata("annotations")["example.com/answers"] = strings.Join(answers, "\n")
	return &Output{Item: in.Item}, nil
}

func askOne(cluster Cluster, line string) (string, error) {
	words := strings.SplitN(line, " ", 4)
	if words[0] == "AWAIT" {
		names, err := cluster.Await(words[1], words[2])
		return strings.Join(names, " "), err
	}
	words = append(words, "", "")
	code, text, err := cluster.Do(words[0], words[1], words[2], words[3])
	if err != nil {
		return "", err
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		return "", fmt.Errorf("%s: the answer is no object: %w: %.200s", line, err, text)
	}
	return fmt.Sprint(code, " ", told(answer)), nil
}

// told is what tells something of an answer.
func told(answer map[string]any) string {
	if items, ok := answer["items"].([]any); ok {
		var names []string
		for _, item := range items {
			object, _ := item.(map[string]any)
			names = append(names, told(object))
		}
		return fmt.Sprintf("%v[%s]", answer["kind"], strings.Join(names, " "))
	}
	if answer["kind"] == "Status" {
		return fmt.Sprintf("%v %v", answer["status"], answer["reason"])
	}
	metadata, _ := answer["metadata"].(map[string]any)
	text := fmt.Sprintf("%v/%v", metadata["namespace"], metadata["name"])
	for _, field := range []string{"data", "allowed"} {
		if answer[field] != nil {
			value, _ := json.Marshal(answer[field])
			text += string(value)
		}
	}
	if names := namesOf(answer["resources"]); names != nil {
		text = strings.Join(names, " ")
	}
	return text
}

// namesOf are the names in a list of resources that are in the core of every Kubernetes.
func namesOf(list any) (names []string) {
	all, _ := list.([]any)
	for _, one := range all {
		resource, _ := one.(map[string]any)
		if name, _ := resource["name"].(string); slices.Contains([]string{"configmaps", "deployments", "pods", "secrets"}, name) {
			names = append(names, fmt.Sprintf("%s %v %v", name, resource["kind"], resource["namespaced"]))
		}
	}
	return names
}

// plain asks by HTTP alone.
type plain struct {
	client *http.Client
	server string
	token  string
}

// account is where a pod finds the files of its ServiceAccount.
const account = "/var/run/secrets/kubernetes.io/serviceaccount/"

// found finds the cluster as Kubernetes' clients do: by a kubeconfig, else as a pod does.
func found() (Cluster, error) {
	if path := os.Getenv("KUBECONFIG"); path != "" {
		return byKubeconfig(path)
	}
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return nil, errors.New("unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined")
	}
	token, err := os.ReadFile(account + "token")
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		return nil, err
	}
	return newPlain("https://"+host+":"+port, string(token), ca), nil
}

func byKubeconfig(path string) (Cluster, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var config struct {
		Clusters []struct {
			Cluster struct {
				Server string
				CA     string `json:"certificate-authority-data"`
			}
		}
		Users []struct{ User struct{ Token string } }
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		return nil, err
	}
	ca, err := base64.StdEncoding.DecodeString(config.Clusters[0].Cluster.CA)
	return newPlain(config.Clusters[0].Cluster.Server, config.Users[0].User.Token, ca), err
}

func newPlain(server, token string, ca []byte) Cluster {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	return &plain{&http.Client{Transport: transport, Timeout: 2 * patience}, server, token}
}

func (p *plain) send(method, path, contentType, body string) (*http.Response, error) {
	request, err := http.NewRequest(method, p.server+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return p.client.Do(request)
}

// Do implements Cluster.
func (p *plain) Do(method, path, contentType, body string) (int, []byte, error) {
	response, err := p.send(method, path, contentType, body)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, text, err
}

// Await implements Cluster.
func (p *plain) Await(path, name string) ([]string, error) {
	response, err := p.send(http.MethodGet, path+"?watch=true&timeoutSeconds=5", "", "")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var names []string
	for lines := json.NewDecoder(response.Body); ; {
		var event struct {
			Type   string
			Object struct{ Metadata struct{ Name string } }
		}
		if err := lines.Decode(&event); err != nil {
			return nil, fmt.Errorf("%s did not come: %w", name, err)
		}
		names = append(names, event.Object.Metadata.Name)
		if event.Object.Metadata.Name == name {
			slices.Sort(names)
			return slices.Compact(names), nil
		}
	}
}
