package report

import (
	"strconv"
	"strings"
)

// CountOf writes a number and the name of a resource without its group: "1 pod", "12 ingresses".
func CountOf(n int, resource string) string {
	plural, _, _ := strings.Cut(resource, ".")
	if n == 1 {
		return "1 " + singular(plural)
	}
	return strconv.Itoa(n) + " " + plural
}

// singular is the English singular of the name of a resource.
func singular(plural string) string {
	switch {
	case plural == "endpoints":
		return plural
	case strings.HasSuffix(plural, "ies"):
		return strings.TrimSuffix(plural, "ies") + "y"
	case strings.HasSuffix(plural, "sses"):
		return strings.TrimSuffix(plural, "es")
	}
	return strings.TrimSuffix(plural, "s")
}
