package plugins

import (
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// inlet is how one process reaches the cluster that plugins ask. Where the process has a loopback of its own, it finds the cluster as a
// pod does: by the variables of the Service kubernetes and the files of a ServiceAccount. Elsewhere it finds a kubeconfig.
type inlet struct {
	environment []string
	account     string   // the folder of a ServiceAccount's files
	port        int      // of the machine's loopback, where the process has none of its own
	give, take  *os.File // by which a process hands out that it listens on its own loopback
}

// accountFolder is where pods find the files of their ServiceAccount.
const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// ownPort is the port of the cluster on a loopback of its own.
const ownPort = 6443

// newInlet makes the inlet of a process of a binary, nil where there is no cluster.
func (h *Host) newInlet(b *binary, folder string) (*inlet, error) {
	if h.options.Cluster == nil {
		return nil, nil
	}
	token := h.options.Cluster.Token(filepath.Base(b.path))
	if h.cage.ownLoopback() {
		return h.newPodInlet(token, folder)
	}
	listener, err := h.loopback()
	if err != nil {
		return nil, err
	}
	i := &inlet{port: listener.Addr().(*net.TCPAddr).Port}
	at := filepath.Join(folder, "kubeconfig")
	i.environment = []string{"KUBECONFIG=" + at}
	return i, os.WriteFile(at, h.kubeconfig(i.port, token), 0o600)
}

// newPodInlet makes an inlet for a process with a loopback of its own.
func (h *Host) newPodInlet(token, folder string) (*inlet, error) {
	i := &inlet{
		environment: []string{"KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=" + strconv.Itoa(ownPort)},
		account:     folder + "-account",
	}
	if err := os.Mkdir(i.account, 0o700); err != nil {
		return nil, err
	}
	for name, text := range map[string][]byte{
		"token": []byte(token), "ca.crt": h.options.Cluster.Authority(), "namespace": []byte(h.options.VeleroNamespace),
	} {
		if err := os.WriteFile(filepath.Join(i.account, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	var err error
	i.give, i.take, err = socketPair()
	return i, err
}

// open serves the cluster on the loopback of a process that is about to start, until it ends.
func (h *Host) open(p *process, way *inlet) {
	var mu sync.Mutex
	var listener net.Listener
	ended := false
	p.whenStarted = func() { _ = way.give.Close() } // so that its end is told where the process has none
	p.whenEnded = func() {
		mu.Lock()
		defer mu.Unlock()
		ended = true
		if listener != nil {
			_ = listener.Close()
		}
	}
	h.serving.Go(func() {
		defer way.take.Close()
		taken, err := way.takeListener()
		if err != nil {
			return // the process says why it ended
		}
		mu.Lock()
		listener = taken
		if ended {
			_ = listener.Close()
		}
		mu.Unlock()
		h.serveOn(taken)
	})
}

// loopback is where the cluster listens for all processes that have no loopback of their own.
func (h *Host) loopback() (net.Listener, error) {
	if h.listener != nil {
		return h.listener, nil
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	h.listener = listener
	h.serving.Go(func() { h.serveOn(listener) })
	return listener, nil
}

// serveOn answers on a listener until it is closed.
func (h *Host) serveOn(listener net.Listener) {
	if err := h.options.Cluster.Serve(listener); err != nil {
		h.logs.write("veltx", fmt.Appendf(nil, "the cluster of the plugins: %v", err))
	}
}

// kubeconfig leads to the cluster on the machine's loopback.
func (h *Host) kubeconfig(port int, token string) []byte {
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: veltx
contexts:
- name: veltx
  context: {cluster: veltx, user: veltx, namespace: %q}
clusters:
- name: veltx
  cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}
users:
- name: veltx
  user: {token: %s}
`, h.options.VeleroNamespace, port, base64.StdEncoding.EncodeToString(h.options.Cluster.Authority()), token)
}
