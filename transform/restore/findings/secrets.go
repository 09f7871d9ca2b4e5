package findings

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// tokenSecrets finds Secrets of which the target makes a new token, and those that only come in because their namespace is mapped.
type tokenSecrets struct{}

func newTokenSecrets(*World) Watcher { return tokenSecrets{} }

// Conclude implements Watcher.
func (tokenSecrets) Conclude(*report.Summary) {}

// See implements Watcher.
func (tokenSecrets) See(it *pipeline.Item) {
	if !it.Object.Get("type").Is("kubernetes.io/service-account-token") {
		return
	}
	account := it.Object.Annotation("kubernetes.io/service-account.name")
	if it.Original().Has("data", "token") && !it.Object.Has("data", "token") && !strings.HasPrefix(it.Object.Name(), account+"-token-") {
		it.Report.Notice("token-secret-renewed", "data.token", fmt.Sprintf("the target makes a new token of ServiceAccount %s: what uses the old one from outside the cluster has to be given the new one", account))
	}
	if it.Key.Namespace == it.Namespace {
		return
	}
	it.Report.Notice("token-secret-in-mapped-namespace", "", fmt.Sprintf(
		"a token of ServiceAccount %s; Velero looks for the account in namespace %s, not in %s", account, it.Key.Namespace, it.Namespace))
}
