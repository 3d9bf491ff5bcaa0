// Package seed fills an empty database with a large made-up hub, for load tests
// and benchmarks.
//
// Invariants: the same scale and seed give the same rows, byte for byte; the
// rows keep every rule of the hub, also those that no constraint holds (a score
// is the sum of the votes, a challenge is SOLVED when and only when one of its
// solutions is accepted, whoever writes in a cohort is its member); either all
// rows are stored or none. Every row is a function of the seed and its number,
// so that nothing is kept but the sizes: rows are made while they are copied.
//
// Errors: BAD_USER_INPUT for a scale out of range, CONFLICT for a database that
// holds data already.
package seed

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

// MaxScale is the greatest scale: three million solutions.
const MaxScale = 10

// lockKey keeps two seedings of one database from running at once.
const lockKey = 0x6e65787573_5eed

// Options says what to make.
type Options struct {
	// Scale multiplies all numbers of rows; 1 is 100,000 challenges.
	Scale float64
	// Seed chooses one of many hubs of the same size.
	Seed uint64
	// Progress is told now and then how far a table is, and once when it is
	// done; may be nil. It is called from one goroutine at a time.
	Progress func(table string, done, total int64)
}

// Count is the number of rows of one table.
type Count struct {
	Table string
	Rows  int64
}

// Summary says what was stored.
type Summary struct {
	// Tables are in the order in which they were filled.
	Tables []Count
}

// Rows returns the number of rows of all tables.
func (s Summary) Rows() int64 {
	var rows int64
	for _, count := range s.Tables {
		rows += count.Rows
	}
	return rows
}

// Run fills the database, which must be migrated and empty, in one transaction
// of its own, and has PostgreSQL gather statistics. When it fails or ctx ends,
// nothing is stored.
// It returns BAD_USER_INPUT or CONFLICT when it cannot start.
func Run(ctx context.Context, db *database.DB, options Options) (Summary, error) {
	if !(options.Scale > 0 && options.Scale <= MaxScale) {
		return Summary{}, errs.BadUserInput("the scale must be greater than 0 and at most %d, not %v", MaxScale, options.Scale)
	}
	tables := newHub(options.Scale, options.Seed).tables()
	var summary Summary
	err := pgx.BeginFunc(ctx, db.Pool(), func(tx pgx.Tx) (err error) {
		if err := checkEmpty(ctx, tx, tables); err != nil {
			return err
		}
		// Following each row would take many times as long as making the search
		// data at the end.
		if _, err := tx.Exec(ctx, "SELECT search_pause(true)"); err != nil {
			return err
		}
		if summary, err = fill(ctx, tx, tables, options.Progress); err != nil {
			return err
		}
		derived, err := makeSearchable(ctx, tx, options.Progress)
		summary.Tables = append(summary.Tables, derived...)
		return err
	})
	if err != nil {
		return Summary{}, fmt.Errorf("seed: %w", database.Translate(err))
	}
	if err := gatherStatistics(ctx, db, append(tables, table{name: "search_entry"}, table{name: "search_word"})); err != nil {
		return summary, fmt.Errorf("seed: all rows are stored, but gathering statistics failed: %w", err)
	}
	return summary, nil
}

func checkEmpty(ctx context.Context, tx pgx.Tx, tables []table) error {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(lockKey)); err != nil {
		return err
	}
	for _, t := range tables {
		var filled bool
		query := "SELECT EXISTS (SELECT FROM " + t.identifier().Sanitize() + ")"
		if err := tx.QueryRow(ctx, query).Scan(&filled); err != nil {
			return err
		}
		if filled {
			return errs.Conflict("the database is not empty: the table %s holds rows; seeding needs a database without data", t.name)
		}
	}
	return nil
}

func fill(ctx context.Context, tx pgx.Tx, tables []table, progress func(string, int64, int64)) (Summary, error) {
	var summary Summary
	for _, t := range tables {
		rows, err := t.copyTo(ctx, tx, progress)
		if err != nil {
			return Summary{}, fmt.Errorf("table %s: %w", t.name, err)
		}
		summary.Tables = append(summary.Tables, Count{Table: t.name, Rows: rows})
	}
	return summary, nil
}

// makeSearchable makes the search data of all that was filled in.
func makeSearchable(ctx context.Context, tx pgx.Tx, progress func(string, int64, int64)) ([]Count, error) {
	if _, err := tx.Exec(ctx, "SELECT search_rebuild(), search_pause(false)"); err != nil {
		return nil, fmt.Errorf("search data: %w", err)
	}
	counts := []Count{{Table: "search_entry"}, {Table: "search_word"}}
	for i := range counts {
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+pgx.Identifier{counts[i].Table}.Sanitize()).Scan(&counts[i].Rows); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(counts[i].Table, counts[i].Rows, counts[i].Rows)
		}
	}
	return counts, nil
}

// gatherStatistics also vacuums: index-only scans need to know which pages all may see,
// and new words of the full-text index wait in a list that slows searches down.
func gatherStatistics(ctx context.Context, db *database.DB, tables []table) error {
	for _, t := range tables {
		if _, err := db.Pool().Exec(ctx, "VACUUM (ANALYZE) "+t.identifier().Sanitize()); err != nil {
			return err
		}
	}
	return nil
}
