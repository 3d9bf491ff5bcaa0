package resolution

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// duplicateLock is the key of the advisory lock of all chains of duplicates.
const duplicateLock = 0x6E65787573647570 // "nexusdup"

// lockDuplicates makes others wait who mark duplicates: two marks that close a
// circle lock different rows. It comes before any row, and marking is rare.
func (s *Service) lockDuplicates(ctx context.Context) error {
	if err := s.db.Handle(ctx).Exec("SELECT pg_advisory_xact_lock(?)", int64(duplicateLock)).Error; err != nil {
		return fmt.Errorf("lock the duplicates: %w", database.Translate(err))
	}
	return nil
}

// mayDuplicate returns an error when a challenge cannot be a duplicate of
// another one: unseen, itself, or a duplicate of it in the end.
func (s *Service) mayDuplicate(ctx context.Context, key, of id.Challenge) error {
	path := []string{"input", "duplicateOfId"}
	if key == of {
		return errs.BadUserInput("A challenge is no duplicate of itself.").At(path...)
	}
	if _, err := edit.HomeOf(ctx, s.db, challenges(), of.UUID, path...); err != nil {
		return err
	}
	var circle bool
	// Deleted ones count: they may come back.
	err := s.db.Handle(ctx).Raw(`WITH RECURSIVE chain AS (
			SELECT duplicate_of_id AS id FROM challenge WHERE id = ?
			UNION SELECT next.duplicate_of_id FROM challenge AS next JOIN chain ON next.id = chain.id)
		SELECT EXISTS (SELECT FROM chain WHERE id = ?)`, of, key).Scan(&circle).Error
	switch {
	case err != nil:
		return fmt.Errorf("follow duplicates: %w", database.Translate(err))
	case circle:
		return errs.BadUserInput("The other challenge is itself a duplicate of this one.").At(path...)
	default:
		return nil
	}
}
