package invitation

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/mail"
)

// SendMail sends the mail of an invitation that is still open.
func (s *Service) SendMail(ctx context.Context, a MailArguments) error {
	var rows []struct{ Email, Role, Cohort, Program string }
	handle := s.db.Handle(ctx)
	err := handle.Raw(`SELECT i.email, i.role, c.name AS cohort, p.title AS program FROM invitation AS i
		JOIN cohort AS c ON c.id = i.cohort_id AND c.deleted_at IS NULL JOIN program AS p ON p.id = c.program_id
		WHERE i.id = ? AND i.ended_at IS NULL AND i.expires_at > ?`, a.Invitation, s.now()).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("read an invitation: %w", database.Translate(err))
	}
	for _, row := range rows {
		// Made at the last moment: no code lies about in the arguments of a job.
		code := auth.NewSecret()
		err := handle.Exec(`INSERT INTO invitation_code (invitation_id, token_hash) VALUES (?, ?)
			ON CONFLICT (invitation_id) DO UPDATE SET token_hash = excluded.token_hash`, a.Invitation, auth.HashSecret(code)).Error
		if err != nil {
			return fmt.Errorf("keep a code: %w", database.Translate(err))
		}
		invited := mail.Invited{Cohort: row.Cohort, Program: row.Program, Role: row.Role}
		if err := s.Mail.Send(ctx, mail.Invitation(row.Email, invited, code, s.PublicURL)); err != nil {
			return err
		}
	}
	return nil
}

// Accept makes the actor a member of the cohort that the address of their account
// is invited to. Whoever is a member already has the higher of both roles then.
func (s *Service) Accept(ctx context.Context, input AcceptInvitationInput) (*AcceptInvitationPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	payload := &AcceptInvitationPayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		var open []*Invitation
		err := s.db.Handle(ctx).Raw(`SELECT i.id, i.cohort_id, i.role FROM invitation AS i
			JOIN invitation_code AS code ON code.invitation_id = i.id
			JOIN credential AS own ON own.folded_email = i.folded_email
			JOIN cohort AS c ON c.id = i.cohort_id AND c.deleted_at IS NULL
			WHERE code.token_hash = ? AND own.user_id = ? AND i.ended_at IS NULL AND i.expires_at > ?`,
			auth.HashSecret(input.Token), *actor.User, s.now()).Scan(&open).Error
		if err != nil {
			return fmt.Errorf("look up a code: %w", database.Translate(err))
		}
		absent := errs.NotFound("Your address has no open invitation with this code.").At("input", "token")
		if len(open) == 0 {
			return absent
		}
		ended, err := s.end(ctx, open[0])
		if err != nil {
			return err
		}
		if !ended { // used or revoked at the same moment
			return absent
		}
		if err := s.record(ctx, EventAccepted, open[0]); err != nil {
			return err
		}
		payload.Membership, err = s.Programs.Add(ctx, open[0].CohortID, *actor.User, open[0].Role)
		return err
	})
	if err != nil {
		return nil, err
	}
	return payload, nil
}

// Prune removes invitations that have expired.
func (s *Service) Prune(ctx context.Context) error {
	if err := s.db.Handle(ctx).Exec(`DELETE FROM invitation WHERE expires_at < ?`, s.now()).Error; err != nil {
		return fmt.Errorf("remove invitations that have expired: %w", database.Translate(err))
	}
	return nil
}
