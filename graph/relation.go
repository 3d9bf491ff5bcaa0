package graph

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/page"
)

// relation leads from a parent to one object or to a list. Types are erased so
// that relations of all kinds stand in one table; load and list bring them back.
type relation struct {
	// loader is shared by relations that lead to the same objects; empty: the
	// relation's own name.
	loader string
	// key returns what the parent knows of the target, false when it has none.
	key func(parent any) (any, bool)
	// fetch returns the targets of many keys; query is nil or a page.Query.
	fetch func(ctx context.Context, keys []any, query any) (map[any]any, error)
	// absent is the value of a key that fetch did not return.
	absent any
}

// one is a relation to at most one object, known by an id that may be nil.
func one[P any, K comparable, V any](loader string, key func(P) *K, batch func(context.Context, []K) (map[K]V, error)) relation {
	return relation{
		loader: loader,
		key: func(parent any) (any, bool) {
			if k := key(parent.(P)); k != nil { //nolint:errcheck // the schema decides the type of a parent
				return *k, true
			}
			return nil, false
		},
		fetch: func(ctx context.Context, keys []any, _ any) (map[any]any, error) {
			return erased(batch(ctx, typed[K](keys)))
		},
	}
}

// each is a relation to a short list that is read as a whole.
func each[P any, K comparable, V any](key func(P) K, batch func(context.Context, []K) (map[K][]V, error)) relation {
	return relation{
		key: func(parent any) (any, bool) { return key(parent.(P)), true }, //nolint:errcheck // as in one
		fetch: func(ctx context.Context, keys []any, _ any) (map[any]any, error) {
			return erased(batch(ctx, typed[K](keys)))
		},
		absent: []V{},
	}
}

// few is a relation to a list of which the first items are asked for.
func few[P any, K comparable, V any](key func(P) K, batch func(context.Context, []K, int32) (map[K][]V, error)) relation {
	return relation{
		key: func(parent any) (any, bool) { return key(parent.(P)), true }, //nolint:errcheck // as in one
		fetch: func(ctx context.Context, keys []any, query any) (map[any]any, error) {
			first, ok := query.(int32)
			if !ok {
				return nil, fmt.Errorf("a relation to the first items is asked with %T", query)
			}
			return erased(batch(ctx, typed[K](keys), first))
		},
		absent: []V{},
	}
}

// many is a relation to a list that is read page by page.
func many[P any, K comparable, V, F any](key func(P) K, batch func(context.Context, []K, page.Query[F]) (map[K]*page.Connection[V], error)) relation {
	return relation{
		key: func(parent any) (any, bool) { return key(parent.(P)), true }, //nolint:errcheck // as in one
		fetch: func(ctx context.Context, keys []any, query any) (map[any]any, error) {
			q, ok := query.(page.Query[F])
			if !ok {
				return nil, fmt.Errorf("a relation with filter %T is asked with %T", q.Filter, query)
			}
			return erased(batch(ctx, typed[K](keys), q))
		},
	}
}

func typed[K any](keys []any) []K {
	list := make([]K, len(keys))
	for i, key := range keys {
		list[i] = key.(K) //nolint:errcheck // made by the same relation's key
	}
	return list
}

func erased[K comparable, V any](values map[K]V, err error) (map[any]any, error) {
	if err != nil {
		return nil, err
	}
	erased := make(map[any]any, len(values))
	for key, value := range values {
		erased[key] = value
	}
	return erased, nil
}
