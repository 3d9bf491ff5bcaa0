package graph

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/limit"
)

// costHeader asks, with the value "only", for the cost of an operation instead of
// its execution.
const costHeader = "Nexus-Cost"

// limits refuses operations that ask for too much, and counts what the others
// cost. Documents are looked at before they are validated, as validation is what
// a hostile one makes expensive; one that is remembered as valid has passed.
type limits struct {
	limit.Limits
	costs  *limit.Costs
	passed graphql.Cache[*ast.QueryDocument]
	report bool
}

// ExtensionName implements graphql.HandlerExtension.
func (limits) ExtensionName() string { return "Limits" }

// Validate implements graphql.HandlerExtension.
func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a document before it is parsed.
func (l limits) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if _, ok := l.passed.Get(ctx, params.Query); ok {
		return nil
	}
	return refusalOf(l.CheckDocument(params.Query))
}

// MutateOperationContext refuses a valid operation by its variables or its cost.
func (l limits) MutateOperationContext(_ context.Context, o *graphql.OperationContext) *gqlerror.Error {
	requested, err := l.Static(l.costs, o.Operation, o.Variables)
	if err == nil {
		err = l.CheckVariables(o.Variables)
	}
	if err != nil {
		return refusalOf(err)
	}
	spent := &limit.Spent{Requested: requested}
	o.Stats.SetExtension(l.ExtensionName(), spent)
	if requested > l.Cost {
		return refusalOf(errs.New(errs.CodeQueryTooComplex, "The operation costs up to %d, more than %d. Ask for smaller pages or fewer fields.", requested, l.Cost))
	}
	spent.Add(l.costs.Root(o.Operation))
	return nil
}

// InterceptOperation answers the cost alone where nothing else is wanted.
func (l limits) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if !wantsCostOnly(graphql.GetOperationContext(ctx)) {
		return next(ctx)
	}
	return graphql.OneShot(withCost(ctx, &graphql.Response{Data: json.RawMessage("null")}))
}

// InterceptField counts what a field returned.
func (l limits) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	value, err := next(ctx)
	field := graphql.GetFieldContext(ctx).Field.Field
	if err == nil && l.costs.Counts(field.Definition) {
		if spent := SpentOf(ctx); spent != nil {
			spent.Add(l.costs.Actual(field, graphql.GetOperationContext(ctx).Variables, value))
		}
	}
	return value, err
}

// InterceptResponse reports the cost in the answer's extensions. Each event of a
// subscription has a cost of its own.
func (l limits) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if spent := SpentOf(ctx); spent != nil && isSubscription(graphql.GetOperationContext(ctx)) {
		graphql.GetOperationContext(ctx).Stats.SetExtension(l.ExtensionName(), &limit.Spent{Requested: spent.Requested})
	}
	response := next(ctx)
	if response == nil || !l.report && !wantsCostOnly(graphql.GetOperationContext(ctx)) {
		return response
	}
	return withCost(ctx, response)
}

// SpentOf returns what the operation of ctx costs, nil before that is known.
func SpentOf(ctx context.Context) *limit.Spent {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	spent, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(limits{}.ExtensionName()).(*limit.Spent)
	return spent
}

func wantsCostOnly(o *graphql.OperationContext) bool {
	return strings.EqualFold(o.Headers.Get(costHeader), "only")
}

// cost is extensions.cost of an answer.
type cost struct {
	Requested int `json:"requested"`
	Actual    int `json:"actual"`
	// What is left of the budget, and when it is whole again; absent without one.
	Remaining *int       `json:"remaining,omitempty"`
	ResetAt   *time.Time `json:"resetAt,omitempty"`
}

func withCost(ctx context.Context, response *graphql.Response) *graphql.Response {
	spent := SpentOf(ctx)
	if spent == nil {
		return response
	}
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	shown := cost{Requested: spent.Requested, Actual: spent.Actual()}
	if state, ok := budgetOf(ctx); ok {
		shown.Remaining, shown.ResetAt = &state.Remaining, &state.Budget(graphql.Now()).ResetAt
	}
	response.Extensions["cost"] = shown
	return response
}

// refusalOf returns err as gqlgen wants it, nil for nil.
func refusalOf(err error) *gqlerror.Error {
	refusal := errs.As(err)
	if refusal == nil {
		return nil
	}
	shown := &gqlerror.Error{Err: refusal, Message: refusal.Message, Extensions: map[string]any{"code": string(refusal.Code)}}
	if place := limit.PlaceOf(err); place != nil {
		shown.Locations = []gqlerror.Location{{Line: place.Line, Column: place.Column}}
	}
	return shown
}
