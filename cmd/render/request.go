package render

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"

	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// Request is how to ask Velero for a restore that is previewed.
type Request struct {
	*restore.Request
	// Again is the command line of the preview with -o restore, which writes the objects of the request.
	Again string
}

// headRequest is a Request in a document.
type headRequest struct {
	Command   string            `json:"command,omitempty"`
	Objects   []json.RawMessage `json:"objects"`
	Displaced []string          `json:"displaced,omitempty"`
	Volumes   bool              `json:"volumesReplaced,omitempty"`
}

func newHeadRequest(r *Request) *headRequest {
	if r == nil {
		return nil
	}
	h := &headRequest{Command: r.line(), Displaced: r.Displaced, Volumes: r.Volumes}
	for _, o := range r.Objects {
		h.Objects = append(h.Objects, o.JSON())
	}
	return h
}

// line is the command of velero that asks for the whole restore, "" where something has no flag.
func (r *Request) line() string {
	if len(r.Objects) > 1 {
		return ""
	}
	return report.ShellLine(r.Command...)
}

// part tells how to ask for the restore. Where errors are left, that is said first.
func (r *Request) part(s *report.Summary) part {
	var lines []partLine
	if s.Errors > 0 {
		lines = append(lines, partLine{ink: caution, text: "Read the " + plural(s.Errors, "error") + " first."})
	}
	for _, name := range r.Displaced {
		namespace, name, _ := strings.Cut(name, "/")
		lines = append(lines, partLine{
			ink: caution, text: "ConfigMap " + name + " configures the same action as a flag, and Velero refuses two. Delete it first:",
			command: report.ShellLine("kubectl", "delete", "configmap", name, "-n", namespace),
		})
	}
	if r.Volumes {
		lines = append(lines, partLine{ink: caution, text: "Velero has no option for --volume-id-mappings: restore what veltx transform --to-store writes."})
	}
	return part{title: "TO RESTORE", lines: append(lines, r.last())}
}

// withRequest are the parts, and how to ask for the restore behind them.
func withRequest(parts []part, about *About, s *report.Summary) []part {
	if about.Request == nil {
		return parts
	}
	return append(parts, about.Request.part(s))
}

// last is the line with the command that restores.
func (r *Request) last() partLine {
	if command := r.line(); command != "" {
		return partLine{text: "Run, where velero reaches the target:", command: command}
	}
	what := "a part of the Restore"
	if names := r.configMaps(); len(names) > 0 {
		what = "ConfigMap " + strings.Join(names, " and ConfigMap ")
	}
	return partLine{
		text:    "velero restore create has no flag for " + what + ". This writes all that is needed:",
		command: r.Again + " | kubectl apply -f -",
	}
}

// configMaps are the names of the ConfigMaps that the restore needs.
func (r *Request) configMaps() []string {
	var names []string
	for _, o := range r.Objects[:len(r.Objects)-1] {
		names = append(names, o.Name())
	}
	return names
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// planRequest is a preview that writes the manifests that ask for the restore.
type planRequest struct {
	out   io.Writer
	about *About
}

// Item implements report.Sink.
func (planRequest) Item(*report.Item) error { return nil }

// Finish implements Preview.
func (r planRequest) Finish(s *report.Summary) error {
	out := bufio.NewWriter(r.out)
	_, _ = out.WriteString("# For kubectl apply. Velero restores once for each name: to restore again, give another with --restore-name.\n")
	if verdict := verdictOf(s); verdict != "" {
		_, _ = out.WriteString("# " + Clean(verdict) + "\n")
	}
	for _, name := range r.about.Request.Displaced {
		_, _ = out.WriteString("# Delete ConfigMap " + Clean(name) + " first: it configures the same action, and Velero refuses two.\n")
	}
	for _, o := range r.about.Request.Objects {
		_, _ = out.WriteString("---\n")
		_, _ = out.Write(yamltext.Append(nil, o))
	}
	return out.Flush()
}
