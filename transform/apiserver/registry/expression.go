package registry

import (
	"errors"
	"fmt"
	"sync"

	celgo "github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/util/validation/field"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// Expression is a CEL expression of a policy or a webhook, and the types that it may have.
type Expression struct {
	Text, Name string
	Types      []*celgo.Type
}

// GetExpression implements plugincel.ExpressionAccessor.
func (e *Expression) GetExpression() string { return e.Text }

// GetName implements plugincel.NamedExpressionAccessor.
func (e *Expression) GetName() string { return e.Name }

// ReturnTypes implements plugincel.ExpressionAccessor.
func (e *Expression) ReturnTypes() []*celgo.Type { return e.Types }

// Condition is an expression that is true or false.
func Condition(text string) *Expression {
	return &Expression{Text: text, Types: []*celgo.Type{celgo.BoolType}}
}

// Message is an expression that makes a message.
func Message(text string) *Expression {
	return &Expression{Text: text, Types: []*celgo.Type{celgo.StringType}}
}

// Annotation is an expression that makes the value of an audit annotation.
func Annotation(text string) *Expression {
	return &Expression{Text: text, Types: []*celgo.Type{celgo.StringType, celgo.NullType}}
}

// Variable is an expression that others name.
func Variable(name, text string) *Expression {
	return &Expression{Text: text, Name: name, Types: []*celgo.Type{celgo.AnyType, celgo.DynType}}
}

// Environment is what expressions may call, with the costs that they are counted at.
var Environment = sync.OnceValue(func() *environment.EnvSet {
	return environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion(), true)
})

// conditions compiles the expressions of match conditions; it remembers nothing of them.
var conditions = sync.OnceValue(func() plugincel.Compiler { return plugincel.NewCompiler(Environment()) })

// compileErrors says what is wrong with an expression.
func compileErrors(compiler plugincel.Compiler, e *Expression, may plugincel.OptionalVariableDeclarations, at *field.Path) field.ErrorList {
	return resultErrors(compiler.CompileCELExpression(e, may, environment.NewExpressions), e, at)
}

func resultErrors(result plugincel.CompilationResult, e *Expression, at *field.Path) field.ErrorList {
	if result.Error == nil {
		return nil
	}
	var err *cel.Error
	if errors.As(result.Error, &err) {
		switch err.Type {
		case cel.ErrorTypeRequired:
			return field.ErrorList{field.Required(at, err.Detail)}
		case cel.ErrorTypeInvalid:
			return field.ErrorList{field.Invalid(at, e.Text, err.Detail)}
		}
	}
	return field.ErrorList{field.InternalError(at, fmt.Errorf("the expression cannot be compiled: %w", result.Error))}
}
