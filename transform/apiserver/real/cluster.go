package real

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
	"strings"
	"time"
)

// Options say what to start.
type Options struct {
	Folder          string   // of kube-apiserver and etcd
	TempDir         string   // for the files of the run; "" for the system's
	Environment     []string // of the programs
	VeleroNamespace string   // whose ServiceAccount sends the requests
	Ranges          []string // of cluster IPs, one for each family
}

// cluster is a running kube-apiserver with an etcd of its own.
type cluster struct {
	dir    string
	base   string // of addresses
	token  string
	client *http.Client
	keeper *exec.Cmd
	hold   io.Closer // which the keeper waits for
	said   *bytes.Buffer
	ended  chan struct{}
}

// The programs that a folder must have.
const (
	kubeProgram = "kube-apiserver"
	etcdProgram = "etcd"
)

// nowhere is the socket by which kube-apiserver would reach what it calls, and that is not there.
const nowhere = "nowhere.sock"

// egress has kube-apiserver reach nothing but etcd.
const egress = `{"apiVersion":"apiserver.k8s.io/v1beta1","kind":"EgressSelectorConfiguration","egressSelections":[
{"name":"cluster","connection":{"proxyProtocol":"HTTPConnect","transport":{"uds":{"udsName":"` + nowhere + `"}}}},
{"name":"controlplane","connection":{"proxyProtocol":"HTTPConnect","transport":{"uds":{"udsName":"` + nowhere + `"}}}}]}`

// tries is how often another port is looked for, where somebody else takes it first.
const tries = 3

// start starts the programs, and waits until the server is ready.
func start(ctx context.Context, o Options) (*cluster, error) {
	var programs []string
	for _, name := range []string{etcdProgram, kubeProgram} {
		path, err := exec.LookPath(filepath.Join(o.Folder, name))
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: has no %s that can be run: name a folder with kube-apiserver and etcd, such as envtest's: %w", o.Folder, name, err)
		}
		programs = append(programs, path)
	}
	for try := 1; ; try++ {
		c, err := startAt(ctx, o, programs)
		if err == nil || try == tries || !strings.Contains(err.Error(), "address already in use") {
			return c, err
		}
	}
}

func startAt(ctx context.Context, o Options, programs []string) (*cluster, error) {
	dir, err := os.MkdirTemp(o.TempDir, "veltx-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	if err := c.run(o, programs); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	if err := c.await(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// run starts the keeper, and with it the programs.
func (c *cluster) run(o Options, programs []string) error {
	k, err := writeKeys(c.dir, o.VeleroNamespace)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.dir, "egress.yaml"), []byte(egress), 0o600); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	c.base, c.token = "https://127.0.0.1:"+port, k.token
	c.client = &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: k.trusted, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: loaders},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	what, err := json.Marshal(keeping{Folder: c.dir, Programs: [][]string{etcdLine(programs[0]), kubeLine(programs[1], port, o.Ranges)}})
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c.keeper, c.said, c.ended = exec.Command(self), &bytes.Buffer{}, make(chan struct{})
	c.keeper.Args, c.keeper.Env, c.keeper.Stderr = []string{keeperName, string(what)}, append([]string{"TMPDIR=" + c.dir}, o.Environment...), c.said
	apart(c.keeper)
	if c.hold, err = c.keeper.StdinPipe(); err != nil {
		return err
	}
	if err := c.keeper.Start(); err != nil {
		return err
	}
	go func() {
		_ = c.keeper.Wait() // why is in what it said
		close(c.ended)
	}()
	return nil
}

// etcdLine has etcd listen on sockets in its folder only: it asks nobody who they are.
func etcdLine(program string) []string {
	const clients, peers = "unix://etcd:1", "unix://etcd:2" // relative names of sockets, which etcd takes only as HOST:PORT
	return []string{
		program, "--data-dir=data", "--listen-client-urls=" + clients, "--advertise-client-urls=" + clients, "--listen-peer-urls=" + peers,
		"--initial-advertise-peer-urls=" + peers, "--initial-cluster=default=" + peers, "--unsafe-no-fsync",
	}
}

func kubeLine(program, port string, ranges []string) []string {
	return []string{
		program, "--etcd-servers=unix://etcd:1", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=" + port,
		"--tls-cert-file=api.crt", "--tls-private-key-file=api.key", "--token-auth-file=tokens.csv", "--anonymous-auth=false", "--authorization-mode=RBAC",
		"--service-account-key-file=sa.key", "--service-account-signing-key-file=sa.key", "--service-account-issuer=https://kubernetes.default.svc",
		"--service-cluster-ip-range=" + strings.Join(ranges, ","), "--endpoint-reconciler-type=none", "--allow-privileged=true", "--profiling=false",
		"--egress-selector-config-file=egress.yaml",
	}
}

// freePort is a port that nothing listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// patience is how long the server may take until it is ready.
const patience = 2 * time.Minute

func (c *cluster) await(ctx context.Context) error {
	inTime, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		code, _, err := c.do(inTime, http.MethodGet, "/readyz", "", nil)
		if err == nil && code == http.StatusOK {
			return nil
		}
		select {
		case <-c.ended:
			return c.lost()
		case <-inTime.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("kube-apiserver is not ready after %v: %s", patience, lastOf(filepath.Join(c.dir, kubeProgram+".log")))
		case <-pause(100 * time.Millisecond):
		}
	}
}

// pause ends after a while.
func pause(d time.Duration) <-chan time.Time { return time.NewTimer(d).C }

// lost is why the programs have ended.
func (c *cluster) lost() error {
	return errors.New(strings.TrimSpace("the API server has ended: " + c.said.String()))
}

// maxAnswer is how much of an answer is read.
const maxAnswer = 64 << 20

// do sends a request and returns the code and the body of the answer.
func (c *cluster) do(ctx context.Context, method, path, contentType string, body []byte) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Accept", "application/json")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	return answer.StatusCode, text, err
}

// ask is do for a server that was ready: without an answer the run ends.
func (c *cluster) ask(ctx context.Context, method, path string, body []byte) (int, []byte, error) {
	contentType := "application/json"
	if method == http.MethodPatch {
		contentType = "application/merge-patch+json"
	}
	code, text, err := c.do(ctx, method, path, contentType, body)
	if err == nil {
		return code, text, nil
	}
	select {
	case <-c.ended:
		return 0, nil, c.lost()
	case <-pause(time.Second): // until it is known that it has ended
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
	select {
	case <-c.ended:
		return 0, nil, c.lost()
	default:
		return 0, nil, fmt.Errorf("the API server of --api-server gives no answer: %s %s: %w", method, strconv.Quote(path), err)
	}
}

// Close ends the programs, and waits until they are gone and their files with them.
func (c *cluster) Close() error {
	c.client.CloseIdleConnections()
	err := c.hold.Close()
	<-c.ended
	return errors.Join(err, os.RemoveAll(c.dir))
}
