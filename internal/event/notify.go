package event

import (
	"context"
	"slices"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
)

// JobNotify tells people of an event.
const JobNotify job.Kind = "notification.write"

// NotifyArguments are those of JobNotify.
type NotifyArguments struct{ Event id.Event }

// notify enqueues the job for an event that people may want to hear of, in its
// transaction. What the server does by itself, such as an import by a command,
// is nobody's act: it tells nobody.
func notify(ctx context.Context, db *database.DB, key id.Event, c Change) error {
	if auth.ActorOf(ctx).User == nil || !tells(c) {
		return nil
	}
	_, err := job.Enqueue(ctx, db, JobNotify, NotifyArguments{key})
	return err
}

// tells reports whether a change can be news for anybody. A text that changed may
// mention people.
func tells(c Change) bool {
	switch c.Kind {
	case "challenge.created", "challenge.solved", "solution.added", "solution.accepted", "comment.added", "practice.created":
		return true
	case "challenge.updated", "solution.updated", "comment.updated", "practice.updated":
		return slices.Contains(c.Fields, "body")
	default:
		return false
	}
}
