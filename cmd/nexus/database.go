package main

import (
	"context"
	"errors"
	"os"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
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
