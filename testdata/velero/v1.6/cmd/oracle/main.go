// Command oracle asks Velero v1.6.3 what it sends for a case or a backup.
package main

import (
	"os"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/v1.6/oracle"
)

func main() {
	os.Exit(judge.Main(oracle.Velero, os.Args[1:], os.Stdout, os.Stderr))
}
