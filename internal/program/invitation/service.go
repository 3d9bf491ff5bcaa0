package invitation

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/mail"
	"github.com/project-nexus/nexus/internal/page"
	"github.com/project-nexus/nexus/internal/program"
)

// Options are what a Service works with.
type Options struct {
	// Programs makes members of those who accept.
	Programs *program.Service
	// Mail takes outgoing messages; PublicURL is where their links lead.
	Mail      mail.Sender
	PublicURL string
	// Now is the clock; nil takes time.Now.
	Now func() time.Time
}

// Service invites people.
type Service struct {
	Options
	db *database.DB
}

// New returns a Service on db.
func New(db *database.DB, o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default of the field
	}
	return &Service{o, db}
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// OfCohorts returns a page of the open invitations to each cohort, for its staff;
// others find none.
func (s *Service) OfCohorts(ctx context.Context, ids []id.Cohort, q page.Query[page.NoFilter]) (map[id.Cohort]*InvitationConnection, error) {
	return page.FetchEach(ctx, s.db, s.invitations(), page.Via{Name: "OfCohorts", On: page.On("invitation.cohort_id = parent.key")}, ids, q)
}

func (s *Service) invitations() page.List[Invitation, page.NoFilter] {
	return page.List[Invitation, page.NoFilter]{
		Name: "invitations", Table: "invitation",
		Field: string(OrderCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Invitation]{
			string(OrderCreatedAt): page.ByTime("invitation.created_at", func(i *Invitation) time.Time { return i.CreatedAt }),
		},
		ID:      func(i *Invitation) uuid.UUID { return i.ID.UUID },
		Visible: s.visible,
	}
}

// visible is the condition that an invitation is open and to a cohort that the
// actor runs.
func (s *Service) visible(ctx context.Context) clause.Expr {
	cohort := auth.VisibleCohort(ctx, "c")
	seen := page.On("invitation.ended_at IS NULL AND invitation.expires_at > ? AND invitation.cohort_id IN (SELECT c.id FROM cohort AS c WHERE "+cohort.SQL+")",
		append([]any{s.now()}, cohort.Vars...)...)
	if actor := auth.ActorOf(ctx); !actor.Admin {
		seen.SQL += " AND invitation.cohort_id IN (SELECT m.cohort_id FROM membership AS m WHERE m.user_id = ? AND m.role = 'STAFF')"
		seen.Vars = append(seen.Vars, actor.User)
	}
	return seen
}
