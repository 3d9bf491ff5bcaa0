// Package document serves imported documents: their texts in revisions, what
// the import noticed in them, and what they mention.
//
// A document is known by its source key, the owner (or nobody) and the source.
// The text is in the revisions alone; that with the highest number is the
// present one.
//
// Errors: NOT_FOUND for what is absent or unseen, those of package page for
// lists.
package document

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// DocumentStatus says whether a document is shown.
type DocumentStatus string

// The statuses.
const (
	Published DocumentStatus = "PUBLISHED"
	Withdrawn DocumentStatus = "WITHDRAWN"
)

// Document is one imported source.
type Document struct {
	ID        id.Document
	OwnerID   *id.User
	CohortID  *id.Cohort
	ProgramID *id.Program
	Source    string
	Title     string
	Overview  *string
	Status    DocumentStatus
	Version   int32
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt *time.Time
	HiddenAt  *time.Time
	EditedAt  *time.Time
	// WithdrawnAt is set while the status is Withdrawn.
	WithdrawnAt *time.Time
}

// IsNode marks a GraphQL Node.
func (*Document) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Document) IsModerationSubject() {}

// IsBookmarkSubject marks what can have a bookmark.
func (*Document) IsBookmarkSubject() {}

// IsCommentSubject marks something that people comment on.
func (*Document) IsCommentSubject() {}

// OverviewHTML returns the overview as sanitised HTML.
func (d *Document) OverviewHTML() *string { return markdown.Optional(d.Overview) }

// DocumentFilter says which documents to list.
type DocumentFilter struct {
	Owner      *id.User
	Cohort     *id.Cohort
	Program    *id.Program
	Technology *string
	Status     *DocumentStatus
}

// DocumentOrderField is what documents can be ordered by.
type DocumentOrderField string

// The fields of an order of documents.
const (
	OrderCreatedAt DocumentOrderField = "CREATED_AT"
	OrderUpdatedAt DocumentOrderField = "UPDATED_AT"
	OrderTitle     DocumentOrderField = "TITLE"
)

// DocumentOrder is an order of documents.
type DocumentOrder = page.Order[DocumentOrderField]

// DocumentConnection is a page of documents.
type DocumentConnection = page.Connection[*Document]

// DocumentEdge is one item of a page of documents.
type DocumentEdge = page.Edge[*Document]
