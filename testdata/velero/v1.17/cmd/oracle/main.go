// Command oracle asks Velero v1.17.2 what it sends for a case.
package main

import (
	"os"

	groupsnapshot "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumegroupsnapshot/v1beta1"
	snapshot "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/from16"
)

var release = from16.Release("1.17", snapshot.AddToScheme, groupsnapshot.AddToScheme)

func main() {
	os.Exit(judge.Main(release.Velero(), os.Args[1:], os.Stdout, os.Stderr))
}
