package concept

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
)

// AddAlias gives a concept one more title.
func (s *Service) AddAlias(ctx context.Context, input AddConceptAliasInput) (*AddConceptAliasPayload, error) {
	payload := &AddConceptAliasPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Concept) error {
		if err := s.claim(ctx, c, input.Title, "input", "title"); err != nil {
			return err
		}
		var changes edit.Changes
		changes.Touch("aliases")
		var err error
		payload.Concept, err = s.write(ctx, input.ID, changes)
		return err
	})
	return payload, err
}

// RemoveAlias takes a title away; the present one cannot go.
func (s *Service) RemoveAlias(ctx context.Context, input RemoveConceptAliasInput) (*RemoveConceptAliasPayload, error) {
	payload := &RemoveConceptAliasPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Concept) error {
		folded := ingest.Fold(input.Title)
		if folded == c.FoldedTitle {
			return errs.BadUserInput("This is the title of the concept; give it another one first.").At("input", "title")
		}
		gone := s.db.Handle(ctx).Exec(`DELETE FROM concept_alias WHERE folded_title = ? AND concept_id = ?`, folded, input.ID)
		if gone.Error != nil {
			return fmt.Errorf("remove an alias: %w", database.Translate(gone.Error))
		}
		if gone.RowsAffected == 0 {
			return errs.NotFound("The concept has no such alias.").At("input", "title")
		}
		var changes edit.Changes
		changes.Touch("aliases")
		var err error
		payload.Concept, err = s.write(ctx, input.ID, changes)
		return err
	})
	return payload, err
}

// Aliases returns the other titles of each concept, sorted.
func (s *Service) Aliases(ctx context.Context, ids []id.Concept) (map[id.Concept][]string, error) {
	var rows []struct {
		ConceptID id.Concept
		Title     string
	}
	err := s.db.Handle(ctx).Raw(`SELECT concept_id, title FROM concept_alias WHERE concept_id = ANY(CAST(? AS uuid[]))
		ORDER BY title, folded_title`, database.UUIDs(ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("aliases of concepts: %w", database.Translate(err))
	}
	aliases := make(map[id.Concept][]string, len(ids))
	for _, row := range rows {
		aliases[row.ConceptID] = append(aliases[row.ConceptID], row.Title)
	}
	return aliases, nil
}
