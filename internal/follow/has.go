package follow

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
)

// Technologies tells which of these technologies the actor follows; a visitor is
// told nothing.
func (s *Service) Technologies(ctx context.Context, ids []id.Technology) (map[id.Technology]*bool, error) {
	return has(ctx, s.db, "technology_id", ids)
}

// Challenges is Technologies for challenges.
func (s *Service) Challenges(ctx context.Context, ids []id.Challenge) (map[id.Challenge]*bool, error) {
	return has(ctx, s.db, "challenge_id", ids)
}

// Users is Technologies for people.
func (s *Service) Users(ctx context.Context, ids []id.User) (map[id.User]*bool, error) {
	return has(ctx, s.db, "followed_user_id", ids)
}

func has[K interface {
	id.Typed
	comparable
	driver.Valuer
}](ctx context.Context, db *database.DB, column string, ids []K) (map[K]*bool, error) {
	actor := auth.ActorOf(ctx)
	if actor.User == nil {
		return map[K]*bool{}, nil
	}
	var kept []uuid.UUID
	err := db.Handle(ctx).Raw(`SELECT `+column+` FROM follow WHERE user_id = ? AND `+column+` = ANY(CAST(? AS uuid[]))`,
		*actor.User, database.UUIDs(ids)).Scan(&kept).Error
	if err != nil {
		return nil, fmt.Errorf("look up follows: %w", database.Translate(err))
	}
	answers := make(map[K]*bool, len(ids))
	for _, key := range ids {
		answers[key] = new(false)
	}
	for _, u := range kept {
		answers[id.Of[K](u)] = new(true)
	}
	return answers, nil
}
