package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/idempotency"
)

// repeating is a hub whose mutations can be sent again.
type repeating struct {
	t       *testing.T
	db      *database.DB
	store   *idempotency.Store
	handler http.Handler
}

func newRepeating(t *testing.T, change func(*graph.Services, *graph.Options)) *repeating {
	t.Helper()
	db := dbtest.New(t)
	fillHub(t, db, few)
	r := &repeating{t: t, db: db, store: idempotency.New(db)}
	s, o := services(db), quietly(time.Millisecond)
	o.Idempotency = r.store
	if change != nil {
		change(&s, &o)
	}
	r.handler = graph.NewHandler(s, o)
	return r
}

// actingAs returns a context that acts for a person of the hub.
func actingAs(ctx context.Context, person int) context.Context {
	return auth.WithActor(ctx, auth.Actor{User: ptr(numbered[id.User](person))})
}

// keyedAnswer is what came back for a request with a key.
type keyedAnswer struct {
	status   int
	text     string
	replayed bool
}

// send sends an operation; key is nil for none.
func (r *repeating) send(ctx context.Context, key []string, query string, variables any) keyedAnswer {
	r.t.Helper()
	text, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		r.t.Error(err)
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(text))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/graphql-response+json")
	request.Header["Idempotency-Key"] = key
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, request)
	return keyedAnswer{w.Code, w.Body.String(), w.Header().Get("Idempotency-Replayed") == "true"}
}

// as sends an operation with the key "key-1" for a person of the hub.
func (r *repeating) as(person int, query string, variables any) keyedAnswer {
	r.t.Helper()
	return r.send(actingAs(r.t.Context(), person), []string{"key-1"}, query, variables)
}

// count counts rows.
func (r *repeating) count(sql string, vars ...any) int {
	r.t.Helper()
	var n int
	if err := r.db.Handle(r.t.Context()).Raw("SELECT count(*) FROM "+sql, vars...).Scan(&n).Error; err != nil {
		r.t.Fatal(err)
	}
	return n
}

// comments counts those with a text, keys the kept answers.
func (r *repeating) comments(body string) int {
	r.t.Helper()
	return r.count("comment WHERE body = ?", body)
}

func (r *repeating) keys() int { r.t.Helper(); return r.count("idempotency_key") }

const addComment = `mutation ($subject: ID!, $body: Markdown!) {
	addComment(input: {subjectId: $subject, body: $body}) { comment { id body } userErrors { code message path } } }`

// saying are the variables of addComment.
func saying(body string) map[string]any {
	return map[string]any{"subject": wire(numbered[id.Challenge](0)), "body": body}
}
