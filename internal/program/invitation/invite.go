package invitation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/program"
)

// What happens to invitations.
const (
	EventCreated  event.Kind = "invitation.created"
	EventAccepted event.Kind = "invitation.accepted"
	EventRevoked  event.Kind = "invitation.revoked"
)

// JobMail sends the mail of an invitation.
const JobMail job.Kind = "invitation.mail"

// MailArguments are those of JobMail.
type MailArguments struct {
	Invitation id.Invitation `json:"invitation"`
}

// life is how long an invitation is good for.
const life = 14 * 24 * time.Hour

// mailsCohort and mailsAddress bound how many mails a cohort sends in a window, in
// all and to one address.
const (
	mailsCohort  = 100
	mailsAddress = 5
	mailsWindow  = 24 * time.Hour
)

// Invite asks an address to join a cohort; its staff may. An earlier invitation of
// the address to the cohort is void.
func (s *Service) Invite(ctx context.Context, input InviteToCohortInput) (*InviteToCohortPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	now := s.now()
	i := &Invitation{
		ID: id.New[id.Invitation](), CohortID: input.CohortID, Email: input.Email, FoldedEmail: strings.ToLower(input.Email),
		Role: input.Role, InvitedByID: actor.User, CreatedAt: now, ExpiresAt: now.Add(life),
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		// The lock on the cohort makes the count of its mails exact.
		_, standing, err := edit.Take[program.Cohort](ctx, s.db, program.EditableCohorts(), input.CohortID.UUID, "input", "cohortId")
		switch {
		case err != nil:
			return err
		case !standing.Manages():
			return auth.Forbidden("Only the staff of the cohort may do this.")
		}
		if err := s.limit(ctx, i); err != nil {
			return err
		}
		handle := s.db.Handle(ctx)
		err = handle.Exec(`UPDATE invitation SET ended_at = ? WHERE cohort_id = ? AND folded_email = ? AND ended_at IS NULL`, now, i.CohortID, i.FoldedEmail).Error
		if err == nil {
			err = handle.Create(i).Error
		}
		if err != nil {
			return fmt.Errorf("invite: %w", database.Translate(err))
		}
		if _, err := job.Enqueue(ctx, s.db, JobMail, MailArguments{i.ID}); err != nil {
			return err
		}
		return s.record(ctx, EventCreated, i)
	})
	if err != nil {
		return nil, err
	}
	return &InviteToCohortPayload{Invitation: i}, nil
}
