package user

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

// Service serves people.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// ByIDs returns the people with these ids.
func (s *Service) ByIDs(ctx context.Context, ids []id.User) (map[id.User]*User, error) {
	return page.ByIDs(ctx, s.db, users(), ids)
}

// ByHandle returns the person with this handle, whatever its case.
func (s *Service) ByHandle(ctx context.Context, handle string) (*User, error) {
	return page.One(ctx, s.db, users(), "user", page.On("lower(app_user.handle) = lower(?)", handle))
}

// List returns a page of people.
func (s *Service) List(ctx context.Context, q page.Query[UserFilter]) (*UserConnection, error) {
	return page.Fetch(ctx, s.db, users(), q)
}

func users() page.List[User, UserFilter] {
	return page.List[User, UserFilter]{
		Name: "users", Table: "app_user",
		Field: string(OrderHandle), Direction: page.Asc,
		Orders: map[string]page.Key[User]{
			string(OrderHandle):    page.ByText("app_user.handle", func(u *User) string { return u.Handle }),
			string(OrderCreatedAt): page.ByTime("app_user.created_at", func(u *User) time.Time { return u.CreatedAt }),
		},
		ID: func(u *User) uuid.UUID { return u.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			return auth.Visible(ctx, auth.Rows{Table: "app_user"})
		},
		Where: userConditions,
	}
}

// userConditions ties members to cohorts that the actor may see: who takes part
// in a MEMBERS cohort is for its members to know.
func userConditions(ctx context.Context, f UserFilter) []clause.Expr {
	if f.Cohort == nil {
		return nil
	}
	seen := auth.VisibleCohort(ctx, "c")
	return []clause.Expr{page.On(
		"app_user.id IN (SELECT m.user_id FROM membership AS m JOIN cohort AS c ON c.id = m.cohort_id WHERE c.id = ? AND "+seen.SQL+")",
		append([]any{*f.Cohort}, seen.Vars...)...)}
}
