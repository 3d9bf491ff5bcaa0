package app_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/bookmark"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/follow"
	"github.com/project-nexus/nexus/internal/notification"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/program/invitation"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
)

// entities are the structs that stand for rows.
func entities() []any {
	return []any{
		&account.Session{}, &bookmark.Bookmark{}, &follow.Follow{}, &invitation.Invitation{}, &notification.Notification{},
		&challenge.Challenge{}, &challenge.Solution{}, &collaboration.Channel{}, &collaboration.Tip{}, &comment.Comment{},
		&concept.Concept{}, &document.Diagnostic{}, &document.Document{}, &document.DocumentRevision{}, &document.Mention{},
		&practice.Practice{}, &program.Cohort{}, &program.Membership{}, &program.Program{},
		&technology.Technology{}, &technology.TechnologyAlias{}, &user.User{},
	}
}

// tablesWithoutStruct are read and written by SQL alone.
func tablesWithoutStruct() []string {
	return []string{
		"access_token", "attempt", "credential", "event", "event_sequence", "idempotency_key", "job", "password_reset", "refresh_token", "registration", "server_secret", "signing_key",
		"challenge_cluster", "challenge_signature", "challenge_technology", "concept_alias", "goose_db_version", "invitation_code", "notification_preference", "practice_technology", "search_entry", "search_source", "search_stale", "search_word", "vote",
	}
}

// column is a column of a table, or the field that stands for it.
type column struct {
	Type     string
	Nullable bool
	Key      bool
}

// migrated returns the columns of all tables, without generated ones.
func migrated(t *testing.T, db *database.DB) map[string]map[string]column {
	t.Helper()
	var rows []struct {
		TableName, ColumnName, Type string
		Nullable, Key               bool
	}
	err := db.Handle(t.Context()).Raw(`SELECT c.table_name, c.column_name, c.udt_name AS type, c.is_nullable = 'YES' AS nullable,
			EXISTS (SELECT FROM information_schema.key_column_usage AS k JOIN information_schema.table_constraints AS p USING (constraint_name, table_schema)
				WHERE p.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name AND k.column_name = c.column_name
					AND k.table_schema = c.table_schema) AS key
		FROM information_schema.columns AS c WHERE c.table_schema = 'public' AND c.is_generated = 'NEVER'`).Scan(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]map[string]column{}
	for _, row := range rows {
		if tables[row.TableName] == nil {
			tables[row.TableName] = map[string]column{}
		}
		tables[row.TableName][row.ColumnName] = column{row.Type, row.Nullable, row.Key}
	}
	return tables
}

// fields returns the table of an entity and its columns as its fields say.
func fields(t *testing.T, handle *gorm.DB, entity any) (table string, columns map[string]column) {
	t.Helper()
	s := &gorm.Statement{DB: handle}
	if err := s.Parse(entity); err != nil {
		t.Fatal(err)
	}
	columns = map[string]column{}
	for _, f := range s.Schema.Fields {
		if f.DBName == "" {
			t.Errorf("%s.%s has no column", s.Schema.Name, f.Name)
			continue
		}
		of, nullable := f.FieldType, f.FieldType.Kind() == reflect.Pointer
		if nullable {
			of = of.Elem()
		}
		columns[f.DBName] = column{Type: typeOf(of, f.Name), Nullable: nullable, Key: f.PrimaryKey}
	}
	return s.Schema.Table, columns
}

// typeOf returns the PostgreSQL type that a Go type stands for.
func typeOf(of reflect.Type, name string) string {
	switch {
	case of == reflect.TypeFor[time.Time]() && strings.HasSuffix(name, "On"):
		return "date"
	case of == reflect.TypeFor[time.Time]():
		return "timestamptz"
	case of.Kind() == reflect.Struct && of.NumField() == 1 && of.Field(0).Type == reflect.TypeFor[uuid.UUID]():
		return "uuid"
	case of.Kind() == reflect.String:
		return "text"
	case of.Kind() == reflect.Int32:
		return "int4"
	case of.Kind() == reflect.Bool:
		return "bool"
	default:
		return "none for " + of.String()
	}
}

// A column that is added, dropped or made nullable in the migrations alone, or
// in the structs alone, fails here and not in production.
func TestStructsAreLikeTheMigratedTables(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	tables := migrated(t, db)
	for _, entity := range entities() {
		table, columns := fields(t, db.Handle(t.Context()), entity)
		if diff := cmp.Diff(tables[table], columns); diff != "" {
			t.Errorf("table %s (-) and its struct (+) differ:\n%s", table, diff)
		}
		delete(tables, table)
	}
	for table := range tables {
		if !slices.Contains(tablesWithoutStruct(), table) {
			t.Errorf("table %s has no struct in this test", table)
		}
	}
}

// Without an index for its foreign key, every deletion in the table referred to
// reads the whole table, and so does every list below a parent.
func TestEveryForeignKeyHasAnIndex(t *testing.T) {
	t.Parallel()
	var unindexed []string
	err := dbtest.New(t).Handle(t.Context()).Raw(`SELECT c.conrelid::regclass::text || '.' || a.attname
		FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		WHERE c.contype = 'f' AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1]
			AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' || quote_ident(a.attname) || ' IS NOT NULL)'))
		ORDER BY 1`).Scan(&unindexed).Error
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range unindexed {
		t.Errorf("no index begins with the foreign key %s", key)
	}
}

// Names are compared by code point wherever the database was made: a list that
// is ordered by the rules of a language would change with the server.
func TestNamesAreOrderedByCodePoint(t *testing.T) {
	t.Parallel()
	var names *string // null when there is none
	err := dbtest.New(t).Handle(t.Context()).Raw(`SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name) FROM information_schema.columns
		WHERE table_schema = 'public' AND collation_name = 'C' AND table_name NOT LIKE 'search%'`).Scan(&names).Error
	if err != nil {
		t.Fatal(err)
	}
	if want := "app_user.handle channel.name cohort.name concept.title concept_alias.title document.title idempotency_key.key program.title technology.name technology_alias.name"; names == nil || *names != want {
		t.Errorf("columns with the collation C are %v, want %q", names, want)
	}
}
