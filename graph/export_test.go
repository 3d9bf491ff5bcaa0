package graph

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/generated"
)

// NewHandlerOf is NewHandler over another schema with one relation, "Tick.name".
func NewHandlerOf(schema graphql.ExecutableSchema, o Options, fetch func(context.Context, []int) (map[int]string, error)) http.Handler {
	return newHandler(schema, map[string]relation{"Tick.name": one("", func(n int) *int { return &n }, fetch)}, o)
}

// NameOfTick asks that relation.
func NameOfTick(ctx context.Context, n int) (string, error) {
	return load[string](ctx, "Tick.name", n)
}

// Relations returns the names in the table of relations, sorted.
func Relations() []string {
	return slices.Sorted(maps.Keys((&Resolver{}).relations()))
}

// NewUnbatchedHandler is NewHandler with one relation that fetches for each of
// its parents alone, as a resolver without a loader would.
func NewUnbatchedHandler(s Services, o Options, name string) http.Handler {
	root := &Resolver{services: s}
	table := root.relations()
	r := table[name]
	batch := r.fetch
	r.loader = "" // not even shared with other relations
	r.fetch = func(ctx context.Context, keys []any, query any) (map[any]any, error) {
		values := map[any]any{}
		for _, key := range keys {
			value, err := batch(ctx, []any{key}, query)
			if err != nil {
				return nil, err
			}
			maps.Copy(values, value)
		}
		return values, nil
	}
	table[name] = r
	return newHandler(generated.NewExecutableSchema(generated.Config{Resolvers: root}), table, o)
}

// SecretMutations are the mutations that take no Idempotency-Key.
var SecretMutations = secretMutations //nolint:gochecknoglobals // for tests alone

// Fanout is how the subscriptions of a handler go.
type Fanout struct{ f *fanout }

// Observe returns that of the handler that o will make.
func Observe(o *Options) Fanout {
	o.fanout = &fanout{}
	return Fanout{o.fanout}
}

// Executed is how many events were executed.
func (f Fanout) Executed() int { return int(f.f.executed.Load()) }

// Members and groups are how many there are now.
func (f Fanout) Members() (members, groups int) {
	f.f.mu.Lock()
	defer f.f.mu.Unlock()
	for _, g := range f.f.groups {
		members += len(g.members)
	}
	return members, len(f.f.groups)
}
