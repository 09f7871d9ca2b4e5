package plugintest

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/veltx/veltx/transform/plugins/serve"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// hostile are plugins that do what none should, or are none, by the name of their file.
var hostile = map[string]func(){
	"ends-at-once": func() {
		fmt.Fprintln(os.Stderr, `{"@level":"error","@message":"no configuration","error":"/etc/it is missing"}`)
	},
	"says-nothing": func() { time.Sleep(time.Hour) },
	"says-other":   func() { fmt.Println("hello, I am no plugin"); time.Sleep(time.Hour) },
	"wants-tls":    func() { fmt.Println("1|2|unix|/tmp/p|grpc|MIIBIjANBgkq"); time.Sleep(time.Hour) },
	"old-protocol": func() { fmt.Println("1|1|unix|/tmp/p|grpc|"); time.Sleep(time.Hour) },
	"elsewhere":    func() { fmt.Print(wire.Handshake("unix", "/var/run/docker.sock")); time.Sleep(time.Hour) },
	"climbs-out": func() {
		fmt.Print(wire.Handshake("unix", filepath.Join(os.Getenv("TMPDIR"), "../../x.sock")))
		time.Sleep(time.Hour)
	},
	"by-tcp": func() { fmt.Print(wire.Handshake("tcp", "127.0.0.1:443")); time.Sleep(time.Hour) },
	"endless-line": func() {
		for {
			os.Stdout.WriteString(strings.Repeat("x", 1<<16))
		}
	},
	"no-socket": func() {
		fmt.Print(wire.Handshake("unix", filepath.Join(os.Getenv("TMPDIR"), "none")))
		time.Sleep(time.Hour)
	},
	"no-plugins":     func() { serving(nil, []wire.Identifier{}) },
	"wrong-name":     func() { serving(nil, []wire.Identifier{{Kind: wire.RestoreItemAction, Name: "noslash"}}) },
	"wrong-domain":   func() { serving(nil, []wire.Identifier{{Kind: wire.RestoreItemAction, Name: "Example_com/a"}}) },
	"wrong-kind":     func() { serving(nil, []wire.Identifier{{Kind: "SomethingNew", Name: "example.com/a"}}) },
	"same-as-velero": func() { serving(nil, []wire.Identifier{{Kind: wire.RestoreItemAction, Name: "velero.io/pod"}}) },
	"not-there":      func() { serving(nil, []wire.Identifier{{Kind: wire.RestoreItemAction, Name: "example.com/not-there"}}) },
	"bad-selector": func() {
		serving([]Action{{Name: "example.com/bad-selector", Selector: wire.Selector{LabelSelector: "app in"}, Execute: mark("x")}}, nil)
	},
	"hangs": func() { doing(func(in *Input) (*Output, error) { time.Sleep(time.Hour); return nil, nil }) },
	"floods": func() {
		doing(func(in *Input) (*Output, error) {
			return &Output{Raw: []byte(`{"kind":"ConfigMap","data":"` + strings.Repeat("x", 100<<20) + `"}`)}, nil
		})
	},
	"floods-logs": func() {
		doing(func(in *Input) (*Output, error) {
			line := strings.Repeat("x", 1<<20)
			for range 200 {
				os.Stderr.WriteString(line)
				os.Stdout.WriteString(line)
			}
			return mark("logged")(in)
		})
	},
	"eats-memory": func() {
		doing(func(in *Input) (*Output, error) {
			var all [][]byte
			for {
				page := make([]byte, 64<<20)
				for i := 0; i < len(page); i += 4096 {
					page[i] = 1
				}
				all = append(all, page)
			}
		})
	},
	"no-json":    func() { doing(func(in *Input) (*Output, error) { return &Output{Raw: []byte(`{"kind":`)}, nil }) },
	"list":       func() { doing(func(in *Input) (*Output, error) { return &Output{Raw: []byte(`["kind"]`)}, nil }) },
	"children":   func() { doing(bear) },
	"leaks":      func() { doing(leak) },
	"looks-out":  func() { doing(lookOut) },
	"breaks-out": func() { doing(breakOut) },
}

// serving serves actions, and names what it likes.
func serving(actions []Action, named []wire.Identifier) {
	server := &serve.Server{Identifiers: named}
	add(server, actions)
	if err := server.Serve(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// doing serves one action of each kind for all items.
func doing(execute func(*Input) (*Output, error)) {
	actions := []Action{{Name: "example.com/hostile", Execute: execute}}
	for _, kind := range []wire.Kind{wire.BackupItemAction, wire.ItemBlockAction, wire.DeleteItemAction} {
		actions = append(actions, Action{Name: "example.com/hostile", Kind: kind, Execute: execute})
	}
	serving(actions, nil)
}

// bear starts a process that outlives its parent, in a session of its own.
func bear(in *Input) (*Output, error) {
	if len(os.Args) > 1 {
		time.Sleep(time.Hour)
	}
	child := exec.Command(os.Args[0], "child")
	child.Env = []string{wire.CookieName + "=" + wire.CookieValue, "TMPDIR=" + os.Getenv("TMPDIR")}
	leave(child)
	if err := child.Start(); err != nil {
		return nil, err
	}
	return mark(fmt.Sprint("child ", child.Process.Pid))(in)
}

// leak tells all that it is given, as an error.
func leak(in *Input) (*Output, error) {
	data, _ := in.Item["data"].(map[string]any)
	var plain []string
	for _, value := range data {
		text, _ := value.(string)
		if decoded, err := base64.StdEncoding.DecodeString(text); err == nil {
			plain = append(plain, string(decoded))
		}
	}
	return nil, fmt.Errorf("cannot take %v, which is %q", data, plain)
}

// lookOut tells what it finds in its environment.
func lookOut(in *Input) (*Output, error) {
	annotations := in.Metadata("annotations")
	annotations["environment"] = strings.Join(os.Environ(), "\n")
	folder, _ := os.Getwd()
	annotations["folder"] = folder
	return &Output{Item: in.Item}, nil
}

// breakOut tries what the annotation "try" says, and tells how it went.
func breakOut(in *Input) (*Output, error) {
	what, path, _ := strings.Cut(in.Annotation("try"), " ")
	var err error
	switch what {
	case "read":
		_, err = os.ReadFile(path)
	case "write":
		err = os.WriteFile(path, []byte("was here"), 0o600)
	case "list":
		_, err = os.ReadDir(path)
	case "own":
		err = os.WriteFile(filepath.Join(os.Getenv("TMPDIR"), "mine"), []byte("mine"), 0o600)
	case "large":
		err = os.WriteFile(filepath.Join(os.Getenv("TMPDIR"), "large"), make([]byte, 100<<20), 0o600)
	case "dial":
		var c net.Conn
		network, address, _ := strings.Cut(path, " ")
		if c, err = net.DialTimeout(network, address, 2*time.Second); err == nil {
			err = c.Close()
		}
	case "rights":
		err = moreRights()
	}
	result := "done"
	if err != nil {
		result = err.Error()
	}
	in.Metadata("annotations")["result"] = result
	return &Output{Item: in.Item}, nil
}
