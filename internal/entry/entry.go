// Package entry keeps the entries of a document in step with its newest
// revision: which stored entry is which entry of the new text, and what becomes
// of those that changed, vanished or came back.
//
// Invariants, which each domain that stores entries gets from Sync: an entry
// keeps its id, votes and comments as long as the text holds it; one that
// vanished is marked missing and one that returns is unmarked; a text that a
// person edited stays; what a person deleted stays deleted.
//
// It is pure: no database, no clock.
package entry

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
)

// Origin is what all entries of one import of a document share.
type Origin struct {
	Document id.Document
	Cohort   *id.Cohort
	Author   *id.User
	// At is the time of the import.
	At time.Time
	// New is set when the document has no stored entries yet.
	New bool
	// Lines is the text of the former revision, which tells what stored entries
	// looked like before a person edited them.
	Lines Lines
}

// Row is the part of a stored entry that every kind has, by pointers into it.
type Row struct {
	// Subject is the entry itself, Parent what it belongs to but its document.
	Subject             id.Any
	Parent              *id.Any
	CohortID            **id.Cohort
	FirstLine, LastLine **int32
	Version             *int32
	UpdatedAt           *time.Time
	EditedAt, MissingAt **time.Time
	DeletedAt           *time.Time
	Title, Body         string
}

// Span is where an entry stands in the new text: lines from 1, inclusive.
type Span struct{ First, Last int32 }

// Fresh is an entry of the new text.
type Fresh struct {
	Title string
	Body  string
	// Source is the text of its lines.
	Source string
	Span   Span
}

// Changes counts what an import did to entries.
type Changes struct {
	Created  int
	Updated  int // the text changed, or where the entry belongs
	Missing  int
	Returned int
	// Touched are the entries of which something changed.
	Touched []Touched
	// Kept are entries that changed in the document while the hub keeps what a
	// person wrote.
	Kept []Kept
}

// Happening is what an import did to an entry.
type Happening string

// The happenings.
const (
	Created  Happening = "created"
	Updated  Happening = "updated"
	Missing  Happening = "went_missing"
	Returned Happening = "returned"
)

// Touched is an entry of which something changed.
type Touched struct {
	Subject   id.Any
	Parent    *id.Any
	Happening Happening
}

// Note notes what happened to an entry.
func (c *Changes) Note(row Row, h Happening) {
	c.Touched = append(c.Touched, Touched{row.Subject, row.Parent, h})
}

// Kept is an entry whose edited text an import left as it is.
type Kept struct {
	Title string
	Line  int32
}

// Add adds the counts of other.
func (c *Changes) Add(other Changes) {
	c.Created += other.Created
	c.Updated += other.Updated
	c.Missing += other.Missing
	c.Returned += other.Returned
	c.Kept = append(c.Kept, other.Kept...)
	c.Touched = append(c.Touched, other.Touched...)
}

// None reports whether nothing changed.
func (c Changes) None() bool { return c.Created+c.Updated+c.Missing+c.Returned == 0 }
