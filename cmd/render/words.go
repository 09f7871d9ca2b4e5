package render

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// Count writes a number and what is counted: "1 item", "12 items".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// someOf lists the first ones, and how many more of all there are.
func someOf(first []string, all int) string {
	text := strings.Join(first, ", ")
	if rest := all - len(first); rest > 0 {
		text += " and " + strconv.Itoa(rest) + " more"
	}
	return text
}

// tally is what a map has at a key; it makes what is not there.
func tally[K comparable, V any](m map[K]*V, key K) *V {
	if m[key] == nil {
		m[key] = new(V)
	}
	return m[key]
}

// Bytes writes a size for people.
func Bytes(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	value := float64(n) / 1024
	units := []string{"KiB", "MiB", "GiB", "TiB", "PiB"}
	for value >= 1024 && len(units) > 1 {
		value, units = value/1024, units[1:]
	}
	return fmt.Sprintf("%.1f %s", value, units[0])
}

// title names an item of a plan; one that failed early is known by its original namespace only.
func title(i *report.Item) string {
	return itemName(i.Resource, cmp.Or(i.Namespace, i.OriginalNamespace), i.Name)
}

// itemName names an item for people: resource/namespace/name or resource/name.
func itemName(resource, namespace, name string) string {
	return layout.Address{Resource: resource, Namespace: namespace, Name: name}.String()
}
