package layout

import (
	"slices"
	"strings"
)

// Nearest is the one of some names that was probably meant by another, "" if none is like it: it differs in the case of
// letters, or in few of them for its length.
func Nearest(name string, names []string) string {
	best, least := "", min(max(2, len(name)/3+1), len(name))
	if len(name) > 64 {
		return ""
	}
	for _, other := range slices.Sorted(slices.Values(names)) {
		if strings.EqualFold(name, other) {
			return other
		}
		if d := distance(strings.ToLower(name), strings.ToLower(other), least); d < least {
			best, least = other, d
		}
	}
	return best
}

// distance is how many letters have to be put in, taken out, replaced, or swapped with the next; at least most where there
// are as many.
func distance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	beforeThat := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		beforeThat, before, row = before, row, beforeThat
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(before[j]+1, row[j-1]+1, before[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], beforeThat[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
