package challenge

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// Solution is a way out of a challenge.
type Solution struct {
	ID          id.Solution
	ChallengeID id.Challenge
	AuthorID    *id.User
	DocumentID  *id.Document
	FirstLine   *int32
	LastLine    *int32
	Body        string
	Accepted    bool
	Score       int32
	Version     int32
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   *time.Time
	HiddenAt    *time.Time
	EditedAt    *time.Time
	MissingAt   *time.Time
}

// IsNode marks a GraphQL Node.
func (*Solution) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Solution) IsModerationSubject() {}

// IsBookmarkSubject marks what can have a bookmark.
func (*Solution) IsBookmarkSubject() {}

// IsCommentSubject marks something that people comment on.
func (*Solution) IsCommentSubject() {}

// IsVoteSubject marks something that people vote on.
func (*Solution) IsVoteSubject() {}

// BodyHTML returns the body as sanitised HTML.
func (s *Solution) BodyHTML() string { return markdown.HTML(s.Body) }

// SolutionOrderField is what solutions can be ordered by.
type SolutionOrderField string

// The fields of an order of solutions.
const (
	OrderSolutionScore     SolutionOrderField = "SCORE"
	OrderSolutionCreatedAt SolutionOrderField = "CREATED_AT"
)

// SolutionOrder is an order of solutions.
type SolutionOrder = page.Order[SolutionOrderField]

// SolutionConnection is a page of solutions.
type SolutionConnection = page.Connection[*Solution]

// SolutionEdge is one item of a page of solutions.
type SolutionEdge = page.Edge[*Solution]
