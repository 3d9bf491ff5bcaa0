package bookmark

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

// Service keeps bookmarks.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// subjects are the kinds of what can have a bookmark, by the prefix of their ids.
func subjects() map[string]auth.Rows {
	return map[string]auth.Rows{
		id.Challenge{}.Prefix(): auth.ChallengeRows(),
		id.Solution{}.Prefix():  auth.SolutionRows(),
		id.Practice{}.Prefix():  auth.PracticeRows(),
		id.Document{}.Prefix():  auth.DocumentRows(),
	}
}

// OfUsers returns a page of the bookmarks of each person: those of others are
// empty.
func (s *Service) OfUsers(ctx context.Context, ids []id.User, q page.Query[page.NoFilter]) (map[id.User]*BookmarkConnection, error) {
	return page.FetchEach(ctx, s.db, bookmarks(), page.Via{Name: "OfUsers", On: page.On("bookmark.user_id = parent.key")}, ids, q)
}

func bookmarks() page.List[Bookmark, page.NoFilter] {
	return page.List[Bookmark, page.NoFilter]{
		Name: "bookmarks", Table: "bookmark",
		Field: string(OrderCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Bookmark]{
			string(OrderCreatedAt): page.ByTime("bookmark.created_at", func(b *Bookmark) time.Time { return b.CreatedAt }),
		},
		ID:      func(b *Bookmark) uuid.UUID { return b.ID.UUID },
		Visible: visible,
	}
}

// visible is the condition that a bookmark is the actor's and that they see what
// it is of.
func visible(ctx context.Context) clause.Expr {
	seen := page.On("bookmark.user_id = ?", auth.ActorOf(ctx).User)
	for _, rows := range []auth.Rows{auth.ChallengeRows(), auth.SolutionRows(), auth.PracticeRows(), auth.DocumentRows()} {
		subject := auth.Visible(ctx, rows)
		column := "bookmark." + rows.Table + "_id"
		seen.SQL += " AND (" + column + " IS NULL OR EXISTS (SELECT FROM " + rows.Table + " WHERE " + rows.Table + ".id = " + column + " AND " + subject.SQL + "))"
		seen.Vars = append(seen.Vars, subject.Vars...)
	}
	return seen
}
