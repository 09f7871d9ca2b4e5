package plugins_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/plugins"
)

// lister is what makes a list of actions of one kind.
type lister = func(actions.Profile, []actions.Action) ([]actions.Action, error)

func TestActionsOfBackupsAndDeletionsRunInVelerosOrder(t *testing.T) {
	h := host(t, plugins.Options{}, "backup-order-b", "sub/backup-order-a", "backup-two-versions", "blocks", "deletes", "order-a")
	for _, of := range []struct {
		own  []actions.Action
		with lister
		want []string
	}{
		{builtin.Backup(actions.Newest), h.BackupItemActions, []string{
			"example.com/a1", "example.com/z2 v2", "velero.io/csi-like v2 EnableCSI", "example.com/both v2", "example.com/both v2",
			"example.com/z1", "example.com/a2 v2", "example.com/b2 v2",
		}},
		{builtin.ItemBlock(actions.Newest), h.ItemBlockActions, []string{"example.com/blocks", "example.com/by-short-name"}},
		{builtin.Delete(actions.Newest), h.DeleteItemActions, []string{"example.com/deletes", "example.com/deletes-in-shop"}},
	} {
		list, err := of.with(actions.Newest, of.own)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range list[len(of.own):] {
			text := a.Name
			if a.V2 {
				text += " v2"
			}
			if a.Feature != "" {
				text += " " + a.Feature
			}
			got = append(got, text)
		}
		if !slices.Equal(got, of.want) {
			t.Errorf("got  %q\nwant %q", got, of.want)
		}
	}
}

func TestKindsOfBackupsThatAReleaseDoesNotKnow(t *testing.T) {
	h := host(t, plugins.Options{}, "blocks")
	if _, err := h.DeleteItemActions(actions.V1_6, nil); err == nil || !strings.Contains(err.Error(), "is of the kind ItemBlockAction, which Velero 1.6 does not know") {
		t.Errorf("got %v", err)
	}
}

// TestHostileActionsOfBackups lets each kind of action meet a plugin that does what none should: one that hangs or floods ends the run.
func TestHostileActionsOfBackups(t *testing.T) {
	const none = ""
	for _, test := range []struct {
		plugin                 string
		broken                 bool
		backUp, relate, delete string // what the error has in it
	}{
		{"hangs", true, "hangs did not answer Execute within 2s and was killed", "hangs did not answer GetRelatedItems within 2s", "hangs did not answer Execute within 2s"},
		{"floods", true, "floods answered Execute with message too large", none, none},
		{"no-json", false, "the plugin returns an item that is no JSON", none, none},
		{"list", false, "Object 'Kind' is missing", none, none},
	} {
		t.Run(test.plugin, func(t *testing.T) {
			o := plugins.Options{Timeout: 30 * time.Second}
			if test.plugin == "hangs" {
				o.Timeout = 2 * time.Second
			}
			h := host(t, o, test.plugin)
			for _, of := range []struct {
				want string
				with lister
			}{{test.backUp, h.BackupItemActions}, {test.relate, h.ItemBlockActions}, {test.delete, h.DeleteItemActions}} {
				list, err := of.with(actions.Newest, nil)
				if err != nil || len(list) != 1 {
					t.Fatalf("%d actions, %v", len(list), err)
				}
				err = executeInBackup(list[0])
				if of.want == none {
					if err != nil {
						t.Errorf("got %v", err)
					}
					continue
				}
				if broken := new(actions.Broken); err == nil || !strings.Contains(err.Error(), of.want) || errors.As(err, &broken) != test.broken {
					t.Errorf("got %v, want %q", err, of.want)
				}
			}
		})
	}
}

func executeInBackup(a actions.Action) error {
	_, err := a.Execute(&actions.Input{
		Item: object.MustParse(`{"kind":"ConfigMap","metadata":{"name":"a"}}`), Backup: &actions.Backup{AsRun: []byte(`{"metadata":{"name":"b"}}`)},
	})
	return err
}
