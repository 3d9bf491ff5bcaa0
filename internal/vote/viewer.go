package vote

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
)

// OnChallenges returns the actor's votes on these challenges.
func (s *Service) OnChallenges(ctx context.Context, ids []id.Challenge) (map[id.Challenge]*VoteValue, error) {
	return ofViewer(ctx, s.db, "challenge_id", ids)
}

// OnSolutions returns the actor's votes on these solutions.
func (s *Service) OnSolutions(ctx context.Context, ids []id.Solution) (map[id.Solution]*VoteValue, error) {
	return ofViewer(ctx, s.db, "solution_id", ids)
}

// OnPractices returns the actor's votes on these practices.
func (s *Service) OnPractices(ctx context.Context, ids []id.Practice) (map[id.Practice]*VoteValue, error) {
	return ofViewer(ctx, s.db, "practice_id", ids)
}

// key is an id as a column of vote holds it.
type key interface {
	comparable
	id.Typed
	driver.Valuer
}

// ofViewer returns the votes of the actor by what they are on: nothing where
// there is none, and nothing at all to a visitor. Nobody sees the votes of others.
func ofViewer[K key](ctx context.Context, db *database.DB, column string, ids []K) (map[K]*VoteValue, error) {
	votes := map[K]*VoteValue{}
	viewer := auth.ActorOf(ctx).User
	if viewer == nil {
		return votes, nil
	}
	var rows []struct {
		Subject uuid.UUID
		Value   int32
	}
	err := db.Handle(ctx).Raw(`SELECT `+column+` AS subject, value FROM vote WHERE user_id = ? AND `+column+` = ANY(CAST(? AS uuid[]))`,
		*viewer, database.UUIDs(ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("votes of the viewer: %w", database.Translate(err))
	}
	for _, row := range rows {
		votes[id.Of[K](row.Subject)] = new(valueOf(row.Value))
	}
	return votes, nil
}
