package cmd

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// optionalBool is a flag that knows whether it was given, as Velero's are: yes, no, or whatever the default means.
type optionalBool struct{ value *bool }

func (f *optionalBool) String() string {
	if f.value == nil {
		return ""
	}
	return strconv.FormatBool(*f.value)
}

// Set implements pflag.Value. An empty text means not given.
func (f *optionalBool) Set(text string) error {
	if text == "" {
		f.value = nil
		return nil
	}
	parsed, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", text)
	}
	f.value = &parsed
	return nil
}

// Type implements pflag.Value.
func (f *optionalBool) Type() string { return "bool" }

// list is a flag with names between commas. Given twice the last one counts, as in Velero.
type list struct{ names []string }

func (f *list) String() string { return strings.Join(f.names, ",") }

// Set implements pflag.Value.
func (f *list) Set(text string) error {
	f.names = strings.Split(text, ",")
	return nil
}

// Type implements pflag.Value.
func (f *list) Type() string { return "list" }

// pairs is a flag with key:value pairs between commas. Given twice the pairs come together, as in Velero; a pair with
// a comma in it stands in double quotes. Velero takes the last of two pairs with one key without a word.
type pairs struct{ values map[string]string }

func (f *pairs) String() string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		all = append(all, key+":"+f.values[key])
	}
	return strings.Join(all, ",")
}

// Set implements pflag.Value.
func (f *pairs) Set(text string) error {
	if text == "" {
		return errors.New("is empty: want source:destination")
	}
	parts, err := csv.NewReader(strings.NewReader(text)).Read()
	if err != nil {
		return fmt.Errorf("%q: %w", text, err)
	}
	if f.values == nil {
		f.values = map[string]string{}
	}
	for _, part := range parts {
		key, value, ok := strings.Cut(part, ":")
		if !ok {
			return fmt.Errorf("%q is not source:destination", part)
		}
		if other, twice := f.values[key]; twice {
			return fmt.Errorf("%s is mapped twice, to %s and to %s", key, other, value)
		}
		f.values[key] = value
	}
	return nil
}

// Type implements pflag.Value.
func (f *pairs) Type() string { return "src:dst,..." }

// labelPairs is a flag with key=value pairs between commas, as kubectl and Velero have them.
type labelPairs struct{ values map[string]string }

func (f *labelPairs) String() string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		all = append(all, key+"="+f.values[key])
	}
	return strings.Join(all, ",")
}

// Set implements pflag.Value.
func (f *labelPairs) Set(text string) error {
	if f.values == nil {
		f.values = map[string]string{}
	}
	for _, part := range strings.Split(text, ",") {
		key, value, ok := strings.Cut(part, "=")
		if !ok || key == "" {
			return fmt.Errorf("%q is not key=value", part)
		}
		f.values[key] = value
	}
	return nil
}

// Type implements pflag.Value.
func (f *labelPairs) Type() string { return "key=value,..." }

// choice is a flag that takes one of some words.
type choice struct {
	value    string
	words    []string
	prefixes []string // of further texts that are taken
}

func (f *choice) String() string { return f.value }

// Set implements pflag.Value.
func (f *choice) Set(text string) error {
	more := slices.ContainsFunc(f.prefixes, func(prefix string) bool { return strings.HasPrefix(text, prefix) })
	if !more && !slices.Contains(f.words, text) {
		return fmt.Errorf("%q is not one of %s", text, strings.Join(f.all(), ", "))
	}
	f.value = text
	return nil
}

// Type implements pflag.Value.
func (f *choice) Type() string { return strings.Join(f.all(), "|") }

func (f *choice) all() []string {
	all := slices.Clone(f.words)
	for _, prefix := range f.prefixes {
		all = append(all, prefix+"...")
	}
	return all
}

// units of sizes; those with an i are binary, as in Kubernetes.
var units = []struct {
	suffix string
	bytes  int64
}{
	{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"Ti", 1 << 40}, {"Gi", 1 << 30}, {"Mi", 1 << 20}, {"Ki", 1 << 10},
	{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"KB", 1e3},
	{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"k", 1e3}, {"K", 1e3}, {"B", 1}, {"", 1},
}

// byteSize is a flag with a size such as 32MiB, 500M or 1048576.
type byteSize struct{ bytes int64 }

// String implements pflag.Value: exact, in the largest binary unit that leaves no rest.
func (f *byteSize) String() string {
	for _, unit := range units[:4] {
		if f.bytes >= unit.bytes && f.bytes%unit.bytes == 0 {
			return strconv.FormatInt(f.bytes/unit.bytes, 10) + unit.suffix
		}
	}
	return strconv.FormatInt(f.bytes, 10)
}

// Set implements pflag.Value.
func (f *byteSize) Set(text string) error {
	for _, unit := range units {
		number, ok := strings.CutSuffix(text, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if total := n * float64(unit.bytes); err == nil && total >= 1 && total < 1<<62 {
			f.bytes = int64(total)
			return nil
		}
		break
	}
	return fmt.Errorf("%q is not a size: write 32MiB, 500M or a number of bytes", text)
}

// Type implements pflag.Value.
func (f *byteSize) Type() string { return "size" }

// selectorFlags choose items by their labels, as Velero's flags of these names do.
type selectorFlags struct{ one, several string }

func (f *selectorFlags) bind(flags *pflag.FlagSet, one, several string) {
	flags.StringVarP(&f.one, "selector", "l", "", one)
	flags.StringVar(&f.several, "or-selector", "", several)
}

// parse parses the selectors that were given, as Velero does. A bad one is an error of the input, not of the usage.
func (f *selectorFlags) parse(given *pflag.FlagSet, one **metav1.LabelSelector, several *[]*metav1.LabelSelector) error {
	if given.Changed("selector") {
		selector, err := metav1.ParseToLabelSelector(f.one)
		if err != nil {
			return fmt.Errorf("--selector: %q: %w", f.one, err)
		}
		*one = selector
	}
	if !given.Changed("or-selector") {
		return nil
	}
	*several = []*metav1.LabelSelector{}
	for _, text := range strings.Split(f.several, " or ") {
		selector, err := metav1.ParseToLabelSelector(text)
		if err != nil {
			return fmt.Errorf("--or-selector: %q: %w", text, err)
		}
		*several = append(*several, selector)
	}
	return nil
}
