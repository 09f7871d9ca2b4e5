package own

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

// patience is how long the cluster may take for an answer.
const patience = 30 * time.Second

// maxAnswer is how large an answer may be: a ConfigMap has at most 1 MiB, and a page of them some more.
const maxAnswer = 64 << 20

// accountFolder is where a pod has the files of its ServiceAccount.
const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// cluster is the API server that Velero's server asks, too.
type cluster struct {
	address string
	client  *http.Client
	token   func() (string, error)
}

// newCluster finds the cluster as Velero does: by a kubeconfig, where the environment names one, else as in a pod.
func newCluster(getenv func(string) string) (*cluster, error) {
	if path := getenv("KUBECONFIG"); path != "" {
		return fromKubeconfig(path)
	}
	host, port := getenv("KUBERNETES_SERVICE_HOST"), getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return nil, errors.New("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, as they are in a pod, and KUBECONFIG is not, either")
	}
	authority, err := os.ReadFile(filepath.Join(accountFolder, "ca.crt"))
	if err != nil {
		return nil, err
	}
	return newClient("https://"+net.JoinHostPort(host, port), &tls.Config{}, authority, func() (string, error) {
		text, err := os.ReadFile(filepath.Join(accountFolder, "token")) // it is renewed
		return strings.TrimSpace(string(text)), err
	})
}

// newClient makes the client for an address. Without an authority, those of the system are trusted.
func newClient(address string, config *tls.Config, authority []byte, token func() (string, error)) (*cluster, error) {
	if len(authority) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(authority) {
			return nil, errors.New("the certificate of the cluster's authority is no certificate")
		}
	}
	transport := &http.Transport{TLSClientConfig: config, TLSHandshakeTimeout: patience}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &cluster{address: strings.TrimSuffix(address, "/"), client: client, token: token}, nil
}

// kubeconfig is what is read of one.
type kubeconfig struct {
	Current  string `json:"current-context"`
	Contexts []struct {
		Name    string
		Context struct{ Cluster, User string }
	}
	Clusters []struct {
		Name    string
		Cluster struct {
			Server        string
			Authority     string `json:"certificate-authority"`
			AuthorityData []byte `json:"certificate-authority-data"`
			Insecure      bool   `json:"insecure-skip-tls-verify"`
		}
	}
	Users []struct {
		Name string
		User struct {
			Token           string
			TokenFile       string
			Certificate     string `json:"client-certificate"`
			CertificateData []byte `json:"client-certificate-data"`
			Key             string `json:"client-key"`
			KeyData         []byte `json:"client-key-data"`
		}
	}
}

// fromKubeconfig finds the cluster of a kubeconfig's current context. Who runs a program to log in, or a proxy, is not found.
func fromKubeconfig(path string) (*cluster, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var k kubeconfig
	if err := yaml.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c, err := k.current(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func (k *kubeconfig) current(folder string) (*cluster, error) {
	name, user := "", ""
	for i := range k.Contexts {
		if k.Contexts[i].Name == k.Current {
			name, user = k.Contexts[i].Context.Cluster, k.Contexts[i].Context.User
		}
	}
	config := &tls.Config{}
	token, err := k.credentials(folder, user, config)
	if err != nil {
		return nil, err
	}
	for i := range k.Clusters {
		if k.Clusters[i].Name != name {
			continue
		}
		c := &k.Clusters[i].Cluster
		authority, err := dataOr(folder, c.AuthorityData, c.Authority)
		if err != nil {
			return nil, err
		}
		config.InsecureSkipVerify = c.Insecure
		return newClient(c.Server, config, authority, token)
	}
	return nil, fmt.Errorf("the context %q has no cluster", k.Current)
}

// credentials are those of a user: a token, and a certificate, which goes into the configuration.
func (k *kubeconfig) credentials(folder, user string, config *tls.Config) (token func() (string, error), err error) {
	token = func() (string, error) { return "", nil }
	for i := range k.Users {
		if k.Users[i].Name != user {
			continue
		}
		u := &k.Users[i].User
		certificate, err := dataOr(folder, u.CertificateData, u.Certificate)
		if err != nil {
			return nil, err
		}
		key, err := dataOr(folder, u.KeyData, u.Key)
		if err != nil {
			return nil, err
		}
		if len(certificate) > 0 {
			pair, err := tls.X509KeyPair(certificate, key)
			if err != nil {
				return nil, fmt.Errorf("the client's certificate: %w", err)
			}
			config.Certificates = []tls.Certificate{pair}
		}
		token = func() (string, error) {
			text, err := dataOr(folder, []byte(u.Token), u.TokenFile)
			return strings.TrimSpace(string(text)), err
		}
	}
	return token, nil
}

// dataOr is data, or what a file has, seen from a folder.
func dataOr(folder string, data []byte, file string) ([]byte, error) {
	switch {
	case len(data) > 0 || file == "":
		return data, nil
	case filepath.IsAbs(file):
		return os.ReadFile(file)
	}
	return os.ReadFile(filepath.Join(folder, file))
}

func readAll(body io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err == nil && len(text) > maxAnswer {
		err = fmt.Errorf("the answer of the API server is larger than %d MiB", maxAnswer>>20)
	}
	return text, err
}
