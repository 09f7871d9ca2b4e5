// Command veltx is Velero's restore without the cluster.
package main

import (
	"os"

	"github.com/veltx/veltx/cmd"
)

func main() { os.Exit(cmd.Main()) }
