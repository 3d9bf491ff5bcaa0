package comment

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Service serves comments.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// ByIDs returns the comments with these ids.
func (s *Service) ByIDs(ctx context.Context, ids []id.Comment) (map[id.Comment]*Comment, error) {
	return page.ByIDs(ctx, s.db, comments(), ids)
}

// OfUsers returns a page of the comments of each author.
func (s *Service) OfUsers(ctx context.Context, ids []id.User, q page.Query[page.NoFilter]) (map[id.User]*CommentConnection, error) {
	return page.FetchEach(ctx, s.db, comments(), page.Via{Name: "OfUsers", On: page.On("comment.author_id = parent.key")}, ids, q)
}

// OfChallenges returns a page of the comments on each challenge.
func (s *Service) OfChallenges(ctx context.Context, ids []id.Challenge, q page.Query[page.NoFilter]) (map[id.Challenge]*CommentConnection, error) {
	return page.FetchEach(ctx, s.db, comments(), page.Via{Name: "OfChallenges", On: page.On("comment.challenge_id = parent.key")}, ids, q)
}

// OfSolutions returns a page of the comments on each solution.
func (s *Service) OfSolutions(ctx context.Context, ids []id.Solution, q page.Query[page.NoFilter]) (map[id.Solution]*CommentConnection, error) {
	return page.FetchEach(ctx, s.db, comments(), page.Via{Name: "OfSolutions", On: page.On("comment.solution_id = parent.key")}, ids, q)
}

// OfPractices returns a page of the comments on each practice.
func (s *Service) OfPractices(ctx context.Context, ids []id.Practice, q page.Query[page.NoFilter]) (map[id.Practice]*CommentConnection, error) {
	return page.FetchEach(ctx, s.db, comments(), page.Via{Name: "OfPractices", On: page.On("comment.practice_id = parent.key")}, ids, q)
}

// OfDocuments returns a page of the comments on each document.
func (s *Service) OfDocuments(ctx context.Context, ids []id.Document, q page.Query[page.NoFilter]) (map[id.Document]*CommentConnection, error) {
	return page.FetchEach(ctx, s.db, comments(), page.Via{Name: "OfDocuments", On: page.On("comment.document_id = parent.key")}, ids, q)
}

func comments() page.List[Comment, page.NoFilter] {
	return page.List[Comment, page.NoFilter]{
		Name: "comments", Table: "comment",
		Field: string(OrderCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Comment]{
			string(OrderCreatedAt): page.ByTime("comment.created_at", func(c *Comment) time.Time { return c.CreatedAt }),
		},
		ID:      func(c *Comment) uuid.UUID { return c.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr { return auth.Visible(ctx, auth.CommentRows()) },
	}
}
