package seed_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/seed"
)

func run(t *testing.T, db *database.DB, scale float64, number uint64) seed.Summary {
	t.Helper()
	summary, err := seed.Run(t.Context(), db, seed.Options{Scale: scale, Seed: number})
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// query returns the only column of all rows.
func query[T any](t *testing.T, db *database.DB, sql string) []T {
	t.Helper()
	list := []T{}
	if err := db.Handle(t.Context()).Raw(sql).Scan(&list).Error; err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return list
}

// tables returns all tables of the hub; the last position of the change log is a row
// that every database has.
func tables(t *testing.T, db *database.DB) []string {
	t.Helper()
	return query[string](t, db, `SELECT tablename FROM pg_tables
		WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%' AND tablename <> 'event_sequence' ORDER BY tablename`)
}

// rows counts the rows of every table that has any.
func rows(t *testing.T, db *database.DB) map[string]int64 {
	t.Helper()
	counts := map[string]int64{}
	for _, table := range tables(t, db) {
		if n := query[int64](t, db, "SELECT count(*) FROM "+table)[0]; n > 0 {
			counts[table] = n
		}
	}
	return counts
}

func TestNumbersOfRows(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		scale float64
		want  map[string]int64
	}{
		"small": {0.005, map[string]int64{
			"program": 3, "cohort": 10, "app_user": 100, "membership": 140,
			"technology": 30, "technology_alias": 60, "concept": 30,
			"document": 100, "document_revision": 100, "mention": 1300,
			"challenge": 500, "challenge_technology": 1500, "solution": 1500,
			"practice": 200, "practice_technology": 400, "tip": 25, "channel": 3,
			"comment": 3000, "vote": 3000,
			"search_entry": 2360, "search_word": 5983,
		}},
		"four times": {0.02, map[string]int64{
			"program": 3, "cohort": 10, "app_user": 400, "membership": 560,
			"technology": 30, "technology_alias": 60, "concept": 30,
			"document": 400, "document_revision": 400, "mention": 5200,
			"challenge": 2000, "challenge_technology": 6000, "solution": 6000,
			"practice": 800, "practice_technology": 1600, "tip": 100, "channel": 12,
			"comment": 12000, "vote": 12000,
			"search_entry": 9260, "search_word": 6009,
		}},
		"tiny": {1e-9, map[string]int64{
			"program": 3, "cohort": 10, "app_user": 100, "membership": 140,
			"technology": 30, "technology_alias": 60, "concept": 30,
			"document": 1, "document_revision": 1, "mention": 13,
			"challenge": 1, "challenge_technology": 3, "solution": 1,
			"practice": 1, "practice_technology": 2, "tip": 1, "channel": 1,
			"comment": 1, "vote": 1,
			"search_entry": 64, "search_word": 338,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := dbtest.New(t)
			summary := run(t, db, test.scale, 1)
			if diff := cmp.Diff(test.want, rows(t, db)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			said := map[string]int64{}
			for _, count := range summary.Tables {
				said[count.Table] = count.Rows
			}
			if diff := cmp.Diff(test.want, said); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
		})
	}
}

// checksums covers every column of every row.
func checksums(t *testing.T, db *database.DB) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, table := range tables(t, db) {
		sums[table] = query[string](t, db, "SELECT coalesce(md5(string_agg(r::text, '|' ORDER BY r::text)), '') FROM "+table+" r")[0]
	}
	return sums
}

func TestSameSeedGivesSameRows(t *testing.T) {
	t.Parallel()
	sums := make([]map[string]string, 3)
	for i, number := range []uint64{7, 7, 8} {
		db := dbtest.New(t)
		run(t, db, 0.005, number)
		sums[i] = checksums(t, db)
	}
	if diff := cmp.Diff(sums[0], sums[1]); diff != "" {
		t.Errorf("the same seed gave other rows (-first +second):\n%s", diff)
	}
	for table, sum := range sums[2] {
		if sum == sums[0][table] && sum != "" { // some tables stay empty
			t.Errorf("another seed gave the same rows in %s", table)
		}
	}
}

func TestRefusesDatabaseWithData(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if err := db.Handle(t.Context()).Exec(`INSERT INTO app_user (id, handle, display_name)
		VALUES (gen_random_uuid(), 'learner-01', 'Learner')`).Error; err != nil {
		t.Fatal(err)
	}
	_, err := seed.Run(t.Context(), db, seed.Options{Scale: 0.001})
	if errs.CodeOf(err) != errs.CodeConflict || !strings.Contains(err.Error(), "app_user") {
		t.Errorf("got %v, want a CONFLICT that names the table app_user", err)
	}
	if got := rows(t, db)["challenge"]; got != 0 {
		t.Errorf("%d challenges were stored", got)
	}
}

func TestRefusesScaleOutOfRange(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	var zero float64
	for _, scale := range []float64{0, -1, 10.1, zero / zero} {
		_, err := seed.Run(t.Context(), db, seed.Options{Scale: scale})
		if errs.CodeOf(err) != errs.CodeBadUserInput {
			t.Errorf("scale %v: got %v, want BAD_USER_INPUT", scale, err)
		}
	}
}

func TestSecondSeedingAtOnceIsRefused(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	failures := make(chan error, 2)
	for range cap(failures) {
		go func() {
			_, err := seed.Run(t.Context(), db, seed.Options{Scale: 0.001})
			failures <- err
		}()
	}
	codes := []errs.Code{errs.CodeOf(<-failures), errs.CodeOf(<-failures)}
	slices.Sort(codes)
	if diff := cmp.Diff([]errs.Code{"", errs.CodeConflict}, codes); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func TestCancelLeavesNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := seed.Run(ctx, db, seed.Options{Scale: 0.02, Progress: func(table string, done, total int64) {
		if table == "comment" && done < total {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context was cancelled", err)
	}
	for table, count := range rows(t, db) {
		if count != 0 {
			t.Errorf("%s has %d rows", table, count)
		}
	}
	run(t, db, 0.001, 1)
}

func TestProgress(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	type state struct{ done, total int64 }
	last := map[string]state{}
	finished := map[string]int{}
	calls := 0
	_, err := seed.Run(t.Context(), db, seed.Options{Scale: 0.02, Progress: func(table string, done, total int64) {
		calls++
		if before := last[table]; done < before.done || done > total || before.total != 0 && before.total != total {
			t.Errorf("%s: %d of %d after %v", table, done, total, before)
		}
		if done == total {
			finished[table]++
		}
		last[table] = state{done, total}
	}})
	if err != nil {
		t.Fatal(err)
	}
	for table, times := range finished {
		if times != 1 {
			t.Errorf("%s was said to be done %d times", table, times)
		}
	}
	if calls <= len(finished) {
		t.Errorf("no progress within a table: %d calls for %d tables", calls, len(finished))
	}
	filled := map[string]int64{}
	for table, s := range last {
		filled[table] = s.done
	}
	stored := rows(t, db)
	maps.DeleteFunc(stored, func(_ string, count int64) bool { return count == 0 })
	if diff := cmp.Diff(stored, filled); diff != "" {
		t.Errorf("done at the end (-rows +said):\n%s", diff)
	}
}
