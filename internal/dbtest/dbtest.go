// Package dbtest gives each test a database of its own: a copy of a template
// that holds the migrated, empty schema.
//
// The server is that of NEXUS_TEST_DATABASE_URL, whose user may create
// databases; `make test` starts one and sets the variable. Without it a test
// fails with advice: nothing is skipped in silence. The template is made once
// for each state of the migrations, whatever the number of test processes.
//
// The database is dropped when its test ends, and kept and named when the test
// failed.
package dbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/database"
)

// Variable names the server for tests.
const Variable = "NEXUS_TEST_DATABASE_URL"

// maxConns is the size of a test's pool: many tests run at once on one server.
const maxConns = 6

// closeTimeout bounds how long the end of a test waits for its connections.
const closeTimeout = 10 * time.Second

// New returns a database of the test's own with the migrated, empty schema.
// The pool is closed and the database dropped when the test ends.
func New(t testing.TB) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), database.Config{URL: URL(t), MaxConns: maxConns})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !closeWithin(db, closeTimeout) {
			t.Error("the test leaks a database connection or transaction: the pool did not close")
		}
	})
	return db
}

// URL returns the address of a database like that of New, for processes under
// test and for pools with settings of their own. Whoever connects disconnects;
// connections that are left when the test ends are cut.
func URL(t testing.TB) string {
	t.Helper()
	server := serverURL(t)
	name := "nexus_test_" + strings.ToLower(rand.Text())
	if err := createFromTemplate(t.Context(), server, name); err != nil {
		t.Fatalf("create a test database: %v", err)
	}
	databaseURL, err := withDatabase(server, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the database of the failed test is kept: %s", databaseURL)
			return
		}
		if err := execute(context.Background(), server, "DROP DATABASE "+quote(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return databaseURL
}

func serverURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		t.Fatalf("%s is not set: run `make test`, `go run ./test/services -- go test ./…`, or set it to a PostgreSQL URL whose user may create databases", Variable)
	}
	return server
}

func closeWithin(db *database.DB, limit time.Duration) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		db.Close()
	}()
	select {
	case <-done:
		return true
	case <-time.After(limit):
		return false
	}
}

// execute runs one statement on a connection of its own.
func execute(ctx context.Context, url, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
