package importer

import (
	"context"
	"fmt"
	"iter"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer/source"
)

// run is one import.
type run struct {
	*Importer

	options Options
	summary Summary
	total   int
	// programs are those that were asked for, by folded title; nil where there
	// is none yet.
	programs map[string]*id.Program
	// described are programmes whose overview needs no second look.
	described map[id.Program]bool
}

func (r *run) run(ctx context.Context, batches source.Batches) error {
	r.programs, r.described = map[string]*id.Program{}, map[id.Program]bool{}
	items, err := r.plan(ctx, batches)
	if err != nil {
		return err
	}
	r.total = len(items)
	return r.work(ctx, items)
}

// plan finds out what is to be done, and creates what hub.json declares if it
// may. Nothing of a document is stored yet.
func (r *run) plan(ctx context.Context, batches source.Batches) ([]*item, error) {
	folders := make([]*folder, len(batches))
	failed := make([]*FileResult, len(batches))
	var whole []*folder // without those that failed
	for i, batch := range batches {
		if folders[i], failed[i] = readFolder(batch); failed[i] == nil {
			whole = append(whole, folders[i])
		}
	}
	faulty, err := r.checkHandles(ctx, whole)
	if err != nil {
		return nil, err
	}
	var items []*item
	whole = nil
	for i, f := range folders {
		if failed[i] == nil {
			failed[i] = faulty[f]
		}
		if failed[i] != nil {
			items = append(items, &item{folder: f, result: failed[i]})
			continue
		}
		whole = append(whole, f)
		items = append(items, f.items(r.options)...)
	}
	if err := checkKeys(items); err != nil {
		return nil, err
	}
	if r.options.Create {
		if err := r.create(ctx, whole); err != nil {
			return nil, err
		}
	}
	return items, r.resolve(ctx, items)
}

// aheadOfStoring is how many documents are read and extracted while others are
// being stored: enough to keep the database busy, few enough for memory.
const aheadOfStoring = 4

// work imports the items in their order.
func (r *run) work(ctx context.Context, items []*item) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	window := aheadOfStoring
	if r.options.DryRun {
		window = 0 // all of it is one transaction, which one goroutine uses
	}
	for i, prepared := range ahead(ctx, items, window, r.prepare) {
		result := r.store(ctx, i, prepared)
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("the import was stopped: %w", err)
		}
		r.report(result)
		if errs.CodeOf(result.Err) == errs.CodeUnavailable {
			return result.Err
		}
	}
	return nil
}

func (r *run) report(result FileResult) {
	r.summary.add(result)
	if r.options.Progress != nil {
		r.options.Progress(Progress{FileResult: result, Done: len(r.summary.Files), Total: r.total})
	}
}

// ahead yields each input with its output, in order, and works out up to window
// outputs ahead of the consumer, at the same time. With a window of 0 nothing
// runs at the same time. It waits for its goroutines before it returns.
func ahead[T, R any](ctx context.Context, inputs []T, window int, work func(context.Context, T) R) iter.Seq2[T, R] {
	if window == 0 {
		return func(yield func(T, R) bool) {
			for _, input := range inputs {
				if !yield(input, work(ctx, input)) {
					return
				}
			}
		}
	}
	return func(yield func(T, R) bool) {
		ctx, cancel := context.WithCancel(ctx)
		outputs := make([]chan R, len(inputs))
		started := 0
		start := func() {
			output := make(chan R, 1)
			outputs[started] = output
			input := inputs[started]
			started++
			go func() { output <- work(ctx, input) }()
		}
		defer func() {
			cancel()
			for _, output := range outputs[:started] {
				if output != nil {
					<-output
				}
			}
		}()
		for i, input := range inputs {
			for started < min(i+window, len(inputs)) {
				start()
			}
			output := <-outputs[i]
			outputs[i] = nil
			if !yield(input, output) {
				return
			}
		}
	}
}
