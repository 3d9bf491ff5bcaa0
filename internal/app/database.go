package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/database/embedded"
)

// Database is an open database and, in the embedded mode, its server.
type Database struct {
	*database.DB
	server *embedded.Server
}

// OpenDatabase connects to the database that cfg names, or starts the private
// one in the data folder. The schema stays as it is.
func OpenDatabase(ctx context.Context, cfg config.Config, log *slog.Logger) (*Database, error) {
	d := &Database{}
	url := string(cfg.DatabaseURL)
	if cfg.Embedded() {
		server, err := embedded.Start(ctx, cfg.DataDir, log)
		if err != nil {
			return nil, err
		}
		d.server, url = server, server.URL()
	}
	db, err := database.Open(ctx, database.Config{URL: url, MaxConns: cfg.DatabaseMaxConns, Logger: log})
	if err != nil {
		return nil, errors.Join(err, d.Close(context.WithoutCancel(ctx)))
	}
	d.DB = db
	return d, nil
}

// Close closes the connections and stops the private server.
func (d *Database) Close(ctx context.Context) error {
	if d.DB != nil {
		d.DB.Close()
	}
	if d.server != nil {
		return d.server.Close(ctx)
	}
	return nil
}
