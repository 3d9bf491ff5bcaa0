// Package concept serves concepts: ideas that documents explain.
//
// A concept is known by its folded title, so that two documents which explain
// "Database Indexing" and "database indexing" explain the same.
//
// Errors: NOT_FOUND for an unknown slug, those of package page for lists.
package concept

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Concept is an idea that documents explain.
type Concept struct {
	ID          id.Concept
	Slug        string
	Title       string
	FoldedTitle string
	Version     int32
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   *time.Time
	EditedAt    *time.Time
	// MergedIntoID is where a deleted concept went that was merged.
	MergedIntoID *id.Concept
}

// IsNode marks a GraphQL Node.
func (*Concept) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Concept) IsModerationSubject() {}

// ConceptFilter says which concepts to list.
type ConceptFilter struct {
	TitleContains *string
}

// ConceptOrderField is what concepts can be ordered by.
type ConceptOrderField string

// The fields of an order.
const (
	OrderTitle     ConceptOrderField = "TITLE"
	OrderCreatedAt ConceptOrderField = "CREATED_AT"
)

// ConceptOrder is an order of concepts.
type ConceptOrder = page.Order[ConceptOrderField]

// ConceptConnection is a page of concepts.
type ConceptConnection = page.Connection[*Concept]

// ConceptEdge is one item of a page of concepts.
type ConceptEdge = page.Edge[*Concept]
