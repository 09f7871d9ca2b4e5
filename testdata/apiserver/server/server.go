// Package server runs a real kube-apiserver with its etcd on 127.0.0.1, and asks it.
package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// Server is a running kube-apiserver.
type Server struct {
	bin, dir   string
	etcd, kube *exec.Cmd
	etcdURL    string
	base       string
	client     *http.Client
	clusters   int
}

// Token is that of a user in system:masters, as Velero is.
const Token = "veltx"

// Names of the programs in the folder that Start is given.
const (
	kubeProgram = "kube-apiserver"
	etcdProgram = "etcd"
)

// Start starts the programs of bin, with throw-away keys and data in dir.
func Start(ctx context.Context, bin, dir string) (*Server, error) {
	s := &Server{bin: bin, dir: dir, client: &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // a key of our own, on loopback
	}}
	if err := writeKeys(dir); err != nil {
		return nil, err
	}
	if err := s.startEtcd(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.Fresh(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// freePort is a port that nothing listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

// run starts a program whose output goes to a file in the folder.
func (s *Server) run(ctx context.Context, program string, args ...string) (*exec.Cmd, error) {
	log, err := os.OpenFile(s.at(program+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c := exec.CommandContext(ctx, filepath.Join(s.bin, program), args...)
	c.Stdout, c.Stderr = log, log
	return c, c.Start()
}

func (s *Server) at(name string) string { return filepath.Join(s.dir, name) }

func (s *Server) startEtcd(ctx context.Context) error {
	client, err := freePort()
	if err != nil {
		return err
	}
	peer, err := freePort()
	if err != nil {
		return err
	}
	s.etcdURL = "http://127.0.0.1:" + client
	own := "http://127.0.0.1:" + peer
	s.etcd, err = s.run(ctx, etcdProgram, "--data-dir", s.at("etcd"), "--listen-client-urls", s.etcdURL, "--advertise-client-urls", s.etcdURL,
		"--listen-peer-urls", own, "--initial-advertise-peer-urls", own, "--initial-cluster", "default="+own, "--unsafe-no-fsync")
	return err
}

// Fresh gives the server a new, empty cluster.
func (s *Server) Fresh(ctx context.Context) error {
	stop(s.kube)
	port, err := freePort()
	if err != nil {
		return err
	}
	s.clusters++
	s.base = "https://127.0.0.1:" + port
	s.kube, err = s.run(ctx, kubeProgram, "--etcd-servers="+s.etcdURL, "--etcd-prefix=/cluster-"+strconv.Itoa(s.clusters), "--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1", "--secure-port="+port, "--tls-cert-file="+s.at("api.crt"), "--tls-private-key-file="+s.at("api.key"),
		"--token-auth-file="+s.at("tokens.csv"), "--authorization-mode=RBAC", "--service-account-key-file="+s.at("sa.key"),
		"--service-account-signing-key-file="+s.at("sa.key"), "--service-account-issuer=https://kubernetes.default.svc",
		"--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none", "--allow-privileged=true", "--profiling=false")
	if err != nil {
		return err
	}
	return s.await(ctx)
}

// await waits until the server is ready.
func (s *Server) await(ctx context.Context) error {
	for range 600 {
		if code, _, err := s.Do(ctx, http.MethodGet, "/readyz", nil); err == nil && code == http.StatusOK {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	log, _ := os.ReadFile(s.at(kubeProgram + ".log"))
	return fmt.Errorf("kube-apiserver is not ready after 2 minutes:\n%s", log[max(0, len(log)-2000):])
}

// Do sends a request and returns the code and the body of the answer.
func (s *Server) Do(ctx context.Context, method, path string, body []byte) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+Token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// Kubeconfig writes a configuration for kubectl, and returns its path.
func (s *Server) Kubeconfig() (string, error) {
	text, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "judge",
		"clusters": []any{map[string]any{"name": "judge", "cluster": map[string]any{"server": s.base, "insecure-skip-tls-verify": true}}},
		"users":    []any{map[string]any{"name": "judge", "user": map[string]any{"token": Token}}},
		"contexts": []any{map[string]any{"name": "judge", "context": map[string]any{"cluster": "judge", "user": "judge"}}},
	})
	if err != nil {
		return "", err
	}
	return s.at("kubeconfig"), os.WriteFile(s.at("kubeconfig"), text, 0o600)
}

// Close stops both programs.
func (s *Server) Close() error {
	stop(s.kube)
	stop(s.etcd)
	return nil
}

func stop(c *exec.Cmd) {
	if c != nil && c.Process != nil {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
}
