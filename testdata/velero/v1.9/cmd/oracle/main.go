// Command oracle asks Velero v1.9.3 what it sends for a case.
package main

import (
	"os"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/of-1.9/oracle"
)

func main() {
	oracle.ServeOwn()
	os.Exit(judge.Main(oracle.Velero, os.Args[1:], os.Stdout, os.Stderr))
}
