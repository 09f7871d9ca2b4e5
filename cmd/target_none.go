//go:build !apiserver

package cmd

import (
	"context"

	"github.com/veltx/veltx/transform/restore"
)

// answersLinked says whether the API server's code is part of the program.
const answersLinked = false

// addTarget refuses the flags that need the API server's code.
func (f *restoreFlags) addTarget(context.Context, *sourceFlags, *restore.Options) error {
	for _, flag := range []struct {
		name  string
		given bool
	}{{"target", len(f.targets) > 0}, {"target-version", f.targetVersion != ""}} {
		if flag.given {
			return wrongUsage("--%s: this veltx is built without the API server's code: build it with make build-apiserver (go build -tags apiserver)", flag.name)
		}
	}
	return nil
}
