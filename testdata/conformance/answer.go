package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Request is one write that a restore sends for a restored resource.
type Request struct {
	// Verb is create, patch or updateStatus.
	Verb string `json:"verb"`
	// Resource is "<resource>.<group>", or "<resource>" in the core group.
	Resource string `json:"resource"`
	// Version is the API version of the request's path.
	Version string `json:"version"`
	// Namespace is empty for what is cluster-scoped.
	Namespace string `json:"namespace,omitempty"`
	// Name is the object's name.
	Name string `json:"name"`
	// Object is what a create or updateStatus sends.
	Object json.RawMessage `json:"object,omitempty"`
	// Patch is the merge patch that a patch sends.
	Patch json.RawMessage `json:"patch,omitempty"`
}

// Result is a list of messages as Velero writes it into a results file.
type Result struct {
	// Velero are messages about the restore as a whole.
	Velero []string `json:"velero,omitempty"`
	// Cluster are messages about cluster-scoped items.
	Cluster []string `json:"cluster,omitempty"`
	// Namespaces are messages by namespace.
	Namespaces map[string][]string `json:"namespaces,omitempty"`
}

// Outcome is how a restore ended.
type Outcome struct {
	// Validation is why the restore was refused before it began.
	Validation []string `json:"validation,omitempty"`
	// Failure is why the restore broke off.
	Failure string `json:"failure,omitempty"`
	// Errors and Warnings are the messages of the results file.
	Errors   Result `json:"errors"`
	Warnings Result `json:"warnings"`
	// Items is the outcome of each item, "v1/Pod shop/web": "created".
	Items map[string]string `json:"items"`
}

// Answer is what one restore does.
type Answer struct {
	// Requests are the writes, in order.
	Requests []Request
	// Outcome is how it ended.
	Outcome Outcome
}

// ParseAnswer reads an answer: one request a line, and the outcome last.
func ParseAnswer(data []byte) (*Answer, error) {
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	a := &Answer{}
	for i, line := range lines[:len(lines)-1] {
		var r Request
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("line %d of the answer: %w", i+1, err)
		}
		a.Requests = append(a.Requests, r)
	}
	if err := json.Unmarshal(lines[len(lines)-1], &a.Outcome); err != nil {
		return nil, fmt.Errorf("last line of the answer: %w", err)
	}
	return a, nil
}

// Format writes an answer as ParseAnswer reads it.
func (a *Answer) Format() ([]byte, error) {
	var buf bytes.Buffer
	out := json.NewEncoder(&buf)
	out.SetEscapeHTML(false)
	for _, r := range a.Requests {
		if err := out.Encode(r); err != nil {
			return nil, fmt.Errorf("request for %s %s: %w", r.Resource, r.Name, err)
		}
	}
	outcome := a.Outcome
	if outcome.Items == nil {
		outcome.Items = map[string]string{}
	}
	if err := out.Encode(outcome); err != nil {
		return nil, fmt.Errorf("outcome: %w", err)
	}
	return buf.Bytes(), nil
}
