package database_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
)

// Versions far above the hub's own, whose schema the test database has.
func scratch() fstest.MapFS {
	return fstest.MapFS{
		"900001_create_scratch.sql": {Data: []byte("-- +goose Up\nCREATE TABLE scratch (n int);\n")},
		"900002_fill_scratch.sql":   {Data: []byte("-- +goose Up\nSELECT pg_sleep(0.2);\nINSERT INTO scratch VALUES (1);\n")},
	}
}

func TestConcurrentStartsMigrateOnce(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t)
	const starts = 6
	counts := make([]int, starts)
	failures := make([]error, starts)
	var group sync.WaitGroup
	for i := range starts {
		group.Go(func() {
			db, err := database.Open(t.Context(), database.Config{URL: url, MaxConns: 2})
			if err != nil {
				failures[i] = err
				return
			}
			defer db.Close()
			applied, err := database.MigrateFiles(t.Context(), db, scratch())
			counts[i], failures[i] = len(applied), err
		})
	}
	group.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	if total != len(scratch()) {
		t.Errorf("%d migrations were applied, want %d: %v", total, len(scratch()), counts)
	}
}

func TestFailedMigrationNamesItsFileAndLeavesNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	files := scratch()
	files["900003_break.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nDELETE FROM scratch;\nSELECT nonsense;\n")}
	applied, err := database.MigrateFiles(t.Context(), db, files)
	if err == nil || !strings.Contains(err.Error(), "900003_break.sql") {
		t.Errorf("got %v, want an error that names the file", err)
	}
	if len(applied) != 2 {
		t.Errorf("got %d applied migrations, want the 2 before", len(applied))
	}
	var rows []int
	if err := db.Handle(t.Context()).Raw("SELECT n FROM scratch").Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1}, rows); diff != "" {
		t.Errorf("the failed migration was not rolled back (-want +got):\n%s", diff)
	}
}

func TestMigrateTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	applied, err := database.Migrate(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(applied) != 0 {
		t.Errorf("applied again: %v", applied)
	}
}
