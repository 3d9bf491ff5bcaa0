package notification

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/mail"
)

// JobMail sends the mail of a notification.
const JobMail job.Kind = "notification.mail"

// MailArguments are those of JobMail.
type MailArguments struct{ Notification id.Notification }

// SendMail sends the mail of a notification, unless its receiver has left or may
// not see the subject any more.
func (s *Service) SendMail(ctx context.Context, a MailArguments) error {
	var rows []struct {
		Notification `gorm:"embedded"`

		Admin                 bool
		Address, Title, Cause string
	}
	// The title is that of what has one: of the subject, or of what it belongs to.
	err := s.db.Handle(ctx).Raw(`SELECT n.id, n.user_id, n.kind, n.challenge_id, n.solution_id, n.practice_id, n.comment_id,
			u.role = 'ADMIN' AS admin, own.email AS address, cause.handle AS cause, COALESCE(c.title, p.title, d.title, '') AS title
		FROM notification AS n
		JOIN app_user AS u ON u.id = n.user_id AND u.deleted_at IS NULL
		JOIN credential AS own ON own.user_id = n.user_id
		JOIN app_user AS cause ON cause.id = n.actor_id
		LEFT JOIN comment AS m ON m.id = n.comment_id
		LEFT JOIN solution AS s ON s.id = COALESCE(n.solution_id, m.solution_id)
		LEFT JOIN challenge AS c ON c.id = COALESCE(n.challenge_id, s.challenge_id, m.challenge_id)
		LEFT JOIN practice AS p ON p.id = COALESCE(n.practice_id, m.practice_id)
		LEFT JOIN document AS d ON d.id = m.document_id
		WHERE n.id = ?`, a.Notification).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("read a notification: %w", database.Translate(err))
	}
	for _, row := range rows {
		subject := row.SubjectID()
		sees, err := s.sees(ctx, auth.Actor{User: &row.UserID, Admin: row.Admin}, happened{SubjectType: subject.Prefix, SubjectID: subject.UUID})
		if err != nil {
			return err
		}
		if !sees {
			continue
		}
		news := mail.News{Kind: string(row.Kind), Title: row.Title, Actor: row.Cause, Subject: subject.String()}
		if err := s.Mail.Send(ctx, mail.Notification(row.Address, news, s.PublicURL)); err != nil {
			return err
		}
	}
	return nil
}
