package judge

import "errors"

// CSIPlugins is the variable that names a folder of releases of velero-plugin-for-csi, each a program in a folder with the number of the
// release.
const CSIPlugins = "VELTX_CSI_PLUGINS"

// ErrNoPlugin says that a case needs a release of velero-plugin-for-csi that is not there.
var ErrNoPlugin = errors.New("velero-plugin-for-csi is not in the folder that " + CSIPlugins + " names")
