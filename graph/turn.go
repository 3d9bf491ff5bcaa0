package graph

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// turns make the resolvers and loaders of an operation that is one transaction
// take turns: its connection serves one of them at a time, while gqlgen resolves
// siblings at once. Other operations have none.
type turns struct{ mu sync.Mutex }

type (
	turnsKey struct{}
	turnKey  struct{}
)

func withTurns(ctx context.Context) context.Context {
	return context.WithValue(ctx, turnsKey{}, &turns{})
}

// inTurn does work, the only one at a time.
func inTurn(ctx context.Context, work func()) {
	if t, ok := ctx.Value(turnsKey{}).(*turns); ok {
		t.mu.Lock()
		defer t.mu.Unlock()
	}
	work()
}

// resolveInTurn wraps fields that ask a service or a loader.
func resolveInTurn(ctx context.Context, next graphql.Resolver) (value any, err error) {
	t, ok := ctx.Value(turnsKey{}).(*turns)
	if !ok || !graphql.GetFieldContext(ctx).IsResolver {
		return next(ctx)
	}
	inTurn(ctx, func() { value, err = next(context.WithValue(ctx, turnKey{}, t)) })
	return value, err
}

// outOfTurn waits for others to work: the field of ctx gives up its turn meanwhile.
func outOfTurn(ctx context.Context, wait func()) {
	if t, ok := ctx.Value(turnKey{}).(*turns); ok {
		t.mu.Unlock()
		defer t.mu.Lock()
	}
	wait()
}
