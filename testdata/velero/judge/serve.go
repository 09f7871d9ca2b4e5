package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/veltx/veltx/testdata/conformance"
)

// Question is one line that a served oracle reads: the text of a case, or an input.
type Question struct {
	Case  string             `json:"case,omitempty"`
	Input *conformance.Input `json:"input,omitempty"`
}

// Reply is the line that it answers: the answer in the form of the kept ones, or why there is none.
type Reply struct {
	Answer string `json:"answer,omitempty"`
	Error  string `json:"error,omitempty"`
}

// serveCases answers questions line by line until the input ends, so that one process judges many cases.
func serveCases(v Velero, in io.Reader, out io.Writer) error {
	questions, replies := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var q Question
		if err := questions.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading a question: %w", err)
		}
		var r Reply
		if text, err := v.answer(q); err != nil {
			r.Error = err.Error()
		} else {
			r.Answer = string(text)
		}
		if err := replies.Encode(r); err != nil {
			return fmt.Errorf("writing a reply: %w", err)
		}
	}
}

func (v Velero) answer(q Question) ([]byte, error) {
	if q.Input == nil {
		c, err := conformance.ParseCase([]byte(q.Case))
		if err != nil {
			return nil, err
		}
		if c.IsBackup() {
			return v.answerBackup(c)
		}
		in, err := c.Input()
		if err != nil {
			return nil, err
		}
		q.Input = &in
	}
	a, err := v.Restore(*q.Input)
	if err != nil {
		return nil, err
	}
	return a.Format()
}

func (v Velero) answerBackup(c *conformance.Case) ([]byte, error) {
	in, err := c.BackupInput()
	if err != nil {
		return nil, err
	}
	a, err := v.Backup(in)
	if err != nil {
		return nil, err
	}
	return a.Format()
}
