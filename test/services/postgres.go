package main

import (
	"context"
	"log/slog"
	"path/filepath"

	"github.com/project-nexus/nexus/internal/database/embedded"
)

// startPostgres runs a server whose data need not survive anything.
func startPostgres(ctx context.Context, folder string) (string, func() error, error) {
	server, err := embedded.Start(ctx, filepath.Join(folder, "postgres"), slog.New(slog.DiscardHandler),
		embedded.WithSetting("fsync", "off"),
		embedded.WithSetting("synchronous_commit", "off"),
		embedded.WithSetting("full_page_writes", "off"),
		embedded.WithSetting("max_connections", "200"),
		embedded.WithSetting("cluster_name", "nexus-test"),
	)
	if err != nil {
		return "", nil, err
	}
	return server.URL(), func() error { return server.Close(context.Background()) }, nil
}
