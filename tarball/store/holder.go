package store

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// holder is the process that holds a claim, as the claim's file has it.
type holder struct {
	ID    string    `json:"id"` // of the claim
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`

	// Realm is where the process id means something, and Started when the process began; both as Linux tells them.
	Realm   string `json:"realm,omitempty"`
	Started string `json:"started,omitempty"`
}

func thisProcess(now time.Time) holder {
	host, _ := os.Hostname()
	pid := os.Getpid()
	return holder{ID: rand.Text(), PID: pid, Host: host, Since: now.UTC().Truncate(time.Second), Realm: realm(), Started: started(pid)}
}

func (h holder) String() string {
	if h.ID == "" {
		return "a process that does not say who it is"
	}
	return fmt.Sprintf("process %d on host %s, since %s,", h.PID, cmp.Or(h.Host, "unknown"), h.Since.Format("2006-01-02 15:04:05 MST"))
}

// isDead says that the process does not run any more. Of one on another machine, in another container or before the
// last boot nobody here can tell.
func (h holder) isDead() bool {
	if h.Realm == "" || h.Realm != realm() {
		return false
	}
	process, err := os.FindProcess(h.PID)
	if err == nil {
		err = process.Signal(syscall.Signal(0))
		_ = process.Release()
	}
	if errors.Is(err, os.ErrProcessDone) {
		return true
	}
	now := started(h.PID)
	return now != "" && now != h.Started // another one has its number
}

// realm names the boot of this machine and the set of process ids that this process sees, "" where the system does not
// tell. A host's name says neither: containers may share it.
func realm() string {
	boot, errBoot := os.ReadFile("/proc/sys/kernel/random/boot_id")
	ids, errIDs := os.Readlink("/proc/self/ns/pid")
	if errBoot != nil || errIDs != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + " " + ids
}

// started is when a process began, in ticks since the boot; "ended" for one that is only waited for, "" where the system
// does not tell.
func started(pid int) string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	// The name in parentheses may have anything in it. Behind it are the state, and 18 numbers before the start.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	switch {
	case len(fields) < 20:
		return ""
	case fields[0] == "Z" || fields[0] == "X":
		return "ended"
	}
	return fields[19]
}
