package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// quietLogger is GORM's logger: failed statements at level debug, nothing
// else. Who called decides whether a failure matters.
type quietLogger struct{ log *slog.Logger }

// LogMode is of no effect: the level of slog decides.
func (l quietLogger) LogMode(logger.LogLevel) logger.Interface { return l }

// Info logs at level debug.
func (l quietLogger) Info(ctx context.Context, text string, args ...any) { l.note(ctx, text, args) }

// Warn logs at level debug.
func (l quietLogger) Warn(ctx context.Context, text string, args ...any) { l.note(ctx, text, args) }

// Error logs at level debug.
func (l quietLogger) Error(ctx context.Context, text string, args ...any) { l.note(ctx, text, args) }

// Trace logs a statement that failed.
func (l quietLogger) Trace(ctx context.Context, _ time.Time, statement func() (string, int64), err error) {
	if err == nil || errors.Is(err, gorm.ErrRecordNotFound) || !l.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	sql, _ := statement()
	l.log.DebugContext(ctx, "statement failed", "sql", sql, "error", err)
}

// ParamsFilter keeps values, which may be personal, out of the log.
func (l quietLogger) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

func (l quietLogger) note(ctx context.Context, text string, args []any) {
	l.log.DebugContext(ctx, fmt.Sprintf(text, args...)) //nolint:sloglint // GORM made the text
}
