package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

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
