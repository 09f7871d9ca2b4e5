package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
)

// configRows returns the data of a ConfigMap that configures an action, nil where there is no ConfigMap.
func configRows(config *object.Value) (map[string]string, error) {
	rows, err := field.Texts(config, "", "data")
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", config.Name(), err)
	}
	return rows, nil
}
