package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/bookmark"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/follow"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/publish"
	"github.com/project-nexus/nexus/internal/limit"
	"github.com/project-nexus/nexus/internal/moderation"
	"github.com/project-nexus/nexus/internal/notification"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/program/invitation"
	"github.com/project-nexus/nexus/internal/search"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
	"github.com/project-nexus/nexus/internal/vote"
)

// counted runs a check of statements. Loaders collect keys for a while only, so
// a busy machine may split a batch: what fails is checked again with loaders
// that are very patient. What fetches too often fails with these as well.
func counted(t *testing.T, check func(wait time.Duration) (failure string)) {
	t.Helper()
	if check(40*time.Millisecond) == "" {
		return
	}
	if failure := check(2 * time.Second); failure != "" {
		t.Error(failure)
	}
}

func services(db *database.DB) graph.Services {
	// It fails where a test has closed the database before, and needs no accounts.
	accounts, _ := account.Open(context.Background(), db, account.Options{Profiles: user.New(db), Passwords: password.New(password.Options{})})
	challenges, publishing := challenge.New(db), publish.New(importer.NewServices(db))
	return graph.Services{
		Accounts:      accounts,
		Bookmarks:     bookmark.New(db),
		Challenges:    challenges,
		Collaboration: collaboration.New(db),
		Comments:      comment.New(db),
		Concepts:      concept.New(db),
		Documents:     document.New(db),
		Events:        event.Open(db, event.Options{}),
		Follows:       follow.New(db),
		Invitations:   invitation.New(db, invitation.Options{Programs: program.New(db)}),
		Notifications: notification.New(db, notification.Options{}),
		Moderation:    moderation.New(db, moderation.Followers{Challenge: challenges.LinkChallenge, Document: publishing.Follow}),
		Practices:     practice.New(db),
		Programs:      program.New(db),
		Publishing:    publishing,
		Resolutions:   resolution.New(db, challenges),
		Search:        search.New(db),
		Technologies:  technology.New(db),
		Users:         user.New(db),
		Votes:         vote.New(db),
	}
}

func quietly(wait time.Duration) graph.Options {
	everybody := func(auth.Actor) bool { return true }
	return graph.Options{Logger: slog.New(slog.DiscardHandler), LoaderWait: wait, Introspection: everybody}
}

// generously is quietly for tests that ask for more at once than clients may.
func generously(wait time.Duration) graph.Options {
	const plenty = 1_000_000_000
	o := quietly(wait)
	o.Limits = limit.Limits{Tokens: plenty, Aliases: plenty, RootFields: plenty, Selections: plenty, Cost: plenty}
	return o
}

// answer is a response of the endpoint and what it cost.
type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}

	text       string
	statements []string
}

// ask runs one operation for the actor of ctx.
func ask(ctx context.Context, t *testing.T, handler http.Handler, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	ctx, statements := database.CountStatements(ctx)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	got := answer{text: w.Body.String(), statements: statements.Texts()}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("the answer is no JSON: %v: %.500s", err, got.text)
	}
	return got
}

// mustAsk is ask for operations that have no errors.
func mustAsk(ctx context.Context, t *testing.T, handler http.Handler, query string, variables map[string]any) answer {
	t.Helper()
	got := ask(ctx, t, handler, query, variables)
	if len(got.Errors) > 0 {
		t.Fatalf("%.2000s\n%.1000s", got.text, query)
	}
	return got
}
