//go:build chaos

package chaos

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/auth/password"
)

// rightPassword is that of every person here.
const rightPassword = "a long walk in the rain"

const wrongPassword = "a short walk in the sun"

// known and unknown are addresses of one length, so that their requests have it
// too.
func known(n int) string   { return fmt.Sprintf("known-%05d@example.org", n) }
func unknown(n int) string { return fmt.Sprintf("other-%05d@example.org", n) }

// addPeople gives the addresses known(0) to known(count-1) an account each. They
// share one hash; a check of it takes as long as with one each.
func (s setting) addPeople(t *testing.T, count int) {
	t.Helper()
	hash, err := password.New(password.Options{}).Hash(t.Context(), rightPassword)
	if err != nil {
		t.Fatal(err)
	}
	conn := s.connect(t)
	_, err = conn.Exec(t.Context(), `WITH person AS (
			INSERT INTO app_user (id, handle, display_name)
			SELECT gen_random_uuid(), 'known-' || lpad(n::text, 5, '0'), 'Known ' || n FROM generate_series(0, $1 - 1) AS n
			RETURNING id, handle)
		INSERT INTO credential (user_id, email, folded_email, password_hash)
		SELECT id, handle || '@example.org', handle || '@example.org', $2 FROM person`, count, hash)
	if err != nil {
		t.Fatalf("add people: %v", err)
	}
	if _, err := conn.Exec(t.Context(), `ANALYZE`); err != nil {
		t.Fatal(err)
	}
}

// connect opens a connection that the test closes.
func (s setting) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// mostAttempts returns the greatest number of attempts of a kind that the server
// counted for one subject: an account, or a client network.
func mostAttempts(t *testing.T, conn *pgx.Conn) int {
	t.Helper()
	var most int
	err := conn.QueryRow(t.Context(), `SELECT coalesce(max(n), 0) FROM (
		SELECT count(*) AS n FROM attempt WHERE kind = 'PASSWORD' GROUP BY subject) AS counted`).Scan(&most)
	if err != nil {
		t.Fatal(err)
	}
	return most
}
