// Package moderation hides what should not be read and brings back what was
// hidden or deleted.
//
// Mentors and staff hide and restore in their cohort, admins everywhere, and
// each says why, which the change log keeps. Authors bring back what they
// themselves deleted, for 30 days; whatever was hidden stays hidden then.
// Programmes, cohorts, technologies and concepts are restored by admins.
//
// Invariants: a row that is restored stands where it stood; whoever may not see
// a row, be it live, hidden or deleted, learns nothing of it.
//
// Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT for an id of another type, and
// CONFLICT where the name of what is restored was taken meanwhile.
package moderation

import (
	"context"
	"time"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// ModerationSubject is something that is hidden or restored.
type ModerationSubject interface{ IsModerationSubject() }

// HideContentInput is what Hide takes.
type HideContentInput struct {
	ID     id.Any
	Reason string
}

// HideContentPayload is the answer of Hide.
type HideContentPayload struct {
	ContentID  *id.Any
	UserErrors []*errs.UserError
}

// RestoreContentInput is what Restore takes.
type RestoreContentInput struct {
	ID     id.Any
	Reason string
}

// RestoreContentPayload is the answer of Restore.
type RestoreContentPayload struct {
	ContentID  *id.Any
	UserErrors []*errs.UserError
}

// Followers do what must follow in other domains, in the transaction of ctx; they
// are called last.
type Followers struct {
	// Challenge is called when a challenge is back.
	Challenge func(ctx context.Context, challenge id.Challenge) error
	// Document is called when a document is back that was deleted.
	Document func(ctx context.Context, document id.Document, deletedAt time.Time) error
}

// Service hides and restores.
type Service struct {
	db        *database.DB
	followers Followers
}

// New returns a Service on db.
func New(db *database.DB, f Followers) *Service { return &Service{db, f} }
