package cmd

import (
	"os"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/transform/config"
)

func (f *restoreFlags) bindVolumes(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.volumeIDs, "volume-id-mappings", nil, "volumes that stand in the place of others: `old=new,...`; repeatable")
	flags.StringVar(&f.volumeIDsFile, "volume-id-mappings-file", "", "`FILE` with such pairs, a CSV file of two columns")
}

// volumes reads the mapping of volumes: what the flag says and what the file says together.
func (f *restoreFlags) volumes() (volume.Mapping, error) {
	list, err := config.ParseMappings(f.volumeIDs, "=")
	if err != nil {
		return nil, wrongUsage("--volume-id-mappings: %v", err)
	}
	if f.volumeIDsFile != "" {
		file, err := os.Open(f.volumeIDsFile)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		rows, err := config.ReadVolumeIDs(f.volumeIDsFile, file)
		if err != nil {
			return nil, err
		}
		list = append(list, rows...)
	}
	return config.VolumeIDs(list)
}
