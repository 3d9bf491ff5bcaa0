package page

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// List describes a list of the API: the rows of one table that may be seen,
// the filters and the orders it offers. It is the same whether the list stands
// at the root or below another object.
type List[T, F any] struct {
	// Name is the name of the list in its cursors.
	Name string
	// Table is the table, which conditions also use to qualify columns.
	Table string
	// Orders are the orders by the name of their field in the schema.
	Orders map[string]Key[T]
	// Field and Direction are the default order.
	Field     string
	Direction Direction
	// ID returns the id of a row: the last key of every order.
	ID func(*T) uuid.UUID
	// Visible returns the condition under which the actor in ctx may see a row.
	Visible func(ctx context.Context) clause.Expr
	// Narrow returns the other table through which a filter reads the list, a
	// zero Via for a filter that needs none; nil where no filter does. An order
	// that the other table's index carries then needs no sort.
	Narrow func(filter F) Via
	// Where returns the conditions of a filter; nil where the list has none.
	Where func(ctx context.Context, filter F) []clause.Expr
}

// Via tells how a list hangs on its parents. The parent's id is "parent.key".
type Via struct {
	// Name ties cursors to the relation: a page of one parent's list may be
	// continued for another parent, but not in another relation.
	Name string
	// Join is put behind the table: "JOIN challenge_technology AS ct ON …". It
	// must not multiply rows.
	Join string
	// On is the condition that ties a row to its parent.
	On clause.Expr
	// Columns replaces sort columns by copies that an index of the join carries.
	Columns map[string]string
}

// Key is the sort key of one order.
type Key[T any] struct {
	column column
	// usual is the direction when a client does not say.
	usual Direction
	value func(*T) *string
}

// Ascending returns the key with ascending as its usual direction.
func (k Key[T]) Ascending() Key[T] {
	k.usual = Asc
	return k
}

type column struct {
	name     string
	kind     kind
	nullable bool
}

type kind string

const (
	kindTime kind = "timestamptz"
	kindDate kind = "date"
	kindText kind = "text"
	kindInt  kind = "integer"
	kindUUID kind = "uuid"
)

// valid reports whether s is a key as cursors hold them. Others may be what Go
// reads and PostgreSQL does not, such as a year 0 or a zone of a day: a forged
// cursor must not become a database error.
func (k kind) valid(s string) bool {
	switch k {
	case kindTime:
		t, err := time.Parse(time.RFC3339Nano, s)
		return err == nil && t.Year() > 0 && *timeKey(t) == s
	case kindDate:
		t, err := time.Parse(time.DateOnly, s)
		return err == nil && t.Year() > 0
	case kindInt:
		_, err := strconv.ParseInt(s, 10, 32)
		return err == nil
	case kindUUID:
		u, err := uuid.Parse(s)
		return err == nil && u.String() == s
	case kindText:
		return !strings.ContainsRune(s, 0)
	}
	return false
}

// ByTime orders by a timestamptz column, usually the newest first.
func ByTime[T any](name string, value func(*T) time.Time) Key[T] {
	return Key[T]{column{name, kindTime, false}, Desc, func(t *T) *string { return timeKey(value(t)) }}
}

// ByDate orders by a date column that may be null.
func ByDate[T any](name string, value func(*T) *time.Time) Key[T] {
	return Key[T]{column{name, kindDate, true}, Desc, func(t *T) *string {
		v := value(t)
		if v == nil {
			return nil
		}
		s := v.Format(time.DateOnly)
		return &s
	}}
}

// ByText orders by a text column, usually from A to Z.
func ByText[T any](name string, value func(*T) string) Key[T] {
	return Key[T]{column{name, kindText, false}, Asc, func(t *T) *string { s := value(t); return &s }}
}

// ByInt orders by an integer column, usually the greatest first.
func ByInt[T any](name string, value func(*T) int32) Key[T] {
	return Key[T]{column{name, kindInt, false}, Desc, func(t *T) *string {
		s := strconv.FormatInt(int64(value(t)), 10)
		return &s
	}}
}
