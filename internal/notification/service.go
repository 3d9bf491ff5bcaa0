package notification

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/mail"
	"github.com/project-nexus/nexus/internal/page"
)

// Options are what the service works with.
type Options struct {
	Mail mail.Sender
	// PublicURL is where clients find this server, for links in mails.
	PublicURL string
}

// Service keeps notifications and preferences.
type Service struct {
	Options
	db *database.DB
}

// New returns a Service on db.
func New(db *database.DB, o Options) *Service { return &Service{o, db} }

// ByIDs returns those of these notifications that the actor sees.
func (s *Service) ByIDs(ctx context.Context, ids []id.Notification) (map[id.Notification]*Notification, error) {
	return page.ByIDs(ctx, s.db, notifications(), ids)
}

// OfUsers returns a page of the notifications of each person: those of others are
// empty.
func (s *Service) OfUsers(ctx context.Context, ids []id.User, q page.Query[NotificationFilter]) (map[id.User]*NotificationConnection, error) {
	return page.FetchEach(ctx, s.db, notifications(), page.Via{Name: "OfUsers", On: page.On("notification.user_id = parent.key")}, ids, q)
}

// UnreadCounts counts what the actor has not read; nothing for others.
func (s *Service) UnreadCounts(ctx context.Context, _ []id.User) (map[id.User]*int32, error) {
	actor := auth.ActorOf(ctx)
	if actor.User == nil {
		return map[id.User]*int32{}, nil
	}
	seen := visible(ctx)
	var count int32
	err := s.db.Handle(ctx).Raw(`SELECT count(*) FROM notification WHERE read_at IS NULL AND `+seen.SQL, seen.Vars...).Scan(&count).Error
	if err != nil {
		return nil, fmt.Errorf("count unread notifications: %w", database.Translate(err))
	}
	return map[id.User]*int32{*actor.User: &count}, nil
}

func notifications() page.List[Notification, NotificationFilter] {
	return page.List[Notification, NotificationFilter]{
		Name: "notifications", Table: "notification",
		Field: string(OrderCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Notification]{
			string(OrderCreatedAt): page.ByTime("notification.created_at", func(n *Notification) time.Time { return n.CreatedAt }),
		},
		ID:      func(n *Notification) uuid.UUID { return n.ID.UUID },
		Visible: visible,
		Where:   conditions,
	}
}

func conditions(_ context.Context, f NotificationFilter) []clause.Expr {
	var conditions []clause.Expr
	switch {
	case f.Unread == nil:
	case *f.Unread:
		conditions = append(conditions, page.On("notification.read_at IS NULL"))
	default:
		conditions = append(conditions, page.On("notification.read_at IS NOT NULL"))
	}
	if f.Kinds != nil {
		conditions = append(conditions, page.On("notification.kind = ANY(CAST(? AS text[]))", database.Texts(f.Kinds)))
	}
	return conditions
}

// subjects are the rows that notifications can be about.
func subjects() []auth.Rows {
	return []auth.Rows{auth.ChallengeRows(), auth.SolutionRows(), auth.PracticeRows(), auth.CommentRows()}
}

// visible is the condition that a notification is the actor's, that they want it
// in their list, and that they see what it is about.
func visible(ctx context.Context) clause.Expr {
	seen := page.On("notification.user_id = ? AND notification.in_app", auth.ActorOf(ctx).User)
	for _, rows := range subjects() {
		subject, column := auth.Visible(ctx, rows), "notification."+rows.Table+"_id"
		seen.SQL += " AND (" + column + " IS NULL OR EXISTS (SELECT FROM " + rows.Table + " WHERE " + rows.Table + ".id = " + column + " AND " + subject.SQL + "))"
		seen.Vars = append(seen.Vars, subject.Vars...)
	}
	return seen
}
