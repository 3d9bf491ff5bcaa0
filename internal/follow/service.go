package follow

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

// Service keeps who follows what.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// kind is a kind of what can be followed.
type kind struct {
	// column of the table follow refers to it.
	column string
	rows   auth.Rows
}

// kinds are what can be followed.
func kinds() []kind {
	return []kind{
		{"technology_id", auth.Rows{Table: "technology"}},
		{"challenge_id", auth.ChallengeRows()},
		{"followed_user_id", auth.Rows{Table: "app_user"}},
	}
}

// OfUsers returns a page of the follows of each person: those of others are
// empty.
func (s *Service) OfUsers(ctx context.Context, ids []id.User, q page.Query[page.NoFilter]) (map[id.User]*FollowConnection, error) {
	return page.FetchEach(ctx, s.db, follows(), page.Via{Name: "OfUsers", On: page.On("follow.user_id = parent.key")}, ids, q)
}

func follows() page.List[Follow, page.NoFilter] {
	return page.List[Follow, page.NoFilter]{
		Name: "follows", Table: "follow",
		Field: string(OrderCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Follow]{
			string(OrderCreatedAt): page.ByTime("follow.created_at", func(f *Follow) time.Time { return f.CreatedAt }),
		},
		ID:      func(f *Follow) uuid.UUID { return f.ID.UUID },
		Visible: visible,
	}
}

// visible is the condition that a follow is the actor's and that they see what
// they follow.
func visible(ctx context.Context) clause.Expr {
	seen := page.On("follow.user_id = ?", auth.ActorOf(ctx).User)
	for _, k := range kinds() {
		subject, table, column := auth.Visible(ctx, k.rows), k.rows.Table, "follow."+k.column
		seen.SQL += " AND (" + column + " IS NULL OR EXISTS (SELECT FROM " + table + " WHERE " + table + ".id = " + column + " AND " + subject.SQL + "))"
		seen.Vars = append(seen.Vars, subject.Vars...)
	}
	return seen
}
