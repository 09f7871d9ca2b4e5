package plugins

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// resolver is what programs need to find an address on the network.
const resolver = "/etc/resolv.conf"

// outsideFiles are the files that a process reads beside those of every plugin.
func (i *inside) outsideFiles() []string {
	if !i.Outside {
		return nil
	}
	return append([]string{resolver}, i.Files...)
}

// showFiles makes those files appear where they are named. A link leads to what it named when the process was started.
func (i *inside) showFiles() error {
	for _, path := range i.outsideFiles() {
		at, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue // the plugin says what it misses
		}
		if err := i.showAt(at, path, unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV); err != nil {
			return err
		}
	}
	return nil
}
