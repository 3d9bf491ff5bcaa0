package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// refusedCost is what a request costs whose document or variables are refused:
// about as much as it takes to find that out.
const refusedCost = 10

// toll makes refused requests cost something. Of a document that is not
// remembered as valid it takes refusedCost before anybody parses it, so that no
// flood of them is worked on; Budgets sets that off against the operation's cost.
type toll struct {
	budgets Budgets
	passed  graphql.Cache[*ast.QueryDocument]
}

// ExtensionName implements graphql.HandlerExtension.
func (toll) ExtensionName() string { return "Toll" }

// Validate implements graphql.HandlerExtension.
func (toll) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters takes the toll. It comes before limits, which parses.
func (t toll) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if _, ok := t.passed.Get(ctx, params.Query); ok {
		return nil
	}
	return t.take(ctx)
}

// InterceptResponse takes the toll of a request that was refused although its
// document is valid, for its variables for instance.
func (t toll) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	_, counted := budgetOf(ctx)
	if !counted && tollOf(graphql.GetOperationContext(ctx)) == 0 {
		if refusal := t.take(ctx); refusal != nil {
			graphql.AddError(ctx, refusal)
		}
	}
	return next(ctx)
}

func (t toll) take(ctx context.Context) *gqlerror.Error {
	if t.budgets.Limiter == nil {
		return nil
	}
	key, budget := t.budgets.of(ctx)
	due := min(refusedCost, budget.Cost)
	state, err := t.budgets.Limiter.Take(ctx, key, budget, due)
	if err != nil {
		return refusalOf(explain(err)) // the request ended before it was counted
	}
	graphql.GetOperationContext(ctx).Stats.SetExtension(t.ExtensionName(), due)
	tell(ctx, budget, state)
	if state.Allowed {
		return nil
	}
	return refusalOf(rateLimited(state, "A request costs %d until it is known to be good; %d are left of your %d in %s.",
		due, state.Remaining, budget.Cost, budget.Period))
}

// tollOf returns the toll that an operation has paid.
func tollOf(o *graphql.OperationContext) int {
	paid, _ := o.Stats.GetExtension(toll{}.ExtensionName()).(int)
	return paid
}
