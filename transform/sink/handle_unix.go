//go:build unix

package sink

import (
	"errors"
	"io"

	"golang.org/x/sys/unix"
)

// handle is an open folder. Three system calls make a file here; package os needs eight, five of which find out that
// a file on a disk cannot be polled.
type handle struct{ fd int }

const noFollow = unix.O_CLOEXEC | unix.O_NOFOLLOW

func openHandle(path string) (handle, error) {
	fd, err := openat(unix.AT_FDCWD, path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC)
	return handle{fd}, err
}

func (h handle) enter(name string) (handle, error) {
	_, err := retry(func() (int, error) { return 0, unix.Mkdirat(h.fd, name, folderMode) })
	if ignoreExisting(err) != nil {
		return handle{}, err
	}
	fd, err := openat(h.fd, name, unix.O_RDONLY|unix.O_DIRECTORY|noFollow)
	return handle{fd}, err
}

func (h handle) create(name string, text []byte) error {
	fd, err := openat(h.fd, name, newFile|noFollow)
	if err != nil {
		return err
	}
	return errors.Join(writeAll(fd, text), unix.Close(fd))
}

func (h handle) close() { _ = unix.Close(h.fd) }

func openat(folder int, name string, flags int) (int, error) {
	return retry(func() (int, error) { return unix.Openat(folder, name, flags, fileMode) })
}

func writeAll(fd int, text []byte) error {
	for len(text) > 0 {
		n, err := retry(func() (int, error) { return unix.Write(fd, text) })
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrShortWrite
		}
		text = text[n:]
	}
	return nil
}

// retry repeats a call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}
