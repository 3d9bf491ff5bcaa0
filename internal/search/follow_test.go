package search_test

import (
	"context"
	"sync"
	"testing"

	"github.com/project-nexus/nexus/internal/database"
)

const columns = "kind, id, cohort_id, shown, program_id, status, quality, technology_ids, name, name_size, words"

// wantInStep checks that the search data are those that a rebuild would make.
func wantInStep(t *testing.T, db *database.DB, after string) {
	t.Helper()
	for what, sql := range map[string]string{
		"missing":   "SELECT kind || ' ' || id FROM (SELECT " + columns + " FROM search_source EXCEPT SELECT " + columns + " FROM search_entry) AS x",
		"wrong":     "SELECT kind || ' ' || id FROM (SELECT " + columns + " FROM search_entry EXCEPT SELECT " + columns + " FROM search_source) AS x",
		"left over": "SELECT kind || ' ' || id FROM search_stale",
		"unknown": `SELECT DISTINCT w FROM search_entry, unnest(tsvector_to_array(words)) AS w
			WHERE search_is_word(w) AND NOT EXISTS (SELECT FROM search_word WHERE word = w)`,
	} {
		var rows []string
		if err := db.Handle(t.Context()).Raw(sql).Scan(&rows).Error; err != nil {
			t.Fatal(err)
		}
		if len(rows) > 0 {
			t.Errorf("after %s: %s %v", after, what, rows)
		}
	}
}

// Whoever changes the hub need not know of search.
func TestSearchDataFollowTheHub(t *testing.T) {
	t.Parallel()
	db := fill(t)
	wantInStep(t, db, "filling")
	for _, sql := range []string{
		"UPDATE challenge SET title = 'Another name', body = 'wholly new words' WHERE id = nth(1)",
		"UPDATE challenge SET score = 17",
		"UPDATE challenge SET status = 'DUPLICATE', duplicate_of_id = nth(3) WHERE id = nth(2)",
		"UPDATE challenge SET hidden_at = now() WHERE id = nth(1)",
		"UPDATE challenge SET hidden_at = NULL, cohort_id = nth(2) WHERE id = nth(1)",
		"UPDATE challenge SET missing_at = now() WHERE id = nth(1)",
		"UPDATE challenge SET deleted_at = now() WHERE id = nth(1)",
		"UPDATE challenge SET deleted_at = NULL WHERE id = nth(1)",
		"INSERT INTO challenge_technology VALUES (nth(1), nth(2), now())",
		"UPDATE challenge_technology SET technology_id = nth(3) WHERE technology_id = nth(2)",
		"DELETE FROM challenge_technology WHERE challenge_id = nth(1)",
		"UPDATE solution SET body = 'other words', accepted = false, score = -3",
		"UPDATE solution SET hidden_at = now()",
		"INSERT INTO solution (id, challenge_id, body) SELECT nth(n), nth(3), 'One of many ' || n FROM generate_series(10, 20) AS n",
		"DELETE FROM solution WHERE id > nth(15)",
		"UPDATE practice SET title = 'Renamed', cohort_id = nth(1), score = 4",
		"INSERT INTO practice_technology VALUES (nth(1), nth(2), now())",
		"DELETE FROM practice_technology",
		"UPDATE practice SET deleted_at = now()",
		"INSERT INTO concept (id, slug, title, folded_title) VALUES (nth(2), 'caching', 'Caching', 'caching')",
		"UPDATE concept SET title = 'Cache invalidation' WHERE id = nth(2)",
		"UPDATE concept SET deleted_at = now() WHERE id = nth(1)",
		"INSERT INTO technology_alias (folded_name, technology_id, name) VALUES ('pg', nth(1), 'PG')",
		"UPDATE technology_alias SET technology_id = nth(2) WHERE technology_id = nth(3)",
		"DELETE FROM technology_alias WHERE folded_name = 'pg'",
		"UPDATE technology SET name = 'Postgres' WHERE id = nth(1)",
		"UPDATE technology SET deleted_at = now() WHERE id = nth(3)",
		"UPDATE document SET title = 'New title', overview = NULL, cohort_id = nth(1)",
		"INSERT INTO document_revision (id, document_id, number, markdown, content_hash) VALUES (nth(2), nth(1), 2, 'newer text', repeat('b', 64))",
		"UPDATE mention SET technology_id = nth(2)",
		"DELETE FROM mention",
		"UPDATE document SET hidden_at = now()",
		"UPDATE document SET deleted_at = now()",
		`INSERT INTO challenge (id, title, body) VALUES (nth(30), 'Upserted', '') ON CONFLICT (id) DO NOTHING`,
		`INSERT INTO challenge (id, title, body) VALUES (nth(30), 'Upserted again', 'with a body') ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body`,
		"WITH gone AS (DELETE FROM challenge WHERE id = nth(30) RETURNING id) SELECT count(*) FROM gone",
	} {
		execute(t, db, sql)
		wantInStep(t, db, sql)
	}
	execute(t, db, "SELECT search_rebuild()")
	wantInStep(t, db, "a rebuild")
	execute(t, db, "UPDATE challenge SET title = 'After the rebuild' WHERE id = nth(3)")
	wantInStep(t, db, "a change after a rebuild")
}

// Transactions that bring the same new words in different orders do not wait for
// each other in a circle.
func TestNewWordsDoNotDeadlock(t *testing.T) {
	t.Parallel()
	db := fill(t)
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for turn := range 10 {
				err := db.InTx(t.Context(), func(ctx context.Context) error {
					for n := range 3 {
						n = (n*(worker+1) + worker) % 3
						word := "word" + string(rune('a'+turn)) + string(rune('a'+n))
						if err := db.Handle(ctx).Exec("INSERT INTO challenge (id, title, body) VALUES (gen_random_uuid(), ?, '')", word).Error; err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	wantInStep(t, db, "inserts at once")
}
