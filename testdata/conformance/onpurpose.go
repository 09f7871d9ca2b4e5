package conformance

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// OnPurpose is one difference between veltx and Velero that is meant; docs/PARITY.md lists each by its name.
type OnPurpose struct {
	// Name is the difference's name in docs/PARITY.md.
	Name string
	// Versions of Velero it is for.
	Versions []string
	// is says whether a difference is this one.
	is func(Difference) bool
	// cases are those in which it is accepted, where a difference alone does not tell; nil for all.
	cases []string
}

// Purposes are all differences that are meant.
func Purposes() []OnPurpose {
	return append(purposesOfRestores(), purposesOfBackups()...)
}

func purposesOfRestores() []OnPurpose {
	both := []string{"1.18", "1.6"}
	return []OnPurpose{
		{Name: "numbers-as-written", Versions: both, is: isSameNumber},
		{Name: "quantities-as-written", Versions: both, is: isSameQuantity},
		{Name: "empty-values-kept", Versions: both, is: isEmptyKept},
		{Name: "unknown-fields-kept", Versions: both, is: isUnknownKept},
		{
			Name: "item-at-wrong-path", Versions: both, cases: []string{"fidelity/the-object-says-its-name-not-the-path"},
			is: func(d Difference) bool {
				return d.Path == "" && d.Got == "" || strings.HasPrefix(d.Request, "errors ") && d.Want == "null"
			},
		},
	}
}

// UnknownField is how cases call a field that no version of Kubernetes has.
const UnknownField = "fromTheFuture"

// isUnknownKept: a field that Velero's typed objects drop; in a patch it brings the object or the list that it stands in.
func isUnknownKept(d Difference) bool {
	if d.Want != "" || strings.Contains(d.Path, "/"+UnknownField) {
		return d.Want == ""
	}
	if !strings.HasPrefix(d.Request, "patch ") || !strings.Contains(d.Got, `"`+UnknownField+`"`) {
		return false
	}
	var only map[string]any
	if json.Unmarshal([]byte(d.Got), &only) != nil {
		return strings.HasPrefix(d.Got, "[")
	}
	delete(only, UnknownField)
	return len(only) == 0
}

// AnswersBefore says that veltx has answered what the case asks before a preview begins: the backup is the one on the
// command line ("backup-from-the-command-line" in docs/PARITY.md).
func AnswersBefore(caseName string) bool { return caseName == "selection/neither-backup-nor-schedule" }

// RefusedOnPurpose says what veltx refuses a case with where Velero goes on: items that meet, and names that nothing has
// ("items-that-meet" and "impossible-names" in docs/PARITY.md).
func RefusedOnPurpose(caseName string) (words string) {
	return map[string]string{
		"namespaces/an-item-that-two-mapped-namespaces-have": "the namespace mapping gives two items the same name",
		"selection/a-bad-namespace-name-matches-nothing":     `includedNamespaces: "A b" has a space in it`,
	}[caseName]
}

// Refused says that no restore began: Velero's controller or its restorer refused it.
func (a *Answer) Refused() bool {
	return len(a.Outcome.Validation) > 0 || len(a.Requests) == 0 && len(a.Outcome.Errors.Velero) > 0
}

// isSameQuantity: a quantity keeps its text, where Velero's typed objects write 1024Mi as 1Gi.
func isSameQuantity(d Difference) bool {
	var want, got resource.Quantity
	if json.Unmarshal([]byte(d.Want), &want) != nil || json.Unmarshal([]byte(d.Got), &got) != nil {
		return false
	}
	return d.Want != "" && d.Got != "" && strings.Contains(d.Path, "/resources/") && want.Cmp(got) == 0
}

// isEmptyKept: an empty value stays, where Velero's typed objects leave it out, and null stays null, where they write a
// structure of empty values.
func isEmptyKept(d Difference) bool {
	if d.Path == "" {
		return false
	}
	full := d.Want
	if d.Want == "" || d.Want == "null" && strings.HasPrefix(d.Request, "patch ") { // a patch says of what was left out that it goes
		full = d.Got
	} else if d.Got != "null" {
		return false
	}
	var v any
	return json.Unmarshal([]byte(full), &v) == nil && holdsNothing(v)
}

// holdsNothing says that a value is empty all the way down.
func holdsNothing(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			if !holdsNothing(e) {
				return false
			}
		}
		return true
	case []any:
		return len(v) == 0
	}
	return v == nil || v == "" || v == "0" || v == false || v == 0.0 // "0" is the empty quantity
}

// isSameNumber: numbers keep their text, where Velero writes 1.0 as 1 and loses digits beyond 64 bits.
func isSameNumber(d Difference) bool {
	want, err1 := strconv.ParseFloat(d.Want, 64)
	got, err2 := strconv.ParseFloat(d.Got, 64)
	return err1 == nil && err2 == nil && want == got
}

func (p *OnPurpose) isFor(version string) bool {
	return IsLike(version, p.Versions)
}

// Unmeant leaves out of the differences in a case (a name as Case has it) those that are meant.
func Unmeant(caseName, version string, list []Difference) []Difference {
	return slices.DeleteFunc(slices.Clone(list), func(d Difference) bool {
		return slices.ContainsFunc(Purposes(), func(p OnPurpose) bool {
			return p.isFor(version) && (p.cases == nil || slices.Contains(p.cases, caseName)) && p.is(d)
		})
	})
}
