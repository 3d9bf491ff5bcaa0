package dbtest_test

import (
	"testing"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
)

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := dbtest.New(t), dbtest.New(t)
	if _, err := first.Pool().Exec(t.Context(), "CREATE TABLE mine (id int)"); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Pool().Exec(t.Context(), "SELECT FROM mine"); err == nil {
		t.Error("the second database sees the first one's table")
	}
}

func TestDatabaseIsMigrated(t *testing.T) {
	t.Parallel()
	status, err := database.MigrationStatus(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(status) == 0 {
		t.Error("there are no migrations")
	}
	for _, migration := range status {
		if migration.Pending() {
			t.Errorf("%s is pending", migration.Name)
		}
	}
}

func TestDatabaseIsDroppedAtTheEnd(t *testing.T) {
	t.Parallel()
	var url string
	if !t.Run("user", func(t *testing.T) { url = dbtest.URL(t) }) {
		return
	}
	if db, err := database.Open(t.Context(), database.Config{URL: url}); err == nil {
		db.Close()
		t.Errorf("%s is still there", url)
	}
}
