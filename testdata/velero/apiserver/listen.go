package apiserver

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
)

// Listen serves the cluster on a local port too, for a client that can only
// be led there by a kubeconfig. It returns the address and how to stop.
func (s *Server) Listen(client string) (string, func()) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if req.URL.Query().Get("watch") == "true" {
			w.(http.Flusher).Flush() // on which nothing ever happens
			<-req.Context().Done()
			return
		}
		code, answer := s.handle(client, req, body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		// A client that went away needs no answer.
		_ = json.NewEncoder(w).Encode(answer)
	}))
	return server.URL, server.Close
}
