package resolution

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/id"
)

// taken is a solution that is locked together with its challenge.
type taken struct {
	*challenge.Solution

	of *challenge.Challenge
	// What the actor is to the solution, and to the challenge.
	standing, inChallenge auth.Standing
}

// take returns a solution that the actor sees, at input.id. The challenge is
// locked first: whoever decides on it waits here, and no two block each other.
func (s *Service) take(ctx context.Context, key id.Solution) (*taken, error) {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return nil, err
	}
	err := s.db.Handle(ctx).Exec(`SELECT FROM challenge WHERE id = (SELECT challenge_id FROM solution WHERE id = ?) FOR NO KEY UPDATE`, key).Error
	if err != nil {
		return nil, fmt.Errorf("lock the challenge of a solution: %w", database.Translate(err))
	}
	t := &taken{}
	if t.Solution, t.standing, err = edit.Take[challenge.Solution](ctx, s.db, solutions(), key.UUID, "input", "id"); err != nil {
		return nil, err
	}
	t.of, t.inChallenge, err = edit.Take[challenge.Challenge](ctx, s.db, challenges(), t.ChallengeID.UUID, "input", "id")
	return t, err
}
