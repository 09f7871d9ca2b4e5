package apiserver

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// transport hands requests to the server without a socket.
type transport struct {
	server *Server
	client string
}

// RoundTrip answers one request.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		defer req.Body.Close()
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	if t.server.isClosed() {
		// Whoever still asks is a goroutine that Velero left behind.
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	if q := req.URL.Query(); q.Get("watch") == "true" || q.Get("watch") == "1" {
		return t.server.watch(req), nil
	}
	code, answer := t.server.handle(t.client, req, body)
	data, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return response(req, code, io.NopCloser(bytes.NewReader(data))), nil
}

func response(req *http.Request, code int, body io.ReadCloser) *http.Response {
	return &http.Response{
		StatusCode: code, Status: http.StatusText(code),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   body, ContentLength: -1, Request: req,
	}
}

// watch answers with a stream on which nothing ever happens.
func (s *Server) watch(req *http.Request) *http.Response {
	reader, writer := io.Pipe()
	go func() {
		select {
		case <-req.Context().Done():
		case <-s.done:
		}
		writer.Close()
	}()
	return response(req, http.StatusOK, reader)
}

// target is what a request's path names.
type target struct {
	group, version, resource, namespace, name, subresource string
}

// parsePath reads /api/v1/... and /apis/<group>/<version>/...
func parsePath(path string) (target, bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	var t target
	switch {
	case len(parts) >= 2 && parts[0] == "api":
		t.version, parts = parts[1], parts[2:]
	case len(parts) >= 3 && parts[0] == "apis":
		t.group, t.version, parts = parts[1], parts[2], parts[3:]
	default:
		return t, false
	}
	// /namespaces/<name> and /namespaces/<name>/status are the namespace itself.
	if len(parts) >= 3 && parts[0] == "namespaces" && !(len(parts) == 3 && (parts[2] == "status" || parts[2] == "finalize")) {
		t.namespace, parts = parts[1], parts[2:]
	}
	if len(parts) > 0 {
		t.resource = parts[0]
	}
	if len(parts) > 1 {
		t.name = parts[1]
	}
	if len(parts) > 2 {
		t.subresource = parts[2]
	}
	return t, true
}
