package plugins

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// What programs read, and the devices that they use: libraries, what a resolver and a time zone need, certificates. A
// folder that is a link, as /lib often is, is the same link inside.
var (
	readable = []string{
		"/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/ca-certificates",
		"/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/ld.so.cache", "/etc/localtime", "/etc/nsswitch.conf", "/etc/hosts", "/etc/passwd", "/etc/group",
	}
	devices = []string{"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"}
)

// changeRoot gives the process a root of its own, with what programs read, the plugin and its folder in it, and nothing else.
// Only the folder can be written to.
func (i *inside) changeRoot() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mounts of its own: %w", err)
	}
	if err := unix.Mount("tmpfs", i.Root, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755,size=1m"); err != nil {
		return fmt.Errorf("a root of its own: %w", err)
	}
	for _, path := range readable {
		if err := i.show(path, unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID); err != nil {
			return err
		}
	}
	if i.Path != "" {
		if err := i.show(i.Path, unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID); err != nil {
			return err
		}
	}
	for _, path := range devices {
		if err := i.show(path, 0); err != nil {
			return err
		}
	}
	if err := i.show(i.Folder, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV); err != nil {
		return err
	}
	if err := i.showFiles(); err != nil {
		return err
	}
	if i.Account != "" {
		if err := i.showAt(i.Account, accountFolder, unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV|unix.MOUNT_ATTR_NOEXEC); err != nil {
			return err
		}
	}
	i.showProcesses()
	if err := unix.MountSetattr(unix.AT_FDCWD, i.Root, 0, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}); err != nil {
		return fmt.Errorf("a root that cannot be written to: %w", err)
	}
	if err := os.Chdir(i.Root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("another root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("the old root: %w", err)
	}
	return os.Chdir(i.Folder)
}

// show makes a file, a folder or a link of the machine appear at its place below the new root. What the machine does not have
// is left out, and what stands below a folder that is shown already is there.
func (i *inside) show(path string, attributes uint64) error {
	return i.showAt(path, path, attributes)
}

// showAt is show at another place.
func (i *inside) showAt(path, place string, attributes uint64) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	at := filepath.Join(i.Root, place)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	switch {
	case info.Mode().Type() == fs.ModeSymlink && !strings.HasPrefix(path, "/etc/"):
		to, err := os.Readlink(path)
		if err != nil {
			return err
		}
		return os.Symlink(to, at)
	case info.IsDir():
		err = os.MkdirAll(at, 0o755)
	default:
		err = placeFor(at)
	}
	if err != nil {
		return err
	}
	if err := unix.Mount(path, at, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("show %s: %w", path, err)
	}
	if attributes == 0 {
		return nil
	}
	if err := unix.MountSetattr(unix.AT_FDCWD, at, unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: attributes}); err != nil {
		return fmt.Errorf("show %s: %w", path, err)
	}
	return nil
}

// placeFor makes an empty file for another to be shown at; one that is there already does.
func placeFor(at string) error {
	file, err := os.OpenFile(at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// showProcesses shows the process its own processes. Some containers do not allow it, and plugins do without.
func (i *inside) showProcesses() {
	at := filepath.Join(i.Root, "proc")
	if os.Mkdir(at, 0o555) == nil {
		_ = unix.Mount("proc", at, "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "") // see above
	}
}
