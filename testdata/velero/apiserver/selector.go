package apiserver

import (
	"fmt"
	"slices"
	"strings"
)

// matcher reads a label selector and a field selector (metadata.name and
// metadata.namespace only) as they stand in a list request.
func matcher(labelSelector, fieldSelector string) (func(map[string]any) bool, error) {
	var tests []func(map[string]any) bool
	for _, term := range splitTerms(labelSelector) {
		test, err := labelTerm(term)
		if err != nil {
			return nil, err
		}
		tests = append(tests, func(obj map[string]any) bool { return test(labelsOf(obj)) })
	}
	for _, term := range splitTerms(fieldSelector) {
		test, err := fieldTerm(term)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	return func(obj map[string]any) bool {
		for _, t := range tests {
			if !t(obj) {
				return false
			}
		}
		return true
	}, nil
}

// splitTerms cuts at the commas that stand outside parentheses.
func splitTerms(s string) []string {
	var terms []string
	depth, start := 0, 0
	for i, c := range s {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			terms = append(terms, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	if last := strings.TrimSpace(s[start:]); last != "" {
		terms = append(terms, last)
	}
	return terms
}

func labelTerm(term string) (func(map[string]string) bool, error) {
	if open := strings.IndexByte(term, '('); open >= 0 {
		head := strings.Fields(term[:open])
		if len(head) != 2 || !strings.HasSuffix(term, ")") {
			return nil, fmt.Errorf("cannot read the label selector %q", term)
		}
		values := strings.Split(term[open+1:len(term)-1], ",")
		for i := range values {
			values[i] = strings.TrimSpace(values[i])
		}
		in := head[1] == "in"
		return func(l map[string]string) bool {
			v, ok := l[head[0]]
			return in == (ok && slices.Contains(values, v))
		}, nil
	}
	if k, v, ok := strings.Cut(term, "!="); ok {
		return func(l map[string]string) bool { return l[strings.TrimSpace(k)] != strings.TrimSpace(v) }, nil
	}
	if k, v, ok := strings.Cut(term, "="); ok {
		k, v = strings.TrimSpace(k), strings.TrimSpace(strings.TrimPrefix(v, "="))
		return func(l map[string]string) bool { got, has := l[k]; return has && got == v }, nil
	}
	name, negated := strings.CutPrefix(term, "!")
	return func(l map[string]string) bool { _, has := l[name]; return has != negated }, nil
}

func fieldTerm(term string) (func(map[string]any) bool, error) {
	field, value, ok := strings.Cut(term, "=")
	if !ok || !strings.HasPrefix(field, "metadata.") {
		return nil, fmt.Errorf("cannot read the field selector %q", term)
	}
	value = strings.TrimPrefix(value, "=")
	name := strings.TrimPrefix(field, "metadata.")
	return func(obj map[string]any) bool { return str(obj, "metadata", name) == value }, nil
}

func labelsOf(obj map[string]any) map[string]string {
	out := map[string]string{}
	m, _ := obj["metadata"].(map[string]any)
	all, _ := m["labels"].(map[string]any)
	for k, v := range all {
		if s, ok := v.(string); ok {
			out[k] = s
		}
	}
	return out
}
