package page_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/page"
)

// A client that reads page by page gets every row that was there when it began
// once and in order, whatever is inserted meanwhile.
func TestNoRowIsLostOrRepeatedWhileOthersAreInserted(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"AT", "NAME", "RANK", "DUE"} {
		for _, direction := range []page.Direction{page.Asc, page.Desc} {
			for _, way := range []string{"root", "nested", "nested by join"} {
				t.Run(strings.Join([]string{field, string(direction), way}, " "), func(t *testing.T) {
					t.Parallel()
					s := newShelf(t)
					rows := 100
					if way != "root" {
						rows *= len(s.shelves)
					}
					list := s.add(t, rows)
					want := s.on(way, list)
					if len(want) != 100 {
						t.Fatalf("%d rows, want 100", len(want))
					}
					slices.SortFunc(want, compare(field, direction))
					q := page.Query[itemFilter]{Field: field, Direction: direction}
					forward := s.read(t, way, q, false)
					wantRows(t, "forward", s.only(forward, want), want)
					backward := s.read(t, way, q, true)
					wantRows(t, "backward", s.only(backward, want), want)
				})
			}
		}
	}
}

// read pages through a list by 3, and inserts rows between the pages.
func (s *shelf) read(t *testing.T, way string, q page.Query[itemFilter], backward bool) []*item {
	t.Helper()
	var all []*item
	for pages := 0; ; pages++ {
		if pages > 1000 {
			t.Fatal("the list has no end")
		}
		if q.First, q.Last = size(3), nil; backward {
			q.First, q.Last = nil, size(3)
		}
		c := s.ways()[way](t, q)
		if len(c.Edges) == 0 || len(c.Edges) > 3 {
			t.Fatalf("page %d has %d rows", pages, len(c.Edges))
		}
		if backward {
			all = append(c.Nodes(), all...)
			q.Before = c.PageInfo.StartCursor
		} else {
			all = append(all, c.Nodes()...)
			q.After = c.PageInfo.EndCursor
		}
		if more := c.PageInfo.HasNextPage && !backward || c.PageInfo.HasPreviousPage && backward; !more {
			return all
		}
		// Few enough for the reader to get ahead of the writer.
		s.add(t, 2)
	}
}

// only leaves those rows that were there from the start, and fails on others
// that come twice.
func (s *shelf) only(got, from []*item) []*item {
	there := map[string]bool{}
	for _, it := range from {
		there[it.ID.String()] = true
	}
	return slices.DeleteFunc(slices.Clone(got), func(i *item) bool { return !there[i.ID.String()] })
}

func wantRows(t *testing.T, what string, got, want []*item) {
	t.Helper()
	if diff := cmp.Diff(names(want), names(got)); diff != "" {
		t.Errorf("%s: rows that are lost (-), repeated or in the wrong order (+):\n%s", what, diff)
	}
}

func TestEachParentGetsItsOwnPage(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	list := s.add(t, 20)
	empty := parentID{}
	ctx, statements := database.CountStatements(t.Context())
	pages, err := page.FetchEach(ctx, s.db, items(), page.Via{On: page.On("item.shelf_id = parent.key")},
		append([]parentID{empty}, s.shelves...), page.Query[itemFilter]{Args: page.Args{First: size(4)}, Field: "RANK", Direction: page.Asc, Count: true})
	if err != nil {
		t.Fatal(err)
	}
	if statements.Count() != 2 {
		t.Errorf("%d statements, want one for the pages and one for the totals", statements.Count())
	}
	slices.SortFunc(list, compare("RANK", page.Asc))
	for _, parent := range s.shelves {
		want := slices.DeleteFunc(slices.Clone(list), func(i *item) bool { return i.ShelfID != parent.UUID })
		wantRows(t, parent.String(), pages[parent].Nodes(), want[:4])
		if total, err := pages[parent].TotalCount(); err != nil || int(total) != len(want) {
			t.Errorf("total %d (%v), want %d", total, err, len(want))
		}
		if !pages[parent].PageInfo.HasNextPage || pages[parent].PageInfo.HasPreviousPage {
			t.Errorf("page info %+v", pages[parent].PageInfo)
		}
	}
	none := pages[empty]
	if none == nil || len(none.Edges) != 0 || *none.Total != 0 || none.PageInfo != (page.PageInfo{}) {
		t.Errorf("a parent without rows has %+v", none)
	}
}

func TestTheTotalCostsAStatementOnlyWhereItIsWanted(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	list := s.add(t, 10)
	s.execute(t, "UPDATE item SET hidden = true WHERE id = ?", list[3].ID)
	atLeast := int32(-100)
	tests := map[string]struct {
		query      page.Query[itemFilter]
		statements int
		rows       int
		total      int32
	}{
		"neither":       {page.Query[itemFilter]{Only: true}, 0, 0, -1},
		"rows":          {page.Query[itemFilter]{}, 1, 9, -1},
		"total":         {page.Query[itemFilter]{Count: true, Only: true}, 1, 0, 9},
		"both":          {page.Query[itemFilter]{Count: true, Args: page.Args{First: size(2)}}, 2, 2, 9},
		"with a filter": {page.Query[itemFilter]{Count: true, Filter: itemFilter{MinRank: &atLeast}}, 2, 9, 9},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, statements := database.CountStatements(t.Context())
			c, err := page.Fetch(ctx, s.db, items(), test.query)
			if err != nil {
				t.Fatal(err)
			}
			if statements.Count() != test.statements || len(c.Edges) != test.rows {
				t.Errorf("%d rows by %d statements, want %d by %d", len(c.Edges), statements.Count(), test.rows, test.statements)
			}
			total, err := c.TotalCount()
			if test.total < 0 && err == nil {
				t.Errorf("a total that nobody counted is %d", total)
			}
			if test.total >= 0 && (err != nil || total != test.total) {
				t.Errorf("total %d (%v), want %d", total, err, test.total)
			}
		})
	}
}

// As in Relay's specification, what lies beyond the far end of a range does not
// count: a client that pages through the range would never stop.
func TestPageInfo(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	list := s.add(t, 10)
	slices.SortFunc(list, compare("AT", page.Desc))
	whole, err := page.Fetch(t.Context(), s.db, items(), page.Query[itemFilter]{})
	if err != nil {
		t.Fatal(err)
	}
	cursor := func(i int) *string { return &whole.Edges[i].Cursor }
	tests := map[string]struct {
		args           page.Args
		from, to       int
		previous, next bool
	}{
		"all":                    {page.Args{}, 0, 10, false, false},
		"exactly all":            {page.Args{First: size(10)}, 0, 10, false, false},
		"the first":              {page.Args{First: size(4)}, 0, 4, false, true},
		"after":                  {page.Args{First: size(4), After: cursor(3)}, 4, 8, true, true},
		"to the end":             {page.Args{First: size(4), After: cursor(5)}, 6, 10, true, false},
		"after the end":          {page.Args{After: cursor(9)}, 10, 10, true, false},
		"the last":               {page.Args{Last: size(4)}, 6, 10, true, false},
		"before":                 {page.Args{Last: size(4), Before: cursor(6)}, 2, 6, true, true},
		"to the start":           {page.Args{Last: size(4), Before: cursor(3)}, 0, 3, false, true},
		"before the start":       {page.Args{Last: size(4), Before: cursor(0)}, 0, 0, false, true},
		"first of a range":       {page.Args{First: size(2), After: cursor(1), Before: cursor(7)}, 2, 4, true, true},
		"last of a range":        {page.Args{Last: size(2), After: cursor(1), Before: cursor(7)}, 5, 7, true, true},
		"a whole range":          {page.Args{First: size(9), After: cursor(1), Before: cursor(7)}, 2, 7, true, false},
		"a whole range backward": {page.Args{Last: size(9), After: cursor(1), Before: cursor(7)}, 2, 7, false, true},
		"first before a cursor":  {page.Args{First: size(9), Before: cursor(3)}, 0, 3, false, false},
		"last after a cursor":    {page.Args{Last: size(9), After: cursor(6)}, 7, 10, false, false},
		"an empty range":         {page.Args{After: cursor(4), Before: cursor(5)}, 5, 5, true, false},
		"a range turned around":  {page.Args{After: cursor(5), Before: cursor(4)}, 5, 5, true, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := page.Fetch(t.Context(), s.db, items(), page.Query[itemFilter]{Args: test.args})
			if err != nil {
				t.Fatal(err)
			}
			wantRows(t, "page", c.Nodes(), list[test.from:test.to])
			if c.PageInfo.HasPreviousPage != test.previous || c.PageInfo.HasNextPage != test.next {
				t.Errorf("previous %t, next %t; want %t, %t", c.PageInfo.HasPreviousPage, c.PageInfo.HasNextPage, test.previous, test.next)
			}
			if (c.PageInfo.StartCursor == nil) != (len(c.Edges) == 0) || (c.PageInfo.EndCursor == nil) != (len(c.Edges) == 0) {
				t.Errorf("cursors %v, %v", c.PageInfo.StartCursor, c.PageInfo.EndCursor)
			}
		})
	}
}
