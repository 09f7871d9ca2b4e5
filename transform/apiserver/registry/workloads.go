package registry

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/helper"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/features"
)

// replicaSets is the strategy of ReplicaSets.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/apps/replicaset/strategy.go:70-170.
func replicaSets() strategy[*apps.ReplicaSet] {
	return of(strategy[*apps.ReplicaSet]{
		namespaced: true, unconditional: true,
		prepare: func(_ context.Context, rs *apps.ReplicaSet) {
			rs.Status, rs.Generation = apps.ReplicaSetStatus{}, 1
			podutil.DropDisabledTemplateFields(&rs.Spec.Template, nil)
		},
		prepareUpdate: func(_ context.Context, rs, old *apps.ReplicaSet) {
			rs.Status = old.Status
			podutil.DropDisabledTemplateFields(&rs.Spec.Template, &old.Spec.Template)
			if !equality.Semantic.DeepEqual(old.Spec, rs.Spec) {
				rs.Generation = old.Generation + 1
			}
		},
		validate: func(_ context.Context, rs *apps.ReplicaSet) field.ErrorList {
			return appsvalidation.ValidateReplicaSet(rs, podutil.GetValidationOptionsFromPodTemplate(&rs.Spec.Template, nil))
		},
		validateUpdate: func(_ context.Context, rs, old *apps.ReplicaSet) field.ErrorList {
			options := podutil.GetValidationOptionsFromPodTemplate(&rs.Spec.Template, &old.Spec.Template)
			errs := appsvalidation.ValidateReplicaSet(rs, options)
			errs = append(errs, appsvalidation.ValidateReplicaSetUpdate(rs, old, options)...)
			return append(errs, apivalidation.ValidateImmutableField(rs.Spec.Selector, old.Spec.Selector, field.NewPath("spec").Child("selector"))...)
		},
	})
}

// replicationControllers is the strategy of ReplicationControllers.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/replicationcontroller/strategy.go:78-200.
func replicationControllers() strategy[*core.ReplicationController] {
	return of(strategy[*core.ReplicationController]{
		namespaced: true, unconditional: true,
		prepare: func(_ context.Context, rc *core.ReplicationController) {
			rc.Status, rc.Generation = core.ReplicationControllerStatus{}, 1
			podutil.DropDisabledTemplateFields(rc.Spec.Template, nil)
		},
		prepareUpdate: func(_ context.Context, rc, old *core.ReplicationController) {
			rc.Status = old.Status
			podutil.DropDisabledTemplateFields(rc.Spec.Template, old.Spec.Template)
			if !equality.Semantic.DeepEqual(old.Spec, rc.Spec) {
				rc.Generation = old.Generation + 1
			}
		},
		validate: func(_ context.Context, rc *core.ReplicationController) field.ErrorList {
			return validation.ValidateReplicationController(rc, podutil.GetValidationOptionsFromPodTemplate(rc.Spec.Template, nil))
		},
		validateUpdate: func(_ context.Context, rc, old *core.ReplicationController) field.ErrorList {
			options := podutil.GetValidationOptionsFromPodTemplate(rc.Spec.Template, old.Spec.Template)
			errs := append(validation.ValidateReplicationController(rc, options), validation.ValidateReplicationControllerUpdate(rc, old, options)...)
			for key := range helper.NonConvertibleFields(old.Annotations) {
				if strings.Contains(key, "/selector") && !equality.Semantic.DeepEqual(old.Spec.Selector, rc.Spec.Selector) {
					errs = append(errs, field.Invalid(field.NewPath("spec").Child("selector"), rc.Spec.Selector, "cannot update non-convertible selector"))
				}
			}
			return errs
		},
	})
}

// jobs is the strategy of Jobs.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/batch/job/strategy.go:84-290.
func jobs() strategy[*batch.Job] {
	return of(strategy[*batch.Job]{
		namespaced: true, unconditional: true,
		prepare: func(_ context.Context, job *batch.Job) {
			if !*job.Spec.ManualSelector {
				selectPodsOf(job)
			}
			job.Status, job.Generation = batch.JobStatus{}, 1
			dropGated(job, &batch.Job{})
			podutil.DropDisabledTemplateFields(&job.Spec.Template, nil)
		},
		prepareUpdate: func(_ context.Context, job, old *batch.Job) {
			job.Status = old.Status
			dropGated(job, old)
			podutil.DropDisabledTemplateFields(&job.Spec.Template, &old.Spec.Template)
			if !equality.Semantic.DeepEqual(job.Spec, old.Spec) {
				job.Generation = old.Generation + 1
			}
		},
		validate: func(_ context.Context, job *batch.Job) field.ErrorList {
			return batchvalidation.ValidateJob(job, jobOptions(job, nil))
		},
		validateUpdate: func(_ context.Context, job, old *batch.Job) field.ErrorList {
			options := jobOptions(job, old)
			return append(batchvalidation.ValidateJob(job, options), batchvalidation.ValidateJobUpdate(job, old, options)...)
		},
	})
}

// dropGated drops the fields of features that are off, where the old Job does not have them.
func dropGated(job, old *batch.Job) {
	on := utilfeature.DefaultFeatureGate.Enabled
	if !on(features.JobManagedBy) && old.Spec.ManagedBy == nil {
		job.Spec.ManagedBy = nil
	}
	if !on(features.JobSuccessPolicy) && old.Spec.SuccessPolicy == nil {
		job.Spec.SuccessPolicy = nil
	}
	if !on(features.JobPodReplacementPolicy) && old.Spec.PodReplacementPolicy == nil {
		job.Spec.PodReplacementPolicy = nil
	}
}

func jobOptions(job, old *batch.Job) batchvalidation.JobValidationOptions {
	var before *core.PodTemplateSpec
	if old != nil {
		before = &old.Spec.Template
	}
	o := batchvalidation.JobValidationOptions{
		PodValidationOptions: podutil.GetValidationOptionsFromPodTemplate(&job.Spec.Template, before), RequirePrefixedLabels: true,
	}
	if old == nil {
		return o
	}
	o.AllowInvalidLabelValueInSelector = o.AllowInvalidLabelValueInSelector || metavalidation.LabelSelectorHasInvalidLabelValue(old.Spec.Selector)
	suspended := old.Spec.Suspend != nil && *old.Spec.Suspend
	o.AllowMutableSchedulingDirectives = suspended && old.Status.StartTime == nil
	_, named := old.Spec.Template.Labels[batch.JobNameLabel]
	_, owned := old.Spec.Template.Labels[batch.ControllerUidLabel]
	o.RequirePrefixedLabels = named && owned
	return o
}

// selectPodsOf fills in the labels of a Job's Pods and the selector for them, where the user has not.
func selectPodsOf(job *batch.Job) {
	labels := job.Spec.Template.Labels
	if labels == nil {
		labels = map[string]string{}
		job.Spec.Template.Labels = labels
	}
	for label, value := range map[string]string{
		batch.LegacyJobNameLabel: job.Name, batch.JobNameLabel: job.Name,
		batch.LegacyControllerUidLabel: string(job.UID), batch.ControllerUidLabel: string(job.UID),
	} {
		if _, set := labels[label]; !set {
			labels[label] = value
		}
	}
	if job.Spec.Selector == nil {
		job.Spec.Selector = &metav1.LabelSelector{}
	}
	if job.Spec.Selector.MatchLabels == nil {
		job.Spec.Selector.MatchLabels = map[string]string{}
	}
	if _, set := job.Spec.Selector.MatchLabels[batch.ControllerUidLabel]; !set {
		job.Spec.Selector.MatchLabels[batch.ControllerUidLabel] = string(job.UID)
	}
}
