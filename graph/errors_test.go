package graph_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

const requestID = "request-0001"

// faulty asks a hub after something in it was broken, and returns the log too.
func faulty(t *testing.T, query string, breakIt func(*database.DB)) (answer, string) {
	t.Helper()
	db := scenarioHub(t)
	breakIt(db)
	var log bytes.Buffer
	handler := graph.NewHandler(services(db), graph.Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	got := ask(context.WithValue(t.Context(), middleware.RequestIDKey, requestID), t, handler, query, nil)
	return got, log.String()
}

// withoutDebug returns what the log holds at its usual level.
func withoutDebug(log string) string {
	var kept strings.Builder
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "level=DEBUG") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func wantNoDetails(t *testing.T, text string) {
	t.Helper()
	for _, detail := range []string{"SELECT", "SQLSTATE", "42P01", "relation", "pool", ".go", "127.0.0.1", "postgres"} {
		if strings.Contains(text, detail) {
			t.Errorf("the answer tells of %q: %s", detail, text)
		}
	}
}

// A part that fails is null and explained; the rest is answered.
func TestAFaultSpoilsItsOwnFieldAlone(t *testing.T) {
	t.Parallel()
	got, log := faulty(t, `{ cohorts(first: 1) { nodes { name memberships { nodes { role } } } } tips(first: 1) { nodes { body } } }`, func(db *database.DB) {
		execute(t, db, "DROP TABLE membership CASCADE")
	})
	want := map[string]any{
		"cohorts": map[string]any{"nodes": []any{map[string]any{"name": "Spring 2026", "memberships": nil}}},
		"tips":    map[string]any{"nodes": []any{map[string]any{"body": "Pair on Mondays."}}},
	}
	if diff := cmp.Diff(want, got.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	if len(got.Errors) != 1 {
		t.Fatalf("errors: %s", got.text)
	}
	failure := got.Errors[0]
	if diff := cmp.Diff([]any{"cohorts", "nodes", 0.0, "memberships"}, failure.Path); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"code": string(errs.CodeInternal), "requestId": requestID}, failure.Extensions); diff != "" {
		t.Errorf("extensions (-want +got):\n%s", diff)
	}
	wantNoDetails(t, got.text)
	wantNoDetails(t, withoutDebug(log))
	if !strings.Contains(log, "42P01") || !strings.Contains(log, requestID) || !strings.Contains(log, "memberships") {
		t.Errorf("the log does not explain it: %s", log)
	}
}

func TestWithoutDatabaseNothingIsToldOfIt(t *testing.T) {
	t.Parallel()
	got, log := faulty(t, `{ challenges { nodes { id } } user(handle: "learner-01") { id } }`, func(db *database.DB) { db.Close() })
	if len(got.Errors) != 2 {
		t.Fatalf("errors: %s", got.text)
	}
	for _, failure := range got.Errors {
		code, _ := failure.Extensions["code"].(string)
		if code != string(errs.CodeInternal) && code != string(errs.CodeUnavailable) {
			t.Errorf("code %s", code)
		}
		if code == string(errs.CodeInternal) && (failure.Extensions["requestId"] != requestID || !strings.Contains(log, requestID)) {
			t.Errorf("the fault cannot be found in the log: %s, %s", got.text, log)
		}
	}
	wantNoDetails(t, got.text)
	wantNoDetails(t, withoutDebug(log))
}
