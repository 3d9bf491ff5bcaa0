package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/project-nexus/nexus/internal/page"
)

const (
	// defaultLoaderWait is how long a loader collects keys after the first one.
	defaultLoaderWait = time.Millisecond
	// maxBatch bounds the keys of one statement.
	maxBatch = 1000
)

// loaders collects the look-ups of one response, so that siblings share a
// statement. It dies with the response: nothing is remembered across requests.
type loaders struct {
	// ctx bounds the batches: the response's own, not that of the field which
	// happened to ask first.
	ctx   context.Context //nolint:containedctx // loaders live as long as the response
	table map[string]relation
	wait  time.Duration

	mu     sync.Mutex
	byName map[string]*dataloader.Loader[any, any]
}

type loadersKey struct{}

// withLoaders returns a context in which load and list work.
func withLoaders(ctx context.Context, table map[string]relation, wait time.Duration) context.Context {
	return context.WithValue(ctx, loadersKey{}, &loaders{
		ctx: ctx, table: table, wait: wait, byName: map[string]*dataloader.Loader[any, any]{},
	})
}

// load returns what the relation name of parent leads to: the zero value when
// the parent has none, or when the actor may not see it.
func load[V any](ctx context.Context, name string, parent any) (V, error) {
	return ask[V](ctx, name, parent, nil)
}

// list returns one page of the list that the relation name of parent leads to.
func list[T, F any, O ~string](ctx context.Context, name string, parent any, filter *F, orderBy *page.Order[O], args page.Args) (*page.Connection[T], error) {
	return ask[*page.Connection[T]](ctx, name, parent, query(ctx, filter, orderBy, args))
}

// firstOf returns the first items of the list that the relation name of parent leads to.
func firstOf[T any](ctx context.Context, name string, parent any, first int32) ([]T, error) {
	return ask[[]T](ctx, name, parent, first)
}

func ask[V any](ctx context.Context, name string, parent, query any) (V, error) {
	var zero V
	l, ok := ctx.Value(loadersKey{}).(*loaders)
	if !ok {
		return zero, fmt.Errorf("load %s: the context has no loaders", name)
	}
	r, ok := l.table[name]
	if !ok {
		return zero, fmt.Errorf("load %s: it is not in the table of relations", name)
	}
	key, ok := r.key(parent)
	if !ok {
		return zero, nil
	}
	loader, err := l.loader(name, r, query)
	if err != nil {
		return zero, err
	}
	var value any
	outOfTurn(ctx, func() { value, err = loader.Load(ctx, key)() })
	if err != nil {
		// A failure is not remembered: the next one who asks tries again.
		loader.Clear(ctx, key)
		return zero, err
	}
	typed, ok := value.(V)
	if !ok && value != nil {
		return zero, fmt.Errorf("load %s: got a %T", name, value)
	}
	return typed, nil
}

// loader returns the loader of a relation with the given query.
func (l *loaders) loader(name string, r relation, query any) (*dataloader.Loader[any, any], error) {
	if r.loader != "" {
		name = r.loader
	}
	if query != nil {
		text, err := json.Marshal(query)
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", name, err)
		}
		name += string(text)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	loader, ok := l.byName[name]
	if !ok {
		loader = dataloader.NewBatchedLoader(l.batch(r, query),
			dataloader.WithWait[any, any](l.wait), dataloader.WithBatchCapacity[any, any](maxBatch))
		l.byName[name] = loader
	}
	return loader, nil
}

func (l *loaders) batch(r relation, query any) dataloader.BatchFunc[any, any] {
	return func(_ context.Context, keys []any) []*dataloader.Result[any] {
		results := make([]*dataloader.Result[any], len(keys))
		values, err := l.fetch(r, keys, query)
		for i, key := range keys {
			value, ok := values[key]
			if !ok {
				value = r.absent
			}
			results[i] = &dataloader.Result[any]{Data: value, Error: err}
		}
		return results
	}
}

// fetch makes an error of a panic: a batch has a goroutine of its own, and the
// library would write the stack past our log.
func (l *loaders) fetch(r relation, keys []any, query any) (values map[any]any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic in a loader: %v\n%s", cause, debug.Stack())
		}
	}()
	inTurn(l.ctx, func() { values, err = r.fetch(l.ctx, keys, query) })
	return values, err
}
