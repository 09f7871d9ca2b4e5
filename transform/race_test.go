package transform_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
)

// All workers look for moved data among the target's ConfigMaps, while others edit pods. The race detector sees it if
// reading them writes anything; `make race` runs this many times.
func TestWorkersReadTheTargetAtOnce(t *testing.T) {
	b := backuptest.New("b")
	b.Remove("persistentvolumes")
	env := strings.Repeat(`{"name":"A","value":"b"},`, 400) + `{"name":"Z","value":"z"}`
	for n := range 100 {
		name := fmt.Sprintf("pod-%d", n)
		b.Add("pods", "v1", "shop", name, fmt.Sprintf(
			`{"apiVersion":"v1","kind":"Pod","metadata":{"name":%q,"namespace":"shop"},"spec":{"containers":[{"name":"c","image":"i","env":[%s]}]}}`, name, env))
	}
	for n := range 100 {
		name := fmt.Sprintf("pv-%d", n)
		b.Add("persistentvolumes", "v1", "", name, fmt.Sprintf(
			`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"annotations":{"a":%q},"name":%q},"spec":{"claimRef":{"namespace":"shop","name":%[2]q}}}`,
			strings.Repeat("x", 20<<10), name))
	}
	src := b.Open(t, tarball.Options{})
	o := &restore.Options{
		Profile: actions.V1_18, Actions: builtin.Restore(actions.V1_18),
		Restore: &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": "store"}}},
	}
	for n := range 1000 {
		o.Target = append(o.Target, object.MustParse(fmt.Sprintf(
			`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c-%d","namespace":"other","labels":{"velero.io/resource-usage":"DataUpload","a":"b"}}}`, n)))
	}
	if err := o.Complete("b"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	summary, err := rewrite.Archive(context.Background(), src, o, &out, rewrite.ArchiveOptions{Workers: 4, Level: 9}, discard)
	if err != nil || summary.Errors > 0 || summary.Items < 200 {
		t.Fatalf("%+v %v", summary, err)
	}
}
