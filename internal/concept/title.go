package concept

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
)

// free returns CONFLICT at path when a title belongs to another concept that is
// not deleted.
func (s *Service) free(ctx context.Context, key id.Concept, title string, path ...string) error {
	folded := ingest.Fold(title)
	if folded == "" {
		return errs.BadUserInput("This has neither letters nor digits.").At(path...)
	}
	var taken bool
	err := s.db.Handle(ctx).Raw(`SELECT EXISTS (SELECT FROM concept WHERE folded_title = ? AND deleted_at IS NULL AND id <> ?)
		OR EXISTS (SELECT FROM concept_alias AS a JOIN concept AS c ON c.id = a.concept_id
			WHERE a.folded_title = ? AND c.deleted_at IS NULL AND c.id <> ?)`, folded, key, folded, key).Scan(&taken).Error
	if err != nil {
		return fmt.Errorf("look up a title: %w", database.Translate(err))
	}
	if taken {
		return errs.Conflict("This is a title of another concept; merge the two, or remove it there.").At(path...)
	}
	return nil
}

// claim makes a title an alias of a concept, unless it is its title already.
func (s *Service) claim(ctx context.Context, c *Concept, title string, path ...string) error {
	if err := s.free(ctx, c.ID, title, path...); err != nil || ingest.Fold(title) == c.FoldedTitle {
		return err
	}
	return s.addAlias(ctx, c.ID, title)
}

// addAlias adds a title that no other concept has.
func (s *Service) addAlias(ctx context.Context, key id.Concept, title string) error {
	err := s.db.Handle(ctx).Exec(`INSERT INTO concept_alias (folded_title, concept_id, title) VALUES (?, ?, ?)
		ON CONFLICT (folded_title) DO UPDATE SET concept_id = excluded.concept_id, title = excluded.title`,
		ingest.Fold(title), key, title).Error
	if err != nil {
		return fmt.Errorf("add an alias: %w", database.Translate(err))
	}
	return nil
}

// rename makes room for a new title of a concept; the present one stays as an alias.
func (s *Service) rename(ctx context.Context, c *Concept, title string) error {
	if err := s.free(ctx, c.ID, title, "input", "title"); err != nil {
		return err
	}
	folded := ingest.Fold(title)
	if folded == c.FoldedTitle {
		return nil
	}
	if err := s.addAlias(ctx, c.ID, c.Title); err != nil {
		return err
	}
	err := s.db.Handle(ctx).Exec(`DELETE FROM concept_alias WHERE folded_title = ?`, folded).Error
	if err == nil {
		err = s.db.Handle(ctx).Exec(`UPDATE concept SET folded_title = ? WHERE id = ?`, folded, c.ID).Error
	}
	if err != nil {
		return fmt.Errorf("rename a concept: %w", database.Translate(err))
	}
	return nil
}
