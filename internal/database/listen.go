package database

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// relistenWait is the pause before the next try to listen.
const relistenWait = 500 * time.Millisecond

// Listen calls heard whenever a transaction commits that notified the channel of
// PostgreSQL, and once at the start and after each time that the connection was
// lost, as notifications may have been missed. It returns when ctx ends. What it
// tells of is a hint: whoever relies on it looks by itself now and then.
//
// channel is a plain name of SQL. It has a connection of its own: it would take one of the pool for good.
func (db *DB) Listen(ctx context.Context, log *slog.Logger, channel string, heard func()) {
	for ctx.Err() == nil {
		err := db.listen(ctx, channel, heard)
		if ctx.Err() != nil {
			return
		}
		log.WarnContext(ctx, "the database announces nothing, polling goes on", "channel", channel, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(relistenWait):
		}
	}
}

func (db *DB) listen(ctx context.Context, channel string, heard func()) error {
	conn, err := pgx.ConnectConfig(ctx, db.Pool().Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("listen to %s: %w", channel, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen to %s: %w", channel, err)
	}
	for {
		heard() // first for what came before the connection did
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return fmt.Errorf("listen to %s: %w", channel, err)
		}
	}
}
