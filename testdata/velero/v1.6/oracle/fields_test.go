package oracle

import (
	"io/ioutil"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/veltx/veltx/testdata/velero/fields"
)

// What veltx takes for the fields of Kubernetes 1.19 are those of the library that Velero 1.6 is built with.
func TestTheFieldsOfKubernetes119(t *testing.T) {
	const file = "../../fields/kubernetes-1.19.txt"
	want := strings.Join(fields.Of(corev1.Pod{}, corev1.Service{}, corev1.ServiceAccount{}, batchv1.Job{}), "\n") + "\n"
	got, err := ioutil.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not the list of the fields; it should be\n%s", file, want)
	}
}
