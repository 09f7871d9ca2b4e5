// Command oracle asks Velero v1.15.2 what it sends for a case.
package main

import (
	"os"

	snapshot "github.com/kubernetes-csi/external-snapshotter/client/v7/apis/volumesnapshot/v1"
	"github.com/vmware-tanzu/velero/pkg/cmd/server/config"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/from14"
)

var release = from14.Release("1.15", config.GetDefaultConfig().RestoreResourcePriorities, snapshot.AddToScheme)

func main() {
	os.Exit(judge.Main(release.Velero(), os.Args[1:], os.Stdout, os.Stderr))
}
