package database_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/database"
)

func TestCountStatements(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	gorm := func(ctx context.Context) error { return db.Handle(ctx).Find(&[]record{}).Error }
	tests := map[string]struct {
		run  func(context.Context) error
		want int
	}{
		"nothing":     {func(context.Context) error { return nil }, 0},
		"gorm":        {gorm, 1},
		"transaction": {func(ctx context.Context) error { return db.InTx(ctx, gorm) }, 1},
		"failed":      {func(ctx context.Context) error { _ = db.Handle(ctx).Exec("nonsense"); return nil }, 1},
		"batch": {func(ctx context.Context) error {
			batch := &pgx.Batch{}
			batch.Queue("SELECT 1")
			batch.Queue("SELECT 2")
			return db.Pool().SendBatch(ctx, batch).Close()
		}, 2},
		"derived contexts, at once": {func(ctx context.Context) error {
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() { _ = gorm(context.WithoutCancel(ctx)) })
			}
			group.Wait()
			return nil
		}, 4},
		"other contexts": {func(context.Context) error { return gorm(t.Context()) }, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, statements := database.CountStatements(t.Context())
			if err := test.run(ctx); err != nil {
				t.Fatal(err)
			}
			if got := statements.Count(); got != test.want {
				t.Errorf("got %d statements, want %d: %q", got, test.want, statements.Texts())
			}
		})
	}
}
