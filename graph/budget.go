package graph

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/limit"
	"github.com/project-nexus/nexus/internal/limit/rate"
)

// Budgets are what callers may spend, by the cost of their operations.
type Budgets struct {
	// Limiter keeps the budgets; nil: there are none.
	Limiter rate.Limiter
	// Visitor is the budget of a client address without sign-in, User that of a
	// person and of an access token.
	Visitor, User rate.Limit
}

// of returns whose budget pays for a request, and how great it is.
func (b Budgets) of(ctx context.Context) (key string, budget rate.Limit) {
	actor := auth.ActorOf(ctx)
	switch {
	case actor.AccessToken != nil:
		return "token " + actor.AccessToken.String(), b.User
	case actor.User != nil:
		return "user " + actor.User.String(), b.User
	default:
		return "network " + auth.ClientOf(ctx).Network(), b.Visitor
	}
}

// now returns the budget of the actor of ctx, nil where there is none.
func (b Budgets) now(ctx context.Context) (*rate.Budget, error) {
	if b.Limiter == nil {
		return nil, nil //nolint:nilnil // null without an error, as the schema says
	}
	key, budget := b.of(ctx)
	state, err := b.Limiter.Take(ctx, key, budget, 0)
	if err != nil {
		return nil, err
	}
	return state.Budget(graphql.Now()), nil
}

// ExtensionName implements graphql.HandlerExtension.
func (Budgets) ExtensionName() string { return "Budgets" }

// Validate implements graphql.HandlerExtension.
func (Budgets) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext takes the greatest cost that an operation may have, or
// refuses it. It comes after limits, which reckons that cost.
func (b Budgets) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	spent, ok := o.Stats.GetExtension(limits{}.ExtensionName()).(*limit.Spent)
	if b.Limiter == nil || !ok {
		return nil
	}
	key, budget := b.of(ctx)
	cost, paid := b.cost(o, spent), tollOf(o)
	state, err := b.Limiter.Take(ctx, key, budget, max(cost-paid, 0))
	if err != nil {
		return refusalOf(explain(err)) // the request ended before it was counted
	}
	owed := max(paid-cost, 0)
	if !state.Allowed {
		owed = paid
	}
	if cost > budget.Cost {
		state.RetryAfter = rate.Never // even if the rest of it would be covered some time
	}
	if owed > 0 {
		if after, err := b.Limiter.Refund(ctx, key, budget, owed); err == nil {
			state.Remaining, state.ResetAfter = after.Remaining, after.ResetAfter
		}
	}
	o.Stats.SetExtension(b.ExtensionName(), state)
	tell(ctx, budget, state)
	if state.Allowed {
		return nil
	}
	return refusalOf(rateLimited(state, "The operation costs up to %d; %d are left of your %d in %s.",
		cost, state.Remaining, budget.Cost, budget.Period))
}

// rateLimited is the refusal of what a budget does not cover.
func rateLimited(state rate.State, format string, args ...any) *errs.Error {
	refusal := errs.New(errs.CodeRateLimited, format, args...)
	if state.RetryAfter == rate.Never {
		return refusal
	}
	return refusal.RetryIn(state.RetryAfter)
}

// cost is what is taken before an operation runs. To ask for the cost alone is
// worth 1.
func (b Budgets) cost(o *graphql.OperationContext, spent *limit.Spent) int {
	if wantsCostOnly(o) {
		return 1
	}
	return spent.Requested
}

// InterceptResponse gives back what an operation did not spend. A subscription has
// paid for its start; each of its events pays what it has cost.
func (b Budgets) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	spent, o := SpentOf(ctx), graphql.GetOperationContext(ctx)
	if isShared(ctx) {
		return response
	}
	if isSubscription(o) {
		return b.charge(ctx, response)
	}
	taken, ok := budgetOf(ctx)
	if !ok || !taken.Allowed || spent == nil || wantsCostOnly(o) {
		return response
	}
	key, budget := b.of(ctx)
	// The refund is due although the client has gone.
	state, err := b.Limiter.Refund(context.WithoutCancel(ctx), key, budget, max(spent.Requested-spent.Actual(), 0))
	if err == nil {
		o.Stats.SetExtension(b.ExtensionName(), state)
		tell(ctx, budget, state)
	}
	return response
}

// charge takes the cost of an event. One that the budget does not cover ends its
// subscription.
func (b Budgets) charge(ctx context.Context, event *graphql.Response) *graphql.Response {
	spent := SpentOf(ctx)
	if b.Limiter == nil || event == nil || spent == nil {
		return event
	}
	key, budget := b.of(ctx)
	state, err := b.Limiter.Take(ctx, key, budget, spent.Actual())
	if err != nil {
		return event // the subscription ends anyway
	}
	graphql.GetOperationContext(ctx).Stats.SetExtension(b.ExtensionName(), state)
	if state.Allowed {
		return event
	}
	graphql.AddError(ctx, rateLimited(state, "Events have used up your budget of %d in %s; the subscription has ended.", budget.Cost, budget.Period))
	all := graphql.GetErrors(ctx)
	return &graphql.Response{Errors: all[len(all)-1:]}
}

func isSubscription(o *graphql.OperationContext) bool {
	return o.Operation != nil && o.Operation.Operation == ast.Subscription
}

// budgetOf returns the budget after the operation of ctx; false without one.
func budgetOf(ctx context.Context) (rate.State, bool) {
	state, ok := graphql.GetOperationContext(ctx).Stats.GetExtension(Budgets{}.ExtensionName()).(rate.State)
	return state, ok
}

type headerKey struct{}

// withHeader lets the parts of an operation set headers of its answer, which is
// written when the operation has ended. A connection that stays open has sent its
// own, and runs many operations at once.
func withHeader(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !transport.Streams(r) {
			r = r.WithContext(context.WithValue(r.Context(), headerKey{}, w.Header()))
		}
		next.ServeHTTP(w, r)
	})
}

// tell sets the headers of draft-ietf-httpapi-ratelimit-headers-10.
func tell(ctx context.Context, budget rate.Limit, state rate.State) {
	header, ok := ctx.Value(headerKey{}).(http.Header)
	if !ok {
		return
	}
	seconds := func(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
	header.Set("RateLimit-Policy", fmt.Sprintf(`"cost";q=%d;w=%d`, budget.Cost, seconds(budget.Period)))
	header.Set("RateLimit", fmt.Sprintf(`"cost";r=%d;t=%d`, state.Remaining, seconds(state.ResetAfter)))
}
