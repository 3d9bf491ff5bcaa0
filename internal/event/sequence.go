package event

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/database"
)

// sequenceBatch bounds the events of one statement.
const sequenceBatch = 5000

// Sequence gives positions to all committed events that have none, in the order
// of their ids, and returns how many. A transaction that commits later gets later
// positions, however old its ids are: readers never have to look back, and wait
// for nobody's transaction. One process at a time does it; 0 may mean that
// another one is at it.
func (l *Log) Sequence(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := l.sequence(ctx)
		total += n
		if err != nil || n < sequenceBatch {
			return total, err
		}
	}
}

func (l *Log) sequence(ctx context.Context) (n int, err error) {
	err = l.db.InTx(ctx, func(ctx context.Context) error {
		// Whoever holds the row looks again after it is done only for events that
		// committed meanwhile: so the next one waits for it, and does not skip.
		handle := l.db.Handle(ctx)
		var position int64
		if err := handle.Raw(`SELECT position FROM event_sequence FOR UPDATE`).Scan(&position).Error; err != nil {
			return err
		}
		// Its snapshot is younger than the lock.
		if err := handle.Raw(`WITH numbered AS (
				SELECT id, ? + row_number() OVER (ORDER BY id) AS position FROM event WHERE position IS NULL ORDER BY id LIMIT ?),
			given AS (
				UPDATE event SET position = numbered.position FROM numbered WHERE event.id = numbered.id RETURNING 1)
			SELECT count(*) FROM given`, position, sequenceBatch).Scan(&n).Error; err != nil || n == 0 {
			return err
		}
		if err := handle.Exec(`UPDATE event_sequence SET position = position + ?`, n).Error; err != nil {
			return err
		}
		return handle.Exec(`SELECT pg_notify(?, '')`, sequenced).Error
	})
	if err != nil {
		return 0, fmt.Errorf("give positions to events: %w", database.Translate(err))
	}
	return n, nil
}
