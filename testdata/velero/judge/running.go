package judge

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

// RunningPods answers as the given transport does, but says of every pod in a
// list that all its containers run. Exec hooks wait for that, and nothing in
// the cluster would ever run a pod.
func RunningPods(to http.RoundTripper) http.RoundTripper {
	return running{to}
}

type running struct{ to http.RoundTripper }

// RoundTrip passes a request on and rewrites the answer if it is a list.
func (r running) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.to.RoundTrip(req)
	if err != nil || req.URL.Query().Has("watch") {
		return resp, err
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(run(data)))
	return resp, nil
}

func run(list []byte) []byte {
	var l map[string]any
	if err := json.Unmarshal(list, &l); err != nil {
		return list
	}
	pods, _ := l["items"].([]any)
	for _, p := range pods {
		pod, ok := p.(map[string]any)
		if !ok {
			continue
		}
		var statuses []any
		containers, _ := child(pod, "spec")["containers"].([]any)
		for _, c := range containers {
			if m, ok := c.(map[string]any); ok {
				state := map[string]any{"running": map[string]any{"startedAt": "2024-01-01T00:00:00Z"}}
				statuses = append(statuses, map[string]any{"name": m["name"], "ready": true, "state": state})
			}
		}
		pod["status"] = map[string]any{"phase": "Running", "containerStatuses": statuses}
	}
	data, err := json.Marshal(l)
	if err != nil {
		return list
	}
	return data
}
