// Package page serves every list of the API: Relay connections over keyset
// cursors.
//
// A page is found by the sort keys of the row before it, never by OFFSET: rows
// that come or go meanwhile neither repeat nor hide others, and a deep page
// costs what the first one costs. The id is always the last sort key, so that
// an order is total; rows with a null key come last in both directions.
//
// A cursor carries the list, the order and the filter it belongs to; used
// elsewhere it is BAD_USER_INPUT, as are sizes below 1 and contradicting
// arguments. A size above 100 is PAGE_SIZE_EXCEEDED.
//
// Relay: https://relay.dev/graphql/connections.htm
package page

import (
	"github.com/project-nexus/nexus/internal/errs"
)

// Sizes of pages.
const (
	// DefaultSize is the size of a page of a root list.
	DefaultSize = 20
	// DefaultNestedSize is the size of a page of a list below another object.
	DefaultNestedSize = 10
	// MaxSize is the greatest size that can be asked for.
	MaxSize = 100
)

// Args are the arguments of a connection as a client gave them.
type Args struct {
	First  *int32
	After  *string
	Last   *int32
	Before *string
}

// Direction is the direction of an order.
type Direction string

// The directions.
const (
	Asc  Direction = "ASC"
	Desc Direction = "DESC"
)

// Order is what a client wants a list ordered by; F is the enum of the list. An
// empty Direction is the usual one of the field.
type Order[F ~string] struct {
	Field     F
	Direction Direction
}

// Query asks for one page. F is the filter of the list.
type Query[F any] struct {
	Args
	// Filter says which rows to list; its zero value lists all.
	Filter F
	// Field and Direction say how to order; an empty Field is the list's default,
	// an empty Direction the usual one of the field.
	Field     string
	Direction Direction
	// Count says whether the total is wanted. It costs a statement.
	Count bool
	// Only says that nothing but the total is wanted.
	Only bool
}

// NoFilter is the filter of a list that has none.
type NoFilter struct{}

// Connection is one page of a list.
type Connection[T any] struct {
	Edges    []Edge[T]
	PageInfo PageInfo
	// Total is the length of the whole list, nil unless the query asked for it.
	Total *int32
}

// Edge is one item of a page.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// PageInfo tells where a page begins and ends.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Nodes returns the items of the page.
func (c *Connection[T]) Nodes() []T {
	nodes := make([]T, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
}

// TotalCount returns the length of the whole list. The query must have asked
// for it; a caller that forgot gets an internal error, never a wrong number.
func (c *Connection[T]) TotalCount() (int32, error) {
	if c.Total == nil {
		return 0, errs.New(errs.CodeInternal, "The total was not counted.")
	}
	return *c.Total, nil
}

// window is a checked Args: size rows from one end of the list.
type window struct {
	size     int
	backward bool
	after    *string
	before   *string
}

func (a Args) window(defaultSize int) (window, error) {
	w := window{size: defaultSize, after: a.After, before: a.Before}
	if a.First != nil && a.Last != nil {
		return w, errs.BadUserInput("first and last cannot be used together").At("last")
	}
	name, size := "first", a.First
	if a.Last != nil {
		name, size, w.backward = "last", a.Last, true
	}
	if size == nil {
		return w, nil
	}
	if *size < 1 {
		return w, errs.BadUserInput("%s must be 1 to %d, not %d", name, MaxSize, *size).At(name)
	}
	if *size > MaxSize {
		return w, errs.New(errs.CodePageSizeExceeded, "%s must be 1 to %d, not %d", name, MaxSize, *size).At(name)
	}
	w.size = int(*size)
	return w, nil
}
