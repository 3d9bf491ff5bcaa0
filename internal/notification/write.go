package notification

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/markdown"
)

// happened is an event of the change log, which may have no place in it yet.
type happened struct {
	ID          id.Event
	ActorID     *id.User
	Kind        string
	SubjectType string
	SubjectID   uuid.UUID
}

// receiver is a person who may be told.
type receiver struct {
	UserID id.User
	Admin  bool
	Kind   NotificationKind
	InApp  bool
	Email  NotificationEmail
}

// Write writes the notifications of an event, and the jobs of their mails. It may
// run more than once.
func (s *Service) Write(ctx context.Context, a event.NotifyArguments) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var events []happened
		err := s.db.Handle(ctx).Raw(`SELECT id, actor_id, kind, subject_type, subject_id FROM event WHERE id = ?`, a.Event).Scan(&events).Error
		if err != nil {
			return database.Translate(err)
		}
		for _, e := range events {
			if e.ActorID == nil || tableOf(e.SubjectType) == "" {
				continue
			}
			receivers, err := s.receivers(ctx, e)
			if err != nil {
				return err
			}
			if receivers, err = s.seeing(ctx, e, receivers); err != nil {
				return err
			}
			if err := s.tell(ctx, e, receivers); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the notifications of an event: %w", err)
	}
	return nil
}

// receivers returns whom an event concerns, each with the first of the reasons
// that they want to hear of.
func (s *Service) receivers(ctx context.Context, e happened) ([]receiver, error) {
	reasons := news(e.Kind)
	if len(reasons) == 0 {
		return nil, nil
	}
	var body string
	if err := s.db.Handle(ctx).Raw(`SELECT body FROM `+tableOf(e.SubjectType)+` WHERE id = ?`, e.SubjectID).Scan(&body).Error; err != nil {
		return nil, database.Translate(err)
	}
	selects := make([]string, len(reasons))
	for rank, r := range reasons {
		selects[rank] = fmt.Sprintf(`SELECT user_id, '%s' AS kind, %d AS rank FROM (%s) AS r%d`, r.kind, rank, r.sql, rank)
	}
	told := ""
	if again(e.Kind) {
		told = ` AND NOT EXISTS (SELECT FROM notification AS n WHERE n.user_id = u.id AND n.` + tableOf(e.SubjectType) + `_id = @subject)`
	}
	var all []receiver
	err := s.db.Handle(ctx).Raw(`SELECT DISTINCT ON (u.id) u.id AS user_id, u.role = 'ADMIN' AS admin, concerned.kind, wish.in_app, wish.email
		FROM (`+strings.Join(selects, " UNION ALL ")+`) AS concerned
		JOIN app_user AS u ON u.id = concerned.user_id AND u.deleted_at IS NULL AND u.id <> @actor
		LEFT JOIN notification_preference AS p ON p.user_id = u.id AND p.kind = concerned.kind
		CROSS JOIN LATERAL (SELECT COALESCE(p.in_app, true) AS in_app,
			COALESCE(p.email, CASE WHEN concerned.kind = ANY(CAST(@mailed AS text[])) THEN 'NOW' ELSE 'NONE' END) AS email) AS wish
		WHERE (wish.in_app OR wish.email <> 'NONE')`+told+` ORDER BY u.id, concerned.rank`,
		map[string]any{
			"subject": e.SubjectID, "actor": *e.ActorID, "mailed": database.Texts(mailedByDefault()),
			"handles": database.Texts(markdown.Mentions(body, maxMentions)),
		}).Scan(&all).Error
	if err != nil {
		return nil, fmt.Errorf("who is concerned: %w", database.Translate(err))
	}
	return all, nil
}

// seeing returns those of the receivers who may see the subject of an event. What
// a visitor sees, everybody does: then one question is enough.
func (s *Service) seeing(ctx context.Context, e happened, receivers []receiver) ([]receiver, error) {
	if len(receivers) == 0 {
		return nil, nil
	}
	if public, err := s.sees(ctx, auth.Actor{}, e); public || err != nil {
		return receivers, err
	}
	var seeing []receiver
	for _, r := range receivers {
		sees, err := s.sees(ctx, auth.Actor{User: &r.UserID, Admin: r.Admin}, e)
		if err != nil {
			return nil, err
		}
		if sees {
			seeing = append(seeing, r)
		}
	}
	return seeing, nil
}

func (s *Service) sees(ctx context.Context, as auth.Actor, e happened) (bool, error) {
	for _, rows := range subjects() {
		if rows.Table != tableOf(e.SubjectType) {
			continue
		}
		seen := auth.Visible(auth.WithActor(ctx, as), rows)
		var sees bool
		err := s.db.Handle(ctx).Raw(`SELECT EXISTS (SELECT FROM `+rows.Table+` WHERE `+rows.Table+`.id = ? AND `+seen.SQL+`)`,
			append([]any{e.SubjectID}, seen.Vars...)...).Scan(&sees).Error
		if err != nil {
			return false, fmt.Errorf("who sees the subject: %w", database.Translate(err))
		}
		return sees, nil
	}
	return false, nil
}

// tell writes a notification for each of the receivers who has none of the event.
func (s *Service) tell(ctx context.Context, e happened, receivers []receiver) error {
	ctx = auth.WithActor(ctx, auth.Actor{User: e.ActorID}) // whose act it is, for the change log
	for _, r := range receivers {
		n := &Notification{
			ID: id.New[id.Notification](), UserID: r.UserID, Kind: r.Kind, EventID: e.ID, ActorID: *e.ActorID, InApp: r.InApp, Email: r.Email,
		}
		n.about(e.SubjectID, e.SubjectType)
		added := s.db.Handle(ctx).Exec(`INSERT INTO notification
			(id, user_id, kind, event_id, actor_id, challenge_id, solution_id, practice_id, comment_id, in_app, email)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			n.ID, n.UserID, n.Kind, n.EventID, n.ActorID, n.ChallengeID, n.SolutionID, n.PracticeID, n.CommentID, n.InApp, n.Email)
		if added.Error != nil {
			return fmt.Errorf("add a notification: %w", database.Translate(added.Error))
		}
		if added.RowsAffected == 0 {
			continue
		}
		if n.InApp {
			if err := event.Record(ctx, s.db, event.Change{Kind: EventCreated, Subject: id.AnyOf(n.ID)}); err != nil {
				return err
			}
		}
		if n.Email == EmailNow {
			if _, err := job.Enqueue(ctx, s.db, JobMail, MailArguments{n.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}
