package graph

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

// Resolvers and batches of an operation that is one transaction never work at the
// same time, and those that wait for a loader let others ask it too.
func TestResolversAndLoadersTakeTurns(t *testing.T) {
	t.Parallel()
	var working, together atomic.Int32
	work := func() {
		if working.Add(1) > 1 {
			together.Add(1)
		}
		runtime.Gosched()
		working.Add(-1)
	}
	var s source
	table := s.table()
	square := table["Number.square"]
	table["Number.square"] = relation{key: square.key, fetch: func(ctx context.Context, keys []any, query any) (map[any]any, error) {
		work()
		return square.fetch(ctx, keys, query)
	}}
	ctx := graphql.WithFieldContext(withLoaders(withTurns(t.Context()), table, longWait), &graphql.FieldContext{IsResolver: true})
	const siblings = 50
	var all sync.WaitGroup
	for n := range siblings {
		all.Go(func() {
			value, err := resolveInTurn(ctx, func(ctx context.Context) (any, error) {
				work()
				defer work()
				return load[int](ctx, "Number.square", n+1)
			})
			if err != nil || value != (n+1)*(n+1) {
				t.Errorf("%d: got %v, %v", n+1, value, err)
			}
		})
	}
	all.Wait()
	if n := together.Load(); n > 0 {
		t.Errorf("two were at work %d times", n)
	}
	if len(s.batches) != 1 {
		t.Errorf("%d batches", len(s.batches))
	}
}
