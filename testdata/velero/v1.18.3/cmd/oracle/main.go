// Command oracle asks Velero v1.18.3 what it sends for a case or a backup.
package main

import (
	"os"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/of-1.18/oracle"
)

func main() {
	oracle.ServeOwn()
	os.Exit(judge.Main(oracle.Velero("1.18.3"), os.Args[1:], os.Stdout, os.Stderr))
}
