package technology

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
)

// AddAlias gives a technology one more spelling.
func (s *Service) AddAlias(ctx context.Context, input AddTechnologyAliasInput) (*AddTechnologyAliasPayload, error) {
	payload := &AddTechnologyAliasPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, _ *Technology) error {
		if err := s.claim(ctx, input.ID, input.Name, "input", "name"); err != nil {
			return err
		}
		var changes edit.Changes
		changes.Touch("aliases")
		var err error
		payload.Technology, err = s.write(ctx, input.ID, changes)
		return err
	})
	return payload, err
}

// RemoveAlias takes a spelling away; the name itself cannot go.
func (s *Service) RemoveAlias(ctx context.Context, input RemoveTechnologyAliasInput) (*RemoveTechnologyAliasPayload, error) {
	payload := &RemoveTechnologyAliasPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, t *Technology) error {
		folded := ingest.Fold(input.Name)
		if folded == ingest.Fold(t.Name) {
			return errs.BadUserInput("This is the name of the technology; rename it first.").At("input", "name")
		}
		gone := s.db.Handle(ctx).Exec(`DELETE FROM technology_alias WHERE folded_name = ? AND technology_id = ?`, folded, input.ID)
		if gone.Error != nil {
			return fmt.Errorf("remove an alias: %w", database.Translate(gone.Error))
		}
		if gone.RowsAffected == 0 {
			return errs.NotFound("The technology has no such alias.").At("input", "name")
		}
		var changes edit.Changes
		changes.Touch("aliases")
		var err error
		payload.Technology, err = s.write(ctx, input.ID, changes)
		return err
	})
	return payload, err
}

// claim makes a spelling one of a technology. It returns CONFLICT at path when it
// belongs to another one that is not deleted.
func (s *Service) claim(ctx context.Context, key id.Technology, name string, path ...string) error {
	folded := ingest.Fold(name)
	if folded == "" {
		return errs.BadUserInput("This has neither letters nor digits.").At(path...)
	}
	claimed := s.db.Handle(ctx).Exec(`INSERT INTO technology_alias AS a (folded_name, technology_id, name) VALUES (?, ?, ?)
		ON CONFLICT (folded_name) DO UPDATE SET technology_id = excluded.technology_id, name = excluded.name
		WHERE a.technology_id = excluded.technology_id
		OR NOT EXISTS (SELECT FROM technology AS t WHERE t.id = a.technology_id AND t.deleted_at IS NULL)`, folded, key, name)
	if claimed.Error != nil {
		return fmt.Errorf("claim a spelling: %w", database.Translate(claimed.Error))
	}
	if claimed.RowsAffected == 0 {
		return errs.Conflict("This is a spelling of another technology; merge the two, or remove it there.").At(path...)
	}
	return nil
}
