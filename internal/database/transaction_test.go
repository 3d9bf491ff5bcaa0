package database_test

import (
	"context"
	"errors"
	"testing"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

func add(db *database.DB, id int, name string) func(context.Context) error {
	return func(ctx context.Context) error {
		return db.Handle(ctx).Create(&record{ID: id, Name: name}).Error
	}
}

func TestInTxCommits(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	err := db.InTx(t.Context(), func(ctx context.Context) error {
		if err := add(db, 1, "outer")(ctx); err != nil {
			return err
		}
		wantNames(t, db) // another connection does not see it yet
		return db.InTx(ctx, add(db, 2, "inner"))
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNames(t, db, "outer", "inner")
}

func TestInTxRollsBack(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	tests := map[string]func(context.Context, *database.DB) error{
		"on an error": func(ctx context.Context, db *database.DB) error {
			return errors.Join(add(db, 1, "a")(ctx), stop)
		},
		"on an error around a nested call": func(ctx context.Context, db *database.DB) error {
			return errors.Join(db.InTx(ctx, add(db, 1, "a")), stop)
		},
		"on a swallowed error of a nested call": func(ctx context.Context, db *database.DB) error {
			_ = db.InTx(ctx, func(ctx context.Context) error {
				return errors.Join(add(db, 1, "a")(ctx), stop)
			})
			return nil
		},
	}
	for name, fn := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := withRecords(t)
			err := db.InTx(t.Context(), func(ctx context.Context) error { return fn(ctx, db) })
			if !errors.Is(err, stop) {
				t.Errorf("got %v, want the error of the function", err)
			}
			wantNames(t, db)
		})
	}
}

func TestInTxRollsBackOnPanic(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = db.InTx(t.Context(), func(ctx context.Context) error {
			if err := add(db, 1, "a")(ctx); err != nil {
				t.Error(err)
			}
			panic("stop")
		})
	}()
	wantNames(t, db)
}

// One connection is enough: whoever opened a second one inside a transaction
// would wait for ever.
func TestInTxNeedsOneConnection(t *testing.T) {
	t.Parallel()
	wide := withRecords(t)
	db, err := database.Open(t.Context(), database.Config{URL: wide.URL(), MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.InTx(t.Context(), func(ctx context.Context) error {
		if !db.InTransaction(ctx) || wide.InTransaction(ctx) {
			t.Error("the transaction is not that of the database it was begun on")
		}
		return db.InTx(ctx, add(db, 1, "a"))
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNames(t, wide, "a")
}

func TestInTxTranslatesWhatCommitFinds(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	err := db.InTx(t.Context(), func(ctx context.Context) error {
		return db.Handle(ctx).Exec("SET CONSTRAINTS ALL DEFERRED").
			Exec("INSERT INTO record VALUES (1, 'a', 99)").Error
	})
	if code := errs.CodeOf(err); code != errs.CodeNotFound {
		t.Errorf("got %s (%v), want NOT_FOUND", code, err)
	}
}
