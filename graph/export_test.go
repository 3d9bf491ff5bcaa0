package graph

import (
	"context"
	"maps"
	"net/http"
	"slices"
)

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
	return newHandler(root, table, o)
}
