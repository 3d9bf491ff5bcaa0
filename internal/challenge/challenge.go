// Package challenge serves challenges and their solutions.
//
// A challenge belongs to a cohort or to nobody, which decides who sees it; its
// solutions inherit that. At most one solution of a challenge is accepted. What
// came from a document knows its lines; when a later revision lacks it, it is
// unseen unless a person has worked on it.
//
// Errors: NOT_FOUND for what is absent or unseen, those of package page for
// lists.
package challenge

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// ChallengeStatus says how far a challenge has come.
type ChallengeStatus string

// The statuses.
const (
	Open      ChallengeStatus = "OPEN"
	Solved    ChallengeStatus = "SOLVED"
	Duplicate ChallengeStatus = "DUPLICATE"
)

// Challenge is a difficulty that somebody met.
type Challenge struct {
	ID            id.Challenge
	Title         string
	Body          string
	Status        ChallengeStatus
	DuplicateOfID *id.Challenge
	MarkedSolved  bool // by a person, whatever is accepted
	Score         int32
	AuthorID      *id.User
	CohortID      *id.Cohort
	DocumentID    *id.Document
	FirstLine     *int32
	LastLine      *int32
	Version       int32
	CreatedAt     time.Time
	UpdatedAt     time.Time
	DeletedAt     *time.Time
	HiddenAt      *time.Time
	EditedAt      *time.Time
	MissingAt     *time.Time
}

// IsNode marks a GraphQL Node.
func (*Challenge) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Challenge) IsModerationSubject() {}

// IsBookmarkSubject marks what can have a bookmark.
func (*Challenge) IsBookmarkSubject() {}

// IsFollowSubject marks what can be followed.
func (*Challenge) IsFollowSubject() {}

// IsCommentSubject marks something that people comment on.
func (*Challenge) IsCommentSubject() {}

// IsVoteSubject marks something that people vote on.
func (*Challenge) IsVoteSubject() {}

// BodyHTML returns the body as sanitised HTML.
func (c *Challenge) BodyHTML() string { return markdown.HTML(c.Body) }

// ChallengeFilter says which challenges to list; all conditions must hold.
type ChallengeFilter struct {
	Statuses     []ChallengeStatus
	Technology   *string
	Author       *id.User
	Cohort       *id.Cohort
	Document     *id.Document
	Text         *string
	CreatedSince *time.Time
}

// ChallengeOrderField is what challenges can be ordered by.
type ChallengeOrderField string

// The fields of an order of challenges.
const (
	OrderCreatedAt ChallengeOrderField = "CREATED_AT"
	OrderUpdatedAt ChallengeOrderField = "UPDATED_AT"
	OrderScore     ChallengeOrderField = "SCORE"
)

// ChallengeOrder is an order of challenges.
type ChallengeOrder = page.Order[ChallengeOrderField]

// ChallengeConnection is a page of challenges.
type ChallengeConnection = page.Connection[*Challenge]

// ChallengeEdge is one item of a page of challenges.
type ChallengeEdge = page.Edge[*Challenge]

// CreateChallengeInput is what Create takes.
type CreateChallengeInput struct {
	Title         string
	Body          string
	CohortID      *id.Cohort
	TechnologyIDs []id.Technology
}

// CreateChallengePayload is the answer of Create.
type CreateChallengePayload struct {
	Challenge  *Challenge
	UserErrors []*errs.UserError
}

// UpdateChallengeInput is what Update takes: what is absent stays, null clears.
type UpdateChallengeInput struct {
	ID            id.Challenge
	Title         graphql.Omittable[*string]
	Body          graphql.Omittable[*string]
	TechnologyIDs graphql.Omittable[[]id.Technology]
	IfVersion     *int32
}

// UpdateChallengePayload is the answer of Update.
type UpdateChallengePayload struct {
	Challenge  *Challenge
	UserErrors []*errs.UserError
}

// DeleteChallengeInput is what Delete takes.
type DeleteChallengeInput struct {
	ID        id.Challenge
	IfVersion *int32
}

// DeleteChallengePayload is the answer of Delete.
type DeleteChallengePayload struct {
	DeletedID  *id.Challenge
	UserErrors []*errs.UserError
}
