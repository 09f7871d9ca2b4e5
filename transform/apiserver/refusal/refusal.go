// Package refusal makes answers of what an API server refuses with: the same text each time, whichever server says it.
package refusal

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/transform/internal/pipeline"
)

// addresses of Go values stand in some messages.
var addresses = regexp.MustCompile(`(\(0x)[0-9a-f]+`)

// indents are those of the differences that some messages hold: go-cmp writes them with spaces or with non-breaking ones, which
// each program draws when it starts. Source: github.com/google/go-cmp cmp/report_text.go (appendIndent).
var indents = regexp.MustCompile("(?m)^([-+]|\u00a0)\u00a0")

// plainSpaces writes these indents with spaces.
func plainSpaces(message string) string {
	if !strings.Contains(message, "\u00a0") {
		return message
	}
	return indents.ReplaceAllStringFunc(message, func(indent string) string { return strings.ReplaceAll(indent, "\u00a0", " ") })
}

// Of is the answer that a Status tells.
func Of(s *metav1.Status) pipeline.Answer {
	answer := pipeline.Answer{Code: int(s.Code), Message: s.Message}
	if s.Details != nil {
		causes := ordered(s.Details.Causes)
		answer.Message = reordered(s.Message, s.Details.Causes, causes)
		for _, cause := range causes {
			answer.Fields = append(answer.Fields, cause.Field)
		}
	}
	answer.Message = plainSpaces(addresses.ReplaceAllString(answer.Message, "$1…"))
	return answer
}

// ordered sorts causes that are about one field or about the keys of one map: validation walks Go maps, whose order is another one
// each time. All others stay where they are.
func ordered(causes []metav1.StatusCause) []metav1.StatusCause {
	list := slices.Clone(causes)
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && mapOf(list[to].Field) == mapOf(list[from].Field) {
			to++
		}
		slices.SortStableFunc(list[from:to], func(a, b metav1.StatusCause) int {
			return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
		})
		from = to
	}
	return list
}

// mapOf is a field without the key of a map at its end; the number of an element stays.
func mapOf(field string) string {
	at := strings.LastIndexByte(field, '[')
	if at < 0 || !strings.HasSuffix(field, "]") || strings.Trim(field[at+1:len(field)-1], "0123456789") == "" {
		return field
	}
	return field[:at]
}

// reordered is the message with its causes in another order, where it lists them as Kubernetes does.
func reordered(message string, causes, to []metav1.StatusCause) string {
	head, ok := strings.CutSuffix(message, listed(causes))
	if !ok {
		return message
	}
	return head + listed(to)
}

// listed writes causes as an aggregate of errors does, each text once.
// Source: k8s.io/apimachinery v0.33.13 pkg/util/errors/errors.go (Error), pkg/util/validation/field/errors.go (Error, ToAggregate).
func listed(causes []metav1.StatusCause) string {
	var texts []string
	for _, cause := range causes {
		if text := fmt.Sprintf("%s: %s", cause.Field, cause.Message); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
