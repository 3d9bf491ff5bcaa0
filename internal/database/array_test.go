package database_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
)

// typedID is shaped like the ids of the domains, whose text has a prefix.
type typedID struct{ uuid.UUID }

func (id typedID) String() string { return "xx_" + id.UUID.String() }

func TestUUIDsAreOneParameter(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	exec(t, db, `CREATE TABLE thing (id uuid PRIMARY KEY)`)
	known := []typedID{{uuid.New()}, {uuid.New()}, {uuid.New()}}
	for _, id := range known {
		if err := db.Handle(t.Context()).Exec("INSERT INTO thing VALUES (?)", id).Error; err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		ids  []typedID
		want int
	}{
		"nil":               {nil, 0},
		"none":              {[]typedID{}, 0},
		"one":               {known[:1], 1},
		"all and a foreign": {append([]typedID{{uuid.New()}}, known...), 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, statements := database.CountStatements(t.Context())
			var found []typedID
			err := db.Handle(ctx).Raw("SELECT id FROM thing WHERE id = ANY(?)", database.UUIDs(test.ids)).Scan(&found).Error
			if err != nil {
				t.Fatal(err)
			}
			if len(found) != test.want {
				t.Errorf("found %d, want %d", len(found), test.want)
			}
			if diff := cmp.Diff([]string{"SELECT id FROM thing WHERE id = ANY($1)"}, statements.Texts()); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTextsKeepEveryCharacter(t *testing.T) {
	t.Parallel()
	db := withRecords(t)
	want := []string{"", "plain", "NULL", "null", `a "quoted" one`, `back\slash`, "{1,2}", "komma, and\nline", "ß→😀", "  "}
	var got []string
	err := db.Handle(t.Context()).
		Raw("SELECT t FROM unnest(?::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n", database.Texts(want)).
		Scan(&got).Error
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}
