package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/errs"
)

// long enough for all goroutines of a test to ask.
const longWait = 200 * time.Millisecond

// source answers a relation from a number to its square and records what it
// was asked.
type source struct {
	mu      sync.Mutex
	batches [][]int
	err     error
	// contexts are those of the batches.
	contexts []context.Context
}

func (s *source) squares(ctx context.Context, keys []int) (map[int]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches, s.contexts = append(s.batches, keys), append(s.contexts, ctx)
	if s.err != nil {
		return nil, s.err
	}
	values := map[int]int{}
	for _, key := range keys {
		if key >= 0 { // nothing is known of others
			values[key] = key * key
		}
	}
	return values, nil
}

func (s *source) table() map[string]relation {
	square := one("", func(n int) *int {
		if n == 0 {
			return nil
		}
		return &n
	}, s.squares)
	shared := square
	shared.loader = "Number.square"
	return map[string]relation{"Number.square": square, "Number.again": shared}
}

// all loads the relation of many parents at once.
func all(ctx context.Context, name string, parents ...int) ([]int, []error) {
	values, failures := make([]int, len(parents)), make([]error, len(parents))
	var group sync.WaitGroup
	for i, parent := range parents {
		group.Go(func() { values[i], failures[i] = load[int](ctx, name, parent) })
	}
	group.Wait()
	return values, failures
}

func TestBatchesAreBounded(t *testing.T) {
	t.Parallel()
	var s source
	ctx := withLoaders(t.Context(), s.table(), longWait)
	parents := make([]int, 2500)
	for i := range parents {
		parents[i] = i + 1
	}
	values, failures := all(ctx, "Number.square", parents...)
	for i, parent := range parents {
		if values[i] != parent*parent || failures[i] != nil {
			t.Fatalf("%d leads to %d, %v", parent, values[i], failures[i])
		}
	}
	var sizes []int
	for _, batch := range s.batches {
		sizes = append(sizes, len(batch))
	}
	slices.Sort(sizes)
	if !slices.Equal(sizes, []int{500, 1000, 1000}) {
		t.Errorf("batches of %v keys, want at most %d", sizes, maxBatch)
	}
}

func TestEqualKeysAreAskedOnce(t *testing.T) {
	t.Parallel()
	var s source
	ctx := withLoaders(t.Context(), s.table(), longWait)
	if values, _ := all(ctx, "Number.square", 3, 3, 0, 3, -1); !slices.Equal(values, []int{9, 9, 0, 9, 0}) {
		t.Errorf("got %v", values)
	}
	if values, _ := all(ctx, "Number.again", 3); values[0] != 9 {
		t.Errorf("got %v", values)
	}
	if len(s.batches) != 1 || len(s.batches[0]) != 2 {
		t.Errorf("asked for %v, want 3 and -1, once", s.batches)
	}
}

func TestAFailureIsNotRemembered(t *testing.T) {
	t.Parallel()
	s := source{err: errs.New(errs.CodeUnavailable, "down")}
	ctx := withLoaders(t.Context(), s.table(), time.Millisecond)
	_, failures := all(ctx, "Number.square", 1, 2, 3)
	for _, err := range failures {
		if errs.CodeOf(err) != errs.CodeUnavailable {
			t.Errorf("got %v, want UNAVAILABLE", err)
		}
	}
	s.err = nil
	if values, failures := all(ctx, "Number.square", 2, 3); !slices.Equal(values, []int{4, 9}) || errors.Join(failures...) != nil {
		t.Errorf("got %v, %v", values, failures)
	}
}

func TestWhoGivesUpDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	var s source
	ctx := withLoaders(t.Context(), s.table(), longWait)
	givenUp, cancel := context.WithCancel(ctx)
	l, _ := ctx.Value(loadersKey{}).(*loaders)
	loader, err := l.loader("Number.square", l.table["Number.square"], nil)
	if err != nil {
		t.Fatal(err)
	}
	first := loader.Load(givenUp, 1)
	cancel()
	values, failures := all(ctx, "Number.square", 2, 3)
	if _, err := first(); err != nil {
		t.Error(err)
	}
	if len(s.batches) != 1 || !slices.Equal(values, []int{4, 9}) || errors.Join(failures...) != nil {
		t.Errorf("got %v, %v in %d batches", values, failures, len(s.batches))
	}
	for _, batch := range s.contexts {
		if batch.Err() != nil {
			t.Error("a batch has the context of the caller that gave up")
		}
	}
}

// The end of the response ends its batches.
func TestBatchesEndWithTheResponse(t *testing.T) {
	t.Parallel()
	var s source
	response, cancel := context.WithCancel(t.Context())
	ctx := withLoaders(response, s.table(), time.Millisecond)
	cancel()
	_, _ = all(ctx, "Number.square", 1)
	if len(s.contexts) != 1 || s.contexts[0].Err() == nil {
		t.Error("the batch outlives the response")
	}
}

func TestEachResponseAsksAnew(t *testing.T) {
	t.Parallel()
	var s source
	for range 2 {
		if values, _ := all(withLoaders(t.Context(), s.table(), time.Millisecond), "Number.square", 4); values[0] != 16 {
			t.Errorf("got %v", values)
		}
	}
	if len(s.batches) != 2 {
		t.Errorf("%d batches for two responses", len(s.batches))
	}
}

func TestAPanicInABatchIsAnError(t *testing.T) {
	t.Parallel()
	table := map[string]relation{"Number.square": one("", func(n int) *int { return &n },
		func(context.Context, []int) (map[int]int, error) { panic("a bug") })}
	_, failures := all(withLoaders(t.Context(), table, time.Millisecond), "Number.square", 1, 2)
	for _, err := range failures {
		if errs.CodeOf(err) != errs.CodeInternal {
			t.Errorf("got %v, want INTERNAL", err)
		}
	}
}

func TestMistakesInTheTableAreErrors(t *testing.T) {
	t.Parallel()
	var s source
	table := s.table()
	ctx := withLoaders(t.Context(), table, time.Millisecond)
	tests := map[string]func() error{
		"no loaders":       func() error { _, err := load[int](t.Context(), "Number.square", 1); return err },
		"unknown relation": func() error { _, err := load[int](ctx, "Number.root", 1); return err },
		"another type":     func() error { _, err := load[string](ctx, "Number.square", 1); return err },
	}
	for name, mistake := range tests {
		if err := mistake(); errs.CodeOf(err) != errs.CodeInternal {
			t.Errorf("%s: got %v, want INTERNAL", name, err)
		}
	}
}

// Many responses at once, for the race detector.
func TestLoadersOfManyResponses(t *testing.T) {
	t.Parallel()
	var s source
	table := s.table()
	var group sync.WaitGroup
	failed := make(chan string, 16)
	for range cap(failed) {
		group.Go(func() {
			values, failures := all(withLoaders(t.Context(), table, time.Millisecond), "Number.again", 1, 2, 3, 4, 5)
			if !slices.Equal(values, []int{1, 4, 9, 16, 25}) {
				failed <- fmt.Sprint(values, failures)
			}
		})
	}
	group.Wait()
	close(failed)
	for failure := range failed {
		t.Error(failure)
	}
}
