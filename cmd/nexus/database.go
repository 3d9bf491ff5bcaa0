package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/database"
)

// withDatabase runs fn on the configured database and closes it afterwards.
// Logs go to standard error: standard output is for results.
func withDatabase(ctx context.Context, fn func(context.Context, *app.Database) error) (err error) {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	db, err := app.OpenDatabase(ctx, cfg, newLogger(cfg, os.Stderr))
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		err = errors.Join(err, db.Close(closing))
	}()
	return fn(ctx, db)
}

// withMigrated is withDatabase for commands that need the newest schema.
func withMigrated(ctx context.Context, fn func(context.Context, *app.Database) error) error {
	return withDatabase(ctx, func(ctx context.Context, db *app.Database) error {
		if _, err := database.Migrate(ctx, db.DB); err != nil {
			return fmt.Errorf("migrate the database: %w", err)
		}
		return fn(ctx, db)
	})
}
