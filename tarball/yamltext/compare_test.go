package yamltext

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"

	yamlv3 "gopkg.in/yaml.v3"
	"sigs.k8s.io/yaml"
)

// checkYAML says what is wrong with YAML text that was made from JSON text.
//
// Two readers are asked. sigs.k8s.io/yaml is what kubectl reads with; it makes 64-bit floats of integers beyond 64
// bits, so numbers are compared as such floats there. The nodes of yaml.v3 keep the text of numbers, which are compared
// without loss, and tell a string from all else.
func checkYAML(from, text []byte) error {
	want, err := decode(from)
	if err != nil {
		return err
	}
	back, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return fmt.Errorf("sigs.k8s.io/yaml: %w", err)
	}
	got, err := decode(back)
	if err != nil {
		return fmt.Errorf("sigs.k8s.io/yaml gives JSON that is none: %w", err)
	}
	if err := sameValue("", got, want); err != nil {
		return fmt.Errorf("sigs.k8s.io/yaml: %w", err)
	}
	var document yamlv3.Node
	if err := yamlv3.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("yaml.v3: %w", err)
	}
	if err := sameNode("", document.Content[0], want); err != nil {
		return fmt.Errorf("yaml.v3: %w", err)
	}
	return nil
}

func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	return v, d.Decode(&v)
}

func sameValue(path string, got, want any) error {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok || len(got) != len(want) {
			return fmt.Errorf("%s: got %.200v, want %d members", path, got, len(want))
		}
		for k := range want {
			if err := sameValue(path+"."+k, got[k], want[k]); err != nil {
				return err
			}
		}
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			return fmt.Errorf("%s: got %.200v, want %d elements", path, got, len(want))
		}
		for i := range want {
			if err := sameValue(fmt.Sprintf("%s[%d]", path, i), got[i], want[i]); err != nil {
				return err
			}
		}
	case json.Number:
		got, ok := got.(json.Number)
		if !ok || float(got) != float(want) {
			return fmt.Errorf("%s: got %v, want %v", path, got, want)
		}
	default:
		if got != want {
			return fmt.Errorf("%s: got %T %#v, want %T %#v", path, got, got, want, want)
		}
	}
	return nil
}

func float(n json.Number) float64 {
	f, _ := strconv.ParseFloat(string(n), 64)
	return f
}

func sameNode(path string, got *yamlv3.Node, want any) error {
	switch want := want.(type) {
	case map[string]any:
		if got.Kind != yamlv3.MappingNode || len(got.Content) != 2*len(want) {
			return fmt.Errorf("%s: not a mapping of %d", path, len(want))
		}
		for i := 0; i < len(got.Content); i += 2 {
			key := got.Content[i]
			value, ok := want[key.Value]
			if !ok || key.ShortTag() != "!!str" {
				return fmt.Errorf("%s: key %q is %s", path, key.Value, key.ShortTag())
			}
			if err := sameNode(path+"."+key.Value, got.Content[i+1], value); err != nil {
				return err
			}
		}
		return nil
	case []any:
		if got.Kind != yamlv3.SequenceNode || len(got.Content) != len(want) {
			return fmt.Errorf("%s: not a sequence of %d", path, len(want))
		}
		for i := range want {
			if err := sameNode(fmt.Sprintf("%s[%d]", path, i), got.Content[i], want[i]); err != nil {
				return err
			}
		}
		return nil
	case json.Number:
		return sameNumber(path, got, string(want))
	case string:
		return sameScalar(path, got, "!!str", want)
	case bool:
		return sameScalar(path, got, "!!bool", strconv.FormatBool(want))
	}
	return sameScalar(path, got, "!!null", "null")
}

func sameScalar(path string, got *yamlv3.Node, tag, text string) error {
	if got.Kind != yamlv3.ScalarNode || got.ShortTag() != tag || got.Value != text {
		return fmt.Errorf("%s: got %s %q, want %s %q", path, got.ShortTag(), got.Value, tag, text)
	}
	return nil
}

func sameNumber(path string, got *yamlv3.Node, want string) error {
	if tag := got.ShortTag(); tag != "!!int" && tag != "!!float" {
		return fmt.Errorf("%s: got %s %q, want the number %s", path, tag, got.Value, want)
	}
	if got, want := decimalOf(got.Value), decimalOf(want); got != want {
		return fmt.Errorf("%s: got %s, want %s", path, got, want)
	}
	return nil
}

// decimalOf writes a decimal number in the one form that has neither needless zeros nor a point. Exponents have no limit:
// those of math/big end at a million, and JSON's do not.
func decimalOf(text string) string {
	text, sign := strings.TrimPrefix(text, "+"), ""
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		text, sign = rest, "-"
	}
	mantissa, power, _ := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return "0"
	}
	exponent, _ := new(big.Int).SetString(cmp.Or(power, "0"), 10)
	if exponent == nil {
		return text
	}
	trimmed := strings.TrimRight(digits, "0")
	exponent.Add(exponent, big.NewInt(int64(len(digits)-len(trimmed)-len(fraction))))
	return sign + trimmed + "e" + exponent.String()
}

func TestNumbersAreComparedByValue(t *testing.T) {
	for _, same := range [][2]string{
		{"0E10000000000000000000", "0.0e+10000000000000000000"}, {"-0", "0"}, {"10", "1e1"}, {"0.50", "5e-1"},
		{"1e-99999999999999999999", "10.0e-100000000000000000000"},
	} {
		if a, b := decimalOf(same[0]), decimalOf(same[1]); a != b {
			t.Errorf("%s is %s, %s is %s", same[0], a, same[1], b)
		}
	}
	for _, other := range [][2]string{{"1", "-1"}, {"1e10000000000000000000", "1e10000000000000000001"}, {"0.5", "5"}, {"x", "0"}} {
		if a := decimalOf(other[0]); a == decimalOf(other[1]) {
			t.Errorf("%s and %s are both %s", other[0], other[1], a)
		}
	}
}
