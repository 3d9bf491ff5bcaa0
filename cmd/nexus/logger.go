package main

import (
	"io"
	"log/slog"

	"github.com/lmittmann/tint"

	"github.com/project-nexus/nexus/internal/config"
)

// newLogger writes readable lines in development, JSON in production.
func newLogger(cfg config.Config, out io.Writer) *slog.Logger {
	if cfg.LogFormat == config.LogJSON {
		return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: cfg.LogLevel}))
	}
	return slog.New(tint.NewTextHandler(out, &tint.Options{Level: cfg.LogLevel, NoColor: !isTerminal(out)}))
}
