package invitation

import (
	"context"
	"fmt"
	"time"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

// limit returns RATE_LIMITED when there were enough mails.
func (s *Service) limit(ctx context.Context, i *Invitation) error {
	since := i.CreatedAt.Add(-mailsWindow)
	var oldest []time.Time
	err := s.db.Handle(ctx).Raw(`(SELECT created_at FROM invitation WHERE cohort_id = ? AND created_at > ? ORDER BY created_at DESC OFFSET ? LIMIT 1)
		UNION ALL (SELECT created_at FROM invitation WHERE cohort_id = ? AND created_at > ? AND folded_email = ? ORDER BY created_at DESC OFFSET ? LIMIT 1)`,
		i.CohortID, since, mailsCohort-1, i.CohortID, since, i.FoldedEmail, mailsAddress-1).Scan(&oldest).Error
	if err != nil {
		return fmt.Errorf("count invitations: %w", database.Translate(err))
	}
	var wait time.Duration
	for _, at := range oldest {
		wait = max(wait, at.Sub(since), time.Second)
	}
	if wait > 0 {
		return errs.New(errs.CodeRateLimited, "Too many invitations for a day; wait and try again.").RetryIn(wait)
	}
	return nil
}
