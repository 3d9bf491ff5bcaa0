package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/seed"
)

// The queries, from one object to three levels of lists.
const (
	oneChallenge = `query ($id: ID!) { challenge(id: $id) {
		id title body status score author { handle displayName } technologies { nodes { slug name } } } }`
	newestChallenges = `{ challenges(first: 20, orderBy: {field: CREATED_AT}) { nodes {
		id title status score author { handle displayName } } } }`
	deepChallenges = `{ challenges(first: 20, orderBy: {field: CREATED_AT}) { nodes {
		id title status score author { handle displayName } technologies { nodes { slug name } }
		solutions(first: 5, orderBy: {field: SCORE}) { nodes {
			id body score accepted author { handle displayName }
			comments(first: 3, orderBy: {field: CREATED_AT}) { nodes { id body author { handle displayName } } } } } } } }`
)

// BenchmarkGraphQL sends queries to the handler of the server, in process, over
// a hub of 5,000 challenges. "statements" is the SQL of one request.
func BenchmarkGraphQL(b *testing.B) {
	nexus := newHub(b)
	ids := challengeIDs(b, nexus)
	var turn atomic.Int64
	queries := []struct {
		name string
		body func() []byte
	}{
		{"one", func() []byte {
			return encode(b, oneChallenge, map[string]any{"id": ids[int(turn.Add(1))%len(ids)]})
		}},
		{"newest", func() []byte { return encode(b, newestChallenges, nil) }},
		{"deep", func() []byte { return encode(b, deepChallenges, nil) }},
	}
	for _, query := range queries {
		b.Run(query.name, func(b *testing.B) {
			ctx, statements := database.CountStatements(b.Context())
			for b.Loop() {
				send(ctx, b, nexus.Handler(), query.body())
			}
			b.ReportMetric(float64(statements.Count())/float64(b.N), "statements")
		})
		b.Run(query.name+"/parallel", func(b *testing.B) {
			b.SetParallelism(8) // clients a core
			b.RunParallel(func(clients *testing.PB) {
				for clients.Next() {
					send(b.Context(), b, nexus.Handler(), query.body())
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

func newHub(b *testing.B) *app.App {
	b.Helper()
	cfg := config.Config{DatabaseURL: config.Secret(dbtest.URL(b))}
	nexus, err := app.New(b.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = nexus.Close(context.Background()) })
	if _, err := seed.Run(b.Context(), nexus.DB(), seed.Options{Scale: 0.05, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	return nexus
}

func challengeIDs(b *testing.B, nexus *app.App) []string {
	b.Helper()
	answer := send(b.Context(), b, nexus.Handler(), encode(b, `{ challenges(first: 100) { nodes { id } } }`, nil))
	var got struct {
		Data struct {
			Challenges struct{ Nodes []struct{ ID string } }
		}
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		b.Fatal(err)
	}
	var ids []string
	for _, node := range got.Data.Challenges.Nodes {
		ids = append(ids, node.ID)
	}
	if len(ids) != 100 {
		b.Fatalf("got %d challenges: %s", len(ids), answer)
	}
	return ids
}

func encode(b *testing.B, query string, variables map[string]any) []byte {
	b.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		b.Error(err)
	}
	return body
}

// send returns the answer, which must hold no error.
func send(ctx context.Context, b *testing.B, handler http.Handler, body []byte) []byte {
	b.Helper()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK || bytes.Contains(w.Body.Bytes(), []byte(`"errors":[`)) {
		b.Errorf("status %d: %.500s", w.Code, w.Body)
	}
	return w.Body.Bytes()
}
