// Package comment serves what people say of challenges, solutions, practices
// and documents.
//
// A comment has exactly one subject, whose visibility it inherits.
//
// Errors: those of package page.
package comment

import (
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// Comment is a remark of a person.
type Comment struct {
	ID          id.Comment
	AuthorID    *id.User
	ChallengeID *id.Challenge
	SolutionID  *id.Solution
	PracticeID  *id.Practice
	DocumentID  *id.Document
	Body        string
	Version     int32
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   *time.Time
	HiddenAt    *time.Time
	EditedAt    *time.Time
}

// IsNode marks a GraphQL Node.
func (*Comment) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Comment) IsModerationSubject() {}

// BodyHTML returns the text as sanitised HTML.
func (c *Comment) BodyHTML() string { return markdown.HTML(c.Body) }

// SubjectID returns the id of what the comment is about.
func (c *Comment) SubjectID() id.Any {
	subject := func(prefix string, u uuid.UUID) id.Any { return id.Any{Prefix: prefix, UUID: u} }
	switch {
	case c.ChallengeID != nil:
		return subject(c.ChallengeID.Prefix(), c.ChallengeID.UUID)
	case c.SolutionID != nil:
		return subject(c.SolutionID.Prefix(), c.SolutionID.UUID)
	case c.PracticeID != nil:
		return subject(c.PracticeID.Prefix(), c.PracticeID.UUID)
	default:
		// The database holds that exactly one of the four is set.
		return subject(c.DocumentID.Prefix(), c.DocumentID.UUID)
	}
}

// CommentSubject is what a comment can be about.
type CommentSubject interface{ IsCommentSubject() }

// CommentOrderField is what comments can be ordered by.
type CommentOrderField string

// OrderCreatedAt orders by time.
const OrderCreatedAt CommentOrderField = "CREATED_AT"

// CommentOrder is an order of comments.
type CommentOrder = page.Order[CommentOrderField]

// CommentConnection is a page of comments.
type CommentConnection = page.Connection[*Comment]

// CommentEdge is one item of a page of comments.
type CommentEdge = page.Edge[*Comment]
