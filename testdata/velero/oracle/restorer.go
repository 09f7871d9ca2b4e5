package oracle

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/discovery"
	"github.com/vmware-tanzu/velero/pkg/restore"
	corev1api "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	kbclient "sigs.k8s.io/controller-runtime/pkg/client"
)

// arguments are what a restorer is made of here.
type arguments struct {
	helper     discovery.Helper
	dynamic    client.DynamicFactory
	priorities any
	kube       kubernetes.Interface
	log        logrus.FieldLogger
	kb         kbclient.Client
	pods       cache.Getter
	last       any
}

// newKubernetesRestorer calls Velero's constructor. Its last parameter points
// to a struct of a package that cannot be imported since 1.14, so the call is made
// through reflection. There is no restorer of pod volumes: what it would
// create are no restored resources.
func newKubernetesRestorer(a arguments) (restore.Restorer, error) {
	if a.last == nil {
		a.last = tracker{}
	}
	made, err := Construct(restore.NewKubernetesRestorer,
		a.helper, a.dynamic, a.priorities, a.kube.CoreV1().Namespaces(), nil,
		Patience, Patience, Patience, a.log, Executor{}, a.pods, NoCredentials{}, a.kb, a.last)
	if err != nil {
		return nil, err
	}
	r, ok := made.(restore.Restorer)
	if !ok {
		return nil, fmt.Errorf("the constructor made a %T", made)
	}
	return r, nil
}

// filled makes a struct whose maps and locks, which are private, are not nil.
func filled(pointer reflect.Type) reflect.Value {
	v := reflect.New(pointer.Elem())
	for i := range v.Elem().NumField() {
		field := v.Elem().Field(i)
		place := reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
		switch {
		case field.Kind() == reflect.Map:
			place.Set(reflect.MakeMap(field.Type()))
		case field.Type() == reflect.TypeFor[*sync.RWMutex]():
			place.Set(reflect.ValueOf(&sync.RWMutex{}))
		}
	}
	return v
}

// Executor pretends to run commands in pods.
type Executor struct{}

// ExecutePodCommand does nothing and succeeds.
func (Executor) ExecutePodCommand(logrus.FieldLogger, map[string]any, string, string, string, *velerov1.ExecHook) error {
	return nil
}

// NoCredentials is a store of credentials that holds none.
type NoCredentials struct{}

// Path fails, as no storage location here names credentials.
func (NoCredentials) Path(selector *corev1api.SecretKeySelector) (string, error) {
	return "", fmt.Errorf("there are no credentials for %s", selector.Name)
}
