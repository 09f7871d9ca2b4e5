package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/apiserver/server"
	"github.com/veltx/veltx/transform/apiserver"
)

// kept is a question with the server's answer, a line of a file of kept answers. The first line of a file is the target, a list.
type kept struct {
	Sent   json.RawMessage `json:"sent"`
	Exists bool            `json:"exists,omitempty"`
	Answer server.Answer   `json:"answer"`
}

// readKept reads a file of kept answers.
func readKept(path string) (target []*object.Value, questions []kept, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if n == 1 {
			list, err := object.Parse(slices.Clone(lines.Bytes()))
			if err != nil {
				return nil, nil, fmt.Errorf("%s: line 1: %w", path, err)
			}
			target = list.Elements()
			continue
		}
		var k kept
		if err := json.Unmarshal(lines.Bytes(), &k); err != nil {
			return nil, nil, fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		questions = append(questions, k)
	}
	return target, questions, lines.Err()
}

func writeKept(path string, target []*object.Value, questions []kept) error {
	text := append(object.List(target...).JSON(), '\n')
	for _, k := range questions {
		line, err := json.Marshal(k)
		if err != nil {
			return err
		}
		text = append(append(text, line...), '\n')
	}
	return os.WriteFile(path, text, 0o644)
}

// Names in a file of kept answers, by whether its target decides on objects.
func keptPath(folder string, decides bool) string {
	if decides {
		return folder + "/decides.jsonl"
	}
	return folder + "/empty.jsonl"
}

// checkKept asks the server again what is kept, and tells what it answers now.
func (s *session) checkKept(ctx context.Context, folder string) error {
	if err := s.discover(ctx); err != nil {
		return err
	}
	if _, err := s.target(ctx); err != nil {
		return err
	}
	_, questions, err := readKept(keptPath(folder, s.decides))
	if err != nil {
		return err
	}
	for _, k := range questions {
		sent, err := object.Parse(k.Sent)
		if err != nil {
			return err
		}
		answer, err := s.judge.Create(ctx, s.of(kindOf(sent)).name, sent, sent.Namespace())
		if err != nil {
			return err
		}
		s.tally.asked++
		s.settle(sent, answer)
		if difference(k.Answer, answer.Code, answer.Fields, answer.Pruned) != "" {
			s.tally.otherCode++
			fmt.Printf("kept answer: %d %s %q\nserver: %d %s %q\n  %s\n", k.Answer.Code, k.Answer.Message, k.Answer.Pruned, answer.Code, answer.Message, answer.Pruned, k.Sent)
		}
	}
	return nil
}

func kindOf(o *object.Value) map[string]any {
	return map[string]any{"apiVersion": o.APIVersion(), "kind": o.ObjectKind()}
}

// compareKept asks veltx what is kept, and returns what is different.
func compareKept(path string, resourceOf func(*object.Value) string) (different []string, asked int, err error) {
	target, questions, err := readKept(path)
	if err != nil {
		return nil, 0, err
	}
	veltx, err := apiserver.New(apiserver.Options{Objects: target, Version: "1.33", VeleroNamespace: "velero"})
	if err != nil {
		return nil, 0, err
	}
	for _, k := range questions {
		sent, err := object.Parse(k.Sent)
		if err != nil {
			return nil, 0, err
		}
		got := veltx.Create(resourceOf(sent), sent, k.Exists)
		if why := difference(k.Answer, got.Code, got.Fields, got.Pruned); why != "" {
			different = append(different, fmt.Sprintf("veltx %s: %s\n  server %d %s %q\n  veltx  %d %s %q", why, k.Sent, k.Answer.Code, k.Answer.Message, k.Answer.Pruned, got.Code, got.Message, got.Pruned))
		}
	}
	return different, len(questions), nil
}

// difference says how an answer differs from the server's, "" if it does not.
func difference(want server.Answer, code int, fields, pruned []string) string {
	switch {
	case want.Code < 300 && code >= 300:
		return "refuses what the server accepts"
	case want.Code >= 300 && code < 300:
		return "misses a refusal"
	case want.Code != code:
		return "answers another code"
	case want.Code >= 300 && !slices.Equal(sorted(want.Fields), sorted(fields)):
		return "names another field"
	case want.Code < 300 && !slices.Equal(sorted(want.Pruned), sorted(pruned)):
		return "tells other pruned fields"
	}
	return ""
}
