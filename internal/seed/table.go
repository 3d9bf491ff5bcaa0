package seed

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"
)

// progressStep is the number of rows between two calls of Options.Progress.
const progressStep = 5000

// row holds the values of one row in the order of the table's columns.
type row []any

// table is what one COPY writes.
type table struct {
	name    string
	columns []string
	// total is the number of rows.
	total int
	rows  iter.Seq[row]
}

func (t table) identifier() pgx.Identifier { return pgx.Identifier{t.name} }

// copyTo streams the rows into the table: one row is in memory at a time.
func (t table) copyTo(ctx context.Context, tx pgx.Tx, progress func(string, int64, int64)) (int64, error) {
	next, stop := iter.Pull(t.rows)
	defer stop()
	var done int64
	report := func() {
		if progress != nil {
			progress(t.name, done, int64(t.total))
		}
	}
	// Cut off within a row, the server would wait for the rest of it, and hold
	// the transaction meanwhile: ctx ends the data between two rows, and from
	// the last row on the statement.
	copying, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	source := pgx.CopyFromFunc(func() ([]any, error) {
		values, more := next()
		if !more {
			context.AfterFunc(ctx, cancel)
			return nil, nil // how pgx is told the end
		}
		if done++; done%progressStep == 0 && done < int64(t.total) {
			report()
		}
		return values, ctx.Err()
	})
	rows, err := tx.CopyFrom(copying, t.identifier(), t.columns, source)
	if ctx.Err() != nil {
		return rows, context.Cause(ctx)
	}
	if err != nil {
		return rows, err
	}
	report()
	return rows, nil
}

// tables lists all tables, those that others refer to first.
func (h *hub) tables() []table {
	return []table{
		h.programTable(),
		h.cohortTable(),
		h.userTable(),
		h.membershipTable(),
		h.technologyTable(),
		h.aliasTable(),
		h.conceptTable(),
		h.documentTable(),
		h.revisionTable(),
		h.mentionTable(),
		h.challengeTable(),
		h.challengeTechnologyTable(),
		h.solutionTable(),
		h.practiceTable(),
		h.practiceTechnologyTable(),
		h.tipTable(),
		h.channelTable(),
		h.commentTable(),
		h.voteTable(),
	}
}
