package bookmark

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
)

// Challenges tells which of these challenges the actor has a bookmark of; a
// visitor is told nothing.
func (s *Service) Challenges(ctx context.Context, ids []id.Challenge) (map[id.Challenge]*bool, error) {
	return has(ctx, s.db, "challenge_id", ids)
}

// Solutions is Challenges for solutions.
func (s *Service) Solutions(ctx context.Context, ids []id.Solution) (map[id.Solution]*bool, error) {
	return has(ctx, s.db, "solution_id", ids)
}

// Practices is Challenges for practices.
func (s *Service) Practices(ctx context.Context, ids []id.Practice) (map[id.Practice]*bool, error) {
	return has(ctx, s.db, "practice_id", ids)
}

// Documents is Challenges for documents.
func (s *Service) Documents(ctx context.Context, ids []id.Document) (map[id.Document]*bool, error) {
	return has(ctx, s.db, "document_id", ids)
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
	err := db.Handle(ctx).Raw(`SELECT `+column+` FROM bookmark WHERE user_id = ? AND `+column+` = ANY(CAST(? AS uuid[]))`,
		*actor.User, database.UUIDs(ids)).Scan(&kept).Error
	if err != nil {
		return nil, fmt.Errorf("look up bookmarks: %w", database.Translate(err))
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
