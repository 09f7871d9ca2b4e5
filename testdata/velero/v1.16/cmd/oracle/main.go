// Command oracle asks Velero v1.16.2 what it sends for a case.
package main

import (
	"os"

	snapshot "github.com/kubernetes-csi/external-snapshotter/client/v7/apis/volumesnapshot/v1"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/from16"
)

var release = from16.Release("1.16", snapshot.AddToScheme, nil)

func main() {
	os.Exit(judge.Main(release.Velero(), os.Args[1:], os.Stdout, os.Stderr))
}
