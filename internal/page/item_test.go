package page_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/page"
)

// item is a row of a list made for these tests: its keys are often equal or null.
type item struct {
	ID      uuid.UUID
	ShelfID uuid.UUID
	Name    string
	Rank    int32
	Due     *time.Time
	At      time.Time
	Hidden  bool
}

type itemFilter struct{ MinRank *int32 }

// parentID is a typed id, as parents have in the domains.
type parentID struct{ uuid.UUID }

func items() page.List[item, itemFilter] {
	return page.List[item, itemFilter]{
		Name: "items", Table: "item",
		Field: "AT", Direction: page.Desc,
		Orders: map[string]page.Key[item]{
			"AT":   page.ByTime("item.at", func(i *item) time.Time { return i.At }),
			"NAME": page.ByText("item.name", func(i *item) string { return i.Name }),
			"RANK": page.ByInt("item.rank", func(i *item) int32 { return i.Rank }),
			"DUE":  page.ByDate("item.due", func(i *item) *time.Time { return i.Due }),
		},
		ID:      func(i *item) uuid.UUID { return i.ID },
		Visible: func(context.Context) clause.Expr { return page.On("NOT item.hidden") },
		Where: func(_ context.Context, f itemFilter) []clause.Expr {
			if f.MinRank == nil {
				return nil
			}
			return []clause.Expr{page.On("item.rank >= ? OR false", *f.MinRank)}
		},
	}
}

// compare orders items like the list does, without SQL: nulls come last in both
// directions.
func compare(field string, direction page.Direction) func(a, b *item) int {
	return func(a, b *item) int {
		var order int
		switch field {
		case "AT":
			order = a.At.Compare(b.At)
		case "NAME":
			order = strings.Compare(a.Name, b.Name)
		case "RANK":
			order = int(a.Rank) - int(b.Rank)
		case "DUE":
			switch {
			case a.Due != nil && b.Due != nil:
				order = a.Due.Compare(*b.Due)
			case a.Due != nil:
				return -1
			case b.Due != nil:
				return 1
			}
		}
		if order == 0 {
			order = strings.Compare(a.ID.String(), b.ID.String())
		}
		if direction == page.Desc {
			return -order
		}
		return order
	}
}

// shelf stores items of which each lies on one shelf, by its own column and by
// a join table with copies of two keys.
type shelf struct {
	db      *database.DB
	shelves []parentID
	made    int
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{db: dbtest.New(t)}
	for range 3 {
		s.shelves = append(s.shelves, parentID{uuid.New()})
	}
	s.execute(t, `CREATE TABLE item (id uuid PRIMARY KEY, shelf_id uuid NOT NULL, name text NOT NULL, rank integer NOT NULL,
		due date, at timestamptz NOT NULL, hidden boolean NOT NULL)`)
	s.execute(t, `CREATE TABLE lies_on (shelf_id uuid, item_id uuid REFERENCES item, at timestamptz NOT NULL, PRIMARY KEY (shelf_id, item_id))`)
	return s
}

func (s *shelf) execute(t *testing.T, sql string, vars ...any) {
	t.Helper()
	if err := s.db.Handle(t.Context()).Exec(sql, vars...).Error; err != nil {
		t.Fatal(err)
	}
}

// add stores n more items. Their keys depend on their number alone: few values,
// so that many are equal, and a null in each third date.
func (s *shelf) add(t *testing.T, n int) []*item {
	t.Helper()
	names := []string{"", "a", "B", "é", "\"quoted\\\"", "日本", "a b", "null"}
	list := make([]*item, n)
	for i := range list {
		k := s.made*7 + s.made/5
		it := &item{
			ID: uuid.New(), ShelfID: s.shelves[s.made%len(s.shelves)].UUID, Name: names[k%len(names)], Rank: int32(k%4 - 1),
			At: time.Date(2026, 3, 1, 0, 0, 0, 1000*(k%5), time.UTC), Hidden: false,
		}
		if s.made%3 != 0 {
			due := time.Date(2026, 3, 1+k%3, 0, 0, 0, 0, time.UTC)
			it.Due = &due
		}
		s.made++
		list[i] = it
	}
	s.store(t, list)
	return list
}

func (s *shelf) store(t *testing.T, list []*item) {
	t.Helper()
	if err := s.db.Handle(t.Context()).Create(list).Error; err != nil {
		t.Fatal(err)
	}
	s.execute(t, "INSERT INTO lies_on SELECT shelf_id, id, at FROM item WHERE id NOT IN (SELECT item_id FROM lies_on)")
}

// ways are the ways to ask for a list; each returns one page.
func (s *shelf) ways() map[string]func(*testing.T, page.Query[itemFilter]) *page.Connection[*item] {
	each := func(via page.Via) func(*testing.T, page.Query[itemFilter]) *page.Connection[*item] {
		return func(t *testing.T, q page.Query[itemFilter]) *page.Connection[*item] {
			t.Helper()
			pages, err := page.FetchEach(t.Context(), s.db, items(), via, s.shelves, q)
			if err != nil {
				t.Fatal(err)
			}
			return pages[s.shelves[0]]
		}
	}
	return map[string]func(*testing.T, page.Query[itemFilter]) *page.Connection[*item]{
		"root": func(t *testing.T, q page.Query[itemFilter]) *page.Connection[*item] {
			t.Helper()
			c, err := page.Fetch(t.Context(), s.db, items(), q)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
		"nested": each(page.Via{On: page.On("item.shelf_id = parent.key OR false")}),
		"nested by join": each(page.Via{
			Join: "JOIN lies_on AS l ON l.item_id = item.id", On: page.On("l.shelf_id = parent.key"),
			Columns: map[string]string{"item.at": "l.at", "item.id": "l.item_id"},
		}),
	}
}

// on returns the items that a way lists: all, or those of the first shelf.
func (s *shelf) on(way string, list []*item) []*item {
	if way == "root" {
		return slices.Clone(list)
	}
	return slices.DeleteFunc(slices.Clone(list), func(i *item) bool { return i.ShelfID != s.shelves[0].UUID })
}

func names(list []*item) []string {
	texts := make([]string, len(list))
	for i, it := range list {
		due := "never"
		if it.Due != nil {
			due = it.Due.Format(time.DateOnly)
		}
		texts[i] = fmt.Sprintf("%s %q %d %s %s", it.ID, it.Name, it.Rank, due, it.At.Format("05.000000"))
	}
	return texts
}

func size(n int32) *int32 { return &n }
