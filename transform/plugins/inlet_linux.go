package plugins

import (
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// ownLoopback says whether a process has a loopback of its own.
func (c *cage) ownLoopback() bool { return c.spaces }

// socketPair makes two ends of a socket: one for a process, one to keep.
func socketPair() (give, take *os.File, err error) {
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	return os.NewFile(uintptr(ends[0]), "give"), os.NewFile(uintptr(ends[1]), "take"), nil
}

// takeListener waits until the process has handed out where it listens; without an inlet of that kind there is nothing to wait for.
func (i *inlet) takeListener() (net.Listener, error) {
	rights := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(int(i.take.Fd()), make([]byte, 1), rights, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("recvmsg", err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil || len(messages) != 1 {
		return nil, errors.Join(errors.New("the process handed out no socket"), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return nil, errors.Join(errors.New("the process handed out no socket"), err)
	}
	file := os.NewFile(uintptr(fds[0]), "cluster")
	defer file.Close()
	return net.FileListener(file)
}

// given is the descriptor by which a process hands out where it listens.
const given = 3

// giveListener brings the loopback of the process up, listens on it, and hands that out.
func giveListener() error {
	if err := loopbackUp(); err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer closeFile(fd)
	defer closeFile(given)
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: ownPort, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return os.NewSyscallError("bind", err)
	}
	if err := unix.Listen(fd, 128); err != nil {
		return os.NewSyscallError("listen", err)
	}
	return os.NewSyscallError("sendmsg", unix.Sendmsg(given, []byte{0}, unix.UnixRights(fd), nil, 0))
}

// loopbackUp brings the loopback of the process's own network up.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer closeFile(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("a loopback of its own: %w", err)
	}
	return nil
}
