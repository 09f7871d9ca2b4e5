package plugins

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The rights over files that Landlock knows since its version 1, and which of them files have that are no folders.
const (
	filesOf1  = 1<<13 - 1
	ofFiles   = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	toRead    = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	withinNet = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
)

// landlock lets the process, and all that it starts, reach its own folder and what programs read, and no TCP. It is what is
// left where a user may not make namespaces. A kernel without it holds nothing in.
func (i *inside) landlock() (files, network bool, err error) {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return false, false, nil
	}
	rules := unix.LandlockRulesetAttr{Handled_access_fs: filesOf1}
	if version >= 2 {
		rules.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		rules.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	size := unsafe.Sizeof(rules.Handled_access_fs) // the whole of what version 1 knows
	if version >= 4 && !i.Outside {
		rules.Handled_access_net, size = withinNet, 2*size
	}
	set, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), size, 0)
	if errno != 0 {
		return false, false, fmt.Errorf("landlock: %w", errno)
	}
	defer closeFile(int(set))
	for _, path := range append(append([]string{i.Path, "/proc/self", "/sys/kernel/mm"}, readable...), "/sys/devices/system/cpu") {
		if err := allow(int(set), path, toRead&rules.Handled_access_fs); err != nil {
			return false, false, err
		}
	}
	for _, path := range append([]string{i.Folder}, devices...) {
		if err := allow(int(set), path, rules.Handled_access_fs); err != nil {
			return false, false, err
		}
	}
	for _, path := range i.outsideFiles() {
		if err := allow(int(set), path, toRead&rules.Handled_access_fs); err != nil {
			return false, false, err
		}
	}
	if i.Port != 0 && version >= 4 {
		if err := allowPort(int(set), i.Port); err != nil {
			return false, false, err
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, set, 0, 0); errno != 0 {
		return false, false, fmt.Errorf("landlock: %w", errno)
	}
	return true, version >= 4 && !i.Outside, nil
}

// ruleNetPort is LANDLOCK_RULE_NET_PORT of linux/landlock.h.
const ruleNetPort = 2

// allowPort lets the process connect to a port. Landlock knows no addresses.
func allowPort(set, port int) error {
	rule := struct{ rights, port uint64 }{unix.LANDLOCK_ACCESS_NET_CONNECT_TCP, uint64(port)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(set), ruleNetPort, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return fmt.Errorf("landlock: port %d: %w", port, errno)
	}
	return nil
}

// closeFile closes what was opened to be named only.
func closeFile(fd int) { _ = unix.Close(fd) }

// allow lets the process do something with a path and what is below it; one that is not there needs no leave.
func allow(set int, path string, rights uint64) error {
	if path == "" {
		return nil
	}
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer closeFile(fd)
	var info unix.Stat_t
	if err := unix.Fstat(fd, &info); err != nil {
		return &os.PathError{Op: "stat", Path: path, Err: err}
	}
	if info.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= ofFiles
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(set), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return fmt.Errorf("landlock: %s: %w", path, errno)
	}
	return nil
}
