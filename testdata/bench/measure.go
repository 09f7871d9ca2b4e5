package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// command makes a fresh command for each run: some write into a folder of their own.
type command func() *exec.Cmd

// cost is what one run took.
type cost struct {
	cpu, wall float64 // seconds
	peak      float64 // MiB
}

// measure runs a command once.
func measure(make command) (cost, error) {
	c := make()
	c.Stderr = nil
	begun := time.Now()
	if err := c.Run(); err != nil {
		return cost{}, fmt.Errorf("%v: %w", c.Args[0], err)
	}
	wall := time.Since(begun).Seconds()
	state := c.ProcessState
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, fmt.Errorf("no usage of %v", c.Args[0])
	}
	return cost{cpu: (state.UserTime() + state.SystemTime()).Seconds(), wall: wall, peak: float64(usage.Maxrss) / 1024}, nil
}

// pair is two programs in turn.
type pair struct{ ours, theirs []cost }

func (b *bench) pair(ours, theirs command) (*pair, error) {
	p := &pair{}
	for range b.runs {
		for _, side := range []struct {
			make command
			into *[]cost
		}{{ours, &p.ours}, {theirs, &p.theirs}} {
			c, err := measure(side.make)
			if err != nil {
				return nil, err
			}
			*side.into = append(*side.into, c)
		}
	}
	return p, nil
}

func cpuOf(c cost) float64  { return c.cpu }
func wallOf(c cost) float64 { return c.wall }
func peakOf(c cost) float64 { return c.peak }

// ratio is the median of the runs' ratios.
func (p *pair) ratio(of func(cost) float64) float64 {
	var ratios []float64
	for i := range p.ours {
		ratios = append(ratios, of(p.ours[i])/of(p.theirs[i]))
	}
	return median(ratios)
}

func medianOf(costs []cost, of func(cost) float64) float64 {
	var values []float64
	for _, c := range costs {
		values = append(values, of(c))
	}
	return median(values)
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// toNothing is a command whose output goes nowhere.
func toNothing(name string, args ...string) command {
	return func() *exec.Cmd { return exec.Command(name, args...) }
}

// inFolder is a command that gets the name of a new folder as its last argument. The folders stay: some file systems pay
// for the deletion of many files for a while, and would pay in the next run.
func (b *bench) inFolder(name string, args ...string) command {
	return func() *exec.Cmd {
		dir, err := os.MkdirTemp(b.dir, "run-")
		if err != nil {
			panic(err)
		}
		return exec.Command(name, append(slices.Clone(args), dir+"/out")...)
	}
}
