package render

import (
	"regexp"
	"strings"

	"github.com/veltx/veltx/transform/look/inspect"
)

// noted is the form that Velero gives to a line of its results.
// Source: v1.18.3 pkg/util/logging/log_counter_hook.go:64-87.
var noted = regexp.MustCompile(`(?s)^(?: resource: /(\S*))?(?: name: /(\S*))?(?: message: /(.*?))?(?: error: /(.*))?$`)

// messageText is a line of a backup's results in words: what it is about, what happened, and why.
func messageText(m *inspect.Message) string {
	parts := noted.FindStringSubmatch(" " + strings.TrimSpace(m.Text))
	if parts == nil {
		return m.At + ": " + m.Text
	}
	about := strings.Trim(parts[1]+"/"+parts[2], "/")
	if m.At != "cluster" {
		about = strings.Trim(m.At+": "+about, ": ")
	}
	var said []string
	for _, text := range []string{about, parts[3], parts[4]} {
		if text != "" {
			said = append(said, text)
		}
	}
	return strings.Join(said, ": ")
}
