package registry

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage/names"
)

// strategy is the registry's strategy for one type: its functions, in the order in which they are called. What is nil does nothing.
type strategy[T runtime.Object] struct {
	runtime.ObjectTyper
	names.NameGenerator

	namespaced     bool
	prepare        func(context.Context, T)
	prepareUpdate  func(ctx context.Context, obj, old T)
	validate       func(context.Context, T) field.ErrorList
	validateUpdate func(ctx context.Context, obj, old T) field.ErrorList
	canonicalize   func(T)
	unconditional  bool // an update needs no resourceVersion
}

var _ interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
} = strategy[runtime.Object]{}

// of makes a strategy known to the scheme.
func of[T runtime.Object](s strategy[T]) strategy[T] {
	if s.ObjectTyper == nil {
		s.ObjectTyper = Scheme()
	}
	s.NameGenerator = names.SimpleNameGenerator
	return s
}

// NamespaceScoped implements rest.RESTCreateStrategy.
func (s strategy[T]) NamespaceScoped() bool { return s.namespaced }

// AllowCreateOnUpdate implements rest.RESTUpdateStrategy.
func (s strategy[T]) AllowCreateOnUpdate() bool { return false }

// AllowUnconditionalUpdate implements rest.RESTUpdateStrategy.
func (s strategy[T]) AllowUnconditionalUpdate() bool { return s.unconditional }

// WarningsOnCreate implements rest.RESTCreateStrategy.
func (s strategy[T]) WarningsOnCreate(context.Context, runtime.Object) []string { return nil }

// WarningsOnUpdate implements rest.RESTUpdateStrategy.
func (s strategy[T]) WarningsOnUpdate(_ context.Context, _, _ runtime.Object) []string { return nil }

// PrepareForCreate implements rest.RESTCreateStrategy.
func (s strategy[T]) PrepareForCreate(ctx context.Context, obj runtime.Object) {
	if s.prepare != nil {
		s.prepare(ctx, obj.(T))
	}
}

// PrepareForUpdate implements rest.RESTUpdateStrategy.
func (s strategy[T]) PrepareForUpdate(ctx context.Context, obj, old runtime.Object) {
	if s.prepareUpdate != nil {
		s.prepareUpdate(ctx, obj.(T), old.(T))
	}
}

// Validate implements rest.RESTCreateStrategy.
func (s strategy[T]) Validate(ctx context.Context, obj runtime.Object) field.ErrorList {
	return s.validate(ctx, obj.(T))
}

// ValidateUpdate implements rest.RESTUpdateStrategy.
func (s strategy[T]) ValidateUpdate(ctx context.Context, obj, old runtime.Object) field.ErrorList {
	return s.validateUpdate(ctx, obj.(T), old.(T))
}

// Canonicalize implements rest.RESTCreateStrategy.
func (s strategy[T]) Canonicalize(obj runtime.Object) {
	if s.canonicalize != nil {
		s.canonicalize(obj.(T))
	}
}
