package database_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

func TestTranslateWhatTheServerRefuses(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	exec(t, db, "INSERT INTO record VALUES (1, 'a', NULL), (2, 'b', 1)")
	tests := map[string]struct {
		statement string
		want      errs.Code
	}{
		"unique value":         {"INSERT INTO record VALUES (1, 'secret')", errs.CodeConflict},
		"missing parent":       {"INSERT INTO record VALUES (3, 'secret', 99)", errs.CodeNotFound},
		"row still referred":   {"DELETE FROM record WHERE id = 1", errs.CodeConflict},
		"check":                {"INSERT INTO record VALUES (3, 'forbidden')", errs.CodeBadUserInput},
		"number out of range":  {"SELECT 2147483647 + 1", errs.CodeBadUserInput},
		"cancelled":            {"SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(5)", errs.CodeTimeout},
		"serialization":        {"DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", errs.CodeConflict},
		"deadlock":             {"DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$", errs.CodeConflict},
		"shutting down":        {"DO $$ BEGIN RAISE SQLSTATE '57P01'; END $$", errs.CodeUnavailable},
		"too many connections": {"DO $$ BEGIN RAISE SQLSTATE '53300'; END $$", errs.CodeUnavailable},
		"a limit of a program": {"DO $$ BEGIN RAISE SQLSTATE '54001'; END $$", errs.CodeBadUserInput},
		"our own mistake":      {"SELECT secret FROM nowhere", errs.CodeInternal},
		"a forgotten value":    {"INSERT INTO record VALUES (3, NULL)", errs.CodeInternal},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := db.Pool().Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Release()
			// The simple protocol runs several statements in one transaction.
			_, err = conn.Conn().PgConn().Exec(t.Context(), test.statement).ReadAll()
			got := database.Translate(err)
			if code := errs.CodeOf(got); code != test.want {
				t.Fatalf("got %s, want %s: %v", code, test.want, got)
			}
			if !errors.Is(got, err) {
				t.Error("the cause is lost")
			}
			if e := errs.As(got); e != nil && leaks(e.Message) {
				t.Errorf("the message tells too much: %s", e.Message)
			}
		})
	}
}

func leaks(message string) bool {
	for _, word := range []string{"record", "secret", "INSERT", "SELECT", "SQLSTATE"} {
		if strings.Contains(message, word) {
			return true
		}
	}
	return false
}

func TestTranslateADeadline(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := db.Handle(ctx).Exec("SELECT pg_sleep(10)").Error
	if code := errs.CodeOf(database.Translate(err)); code != errs.CodeTimeout {
		t.Errorf("got %s (%v), want TIMEOUT", code, err)
	}
}

func TestTranslateALostConnection(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	exec(t, db, "CREATE FUNCTION cut() RETURNS void LANGUAGE sql AS 'SELECT pg_terminate_backend(pg_backend_pid())'")
	err := db.Handle(t.Context()).Exec("SELECT cut()").Error
	if code := errs.CodeOf(database.Translate(err)); code != errs.CodeUnavailable {
		t.Errorf("got %s (%v), want UNAVAILABLE", code, err)
	}
}

func TestTranslateLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	own := errs.BadUserInput("Too short.").At("title")
	unknown := errors.New("bug")
	for name, err := range map[string]error{"nil": nil, "own": own, "unknown": unknown, "client gone": context.Canceled} {
		if got := database.Translate(err); got != err { //nolint:errorlint // the very value
			t.Errorf("%s: got %v", name, got)
		}
	}
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	if code := errs.CodeOf(database.Translate(refused)); code != errs.CodeUnavailable {
		t.Errorf("refused: got %s", code)
	}
	if code := errs.CodeOf(database.Translate(&pgconn.PgError{Code: "0"})); code != errs.CodeInternal {
		t.Errorf("odd code: got %s", code)
	}
}
