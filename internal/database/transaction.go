package database

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// txKey finds the transaction of one DB in a context.
type txKey struct{ db *DB }

// transaction is what InTx puts into the context.
type transaction struct {
	handle *gorm.DB
	// failed is the first error that a nested InTx returned. Its statements
	// share the outer transaction, so they can only be undone with it.
	failed error
}

// Handle returns the transaction that ctx carries, else the pool, bound to ctx.
func (db *DB) Handle(ctx context.Context) *gorm.DB {
	if tx := db.current(ctx); tx != nil {
		return tx.handle.WithContext(ctx)
	}
	return db.gorm.WithContext(ctx)
}

// InTx runs fn in a transaction that the context given to fn carries. It
// commits when fn returns nil and rolls back when fn fails or panics. A nested
// call joins the transaction around it; when it fails, the whole is rolled
// back even if its caller swallows the error. A context that carries a
// transaction belongs to one goroutine.
//
// The error of fn comes back unchanged; those of BEGIN and COMMIT are
// translated (deferred constraints speak at COMMIT).
func (db *DB) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if outer := db.current(ctx); outer != nil {
		err := fn(ctx)
		if err != nil && outer.failed == nil {
			outer.failed = err
		}
		return err
	}
	var failed error
	err := db.gorm.WithContext(ctx).Transaction(func(handle *gorm.DB) error {
		tx := &transaction{handle: handle}
		failed = fn(context.WithValue(ctx, txKey{db}, tx))
		if failed == nil && tx.failed != nil {
			failed = fmt.Errorf("a nested transaction failed: %w", tx.failed)
		}
		return failed
	})
	if failed != nil {
		return failed
	}
	return Translate(err)
}

// InTransaction reports whether ctx carries a transaction of db.
func (db *DB) InTransaction(ctx context.Context) bool { return db.current(ctx) != nil }

func (db *DB) current(ctx context.Context) *transaction {
	tx, _ := ctx.Value(txKey{db}).(*transaction)
	return tx
}
