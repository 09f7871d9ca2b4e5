package cmd

import (
	"cmp"

	"github.com/veltx/veltx/transform/apiserver"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
)

// guessedRelease is that of a target's Kubernetes of which nothing tells the release.
const guessedRelease = "1.33"

// newPluginCluster makes the cluster that plugins ask. It is of the release in the options, of one that is guessed where they have none.
func newPluginCluster(o clusterapi.Options) (*clusterapi.Cluster, error) {
	given := o.Release
	o.Release, o.Guessed = cmp.Or(given, guessedRelease), given == ""
	served, err := apiserver.Resources(o.Release)
	if err != nil && given != "" { // it is not known what such a release serves
		served, err = apiserver.Resources(guessedRelease)
	}
	if err != nil {
		return nil, err
	}
	for _, r := range served {
		o.Served = append(o.Served, clusterapi.Served(r))
	}
	return clusterapi.New(o)
}
