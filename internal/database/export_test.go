package database

import (
	"context"
	"io/fs"
)

// MigrateFiles applies the migrations of a test.
func MigrateFiles(ctx context.Context, db *DB, files fs.FS) ([]Migration, error) {
	return migrate(ctx, db, files)
}
