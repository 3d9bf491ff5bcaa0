package search_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/search"
	"github.com/project-nexus/nexus/internal/seed"
)

// recorder notes the statements of a pool with their parameters.
type recorder struct {
	mu   sync.Mutex
	asks []pgx.TraceQueryStartData
}

func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asks = append(r.asks, data)
	return ctx
}

func (*recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// Whatever is asked for, rare or common, indexes find it: no statement reads a
// whole table that grows with the hub. (Documents are too few here for an index.)
func TestIndexesServeSearch(t *testing.T) {
	t.Parallel()
	r := &recorder{}
	db, err := database.Open(t.Context(), database.Config{URL: dbtest.URL(t), MaxConns: 2, Tracer: r})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if _, err := seed.Run(t.Context(), db, seed.Options{Scale: 0.02, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	var common, rare, title string
	for sql, into := range map[string]*string{
		"SELECT word FROM ts_stat('SELECT words FROM search_entry') WHERE search_is_word(word) ORDER BY ndoc DESC, word LIMIT 1": &common,
		"SELECT word FROM ts_stat('SELECT words FROM search_entry') WHERE search_is_word(word) ORDER BY ndoc, word LIMIT 1":      &rare,
		"SELECT title FROM challenge ORDER BY id LIMIT 1":                                                                        &title,
	} {
		if err := db.Handle(t.Context()).Raw(sql).Scan(into).Error; err != nil {
			t.Fatal(err)
		}
	}
	s := search.New(db)
	r.asks = nil
	for _, text := range []string{common, rare, common + " " + rare, rare[1:] + "x", `"` + common + " " + rare + `"`, common + " or " + rare + " -" + common} {
		found, err := s.Search(t.Context(), search.Query{Text: text, Facets: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Edges) > 0 {
			if _, err := s.Texts(t.Context(), found.NodeIDs()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.SimilarChallenges(t.Context(), title, nil, nil, 5); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Suggestions(t.Context(), title[:3], 8); err != nil {
		t.Fatal(err)
	}
	asks := r.asks
	if len(asks) < 6*3 {
		t.Fatalf("only %d statements", len(asks))
	}
	for _, ask := range asks {
		plan := explain(t, db, ask)
		for _, table := range []string{"search_entry", "search_word", "challenge", "solution", "practice", "document_revision", "mention"} {
			if strings.Contains(plan, "Seq Scan on "+table+" ") || strings.HasSuffix(plan, "Seq Scan on "+table) {
				t.Errorf("%s is read as a whole by\n%s\n%s", table, ask.SQL, plan)
			}
		}
	}
}

// explain returns the plan that the server makes for a statement with its parameters.
func explain(t *testing.T, db *database.DB, ask pgx.TraceQueryStartData) string {
	t.Helper()
	rows, err := db.Pool().Query(t.Context(), "EXPLAIN "+ask.SQL, ask.Args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%v\n%s", err, ask.SQL)
	}
	return strings.Join(lines, "\n")
}
