// Package event is the change log: who changed what, and when.
//
// Whoever changes a row records it in the same transaction, so that a change
// without its event, or an event without its change, cannot be. An event names
// the fields that changed and never holds values: a reader loads the subject
// again, as the actor it reads for, and so sees what that actor may see.
//
// Invariant: events are appended and never changed; those older than 30 days go.
// Errors: those of the database.
package event

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
)

// Kind names what happened, as in "challenge.created": the noun of the subject
// and a verb in the past.
type Kind string

// Change is what Record takes.
type Change struct {
	// Kind is what happened.
	Kind Kind
	// Subject is what it happened to.
	Subject id.Any
	// Parent is what the subject belongs to: the challenge of a solution, the
	// subject of a comment or a vote.
	Parent *id.Any
	// Cohort is the cohort that the subject belongs to.
	Cohort *id.Cohort
	// Fields are the names of the fields that changed, as in the schema.
	Fields Fields
	// Reason is why, where the actor must say so.
	Reason string
}

// Record appends to the log, in the transaction that ctx carries. The actor is
// that of ctx. A job of the same transaction tells people of it.
func Record(ctx context.Context, db *database.DB, c Change) error {
	var parentType, parentID any
	if c.Parent != nil {
		parentType, parentID = c.Parent.Prefix, c.Parent.UUID
	}
	key := id.New[id.Event]()
	// PostgreSQL tells the sequencers when the transaction commits, once for all of
	// its events.
	err := db.Handle(ctx).Exec(`WITH added AS (INSERT INTO event
			(id, actor_id, kind, subject_type, subject_id, parent_type, parent_id, cohort_id, changed, reason)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS text[]), NULLIF(?, '')) RETURNING 1)
		SELECT pg_notify('`+arrived+`', '') FROM added`,
		key, auth.ActorOf(ctx).User, c.Kind, c.Subject.Prefix, c.Subject.UUID, parentType, parentID,
		c.Cohort, database.Texts(c.Fields), c.Reason).Error
	if err != nil {
		return fmt.Errorf("record %s: %w", c.Kind, database.Translate(err))
	}
	return notify(ctx, db, key, c)
}
