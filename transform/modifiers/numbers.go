package modifiers

import (
	"bytes"
	"encoding/json"

	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// maxPlainDigits is how many digits an integer may have and surely fit into an int64.
const maxPlainDigits = 18

// hasUnusualNumber tells whether a JSON text may have a number that a trip through int64 and float64 rewrites: one with
// a fraction, an exponent, a negative zero, or more digits than an int64 surely holds. It may say yes too often.
func hasUnusualNumber(text []byte) bool {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"':
			i = afterString(text, i)
		case c == '-' || c >= '0' && c <= '9':
			end := afterNumber(text, i)
			if isUnusual(text[i:end]) {
				return true
			}
			i = end
		default:
			i++
		}
	}
	return false
}

func afterString(text []byte, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func afterNumber(text []byte, start int) int {
	end := start + 1
	for end < len(text) && bytes.IndexByte([]byte("0123456789+-.eE"), text[end]) >= 0 {
		end++
	}
	return end
}

func isUnusual(number []byte) bool {
	return len(number) > maxPlainDigits || bytes.ContainsAny(number, ".eE") || bytes.Equal(number, []byte("-0"))
}

// canonical writes a JSON text as encoding/json writes maps: compact, keys sorted, <, > and & escaped. Numbers keep
// their text.
func canonical(text []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	return json.Marshal(tree)
}

// asVelero rewrites the numbers of a JSON text as Velero does when it decodes a patched item: integers that fit become
// int64, all others float64.
func asVelero(text []byte) ([]byte, error) {
	var value any
	if err := utiljson.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}
