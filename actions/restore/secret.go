package restore

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

const (
	secretUIDAnnotation  = "kubernetes.io/service-account.uid"
	secretNameAnnotation = "kubernetes.io/service-account.name"
)

// Secret deals with token secrets of ServiceAccounts. One that the target generates itself is skipped: its name starts
// with <sa>-token- for a ServiceAccount that the target has in the ORIGINAL namespace of the secret. Any other loses
// the uid of its account, its token and its ca.crt, which the target fills in again. Profile 1.18 only.
// Source: Velero v1.18.2 pkg/restore/actions/secret_action.go:54-112.
func Secret() actions.Action {
	return actions.Action{
		Name:      "velero.io/secret",
		Summary:   "skips generated token secrets of ServiceAccounts and empties the others",
		AppliesTo: actions.Selector{Resources: []string{layout.Secrets}},
		Typed:     typed.Secret,
		Needs:     []string{layout.ServiceAccounts},
		Retypes:   func(in *actions.Input) bool { return in.Item.Get("type").Is("kubernetes.io/service-account-token") },
		Execute:   secretExecute,
	}
}

func secretExecute(in *actions.Input) (*actions.Output, error) {
	if !in.Item.Get("type").Is("kubernetes.io/service-account-token") {
		return nil, nil
	}
	name, namespace := in.Item.Name(), in.Item.Namespace()
	accounts := in.Target.List(layout.ServiceAccounts, namespace)
	for _, account := range accounts { // Velero reads all of them before it compares names
		if err := account.Fits(typed.ServiceAccount()); err != nil {
			return nil, fmt.Errorf("the target's ServiceAccount %s/%s: %w", namespace, account.Name(), err)
		}
	}
	for _, account := range accounts {
		if strings.HasPrefix(name, account.Name()+"-token-") {
			return &actions.Output{Skip: fmt.Sprintf("the target generates the token secrets of ServiceAccount %s/%s",
				namespace, account.Name())}, nil
		}
	}
	out := &actions.Output{}
	account := in.Item.Get("metadata", "annotations", secretNameAnnotation).Str()
	if !in.Target.Complete(layout.ServiceAccounts) && account != "" && strings.HasPrefix(name, account+"-token-") {
		out.Notice("service-account-unknown", "", fmt.Sprintf("Velero skips this generated secret if the target has "+
			"ServiceAccount %s/%s, which is not described", namespace, account))
	}
	field.Drop(in.Item, []string{"metadata", "annotations"}, secretUIDAnnotation)
	field.Drop(in.Item, []string{"data"}, "token", "ca.crt")
	data := in.Item.Get("data")
	secretBytes(data)
	if in.Profile.Does(actions.KeepsEmptySecretValues) {
		return out, nil
	}
	return out, secretNulls(data)
}

// secretBytes writes data as text where they stand as a list of numbers, which is another way to write bytes: Velero's
// typed Secret reads both and writes one.
func secretBytes(data *object.Value) {
	for key, v := range data.Members() {
		if v.Kind() != object.Array {
			continue
		}
		var bytes []byte
		for _, e := range v.Elements() {
			n, _ := e.Int()
			bytes = append(bytes, byte(n))
		}
		data.Set(key, object.Text(base64.StdEncoding.EncodeToString(bytes)))
	}
}

// secretNulls writes null for what is empty, as the typed Secret did until 1.12.
func secretNulls(data *object.Value) error {
	for key, v := range data.Members() {
		if !v.Is("") {
			continue
		}
		null, err := object.From(nil)
		if err != nil {
			return err
		}
		data.Set(key, null)
	}
	return nil
}
