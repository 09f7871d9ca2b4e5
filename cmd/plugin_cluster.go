package cmd

import (
	"cmp"

	"github.com/veltx/veltx/transform/apiserver"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
	"github.com/veltx/veltx/transform/restore"
)

// guessedRelease is that of a target's Kubernetes of which nothing tells the release.
const guessedRelease = "1.33"

// cluster makes the cluster that plugins ask; release is that of the target's Kubernetes, where a flag gives it.
func (f *pluginFlags) cluster(release string, o *restore.Options) (*clusterapi.Cluster, error) {
	release = cmp.Or(release, o.TargetRelease)
	options := clusterapi.Options{
		Target: o.Target, Release: cmp.Or(release, guessedRelease), Guessed: release == "", Writes: f.writes, TempDir: o.TempDir,
		VeleroNamespace: cmp.Or(o.Restore.Namespace, veleroNamespace),
	}
	served, err := apiserver.Resources(options.Release)
	if err != nil && release != "" { // it is not known what such a release serves
		served, err = apiserver.Resources(guessedRelease)
	}
	if err != nil {
		return nil, err
	}
	for _, r := range served {
		options.Served = append(options.Served, clusterapi.Served(r))
	}
	return clusterapi.New(options)
}
