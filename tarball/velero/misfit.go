package velero

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Misfit says of JSON that Go's decoder refuses for the type of a value which field it is, without the names of Go's
// types. Other errors stay.
func Misfit(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Field == "":
		return fmt.Errorf("it is %s, which does not belong there", wrong.Value)
	}
	return fmt.Errorf("%s: is %s, which does not belong there", wrong.Field, wrong.Value)
}
