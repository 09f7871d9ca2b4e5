package clusterapi

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// maxBody is how large a request may be; a real server takes 3 MiB.
const maxBody = 3 << 20

// Serve answers on a listener until it is closed.
func (c *Cluster) Serve(listener net.Listener) error {
	server := &http.Server{
		Handler: c, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{c.pair}, MinVersion: tls.VersionTLS12},
	}
	err := server.ServeTLS(listener, "", "")
	_ = server.Close() // what it has open ends with the listener
	if errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// request is what a plugin asks.
type request struct {
	*http.Request
	plugin                       string
	gv                           groupVersion
	resource                     string // without its group
	namespace, name, subresource string
	entry
}

// full is the resource with its group.
func (r *request) full() string { return r.entry.Name }

func (r *request) groupResource() schema.GroupResource {
	return schema.GroupResource{Group: r.gv.group, Resource: r.resource}
}

// ServeHTTP implements http.Handler.
func (c *Cluster) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	r := &request{Request: hr}
	token, _ := strings.CutPrefix(hr.Header.Get("Authorization"), "Bearer ")
	c.mu.Lock()
	plugin, known := c.tokens[token]
	c.mu.Unlock()
	if !known {
		fail(w, apierrors.NewUnauthorized("Unauthorized"))
		return
	}
	r.plugin = plugin
	if answer, ok := c.discover(r); ok {
		write(w, http.StatusOK, answer)
		return
	}
	if !r.parse() || r.resource == "" {
		fail(w, notServed())
		return
	}
	if r.Method != http.MethodGet && isReview(r) {
		c.review(w, r)
		return
	}
	c.mu.Lock()
	entry, ok := c.table.find(r.gv, r.resource)
	c.mu.Unlock()
	r.entry = entry
	switch {
	case !ok, r.namespace != "" && !entry.Namespaced && r.resource != "namespaces":
		c.mu.Lock()
		c.notes.unknown(r.plugin, "the API "+r.gv.String()+" "+r.resource, c.options.Exact)
		c.mu.Unlock()
		fail(w, notServed())
	case r.Method != http.MethodGet:
		c.write(w, r)
	case r.isWatch():
		c.watch(w, r)
	case r.name == "":
		c.list(w, r)
	default:
		c.get(w, r)
	}
}

func (r *request) isWatch() bool {
	is, _ := strconv.ParseBool(r.URL.Query().Get("watch"))
	return is
}

// notServed is the answer to what is not served.
func notServed() error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotFound, Reason: metav1.StatusReasonNotFound,
		Message: "the server could not find the requested resource", Details: &metav1.StatusDetails{},
	}}
}

// parse reads /api/v1/… and /apis/GROUP/VERSION/…
func (r *request) parse() bool {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case len(parts) > 2 && parts[0] == "api":
		r.gv, parts = groupVersion{version: parts[1]}, parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		r.gv, parts = groupVersion{parts[1], parts[2]}, parts[3:]
	default:
		return false
	}
	if len(parts) > 2 && parts[0] == "namespaces" && (len(parts) > 3 || parts[2] != "status" && parts[2] != "finalize") {
		r.namespace, parts = parts[1], parts[2:]
	}
	for i, into := range []*string{&r.resource, &r.name, &r.subresource} {
		if i < len(parts) {
			*into = parts[i]
		}
	}
	return true
}

// discover answers what tells what the cluster is.
func (c *Cluster) discover(r *request) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.Method != http.MethodGet:
		return nil, false
	case r.URL.Path == "/healthz", r.URL.Path == "/livez", r.URL.Path == "/readyz":
		return "ok", true
	case r.URL.Path == "/version":
		if c.options.Guessed {
			c.notes.unknown(r.plugin, "the version of Kubernetes", false)
		}
		return c.version(), true
	case len(parts) == 1 && parts[0] == "api":
		return map[string]any{"kind": "APIVersions", "versions": []string{"v1"}, "serverAddressByClientCIDRs": []any{}}, true
	case len(parts) == 1 && parts[0] == "apis":
		return map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": c.table.groups()}, true
	case len(parts) == 2 && parts[0] == "api":
		return found(c.table.resources(groupVersion{version: parts[1]}))
	case len(parts) == 3 && parts[0] == "apis":
		return found(c.table.resources(groupVersion{parts[1], parts[2]}))
	case len(parts) == 2 && parts[0] == "apis":
		for _, g := range c.table.groups() {
			if g.Name == parts[1] {
				g.Kind, g.APIVersion = "APIGroup", "v1"
				return g, true
			}
		}
	}
	return nil, false
}

func found(list *apiResourceList, ok bool) (any, bool) { return list, ok }

// version answers /version.
func (c *Cluster) version() map[string]string {
	release := c.options.Release
	parts := strings.SplitN(strings.TrimPrefix(release, "v"), ".", 3)
	for len(parts) < 3 {
		parts, release = append(parts, "0"), release+".0"
	}
	return map[string]string{"major": parts[0], "minor": parts[1], "gitVersion": release, "platform": "linux/amd64"}
}

// write writes an answer.
func write(w http.ResponseWriter, code int, answer any) {
	if text, ok := answer.(string); ok {
		_, _ = io.WriteString(w, text) // who asked may be gone
		return
	}
	text, err := json.Marshal(answer)
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(text) // who asked may be gone
}

// fail writes an error as the Status that Kubernetes' clients read.
func fail(w http.ResponseWriter, err error) {
	var api apierrors.APIStatus
	if !errors.As(err, &api) {
		api = apierrors.NewInternalError(err)
	}
	status := api.Status()
	status.Kind, status.APIVersion = "Status", "v1"
	write(w, int(status.Code), &status)
}

// version is a resourceVersion.
func version(seq uint64) string { return strconv.FormatUint(seq, 10) }
