package store

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const claimedKey = "backups/b/velero-backup.json"

// claimedBy writes the claim of a holder into the folder of claimedKey.
func claimedBy(t *testing.T, dir, name string, h holder) {
	t.Helper()
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	writeClaimFile(t, dir, name, string(text))
}

func writeClaimFile(t *testing.T, dir, name, text string) {
	t.Helper()
	folder := filepath.Join(dir, "backups", "b")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// deadProcess is a holder that does not run any more.
func deadProcess(t *testing.T, id string) holder {
	t.Helper()
	if realm() == "" {
		t.Skip("the system does not tell which processes run")
	}
	c := exec.Command(os.Args[0], "-test.run=^$")
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	return holder{ID: id, PID: c.Process.Pid, Host: "h", Since: time.Now(), Realm: realm(), Started: "1"}
}

func wantNothing(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestAClaimOfALivingProcessHolds(t *testing.T) {
	s, dir := newStore(t)
	release, err := s.Claim(NoBucket, claimedKey)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Claim(NoBucket, claimedKey)
	file := filepath.Join(dir, "backups", "b", claimFile)
	me := thisProcess(time.Now())
	for _, part := range []string{me.String()[:strings.Index(me.String(), ", since")], file, "remove that file"} {
		if !errors.Is(err, ErrClaimed) || !strings.Contains(err.Error(), part) {
			t.Errorf("got %v, want %s in it", err, part)
		}
	}
	if other, err := s.Claim(NoBucket, "backups/c/velero-backup.json"); err != nil {
		t.Error(err)
	} else {
		other()
	}
	release()
	wantNothing(t, dir)
	if again, err := s.Claim(NoBucket, claimedKey); err != nil {
		t.Error(err)
	} else {
		again()
	}
}

func TestAClaimOfADeadProcessIsSucceeded(t *testing.T) {
	reused := thisProcess(time.Now())
	reused.ID, reused.Started = "first", "1"
	first := deadProcess(t, "first")
	for name, claims := range map[string]map[string]holder{
		"one":                               {"": first},
		"one after another":                 {"": first, "-first": deadProcess(t, "second"), "-second": deadProcess(t, "third")},
		"one whose number another one has":  {"": reused},
		"one, and what a release has left":  {"": first, "-other": deadProcess(t, "x")},
		"one that its parent does not know": {"": unwaited(t)},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir := newStore(t)
			for after, h := range claims {
				claimedBy(t, dir, claimFile+after, h)
			}
			release, err := s.Claim(NoBucket, claimedKey)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Claim(NoBucket, claimedKey); !errors.Is(err, ErrClaimed) {
				t.Errorf("a second one: got %v", err)
			}
			release()
			wantNothing(t, dir)
		})
	}
}

// unwaited is a process that has ended, of which its parent has not asked yet.
func unwaited(t *testing.T) holder {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^$")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Wait() })
	h := holder{ID: "first", PID: c.Process.Pid, Realm: realm(), Started: started(c.Process.Pid)}
	if h.Realm == "" {
		t.Skip("the system does not tell which processes run")
	}
	for range 600 {
		if h.isDead() {
			return h
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("a process that has ended is not taken for one")
	return h
}

// Where nobody can tell whether a process runs, its claim holds.
func TestAClaimThatNobodyKnowsOfHolds(t *testing.T) {
	dead := deadProcess(t, "first")
	elsewhere, nowhere, odd := dead, dead, dead
	elsewhere.Realm += "0"
	nowhere.Realm = ""
	odd.ID = "../../x"
	text := func(h holder) string {
		b, _ := json.Marshal(h)
		return string(b)
	}
	for text, want := range map[string]string{
		text(elsewhere):                        dead.String(),
		text(nowhere):                          dead.String(),
		text(odd):                              "a process that does not say who it is",
		"":                                     "a process that does not say who it is",
		"{":                                    "a process that does not say who it is",
		"{}":                                   "a process that does not say who it is",
		strings.Repeat(" ", 5000) + text(dead): "a process that does not say who it is",
	} {
		s, dir := newStore(t)
		writeClaimFile(t, dir, claimFile, text)
		if _, err := s.Claim(NoBucket, claimedKey); !errors.Is(err, ErrClaimed) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "remove that file") {
			t.Errorf("%.100s: got %v, want %s", text, err, want)
		}
		if left, err := os.ReadFile(filepath.Join(dir, "backups", "b", claimFile)); err != nil || string(left) != text {
			t.Errorf("the claim is now %s, %v", left, err)
		}
	}
	s, dir := newStore(t)
	claimedBy(t, dir, claimFile, dead)
	claimedBy(t, dir, claimFile+"-first", elsewhere)
	if _, err := s.Claim(NoBucket, claimedKey); !errors.Is(err, ErrClaimed) || !strings.Contains(err.Error(), claimFile+"-first") {
		t.Errorf("a successor elsewhere: got %v", err)
	}
}

// Many that meet the claim of a dead process have it one after the other, never two at once.
func TestOneAloneSucceedsADeadProcess(t *testing.T) {
	dead := deadProcess(t, "first")
	s, dir := newStore(t)
	var holding, held atomic.Int32
	for round := range 30 {
		if round%3 == 0 {
			claimedBy(t, dir, claimFile, dead)
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for {
					release, err := s.Claim(NoBucket, claimedKey)
					if errors.Is(err, ErrClaimed) {
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					if n := holding.Add(1); n != 1 {
						t.Errorf("%d hold it at once", n)
					}
					held.Add(1)
					time.Sleep(time.Millisecond)
					holding.Add(-1)
					release()
					return
				}
			})
		}
		all.Wait()
	}
	if held.Load() != 120 {
		t.Errorf("%d of 120 had it", held.Load())
	}
	wantNothing(t, dir)
}

// What is written under a claim may take long; the claim is not taken for an unfinished file.
func TestAnOldClaimIsNotSwept(t *testing.T) {
	s, dir := newStore(t)
	release, err := s.Claim(NoBucket, claimedKey)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "backups/b/other", "x")
	s.now = func() time.Time { return time.Now().Add(2 * abandoned) }
	if err := s.DeleteObject(NoBucket, "backups/b/other"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Claim(NoBucket, claimedKey); !errors.Is(err, ErrClaimed) {
		t.Errorf("got %v", err)
	}
	release()
	wantNothing(t, dir)
}
