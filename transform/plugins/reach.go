package plugins

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// reach is what a process has beyond its cage: the network of the machine, some files to read, and variables. Only a process that was
// started for a store has it, and only as far as the user said.
type reach struct {
	files       []string // absolute paths
	environment []string // "NAME=value"
}

// newReach is the reach of a process that is given some variables and the values of a configuration: files that they name can be read.
func newReach(config map[string]string, environment []string) *reach {
	to := &reach{environment: environment}
	for _, value := range config {
		to.name(value)
	}
	for _, variable := range environment {
		_, value, _ := strings.Cut(variable, "=")
		to.name(value)
	}
	slices.Sort(to.files)
	to.files = slices.Compact(to.files)
	return to
}

// name adds a file that a value names.
func (r *reach) name(value string) {
	if filepath.IsAbs(value) && isFile(value) {
		r.files = append(r.files, filepath.Clean(value))
	}
}

// inlet is how a process of the binary finds the cluster. One that reaches a network finds none.
func (b *binary) inlet(folder string) (*inlet, error) {
	if b.to != nil {
		return nil, nil
	}
	return b.host.newInlet(b, folder)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
