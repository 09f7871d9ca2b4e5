package real

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/object"
)

// What kube-apiserver says of a webhook that it would call, and cannot reach from here.
var (
	calledWebhook    = regexp.MustCompile(`failed calling webhook "([^"]+)"`)
	calledConversion = regexp.MustCompile(`conversion webhook for ([^/]+)/[^,]+, Kind=(\S+) failed`)
)

// insist sends a request until no webhook is in its way that only the cluster can call: what that one says is not known, and it is taken
// out of the server. One whose Service is not there stays, and fails as it does in a cluster.
func (s *Server) insist(method, path string, body []byte) (int, []byte, error) {
	for range 100 {
		code, text, err := s.ask(s.ctx, method, path, body)
		if err != nil || code < 500 || !strings.Contains(string(text), "dial unix "+nowhere) {
			return code, text, err
		}
		if err := s.leaveOut(string(text)); err != nil {
			return 0, nil, err
		}
		if err := s.wait(100 * time.Millisecond); err != nil { // until it goes by that
			return 0, nil, err
		}
	}
	return 0, nil, fmt.Errorf("the API server of --api-server keeps calling a webhook that was taken out of it: %s %s", method, path)
}

// leaveOut takes out of the server the webhook that a message names.
func (s *Server) leaveOut(message string) error {
	message = strings.ReplaceAll(message, `\"`, `"`)
	if m := calledWebhook.FindStringSubmatch(message); m != nil {
		return s.leaveWebhookOut(m[1])
	}
	if m := calledConversion.FindStringSubmatch(message); m != nil {
		return s.leaveConversionOut(m[1], m[2])
	}
	return fmt.Errorf("the API server of --api-server wants to reach something beside it: %s", message)
}

func (s *Server) leaveWebhookOut(name string) error {
	for _, resource := range []string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations"} {
		path := "/apis/admissionregistration.k8s.io/v1/" + resource
		configurations, err := s.list(path)
		if err != nil {
			return err
		}
		for _, configuration := range configurations {
			var left []*object.Value
			for _, webhook := range configuration.Get("webhooks").Elements() {
				if !webhook.Get("name").Is(name) {
					left = append(left, webhook)
				}
			}
			if len(left) == configuration.Get("webhooks").Len() {
				continue
			}
			patch := object.New()
			patch.Set("webhooks", object.List(left...))
			if err := s.change(path+"/"+url.PathEscape(configuration.Name()), patch.JSON()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Server) leaveConversionOut(group, kind string) error {
	const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
	definitions, err := s.list(path)
	if err != nil {
		return err
	}
	for _, crd := range definitions {
		if crd.Get("spec", "group").Is(group) && crd.Get("spec", "names", "kind").Is(kind) {
			return s.change(path+"/"+url.PathEscape(crd.Name()), []byte(`{"spec":{"conversion":{"strategy":"None","webhook":null}}}`))
		}
	}
	return nil
}

func (s *Server) list(path string) ([]*object.Value, error) {
	code, text, err := s.ask(s.ctx, http.MethodGet, path, nil)
	if err != nil || code != http.StatusOK {
		return nil, err
	}
	list, err := object.Parse(text)
	if err != nil {
		return nil, err
	}
	return list.Get("items").Elements(), nil
}

// change patches an object of the server's own; what is refused shows in the next answer.
func (s *Server) change(path string, patch json.RawMessage) error {
	_, _, err := s.ask(s.ctx, http.MethodPatch, path, patch)
	return err
}
