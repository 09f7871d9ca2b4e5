package survey_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/veltx/veltx/transform/survey"
)

func TestEachBackupIsInExactlyOneShare(t *testing.T) {
	counts := make([]int, 9)
	for n := range 4000 {
		name, in := fmt.Sprintf("nightly-%05d", n), 0
		for i := 1; i <= 8; i++ {
			if (survey.Share{Number: i, Of: 8}).Has(name) {
				counts[i]++
				in++
			}
		}
		if in != 1 || !(survey.Share{}).Has(name) {
			t.Fatalf("%s is in %d shares", name, in)
		}
	}
	for i, n := range counts[1:] {
		if n < 400 || n > 600 {
			t.Errorf("share %d/8 has %d of 4000 backups", i+1, n)
		}
	}
}

func TestAShareIsReadOrRefused(t *testing.T) {
	for text, want := range map[string]string{
		"1/1": "1/1", "3/8": "3/8", "8/8": "8/8", "0/8": "", "9/8": "", "3": "", "a/b": "", "-1/8": "", "1/0": "", "": "",
	} {
		got, err := survey.ParseShare(text)
		if (err != nil) != (want == "") || err == nil && got.String() != want {
			t.Errorf("%q: got %v, %v, want %q", text, got, err, want)
		}
	}
	if got, err := survey.JobShare("0", "8"); err != nil || got.String() != "1/8" {
		t.Errorf("index 0 of 8: got %v, %v", got, err)
	}
	for _, wrong := range [][2]string{{"8", "8"}, {"-1", "8"}, {"", "8"}, {"0", "x"}, {"0", "0"}} {
		if got, err := survey.JobShare(wrong[0], wrong[1]); err == nil {
			t.Errorf("%q: got %v, want an error", wrong, got)
		}
	}
}

func TestTheNewestOfEachScheduleIsChosen(t *testing.T) {
	all := []survey.Listed{
		{"b", "nightly", "2026-01-02T01:00:00Z", "Completed"},
		{"a", "nightly", "2026-01-01T01:00:00Z", "Completed"},
		{"c", "nightly", "2026-01-03T01:00:00Z", "Failed"},
		{"d", "nightly", "2026-01-04T01:00:00Z", "InProgress"},
		{"w", "weekly", "2026-01-01T02:00:00Z", "PartiallyFailed"},
		{"hand-made", "", "2025-01-01T02:00:00Z", "Completed"},
		{"unreadable", "", "", ""},
	}
	since := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name   string
		choice survey.Choice
		want   string
	}{
		{"all", survey.Choice{}, "a b c d hand-made unreadable w"},
		{"the latest", survey.Choice{Latest: true}, "b hand-made unreadable w"},
		{"since a day", survey.Choice{Since: since}, "b c d unreadable"},
		{"the latest since a day", survey.Choice{Latest: true, Since: since}, "b unreadable"},
	} {
		if got := strings.Join(test.choice.Of(all), " "); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func TestWhatSinceTakes(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-03-01": "2026-03-01T00:00:00Z", "2026-03-01T05:00:00Z": "2026-03-01T05:00:00Z", "7d": "2026-03-03T12:00:00Z", "36h": "2026-03-09T00:00:00Z",
		"yesterday": "", "-1h": "", "-3d": "", "": "",
	} {
		got, err := survey.ParseSince(text, now)
		if (err != nil) != (want == "") || err == nil && got.Format(time.RFC3339) != want {
			t.Errorf("%q: got %v, %v, want %q", text, got, err, want)
		}
	}
}

func TestResultsComeInOrderAndFewWait(t *testing.T) {
	const workers = 3
	var names []string
	for n := range 50 {
		names = append(names, fmt.Sprintf("b%02d", n))
	}
	var begun, taken atomic.Int32
	look := func(_ context.Context, name string) *survey.Result {
		if n := begun.Add(1); n-taken.Load() > workers+1 {
			t.Errorf("%s: %d results wait", name, n-taken.Load())
		}
		if name == "b00" {
			time.Sleep(20 * time.Millisecond)
		}
		return survey.NewResult("verify", name)
	}
	var got []string
	err := survey.Run(t.Context(), names, workers, look, func(r *survey.Result) error {
		got = append(got, r.Backup)
		taken.Add(1)
		return nil
	})
	if err != nil || !slices.Equal(got, names) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestARunEndsWithTheFirstErrorOfWhoTakes(t *testing.T) {
	wrong := errors.New("full")
	look := func(ctx context.Context, name string) *survey.Result { return survey.NewResult("verify", name) }
	err := survey.Run(t.Context(), []string{"a", "b", "c", "d", "e"}, 2, look, func(*survey.Result) error { return wrong })
	if !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := survey.Run(ctx, []string{"a"}, 2, look, func(*survey.Result) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: got %v", err)
	}
}

// share is the report of a share as jsonl.
func share(t *testing.T, end *survey.End, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	encode := json.NewEncoder(&b)
	for _, name := range names {
		if err := encode.Encode(survey.NewResult("verify", name)); err != nil {
			t.Fatal(err)
		}
	}
	if end != nil {
		if err := encode.Encode(end); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func merged(partial bool, texts ...string) (names string, err error) {
	reports := make([]*survey.Report, len(texts))
	for n, text := range texts {
		if reports[n], err = survey.OpenReport(fmt.Sprintf("%d.jsonl", n+1), strings.NewReader(text)); err != nil {
			return "", err
		}
	}
	err = survey.Merge(reports, partial, func(r *survey.Result) error {
		names += r.Backup
		return nil
	})
	return names, err
}

func TestOnlySharesOfOneRunAreJoined(t *testing.T) {
	end := func(n, of int, options string) *survey.End {
		return survey.NewEnd("verify", survey.Share{Number: n, Of: of}, 2, options)
	}
	first, second := share(t, end(1, 2, ""), "a", "d"), share(t, end(2, 2, ""), "b", "c")
	for _, test := range []struct {
		name    string
		texts   []string
		partial bool
		want    string
		err     string
	}{
		{name: "both", texts: []string{second, first}, want: "abcd"},
		{name: "an empty share", texts: []string{first, share(t, end(2, 2, ""))}, want: "ad"},
		{name: "one of them", texts: []string{first}, err: "shares are missing: 2/2; --partial joins the others"},
		{name: "one of them, partial", texts: []string{first}, partial: true, want: "ad", err: "shares are missing: 2/2"},
		{name: "one twice", texts: []string{second, second}, err: "1.jsonl and 2.jsonl: both have backup b"},
		{name: "an empty one twice", texts: []string{first, share(t, end(2, 2, "")), share(t, end(2, 2, ""))}, err: "are both share 2/2"},
		{name: "other options", texts: []string{first, share(t, end(2, 2, "--latest"), "b")}, err: `1.jsonl was made with "", and 2.jsonl with "--latest"`},
		{name: "another number of shares", texts: []string{first, share(t, end(2, 3, ""), "b")}, err: "of 2 shares, and 2.jsonl of 3"},
		{name: "another command", texts: []string{first, share(t, survey.NewEnd("restore-preview", survey.Share{Number: 2, Of: 2}, 0, ""))}, err: "is of verify, and 2.jsonl of restore-preview"},
		{name: "a run that did not end", texts: []string{first, share(t, nil, "b")}, err: "2.jsonl: has no last line of a share"},
		{name: "an empty file", texts: []string{""}, err: "1.jsonl: has no last line of a share"},
		{name: "wrong order", texts: []string{share(t, end(1, 1, ""), "b", "a")}, err: "1.jsonl:2: backup a comes after b"},
		{name: "two reports in one", texts: []string{first + second}, err: "stands behind the end of the share"},
		{name: "something else", texts: []string{"{}\n"}, err: "1.jsonl:1: is no line of a report"},
		{name: "no JSON", texts: []string{"BACKUP CREATED\n"}, err: "1.jsonl:1: is no line of a report"},
		{name: "an unknown member", texts: []string{strings.Replace(first, `"exitCode"`, `"new":1,"exitCode"`, 1)}, err: "was written by another version of veltx"},
		{name: "another kind", texts: []string{`{"apiVersion":"veltx.io/v1alpha1","kind":"Baseline"}` + "\n"}, err: `is of kind "Baseline"`},
	} {
		got, err := merged(test.partial, test.texts...)
		if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
			t.Errorf("%s: got error %v, want %q", test.name, err, test.err)
		}
		if test.want != "" && got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func TestTheWorstExitCodeCounts(t *testing.T) {
	for _, test := range []struct {
		codes []int
		want  int
	}{{nil, 0}, {[]int{0, 0}, 0}, {[]int{0, 3, 0}, 3}, {[]int{3, 1, 0}, 1}} {
		var totals survey.Totals
		for _, code := range test.codes {
			r := survey.NewResult("verify", "b")
			r.Code = code
			totals.Add(r)
		}
		if got := totals.Code(); got != test.want {
			t.Errorf("%v: got %d, want %d", test.codes, got, test.want)
		}
	}
}
