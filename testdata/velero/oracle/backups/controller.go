package backups

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/backup"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/cmd/server/config"
	"github.com/vmware-tanzu/velero/pkg/controller"
	"github.com/vmware-tanzu/velero/pkg/discovery"
	"github.com/vmware-tanzu/velero/pkg/metrics"
	"github.com/vmware-tanzu/velero/pkg/persistence"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
	"github.com/vmware-tanzu/velero/pkg/util/logging"
	kbclient "sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/veltx/veltx/testdata/velero/oracle"
)

type managers func(logrus.FieldLogger) clientmgmt.Manager

// newBackupper makes the backupper as Velero's server does.
func newBackupper(kb kbclient.Client, helper discovery.Helper, dynamic client.DynamicFactory, plugins managers, stores persistence.ObjectBackupStoreGetter) (backup.Backupper, error) {
	defaults := config.GetDefaultConfig()
	return backup.NewKubernetesBackupper(kb, helper, dynamic, oracle.Executor{}, podVolumes{},
		oracle.Patience, false, defaults.ClientPageSize, defaults.UploaderType, plugins, stores)
}

// newController makes the controller as Velero's server does. With one worker the order of a backup is always the same.
func newController(ctx context.Context, helper discovery.Helper, backupper backup.Backupper, log logrus.FieldLogger, plugins managers,
	kb kbclient.Client, stores persistence.ObjectBackupStoreGetter,
) (any, error) {
	return oracle.Construct(controller.NewBackupReconciler, ctx, helper, backupper, log, logrus.ErrorLevel,
		(func(logrus.FieldLogger) clientmgmt.Manager)(plugins), controller.NewBackupTracker(), kb, "default", false, time.Hour,
		config.GetDefaultConfig().DefaultVGSLabelKey, oracle.Patience, oracle.Patience, oracle.Patience, nil, metrics.NewServerMetrics(),
		stores, logging.FormatText, oracle.NoCredentials{}, 1, false, 1, 1, kb)
}
