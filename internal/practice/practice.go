// Package practice serves best practices and takeaways.
//
// A practice belongs to a cohort or to nobody, which decides who sees it. When
// a later revision of its document lacks it, it is unseen unless a person has
// worked on it.
//
// Errors: NOT_FOUND for what is absent or unseen, those of package page for
// lists.
package practice

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// Practice is a lasting recommendation learned from work.
type Practice struct {
	ID         id.Practice
	Title      string
	Body       string
	Score      int32
	AuthorID   *id.User
	CohortID   *id.Cohort
	DocumentID *id.Document
	FirstLine  *int32
	LastLine   *int32
	Version    int32
	CreatedAt  time.Time
	UpdatedAt  time.Time
	DeletedAt  *time.Time
	HiddenAt   *time.Time
	EditedAt   *time.Time
	MissingAt  *time.Time
}

// IsNode marks a GraphQL Node.
func (*Practice) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Practice) IsModerationSubject() {}

// IsBookmarkSubject marks what can have a bookmark.
func (*Practice) IsBookmarkSubject() {}

// IsCommentSubject marks something that people comment on.
func (*Practice) IsCommentSubject() {}

// IsVoteSubject marks something that people vote on.
func (*Practice) IsVoteSubject() {}

// BodyHTML returns the body as sanitised HTML.
func (p *Practice) BodyHTML() string { return markdown.HTML(p.Body) }

// PracticeFilter says which practices to list; all conditions must hold.
type PracticeFilter struct {
	Technology *string
	Cohort     *id.Cohort
	Document   *id.Document
}

// PracticeOrderField is what practices can be ordered by.
type PracticeOrderField string

// The fields of an order.
const (
	OrderCreatedAt PracticeOrderField = "CREATED_AT"
	OrderScore     PracticeOrderField = "SCORE"
)

// PracticeOrder is an order of practices.
type PracticeOrder = page.Order[PracticeOrderField]

// PracticeConnection is a page of practices.
type PracticeConnection = page.Connection[*Practice]

// PracticeEdge is one item of a page of practices.
type PracticeEdge = page.Edge[*Practice]
