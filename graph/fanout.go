package graph

import (
	"context"
	"encoding/json"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/id"
)

// fanout executes each event once for all subscriptions that would get the same
// answer: those of one document, operation and variables, for one viewer. Such a
// group has an execution of its own, which belongs to no connection, and hands its
// answers to the members through bounded queues.
//
// Each member starts alone: it is checked, and reads what it has missed up to
// where the group is. Then it joins. When the rights of its actor change it leaves
// and starts alone again, from behind its last event.
type fanout struct {
	budgets Budgets
	report  bool
	timeout time.Duration
	present graphql.ErrorPresenterFunc
	recover graphql.RecoverFunc

	// executed is how many events were executed, for one member or for many.
	executed atomic.Int64

	mu     sync.Mutex
	groups map[groupKey]*group
}

func (o Options) newFanout() *fanout {
	f := o.fanout
	if f == nil {
		f = &fanout{}
	}
	f.budgets, f.report, f.timeout = o.Budgets, o.ReportCost, o.Timeout
	f.present, f.recover = present(o.Logger), recovered(o.Logger)
	f.groups = map[groupKey]*group{}
	return f
}

// viewer is what an answer depends on besides its operation. Whose session or
// token it is makes no difference, what it is good for does.
type viewer struct {
	user          id.User
	known, admin  bool
	scope         auth.Scope
	byAccessToken bool
}

func viewerOf(a auth.Actor) viewer {
	v := viewer{admin: a.Admin}
	if a.User != nil {
		v.user, v.known = *a.User, true
	}
	if a.AccessToken != nil {
		v.scope, v.byAccessToken = a.Scope, true
	}
	return v
}

// groupKey is what the members of a group have in common.
type groupKey struct {
	viewer                         viewer
	document, operation, variables string
}

// ExtensionName implements graphql.HandlerExtension.
func (*fanout) ExtensionName() string { return "Fanout" }

// Validate implements graphql.HandlerExtension.
func (*fanout) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation makes a subscription a member. It comes after all others.
func (f *fanout) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	o := graphql.GetOperationContext(ctx)
	if !isSubscription(o) {
		return next(ctx)
	}
	var one sync.Mutex
	m := &member{fanout: f, ctx: ctx, operation: o, start: func(ctx context.Context) graphql.ResponseHandler {
		one.Lock() // gqlgen notes the context of its last start
		defer one.Unlock()
		return next(ctx)
	}}
	m.shared, m.sharable = shared(o)
	if spent := SpentOf(ctx); spent != nil {
		m.requested = spent.Requested // now: with the first answer it changes hands
	}
	context.AfterFunc(ctx, func() { m.leave(true) })
	return m.next
}

// shared returns the key of an operation's group, but for its viewer; false when
// there can be none.
func shared(o *graphql.OperationContext) (groupKey, bool) {
	variables := make(map[string]any, len(o.Variables))
	cursor := cursorVariable(o)
	for name, value := range o.Variables {
		if name != cursor {
			variables[name] = value
		}
	}
	text, err := json.Marshal(variables)
	return groupKey{document: o.RawQuery, operation: o.OperationName, variables: string(text)}, err == nil
}

// cursorVariable is the variable that tells where a subscription starts, which does
// not matter once it runs; "" when it is used elsewhere too.
func cursorVariable(o *graphql.OperationContext) string {
	for _, field := range graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Subscription"}) {
		argument := field.Arguments.ForName("after")
		if argument == nil || argument.Value.Kind != ast.Variable {
			continue
		}
		name := argument.Value.Raw
		uses := regexp.MustCompile(`\$`+regexp.QuoteMeta(name)+`\b`).FindAllStringIndex(o.RawQuery, 3)
		if len(uses) == 2 { // its definition, and this
			return name
		}
	}
	return ""
}
