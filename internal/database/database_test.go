package database_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
)

func TestOpenSaysWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	const url = "postgres://someone:topsecret@127.0.0.1:1/hub?connect_timeout=2"
	_, err := database.Open(t.Context(), database.Config{URL: url})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`"hub"`, "127.0.0.1:1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "topsecret") {
		t.Errorf("the error shows the password: %v", err)
	}
}

func TestOpenRefusesAnUnusableURL(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"empty":     "",
		"not a URL": "postgres://someone:topsecret@host:port/hub",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := database.Open(t.Context(), database.Config{URL: url})
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), "topsecret") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

func TestTimesAreReadInUTC(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	const query = "SELECT timestamptz '2024-03-01 12:00:00+05'"
	want := time.Date(2024, 3, 1, 7, 0, 0, 0, time.UTC)

	var throughGORM, throughPgx time.Time
	if err := db.Handle(t.Context()).Raw(query).Row().Scan(&throughGORM); err != nil {
		t.Fatal(err)
	}
	if err := db.Pool().QueryRow(t.Context(), query).Scan(&throughPgx); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]time.Time{"gorm": throughGORM, "pgx": throughPgx} {
		if got.Location() != time.UTC || !got.Equal(want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

// record is a row of the table that these tests work on.
type record struct {
	ID   int
	Name string
}

// withRecords returns a database with an empty table record.
func withRecords(t *testing.T) *database.DB {
	t.Helper()
	db := dbtest.New(t)
	exec(t, db, `CREATE TABLE record (
		id int PRIMARY KEY, name text NOT NULL CHECK (name <> 'forbidden'),
		parent int REFERENCES record DEFERRABLE INITIALLY IMMEDIATE)`)
	return db
}

func exec(t *testing.T, db *database.DB, statement string) {
	t.Helper()
	if _, err := db.Pool().Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, db *database.DB) []string {
	t.Helper()
	list := []string{}
	if err := db.Handle(t.Context()).Raw("SELECT name FROM record ORDER BY id").Scan(&list).Error; err != nil {
		t.Fatal(err)
	}
	return list
}

func wantNames(t *testing.T, db *database.DB, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), names(t, db)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// One plan for all parameters made a search for a common word 50 times slower
// from its sixth run on a connection.
func TestStatementsArePlannedForOneRun(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	for setting, want := range map[string]string{"plan_cache_mode": "force_custom_plan", "jit": "off"} {
		var got string
		if err := db.Handle(t.Context()).Raw("SELECT current_setting(?)", setting).Scan(&got).Error; err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
}
