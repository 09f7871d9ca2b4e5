package transform_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/rewrite"
)

// The class that a claim is mapped to comes with the backup: whether there is one, and what it is, only the whole restore tells.
const mappedClass = `
-- resources/persistentvolumeclaims/namespaces/shop/data.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {storageClassName: slow}
-- resources/storageclasses.storage.k8s.io/cluster/fast.yaml --
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
-- restore.yaml --
spec: {}
-- target.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: classes
  namespace: velero
  labels: {velero.io/plugin-config: "", velero.io/change-storage-class: RestoreItemAction}
data: {slow: fast}
`

func TestARewritingMapsToAStorageClassOfTheBackup(t *testing.T) {
	for _, exact := range []bool{false, true} {
		folder, o := volumeCase(t, mappedClass)
		o.ExactTarget = exact
		var out bytes.Buffer
		summary, err := rewrite.Archive(context.Background(), open(t, folder), o, &out, rewrite.ArchiveOptions{}, report.SinkFunc(func(i *report.Item) error {
			t.Errorf("%s %s: found %+v %+v", i.Resource, i.Name, i.Warnings, i.Errors)
			return nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		if len(summary.Findings) > 0 {
			t.Errorf("found %+v", summary.Findings)
		}
		archive := filepath.Join(t.TempDir(), "out.tar.gz")
		if err := os.WriteFile(archive, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		const path = "resources/persistentvolumeclaims/namespaces/shop/data.json"
		if got := mustParse(t, entries(t, archive)[path]).Get("spec", "storageClassName").Str(); got != "fast" {
			t.Errorf("the claim's class is %q", got)
		}
	}
}
