package velero

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// TimeText is a time as Velero writes it; "" for none.
func TimeText(t *metav1.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
