package tarball

import (
	"encoding/json"

	"github.com/veltx/veltx/tarball/layout"
)

// Messages are one half of a results file: the errors or the warnings of a backup.
type Messages struct {
	Velero     []string            `json:"velero"`
	Cluster    []string            `json:"cluster"`
	Namespaces map[string][]string `json:"namespaces"`
}

// Errors are the errors of the backup's results file, none where the folder has no such file.
func (s *Source) Errors(side *Side) (Messages, error) {
	errors, _, err := s.Results(side)
	return errors, err
}

// Results are the errors and the warnings of the backup's results file, none where the folder has no such file.
func (s *Source) Results(side *Side) (errors, warnings Messages, err error) {
	for _, file := range side.Files {
		if file.Kind == layout.Results {
			results, err := s.results(file)
			return results["errors"], results["warnings"], err
		}
	}
	return Messages{}, Messages{}, nil
}

func (s *Source) results(file SideFile) (results map[string]Messages, err error) {
	err = s.readSide(file.Name, func(in *json.Decoder) error { return in.Decode(&results) })
	return results, err
}
