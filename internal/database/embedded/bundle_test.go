package embedded_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/database/embedded"
)

// newFolder returns a folder that every account may pass, unlike t.TempDir.
func newFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "nexus-embedded-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		removeElsewhere(t, folder)
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	return folder
}

func start(t *testing.T, folder string, options ...embedded.Option) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(t.Context(), folder, slog.New(slog.DiscardHandler), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close(context.Background()) }) // for a test that fails
	return server
}

func stop(t *testing.T, server *embedded.Server) {
	t.Helper()
	if err := server.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func execute(t *testing.T, url string, statements ...string) {
	t.Helper()
	conn := connect(t, url)
	defer func() { _ = conn.Close(t.Context()) }()
	for _, statement := range statements {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

func query(t *testing.T, url, statement string) (text string) {
	t.Helper()
	conn := connect(t, url)
	defer func() { _ = conn.Close(t.Context()) }()
	if err := conn.QueryRow(t.Context(), statement).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// clusterOf returns where the data of folder are.
func clusterOf(t *testing.T, folder string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "postgres.location"))
	if err != nil {
		return filepath.Join(folder, "postgres")
	}
	return strings.TrimSpace(string(content))
}

// removeElsewhere removes data that had to be put outside of the test's folder.
func removeElsewhere(t *testing.T, folder string) {
	t.Helper()
	cluster := clusterOf(t, folder)
	if strings.HasPrefix(cluster, folder) {
		return
	}
	if err := os.RemoveAll(filepath.Dir(cluster)); err != nil {
		t.Error(err)
	}
}
