package database

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var embedded embed.FS

// Migration is one versioned change of the schema.
type Migration struct {
	Version int64
	Name    string
	// AppliedAt is the zero time while the migration is pending.
	AppliedAt time.Time
}

// Pending reports whether the migration was not applied yet.
func (m Migration) Pending() bool { return m.AppliedAt.IsZero() }

// Migrations returns the files of all migrations, for hashing.
func Migrations() fs.FS {
	files, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // unreachable: the name is a constant
	}
	return files
}

// Migrate applies all pending migrations in order, each in a transaction, and
// returns those that this call applied. Processes that start at the same time
// wait for each other: each migration runs once.
func Migrate(ctx context.Context, db *DB) ([]Migration, error) {
	return migrate(ctx, db, Migrations())
}

// MigrationStatus lists all migrations, applied and pending, by version.
func MigrationStatus(ctx context.Context, db *DB) ([]Migration, error) {
	provider, closeProvider, err := newProvider(db, Migrations())
	if err != nil {
		return nil, err
	}
	defer closeProvider()
	rows, err := provider.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migration status: %w", err)
	}
	list := make([]Migration, 0, len(rows))
	for _, row := range rows {
		list = append(list, Migration{row.Source.Version, path.Base(row.Source.Path), row.AppliedAt})
	}
	return list, nil
}

func migrate(ctx context.Context, db *DB, files fs.FS) ([]Migration, error) {
	provider, closeProvider, err := newProvider(db, files)
	if err != nil {
		return nil, err
	}
	defer closeProvider()
	results, err := provider.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		return applied(partial.Applied), fmt.Errorf("migrate: %s: %w", path.Base(partial.Failed.Source.Path), partial.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return applied(results), nil
}

func applied(results []*goose.MigrationResult) []Migration {
	list := make([]Migration, 0, len(results))
	for _, r := range results {
		list = append(list, Migration{r.Source.Version, path.Base(r.Source.Path), time.Now().UTC()})
	}
	return list
}

func newProvider(db *DB, files fs.FS) (provider *goose.Provider, closeProvider func(), err error) {
	// The defaults look for the lock every five seconds; starting processes
	// should not wait that long for each other.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 30))
	if err != nil {
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	conns := stdlib.OpenDBFromPool(db.pool)
	provider, err = goose.NewProvider(goose.DialectPostgres, conns, files,
		goose.WithSessionLocker(locker),
		goose.WithDisableGlobalRegistry(true),
	)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("migrate: %w", err), conns.Close())
	}
	return provider, func() { _ = provider.Close() }, nil
}
