package plugins

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cageName is what a process is called that goes into its cage and becomes a plugin.
const cageName = "veltx: becomes a plugin"

// inside says what a process is to become.
type inside struct {
	Path   string // of the plugin; "" for a probe, which only says what holds
	Folder string // its own
	Root   string // an empty folder, which becomes its root
	Spaces bool   // it has namespaces of its own
	// Account is the folder with the files of a ServiceAccount, for a process that finds the cluster on its own loopback; Port is that
	// of the cluster on the machine's. Without either it finds none.
	Account string
	Port    int
	// Outside is the network of the machine, with Files for it to read. See reach.
	Outside bool
	Files   []string
}

// cage keeps processes in: by namespaces of their own with a root of their own, and where they may not be had, by Landlock.
type cage struct {
	root   string
	spaces bool
	holds  Holds
}

// probing is how long it may take to find out what holds.
const probing = 10 * time.Second

// newCage finds out what keeps a process in on this machine; work is a folder of the run.
func newCage(ctx context.Context, work string) (*cage, error) {
	c := &cage{root: filepath.Join(work, "root"), spaces: true}
	if err := os.Mkdir(c.root, 0o700); err != nil {
		return nil, err
	}
	first := c.probe(ctx, work)
	if first == nil {
		return c, nil
	}
	c.spaces = false
	if err := c.probe(ctx, work); err != nil {
		return nil, fmt.Errorf("no process can be started to hold a plugin: %w", err)
	}
	c.holds.Why = cmp.Or(c.holds.Why, first.Error())
	return c, nil
}

// probe starts a process that goes into its cage and says what holds.
func (c *cage) probe(ctx context.Context, work string) error {
	ctx, cancel := context.WithTimeout(ctx, probing)
	defer cancel()
	cmd := c.command("", work, nil, nil, nil)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &said, lingering
	p := &process{cmd: cmd, exited: make(chan struct{})}
	if err := p.run(); err != nil {
		return err
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		p.kill()
		return ctx.Err()
	}
	if !cmd.ProcessState.Success() {
		return errors.New(cmp.Or(string(bytes.TrimSpace(said.Bytes())), cmd.ProcessState.String()))
	}
	c.holds = Holds{}
	return json.Unmarshal(out.Bytes(), &c.holds)
}

// command is the command of a plugin in its folder: this program, which goes into the cage and becomes the plugin.
func (c *cage) command(path, folder string, environment []string, way *inlet, to *reach) *exec.Cmd {
	become := inside{Path: path, Folder: folder, Root: c.root, Spaces: c.spaces}
	if way != nil {
		become.Account, become.Port = way.account, way.port
		environment = append(environment, way.environment...)
	}
	if to != nil {
		become.Outside, become.Files = true, to.files
		environment = append(environment, to.environment...)
	}
	what, err := json.Marshal(become)
	if err != nil {
		panic(err) // texts always have a JSON form
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Args, cmd.Env, cmd.Dir = []string{cageName, string(what)}, environment, folder
	if way != nil && way.give != nil {
		cmd.ExtraFiles = []*os.File{way.give}
	}
	if environment == nil {
		cmd.Env = []string{} // none, and not that of veltx
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if c.spaces {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS
		if to != nil {
			cmd.SysProcAttr.Cloneflags &^= syscall.CLONE_NEWNET
		}
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

// BecomePlugin has to be the first thing that a program does which runs plugins; args and environment are its own. In a
// process that was started to be a plugin it goes into the cage and becomes the plugin, and returns only what keeps it from
// that, or nothing once a probe has said on out what holds. In all others it does nothing.
func BecomePlugin(args, environment []string, out io.Writer) (is bool, err error) {
	if len(args) != 2 || args[0] != cageName {
		return false, nil
	}
	runtime.LockOSThread() // what holds a process in holds the thread that asks for it
	var i inside
	if err := json.Unmarshal([]byte(args[1]), &i); err != nil {
		return true, err
	}
	holds, err := i.enter()
	switch {
	case err != nil:
		return true, err
	case i.Path == "":
		return true, json.NewEncoder(out).Encode(holds)
	}
	return true, &os.PathError{Op: "run", Path: i.Path, Err: unix.Exec(i.Path, []string{i.Path}, environment)}
}

func (i *inside) enter() (holds Holds, err error) {
	if i.Spaces {
		holds.Network = !i.Outside
		if err := i.connect(); err != nil {
			return holds, err
		}
		if err := i.changeRoot(); err != nil {
			return holds, err
		}
		holds.Files = true
	}
	for _, bound := range []struct {
		what int
		most uint64
	}{
		{unix.RLIMIT_DATA, maxMemory}, {unix.RLIMIT_FSIZE, maxFile}, {unix.RLIMIT_NOFILE, maxFiles}, {unix.RLIMIT_CORE, 0}, {unix.RLIMIT_NPROC, maxProcesses},
	} {
		if bound.what == unix.RLIMIT_NPROC && !i.Spaces {
			continue // it would count all processes of the user
		}
		if err := lower(bound.what, bound.most); err != nil {
			return holds, err
		}
	}
	holds.Memory = true
	if err := giveUpRights(); err != nil {
		return holds, err
	}
	if !i.Spaces {
		holds.Files, holds.Network, err = i.landlock()
	}
	return holds, err
}

// connect makes a loopback for the process, and where it is to find the cluster, its inlet.
func (i *inside) connect() error {
	switch {
	case i.Outside:
		return nil // it has that of the machine
	case i.Account == "":
		return loopbackUp()
	}
	return giveListener()
}

// lower lowers a limit of the process, for good.
func lower(what int, most uint64) error {
	var is unix.Rlimit
	if err := unix.Getrlimit(what, &is); err != nil {
		return os.NewSyscallError("getrlimit", err)
	}
	most = min(most, is.Max)
	return os.NewSyscallError("setrlimit", unix.Setrlimit(what, &unix.Rlimit{Cur: most, Max: most}))
}

// giveUpRights leaves what is run from here on no more rights than the user has, not even those over its own namespaces.
func giveUpRights() error {
	for right := uintptr(0); right <= unix.CAP_LAST_CAP; right++ {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, right, 0, 0, 0); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.EPERM) {
			return os.NewSyscallError("prctl", err)
		}
	}
	return os.NewSyscallError("prctl", unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
}
