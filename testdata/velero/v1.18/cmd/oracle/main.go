// Command oracle asks Velero v1.18.2 what it sends for a case or a backup.
package main

import (
	"os"

	groupsnapshot "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumegroupsnapshot/v1beta2"
	snapshot "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle"
	"github.com/veltx/veltx/testdata/velero/oracle/backups"
	"github.com/veltx/veltx/testdata/velero/oracle/from16"
)

var release = from16.Release("1.18", snapshot.AddToScheme, groupsnapshot.AddToScheme)

func main() {
	oracle.ServeOwn()
	os.Exit(judge.Main(backups.Of(release), os.Args[1:], os.Stdout, os.Stderr))
}
