// Release makes what goreleaser takes from elsewhere or does not make without a Docker daemon: man pages and completions, the
// list of modules of a binary (SBOM), container images, and the files for krew and Homebrew. Equal input gives equal output:
// the only time in it is SOURCE_DATE_EPOCH.
//
//	release texts DIR
//	release sbom BINARY OUT
//	release image VERSION OUT BINARY
//	release homes VERSION DIST
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	at, err := moment()
	if err != nil {
		return err
	}
	switch {
	case len(args) == 2 && args[0] == "texts":
		return texts(args[1], at)
	case len(args) == 3 && args[0] == "sbom":
		return sbom(args[1], args[2], at)
	case len(args) == 4 && args[0] == "image":
		return image(args[1], args[2], args[3], at)
	case len(args) == 3 && args[0] == "homes":
		return homes(args[1], args[2])
	}
	return fmt.Errorf("usage: texts DIR | sbom BINARY OUT | image VERSION OUT BINARY | homes VERSION DIST")
}

// moment is the time of the release.
func moment() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %q is no number of seconds: set it to the time of the commit", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
