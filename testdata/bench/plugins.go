package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pluginFiles are the test plugins of package plugintest that have five actions each, which are for all items.
var pluginFiles = []string{"five-a", "five-b", "five-c"}

// buildPlugins builds the test plugins, which Velero's own framework serves, into a folder of their own.
func (b *bench) buildPlugins() (folder string, err error) {
	folder, err = filepath.Abs(b.path("plugins"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	for i, name := range pluginFiles {
		at := filepath.Join(folder, name)
		if i == 0 {
			c := exec.Command("go", "build", "-o", at, ".")
			c.Dir, c.Stderr = filepath.Join("..", "plugins"), os.Stderr
			if err := c.Run(); err != nil {
				return "", fmt.Errorf("build %s: %w", name, err)
			}
			continue
		}
		_ = os.Remove(at) // of an earlier run
		if err := os.Link(filepath.Join(folder, pluginFiles[0]), at); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// pluginCost is what a preview took.
type pluginCost struct {
	wall, cpu float64 // seconds; with the processes of plugins
	own       float64 // seconds of CPU time of veltx itself
	peak      float64 // MiB of veltx itself
	calls     int     // answers of plugins
}

// comparePlugins prints what three plugins of five actions each add to previews: time by call, and veltx's own memory.
func (b *bench) comparePlugins(c *corpus) error {
	folder, err := b.buildPlugins()
	if err != nil {
		return err
	}
	for _, command := range [][]string{{"restore-preview"}, {"backup-preview", "--include-cluster-resources"}} {
		if err := b.comparePreview(c, folder, command); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) comparePreview(c *corpus, folder string, command []string) error {
	without, err := b.preview(c, command)
	if err != nil {
		return err
	}
	with, err := b.preview(c, append(command, "--plugin", folder))
	if err != nil {
		return err
	}
	calls := float64(with.calls)
	fmt.Printf("\nplugins in %s, %s: %d answers\n\n", command[0], c.size, with.calls)
	fmt.Println("| | at most | without | with three plugins of five actions | by answer |")
	fmt.Println("|---|---|---|---|---|")
	for _, row := range []struct {
		what, most string
		of         func(pluginCost) float64
	}{
		{"wall time, s", "1 ms", func(c pluginCost) float64 { return c.wall }},
		{"CPU time, plugins included, s", "", func(c pluginCost) float64 { return c.cpu }},
		{"CPU time of veltx alone, s", "", func(c pluginCost) float64 { return c.own }},
	} {
		before, after := row.of(without), row.of(with)
		fmt.Printf("| %s | %s | %.1f | %.1f | %.2f ms |\n", row.what, row.most, before, after, (after-before)/calls*1000)
	}
	fmt.Printf("| memory of veltx alone, MiB | 64 more | %.0f | %.0f | |\n", without.peak, with.peak)
	return nil
}

// preview measures a preview.
func (b *bench) preview(c *corpus, command []string) (p pluginCost, err error) {
	cmd := exec.Command(b.path("veltx"), append(slices.Clone(command), "-q", "-o", "jsonl", "--fail-on", "never", c.file)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return p, err
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return p, err
	}
	ended, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		for {
			p.look(cmd.Process.Pid)
			select {
			case <-ended:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	p.calls, err = answers(out)
	if waited := cmd.Wait(); err == nil {
		err = waited
	}
	close(ended)
	<-watched
	p.wall = time.Since(begun).Seconds()
	p.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	return p, err
}

// answers counts what actions of the test plugins answered, in a preview in lines of JSON.
func answers(out io.Reader) (n int, err error) {
	for d := json.NewDecoder(out); ; {
		var item struct{ Actions []string }
		if err := d.Decode(&item); err != nil {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
		for _, action := range item.Actions {
			if strings.HasPrefix(action, "example.com/") {
				n++
			}
		}
	}
}

var peakOfStatus = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// look reads how much a process itself has used so far; once it has ended nothing changes.
func (p *pluginCost) look(pid int) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if m := peakOfStatus.FindSubmatch(status); m != nil {
		kB, _ := strconv.ParseFloat(string(m[1]), 64)
		p.peak = kB / 1024
	}
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) > 12 && fields[0] != "Z" {
		user, _ := strconv.ParseFloat(fields[11], 64)
		system, _ := strconv.ParseFloat(fields[12], 64)
		p.own = max(p.own, (user+system)/100) // USER_HZ
	}
}
